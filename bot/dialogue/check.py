"""The three check questions (droop, weakness, speech), and what follows from their answer."""

from __future__ import annotations

from bot.dialogue.reply import Reply
from bot.dialogue.state import State
from bot.dialogue.texts import button, replies, topic_button

_ANSWERS = ("check_yes", "check_no", "check_unsure")
_NEXT = ("causes_overview", "self_care", "when_to_see_doctor")


def ask_check(state: State, *, taken_back: bool = False) -> Reply:
    """Put the check questions: for a vague sign, or before an alarm is lowered.

    Args:
        state: the conversation so far.
        taken_back: the person says that the sign is gone or was none.
    """
    texts = replies()["check"]
    return Reply(
        text=texts["lower"] if taken_back and state.escalation_active else texts["ask"],
        kind="check_question",
        escalation_active=state.escalation_active,
        buttons=tuple(button(name) for name in _ANSWERS),
        slots={"check_pending": True, "check_asked": True},
    )


def check_clear(state: State, *, emergency_numbers: str) -> Reply:
    """The person says that none of the signs is there: an alarm in force is lowered."""
    texts = replies()["check"]
    text = texts["lowered"] if state.escalation_active else texts["clear"]
    return Reply(
        text=text.format(emergency_numbers=emergency_numbers),
        kind="check_result",
        escalation_active=False,
        buttons=tuple(topic_button(topic) for topic in _NEXT),
        slots={"check_pending": False, "escalation_active": False},
    )
