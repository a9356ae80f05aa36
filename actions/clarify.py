"""Asks back when a message is unclear, and says kindly when it is about something else."""

from __future__ import annotations

from actions.base import ReplyAction
from bot.dialogue.clarify import clarify, out_of_scope
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State


class ActionClarify(ReplyAction):
    """Offers the nearest topics."""

    def name(self) -> str:
        """See parent class."""
        return "action_clarify"

    def reply(self, question: Question, state: State) -> Reply:
        """See parent class."""
        return clarify(question, state)


class ActionOutOfScope(ReplyAction):
    """Says what the bot can do."""

    def name(self) -> str:
        """See parent class."""
        return "action_out_of_scope"

    def reply(self, question: Question, state: State) -> Reply:
        """See parent class."""
        return out_of_scope(question, state)
