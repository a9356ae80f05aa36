"""Asks back, or says kindly that something is outside what the bot knows; never the same thrice."""

from __future__ import annotations

from bot.content import content
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State
from bot.dialogue.texts import replies, topic_button

_STEPS = ("first", "second", "third")
# Shown where nothing in the message points anywhere.
_DOORS = ("causes_overview", "self_care", "seriousness", "when_to_see_doctor", "duration")
_SHOWN = 3


def clarify(question: Question, state: State) -> Reply:
    """Offer the two or three nearest topics."""
    return _fallback("clarify", question, state)


def out_of_scope(question: Question, state: State) -> Reply:
    """Say what the bot can do instead."""
    return _fallback("out_of_scope", question, state)


def _fallback(kind: str, question: Question, state: State) -> Reply:
    step = _STEPS[state.fallbacks % len(_STEPS)]
    known = [t for t in question.candidates if t in content().topics][:_SHOWN]
    near = known if kind == "clarify" and step != "third" else []
    doors = [door for door in _DOORS if door not in near]
    shown = (near + doors)[:_SHOWN] if len(near) < 2 else near
    return Reply(
        text=replies()[kind][step],
        kind=kind,
        escalation_active=state.escalation_active,
        topics=tuple(near),
        buttons=tuple(topic_button(topic) for topic in shown),
    )
