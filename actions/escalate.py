"""The check questions around an escalation. The escalation itself is said by the Rasa server."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.base import ReplyAction, emergency_numbers
from bot.dialogue.answer import answer
from bot.dialogue.check import ask_check, check_clear
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State


class ActionAskCheck(ReplyAction):
    """Asks for droop, weakness and speech: for a vague sign, or before an alarm is lowered."""

    def name(self) -> str:
        """See parent class."""
        return "action_ask_check"

    def reply(self, question: Question, state: State) -> Reply:
        """See parent class.

        Where the screen is merely unsure, the check comes once a session; then the question counts.
        """
        if question.unsure_sign and state.check_asked and question.topics:
            return answer(question, state, emergency_numbers=emergency_numbers())
        return ask_check(state, taken_back=question.intent == "alarm_over")


class ActionCheckClear(ReplyAction):
    """None of the signs is there: gives the all-clear and lowers an alarm."""

    def name(self) -> str:
        """See parent class."""
        return "action_check_clear"

    def reply(self, question: Question, state: State) -> Reply:
        """See parent class."""
        return check_clear(state, emergency_numbers=emergency_numbers())


class ActionCheckConfirmed(Action):
    """Remembers the alarm that the person confirmed; the escalation has been said already."""

    def name(self) -> str:
        """See parent class."""
        return "action_check_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        """See parent class."""
        return [SlotSet("check_pending", False), SlotSet("escalation_active", True)]
