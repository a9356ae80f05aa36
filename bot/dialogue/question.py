"""What a message asks, read from Rasa's parse result: topics, facet, fact scores, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EXPLAINED = "explained"  # reading of such a sign, see `bot.language.readings`
FACET_CERTAIN = 0.5  # below, a bare mention is meant and the topic's default facet answers it


@dataclass(frozen=True)
class Question:
    """A question as the NLU pipeline understood it.

    Attributes:
        topics: topic ids to answer, most likely first.
        candidates: nearest topics with confidence, for asking back.
        facet: the kind of information asked for, None if the message does not say.
        facts: fact id -> probability that it answers the message.
        gaps: what the articles do not cover (`dose`, `child`, …).
        intent: the final intent.
        urgency: `routine` where an appointment is due, else `none`.
        routine_reasons: why it is due (`over_two_weeks`, …).
        red_flags: ids of the asserted alarm signs.
        explained: a sign has a harmless, fresh reason ("numb from the dentist's injection").
        denied: the person says that a sign is not there ("no weakness").
        unsure_sign: the screen is not sure whether the message tells of an alarm sign.
        points_back: a short message that speaks of "it" or "that" without naming the lip.
    """

    topics: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    facet: str | None = None
    facts: Mapping[str, float] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    intent: str = ""
    urgency: str = "none"
    routine_reasons: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    explained: bool = False
    denied: bool = False
    points_back: bool = False
    unsure_sign: bool = False

    @classmethod
    def from_parse(cls, parse: Mapping[str, Any]) -> Question:
        """Read `latest_message`; what is missing reads as not understood, never as an error."""
        asked = parse.get("question") or {}
        safety = parse.get("safety") or {}
        facet = asked.get("facet") or {}
        return cls(
            topics=tuple(row["id"] for row in asked.get("topics", [])),
            candidates=tuple(row["id"] for row in asked.get("candidates", [])),
            facet=facet.get("name") if facet.get("confidence", 0) >= FACET_CERTAIN else None,
            facts={row["id"]: row["confidence"] for row in asked.get("facts", [])},
            gaps=tuple(asked.get("gaps", [])),
            intent=(parse.get("intent") or {}).get("name") or "",
            urgency=safety.get("urgency", "none"),
            routine_reasons=tuple(safety.get("routine_reasons", [])),
            red_flags=tuple(safety.get("red_flags", [])),
            explained=any(row.get("reading") == EXPLAINED for row in safety.get("flags", [])),
            denied=any(row.get("reading") == "negated" for row in safety.get("flags", [])),
            points_back=bool(asked.get("points_back")),
            unsure_sign=bool(safety.get("check")),
        )
