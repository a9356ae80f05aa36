"""The reply envelope: the `custom` object that at least one message of every turn carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.content import content

SCHEMA = 1
KINDS = (
    "answer", "clarify", "escalation", "crisis", "check_question", "check_result", "log",
    "chitchat", "out_of_scope", "handoff", "privacy", "error",
)  # fmt: skip
URGENCIES = ("none", "routine", "urgent", "emergency")


def make_envelope(
    kind: str,
    *,
    urgency: str = "none",
    escalation_active: bool = False,
    red_flags: Sequence[str] = (),
    topics: Sequence[str] = (),
    facts: Sequence[str] = (),
) -> dict[str, Any]:
    """Build an envelope; the sources follow from the facts.

    Args:
        kind: one of `KINDS`.
        urgency: one of `URGENCIES`.
        escalation_active: an alarm sign was reported and has not been taken back.
        red_flags: ids of the signs found in the last message.
        topics: ids of the topics that the reply answers.
        facts: ids of the facts that it states.

    Raises:
        ValueError: unknown kind or urgency.
    """
    if kind not in KINDS:
        raise ValueError(f"Unknown reply kind '{kind}'. Known are {list(KINDS)}.")
    if urgency not in URGENCIES:
        raise ValueError(f"Unknown urgency '{urgency}'. Known are {list(URGENCIES)}.")
    base = content()
    used = {source for fact in facts for source in base.facts[fact].sources}
    return {
        "schema": SCHEMA,
        "kind": kind,
        "urgency": urgency,
        "escalation_active": escalation_active,
        "red_flags": list(red_flags),
        "topics": list(topics),
        "facts": list(facts),
        "sources": [
            {"id": source.id, "title": source.title, "publisher": source.publisher}
            for source in base.sources.values()
            if source.id in used
        ],
    }
