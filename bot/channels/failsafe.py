"""What the channel says when the bot did not: the escalation if there is an alarm, else an apology.

Needs neither the model nor the action server. If the language pipeline cannot run either, a plain
word list decides.
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bot.channels.texts import channel_texts, with_numbers
from bot.dialogue.envelope import make_envelope
from bot.settings import current_settings

if TYPE_CHECKING:
    from spacy.language import Language

logger = logging.getLogger(__name__)

Message = dict[str, Any]
ALARM_KINDS = frozenset(["escalation", "crisis"])
MAX_REMEMBERED = 10_000


def prepare() -> None:
    """Read everything a fail-safe reply is made of, so that a mistake stops the server at start.

    Raises:
        ContentError: a content file is broken.
        SettingsError: an environment variable is unusable.
    """
    apology_reply(escalation_active=False)


def emergency_reply(text: str) -> Message | None:
    """The reply that must not get lost: escalation or crisis, as `text` and `custom`.

    Knows only this one message, not the conversation: a bare "yes" is no alarm to it. Never
    raises on account of the language pipeline.

    Args:
        text: what the person wrote, as `plain_text` leaves it.

    Returns:
        None if the text holds no alarm.
    """
    texts = channel_texts()
    try:
        flags, urgency = _read_alarm(text)
        alarm = bool(flags)
    except Exception as error:
        # Only the kind of error: its words may repeat what the person wrote.
        logger.error("failsafe: the language pipeline cannot run (%s)", type(error).__name__)
        flags, urgency = [], "emergency"
        alarm = _names_any(text, texts.alarm_words)
    if alarm:
        envelope = make_envelope(
            "escalation", urgency=urgency, escalation_active=True, red_flags=flags
        )
        return _reply(texts.escalation[urgency], envelope)
    if _names_any(text, texts.crisis_words):
        return _reply(texts.crisis, make_envelope("crisis", urgency="emergency"))
    return None


def apology_reply(*, escalation_active: bool) -> Message:
    """Say honestly that something broke, and what to do if there is an alarm sign."""
    envelope = make_envelope("error", urgency="none", escalation_active=escalation_active)
    return _reply(channel_texts().apology, envelope)


def completed_turn(
    messages: Sequence[Message], text: str, *, finished: bool, escalation_active: bool
) -> list[Message]:
    """Decide what the person gets.

    A turn that finished and carries an envelope stays as it is, and so does one that already
    holds an escalation or crisis. Any other (raised, cancelled, silent, or answered without an
    envelope because a part of it failed unnoticed) is screened: an alarm is answered first and
    alone. Without an alarm, what there is stays, and an apology follows if the turn broke.

    Args:
        messages: what the bot said before it finished or broke.
        text: what the person wrote.
        finished: whether the turn ran to its end.
        escalation_active: whether an alarm is known to be in force, for the apology's envelope.
    """
    kinds = {envelope.get("kind") for envelope in envelopes(messages)}
    if (finished and kinds) or kinds & ALARM_KINDS:
        return list(messages)
    if emergency := emergency_reply(text):
        return [emergency]
    if finished and messages:
        return list(messages)
    return [*messages, apology_reply(escalation_active=escalation_active)]


def envelopes(messages: Sequence[Message]) -> list[Mapping[str, Any]]:
    """The envelopes among some messages, in order."""
    customs = (message.get("custom") for message in messages)
    return [custom for custom in customs if isinstance(custom, Mapping) and "kind" in custom]


class AlarmMemory:
    """Which conversations are in an alarm, as far as this process has seen.

    Only for the envelope of an apology, which cannot ask the tracker. Forgets the oldest
    conversations first, and everything at a restart.
    """

    def __init__(self, *, limit: int = MAX_REMEMBERED) -> None:
        self._active: OrderedDict[str, None] = OrderedDict()
        self._limit = limit

    def note(self, sender: str, messages: Sequence[Message]) -> None:
        """Learn from what a conversation was just told."""
        for envelope in envelopes(messages):
            self._active.pop(sender, None)
            if envelope.get("escalation_active"):
                self._active[sender] = None
        while len(self._active) > self._limit:
            self._active.popitem(last=False)

    def is_active(self, sender: str) -> bool:
        """Whether the last envelope said that an alarm is in force."""
        return sender in self._active


def _reply(text: str, envelope: Mapping[str, Any]) -> Message:
    numbers = current_settings().emergency_numbers
    return {"text": with_numbers(text, numbers), "custom": dict(envelope)}


@lru_cache(maxsize=1)
def _pipeline() -> Language:
    from bot.language.pipeline import build_pipeline  # late: takes seconds, and is rarely needed

    return build_pipeline()


def _read_alarm(text: str) -> tuple[list[str], str]:
    """The red flags that escalate by themselves, each once, and the urgency."""
    doc = _pipeline()(text)
    flags = dict.fromkeys(
        mention.flag for mention in doc._.red_flags if mention.asserted and mention.certain
    )
    urgency = "urgent" if doc._.urgency.level == "urgent" else "emergency"
    return list(flags), urgency


def _names_any(text: str, beginnings: Sequence[str]) -> bool:
    """Whether words begin like one of these, and "not" or "don't" does not stand right before."""
    plain = " ".join(text.lower().replace("’", "'").split())
    choices = "|".join(map(re.escape, beginnings))
    return re.search(rf"\b(?<!\bnot )(?<!n't )(?<!\bdont )(?:{choices})", plain) is not None
