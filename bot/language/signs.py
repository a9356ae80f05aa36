"""The values this package hands out, and the ids they may carry. Frozen: safe to share."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

FLAGS = (
    "weakness",
    "droop",
    "speech",
    "swallowing",
    "numbness",
    "vision",
    "balance",
    "confusion",
    "severe_headache",
    "seizure",
    "breathing",
    "swelling",
    "chest_pain",
)
READINGS = (
    "present",
    "unsure",
    "resolved",
    "negated",
    "question",
    "hypothetical",
    "past",
    "other_past",
    "figurative",
    "explained",
    "tiredness",
    "quoted",
    "work",
)
ASSERTED_READINGS = frozenset({"present", "unsure", "resolved"})
GAPS = (
    "dose",
    "child",
    "pregnancy",
    "body_part",
    "price",
    "genetics",
    "contagion",
    "brand",
)
URGENCY_LEVELS = ("none", "routine", "urgent", "emergency")
ROUTINE_REASONS = (
    "over_two_weeks",
    "spread",
    "painful",
    "interferes",
    "recurring",
    "new_medicine",
)
AFTER = "_AFTER"  # ends the category of a ConText modifier that stands behind its sign
SPAN_GROUP = "red_flags"  # where red_flag_matcher leaves spans for medspacy_context


@dataclass(frozen=True)
class SignMention:
    """One place where a message names a red flag, and how it is meant.

    `certain` says whether an asserted mention alone may escalate; an uncertain one only supports
    the statistical classifier. `insisted` marks a denial of its absence ("it is not that it isn't
    drooping", "not just a twitch but a droop"): plainer than any bare statement. Offsets are
    characters of the text that the pipeline was given.
    """

    flag: str
    start: int
    end: int
    text: str
    reading: str = "present"
    other_person: bool = False
    certain: bool = True
    insisted: bool = False

    @property
    def asserted(self) -> bool:
        """Whether the person says, or fears to see, that the sign is there now or was just now."""
        return self.reading in ASSERTED_READINGS


@dataclass(frozen=True)
class TopicMention:
    """One keyword of one topic in the text; `topic` is a file name in bot/content/en/facts."""

    topic: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class UrgencyReading:
    """How soon somebody should be seen, and the ids of what made us think so."""

    level: str = "none"
    reasons: tuple[str, ...] = ()


def register_extensions() -> None:
    """Declare `doc._.red_flags` and its siblings; safe to call twice."""
    defaults = {
        "red_flags": [],
        "topics": [],
        "gaps": [],
        "routine_reasons": [],
        "urgency": UrgencyReading(),
    }
    for name, default in defaults.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)
