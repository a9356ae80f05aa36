"""What our own buttons send, and what it means: never left to statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from bot.content import content
from bot.dialogue.texts import button, replies

_ANSWERS = {
    "check_yes": "affirm",
    "check_no": "deny",
    "check_unsure": "unsure",
    "more": "follow_up",
}


@dataclass(frozen=True)
class KnownQuestion:
    """Meaning of a button: intent, and for a question its topic and facet."""

    intent: str
    topic: str | None = None
    facet: str | None = None


@lru_cache(maxsize=1)
def known_questions() -> Mapping[str, KnownQuestion]:
    """Every payload of `topics.yml` and `replies.yml`, in plain form (see `plain_form`)."""
    known = {plain_form(button(name).payload): KnownQuestion(i) for name, i in _ANSWERS.items()}
    for topic in content().topics.values():
        for facet, frame in replies()["follow_ups"].get(topic.kind, {}).items():
            payload = plain_form(frame["payload"].format(name=topic.name))
            known[payload] = KnownQuestion(topic.id, topic.id, facet)
        known[plain_form(topic.ask)] = KnownQuestion(topic.id, topic.id, topic.default_facet)
    return MappingProxyType(known)


def find_known(text: str) -> KnownQuestion | None:
    """The button that sends this text, if there is one."""
    return known_questions().get(plain_form(text))


def plain_form(text: str) -> str:
    """Lower case, letters, digits and single blanks: how a payload is compared."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "")))
