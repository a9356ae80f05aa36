"""The only reader of `channel.yml`: what the channels say without the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.content import ContentError
from bot.content.facts import CONTENT_DIR
from bot.content.reading import check_keys, read_yaml

_PLACEHOLDER = "{emergency_numbers}"
_TOP = frozenset(["commands", "apology", "escalation", "crisis", "last_resort", "refused"])
_ESCALATION = frozenset(["emergency", "urgent"])
_LAST_RESORT = frozenset(["alarm", "crisis"])
_REFUSED = frozenset(["no_object", "too_large"])


@dataclass(frozen=True)
class ChannelTexts:
    """The texts as they stand in the file; `{emergency_numbers}` is not filled in yet."""

    commands: Mapping[str, str]
    apology: str
    escalation: Mapping[str, str]
    crisis: str
    alarm_words: tuple[str, ...]
    crisis_words: tuple[str, ...]
    refused: Mapping[str, str]


def load_channel_texts(path: Path = CONTENT_DIR / "channel.yml") -> ChannelTexts:
    """Read `channel.yml`.

    Raises:
        ContentError: a part is missing, unknown, empty, or a safety text lacks the numbers.
    """
    raw = read_yaml(path)
    check_keys(raw, path=path, required=_TOP)
    for name, keys in (
        ("escalation", _ESCALATION),
        ("last_resort", _LAST_RESORT),
        ("refused", _REFUSED),
    ):
        check_keys(raw[name], path=path, required=keys)
    texts = ChannelTexts(
        commands=_sentences(raw["commands"], "commands", path),
        apology=_sentence(raw["apology"], "apology", path),
        escalation=_sentences(raw["escalation"], "escalation", path),
        crisis=_sentence(raw["crisis"], "crisis", path),
        alarm_words=_words(raw["last_resort"]["alarm"], "last_resort.alarm", path),
        crisis_words=_words(raw["last_resort"]["crisis"], "last_resort.crisis", path),
        refused=_sentences(raw["refused"], "refused", path),
    )
    for name, words in texts.commands.items():
        if words.lstrip().startswith("/"):
            raise ContentError(
                f"{path.name}: commands.{name} is '{words}', again a command. Write plain words."
            )
    for text in (texts.apology, texts.crisis, *texts.escalation.values()):
        if _PLACEHOLDER not in text:
            raise ContentError(
                f"{path.name}: the text '{text[:40]}…' lacks {_PLACEHOLDER}. "
                "Every safety text says whom to call."
            )
    return texts


@lru_cache(maxsize=1)
def channel_texts() -> ChannelTexts:
    """The texts of this process, read at first use."""
    return load_channel_texts()


def with_numbers(text: str, emergency_numbers: str) -> str:
    """Fill in the numbers; other braces stay as they are."""
    return text.replace(_PLACEHOLDER, emergency_numbers)


def _sentence(value: Any, name: str, path: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ContentError(f"{path.name}: '{name}' must be a text, got {value!r}.")
    return value.strip()


def _sentences(value: Any, name: str, path: Path) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ContentError(f"{path.name}: '{name}' must be a list of `name: text`, got {value!r}.")
    return {str(key): _sentence(text, f"{name}.{key}", path) for key, text in value.items()}


def _words(value: Any, name: str, path: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ContentError(f"{path.name}: '{name}' must be a list of words, got {value!r}.")
    return tuple(_sentence(word, name, path).lower() for word in value)
