"""Reads the frames around an answer: `replies.yml` and `disagreements.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.content import FACETS, ContentError, content
from bot.content.facts import CONTENT_DIR
from bot.content.reading import check_keys, read_yaml

_SECTIONS = frozenset(
    ["safety", "reasons", "sources", "silent", "gaps", "more", "clarify", "out_of_scope",
     "check", "buttons", "follow_ups", "small_talk"]
)  # fmt: skip


@dataclass(frozen=True)
class Button:
    """A suggestion: what it shows and the plain words that it sends."""

    title: str
    payload: str

    def as_dict(self) -> dict[str, str]:
        """The form that Rasa's channels take."""
        return {"title": self.title, "payload": self.payload}


@dataclass(frozen=True)
class Disagreement:
    """A reviewed sentence that says where the articles differ; stands in for its facts."""

    id: str
    topics: tuple[str, ...]
    facets: tuple[str, ...]
    facts: tuple[str, ...]
    text: str


def load_replies(path: Path = CONTENT_DIR / "replies.yml") -> dict[str, Any]:
    """Read `replies.yml`.

    Raises:
        ContentError: a section is missing or unknown.
    """
    replies = read_yaml(path)
    check_keys(replies, path=path, required=_SECTIONS)
    return replies


def load_disagreements(path: Path = CONTENT_DIR / "disagreements.yml") -> list[Disagreement]:
    """Read `disagreements.yml`.

    Raises:
        ContentError: an entry names an unknown topic, facet or fact.
    """
    base = content()
    found = []
    for entry in read_yaml(path) or []:
        check_keys(
            entry, path=path, required=frozenset(["id", "topics", "facts", "facets", "text"])
        )
        unknown = (
            (set(entry["topics"]) - set(base.topics))
            | (set(entry["facts"]) - set(base.facts))
            | (set(entry["facets"]) - set(FACETS))
        )
        if unknown:
            raise ContentError(f"{path.name}:{entry.line}: '{entry['id']}': unknown {unknown}.")
        found.append(
            Disagreement(
                id=entry["id"],
                topics=tuple(entry["topics"]),
                facets=tuple(entry["facets"]),
                facts=tuple(entry["facts"]),
                text=entry["text"],
            )
        )
    return found


@lru_cache(maxsize=1)
def replies() -> dict[str, Any]:
    """The frames of this process, read at first use."""
    return load_replies()


@lru_cache(maxsize=1)
def disagreements() -> list[Disagreement]:
    """The disagreements of this process, read at first use."""
    return load_disagreements()


def button(name: str) -> Button:
    """A fixed button of `replies.yml`."""
    return Button(**replies()["buttons"][name])


def topic_button(topic_id: str) -> Button:
    """The button that asks about a topic."""
    topic = content().topics[topic_id]
    return Button(topic.label, topic.ask)
