"""What the conversation knows: read from the tracker's slots and events of the running session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class State:
    """State of a conversation before the reply.

    Attributes:
        escalation_active: an alarm sign was reported and not taken back.
        check_pending: a check question waits for its answer.
        check_asked: the check question was already put in this session.
        last_topics: topics of the last answer.
        last_facet: facet of the last answer.
        told: ids of facts already told in this session.
        fallbacks: how many times in a row the bot asked back or declined.
        chitchats: how many small-talk replies were given in this session.
    """

    escalation_active: bool = False
    check_pending: bool = False
    check_asked: bool = False
    last_topics: tuple[str, ...] = ()
    last_facet: str | None = None
    told: tuple[str, ...] = ()
    fallbacks: int = 0
    chitchats: int = 0


FALLBACK_KINDS = ("clarify", "out_of_scope")


def read_state(slots: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> State:
    """Build the state.

    The last envelope of the session has the last word on the escalation: it stands in the tracker
    even when the action server was down and could set no slot.

    Args:
        slots: current slot values.
        events: the tracker's events as dictionaries, oldest first.
    """
    envelopes = session_envelopes(events)
    escalation = bool(slots.get("escalation_active"))
    if envelopes:
        escalation = escalation or bool(envelopes[-1]["escalation_active"])
    fallbacks = 0
    for envelope in reversed(envelopes):
        if envelope["kind"] not in FALLBACK_KINDS:
            break
        fallbacks += 1
    answers = [envelope for envelope in envelopes if envelope["kind"] == "answer"]
    return State(
        escalation_active=escalation,
        check_pending=bool(slots.get("check_pending")),
        check_asked=bool(slots.get("check_asked")),
        last_topics=tuple(answers[-1]["topics"]) if answers else (),
        last_facet=slots.get("last_facet"),
        told=tuple(fact for envelope in answers for fact in envelope["facts"]),
        fallbacks=fallbacks,
        chitchats=sum(envelope["kind"] == "chitchat" for envelope in envelopes),
    )


def session_envelopes(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The envelopes of the bot's replies since the session began, oldest first."""
    found: list[Mapping[str, Any]] = []
    for event in events:
        if event.get("event") == "session_started":
            found = []
        elif event.get("event") == "bot":
            custom = (event.get("data") or {}).get("custom")
            if isinstance(custom, Mapping) and "schema" in custom:
                found.append(custom)
    return found
