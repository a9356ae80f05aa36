"""Rasa's response generator with the envelope, for replies that must not need another server.

Escalation, crisis, apology and small talk are responses of `domain.yml`. They are said by the Rasa
server itself, so that an alarm is answered in full while the action server is down.
"""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.envelope import make_envelope
from bot.dialogue.rasa_tuning import tune_rasa
from bot.dialogue.state import read_state
from bot.dialogue.texts import replies
from bot.settings import current_settings

ACTION_TIMEOUT = 6.0  # seconds
URGENCY_SLOT = "alarm_urgency"  # selects the variation of `utter_escalation`
# Kinds that speak of the alarm themselves, or must not be mixed with it.
_WITHOUT_REMINDER = frozenset(["escalation", "crisis", "check_question", "check_result"])


class EnvelopeResponses(TemplatedNaturalLanguageGenerator):
    """Fills a response of the domain and completes its `custom` to a full envelope.

    In the domain, `custom` holds only what is fixed: `kind` and, if not `none`, `urgency`.
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        """Called by Rasa with the `nlg` entry of the endpoints file.

        Args:
            endpoint_config: may carry `action_timeout`, seconds.
            domain: the trained domain; its responses are used.
        """
        super().__init__(domain.responses)
        self._numbers = current_settings().emergency_numbers
        tune_rasa(float(endpoint_config.kwargs.get("action_timeout", ACTION_TIMEOUT)))

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Generate a response (see parent class) with its envelope; in an alarm, the reminder."""
        parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
        safety = parsed.get("safety") or {}
        slots = {**tracker.current_slot_values(), URGENCY_SLOT: safety.get("urgency")}
        response = self.generate_from_slots(
            utter_action, slots, output_channel, emergency_numbers=self._numbers, **kwargs
        )
        if response is None:
            return None
        fixed = dict(response.get("custom") or {})
        kind = fixed.get("kind", "chitchat")
        state = read_state(tracker.current_slot_values(), _events(tracker))
        active = state.escalation_active or kind == "escalation"
        if state.escalation_active and kind not in _WITHOUT_REMINDER:
            reminder = replies()["safety"]["reminder"].format(emergency_numbers=self._numbers)
            response["text"] = f"{reminder}\n{response.get('text', '')}"
        response["custom"] = make_envelope(
            kind,
            urgency=fixed.get("urgency", "none"),
            escalation_active=active,
            red_flags=safety.get("red_flags", []) if kind == "escalation" else [],
        )
        return response


def _events(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """The running session's bot messages, in the form the action server sees them."""
    session: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            break
        if isinstance(event, BotUttered):
            session.append({"event": "bot", "data": event.data})
    return session[::-1]
