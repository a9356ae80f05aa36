"""A finished reply, ready for any channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.dialogue.envelope import make_envelope
from bot.dialogue.texts import Button


@dataclass(frozen=True)
class Reply:
    """What is said, and what the conversation remembers of it.

    Attributes:
        text: complete on its own; no blank line in it, channels would tear it apart.
        kind: envelope kind.
        urgency: envelope urgency.
        escalation_active: whether an alarm stays in force after this reply.
        topics: topic ids answered.
        facts: fact ids stated.
        red_flags: signs found in the message.
        buttons: suggestions.
        slots: slot values to remember.
    """

    text: str
    kind: str
    urgency: str = "none"
    escalation_active: bool = False
    topics: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    slots: dict[str, Any] = field(default_factory=dict)

    def envelope(self) -> dict[str, Any]:
        """The `custom` object of this reply."""
        return make_envelope(
            self.kind,
            urgency=self.urgency,
            escalation_active=self.escalation_active,
            red_flags=self.red_flags,
            topics=self.topics,
            facts=self.facts,
        )
