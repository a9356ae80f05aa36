"""Short replies that depend on the conversation: a bare yes, no, "not sure", or no words at all."""

from __future__ import annotations

from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State
from bot.dialogue.texts import replies, topic_button

_DOORS = ("causes_overview", "self_care", "when_to_see_doctor")


def small_talk(question: Question, state: State) -> Reply:
    """Lead back to the subject; a second time in other words."""
    texts = replies()["small_talk"].get(question.intent, replies()["small_talk"]["nonsense"])
    return Reply(
        text=texts[state.chitchats % len(texts)],
        kind="chitchat",
        escalation_active=state.escalation_active,
        buttons=tuple(topic_button(topic) for topic in _DOORS),
    )
