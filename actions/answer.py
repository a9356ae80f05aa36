"""Answers questions on the content, plain reports of a twitch and what the articles leave open."""

from __future__ import annotations

from dataclasses import replace

from actions.base import ReplyAction, emergency_numbers
from bot.dialogue.answer import answer
from bot.dialogue.follow_up import refers_back
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State

# What somebody who only reports a twitch wants to know: is it bad, and what is behind it?
_PLAIN_REPORT = ("seriousness", "causes_overview")


class ActionAnswer(ReplyAction):
    """Says what the articles say about the topics of the message."""

    def name(self) -> str:
        """See parent class."""
        return "action_answer"

    def reply(self, question: Question, state: State) -> Reply:
        """See parent class."""
        if question.intent == "report_twitch" and not question.topics:
            question = replace(question, topics=_PLAIN_REPORT, facet=None)
        question = refers_back(question, state) or question
        return answer(question, state, emergency_numbers=emergency_numbers())
