"""Answers a bare yes, no or "not sure" nobody waited for, and messages without words."""

from __future__ import annotations

from actions.base import ReplyAction
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.small_talk import small_talk
from bot.dialogue.state import State


class ActionSmallTalk(ReplyAction):
    """Leads back to the subject."""

    def name(self) -> str:
        """See parent class."""
        return "action_small_talk"

    def reply(self, question: Question, state: State) -> Reply:
        """See parent class."""
        return small_talk(question, state)
