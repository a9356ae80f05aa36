"""Answers messages that only make sense after an earlier answer."""

from __future__ import annotations

from actions.base import ReplyAction, emergency_numbers
from bot.dialogue.follow_up import follow_up
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State


class ActionFollowUp(ReplyAction):
    """Takes the missing topic or facet from the conversation."""

    def name(self) -> str:
        """See parent class."""
        return "action_follow_up"

    def reply(self, question: Question, state: State) -> Reply:
        """See parent class."""
        return follow_up(question, state, emergency_numbers=emergency_numbers())
