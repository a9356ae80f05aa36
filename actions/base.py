"""What actions share: read the tracker, ask a pure function, say one reply with its envelope."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State, read_state
from bot.settings import current_settings


class ReplyAction(Action, ABC):
    """An action that gives exactly one reply."""

    @abstractmethod
    def reply(self, question: Question, state: State) -> Reply:
        """Decide what to say."""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        """Say the reply; remember its slots and that there was one (`data/rules/apology.yml`)."""
        said = self.reply(
            Question.from_parse(tracker.latest_message),
            read_state(tracker.current_slot_values(), tracker.events),
        )
        dispatcher.utter_message(
            text=said.text,
            buttons=[button.as_dict() for button in said.buttons],
            json_message=said.envelope(),
        )
        return [
            SlotSet("replied", True),
            *(SlotSet(name, value) for name, value in said.slots.items()),
        ]


def emergency_numbers() -> str:
    """The configured numbers, for example "112 / 911 / 999"."""
    return current_settings().emergency_numbers
