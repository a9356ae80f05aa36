"""The content base: facts, sources and topics, read once, checked and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from bot.content.errors import ContentError
from bot.content.reading import check_keys, read_yaml

CONTENT_DIR = Path(__file__).parent / "en"
FACETS = (
    "what", "why", "symptoms", "risk", "treatment", "self_help", "prevention", "timing",
    "warning", "evidence", "figure",
)  # fmt: skip
KINDS = ("cause", "condition", "remedy", "general")


@dataclass(frozen=True)
class Source:
    """One of the five articles. `descriptive` marks a label where the text carries no title."""

    id: str
    title: str
    publisher: str | None
    descriptive: bool


@dataclass(frozen=True)
class Fact:
    """One reviewed statement: the only medical sentences that the bot has.

    Attributes:
        id: kebab-case name, unique.
        topic: the topic it belongs to.
        facet: the kind of information, one of `FACETS`.
        text: one or two sentences that stand by themselves.
        sources: ids of the articles that support it.
        also_topics: other topics for which it is useful.
        note: disagreement or limit, for editors; never shown.
    """

    id: str
    topic: str
    facet: str
    text: str
    sources: tuple[str, ...]
    also_topics: tuple[str, ...] = ()
    note: str | None = None

    def serves(self, topic: str) -> bool:
        """Whether the fact belongs to a topic or is useful for it."""
        return topic == self.topic or topic in self.also_topics


@dataclass(frozen=True)
class Topic:
    """A topic as the person sees it.

    Attributes:
        id: also the name of its intent and of its facts file.
        label: button text, 20 characters at most (Slack and Telegram cut longer ones).
        ask: a question about it in a person's words; what a button sends.
        related: topics to offer next.
        kind: `cause`, `condition`, `remedy` or `general`; decides how questions are worded.
        name: how it is called inside a sentence.
        default_facet: what a bare mention asks for.
        lead: per facet, facts to say first: what a worried person needs to hear before the rest.
    """

    id: str
    label: str
    ask: str
    related: tuple[str, ...]
    kind: str
    name: str
    default_facet: str
    lead: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Content:
    """Everything in `bot/content/en`, by id."""

    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    topics: Mapping[str, Topic]

    def facts_of(self, topic: str) -> list[Fact]:
        """Facts of a topic, its own before those of other topics that are useful for it."""
        serving = [fact for fact in self.facts.values() if fact.serves(topic)]
        return sorted(serving, key=lambda fact: fact.topic != topic)


def load_content(folder: Path = CONTENT_DIR) -> Content:
    """Read and check the content base.

    Raises:
        ContentError: names file, line and entry of the first thing that is wrong.
    """
    sources = _load_sources(folder / "sources.yml")
    topics = _load_topics(folder / "topics.yml")
    facts: dict[str, Fact] = {}
    files = sorted((folder / "facts").glob("*.yml"))
    if odd := sorted({path.stem for path in files} ^ set(topics)):
        raise ContentError(f"topics.yml and facts/ disagree on {odd}: one file per topic.")
    for path in files:
        for entry in read_yaml(path) or []:
            fact = _read_fact(entry, path, sources, topics)
            if fact.id in facts:
                raise ContentError(
                    f"{path.name}:{entry.line}: id '{fact.id}' is taken by topic "
                    f"'{facts[fact.id].topic}'. Choose another."
                )
            facts[fact.id] = fact
    for topic in topics.values():
        if unknown := sorted({f for ids in topic.lead.values() for f in ids} - set(facts)):
            raise ContentError(f"topics.yml: '{topic.id}': lead names unknown facts {unknown}.")
    return Content(MappingProxyType(facts), MappingProxyType(sources), MappingProxyType(topics))


@lru_cache(maxsize=1)
def content() -> Content:
    """The content base of this process, read at first use."""
    return load_content()


def _load_sources(path: Path) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for entry in read_yaml(path) or []:
        check_keys(
            entry, path=path, required=frozenset(["id", "title", "publisher", "descriptive"])
        )
        if entry["id"] in sources:
            raise ContentError(f"{path.name}:{entry.line}: source '{entry['id']}' stands twice.")
        sources[entry["id"]] = Source(**entry)
    return sources


def _load_topics(path: Path) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    lines: dict[str, int] = {}
    for entry in read_yaml(path) or []:
        check_keys(
            entry,
            path=path,
            required=frozenset(["id", "kind", "name", "label", "ask", "related", "default_facet"]),
            optional=frozenset(["lead"]),
        )
        where = f"{path.name}:{entry.line}: '{entry['id']}'"
        if len(entry["label"]) > 20:
            raise ContentError(f"{where}: label has over 20 characters; chat buttons cut it.")
        if odd := {entry["default_facet"], *entry.get("lead", {})} - set(FACETS):
            raise ContentError(f"{where}: {sorted(odd)} is no facet; known are {list(FACETS)}.")
        if entry["kind"] not in KINDS:
            raise ContentError(f"{where}: kind '{entry['kind']}' is none of {list(KINDS)}.")
        if entry["id"] in topics:
            raise ContentError(f"{where} stands twice. Keep one.")
        topics[entry["id"]] = Topic(
            id=entry["id"],
            label=entry["label"],
            ask=entry["ask"],
            related=tuple(entry["related"]),
            kind=entry["kind"],
            name=entry["name"],
            default_facet=entry["default_facet"],
            lead=MappingProxyType({k: tuple(v) for k, v in entry.get("lead", {}).items()}),
        )
        lines[entry["id"]] = entry.line
    for topic in topics.values():
        if unknown := sorted(set(topic.related) - set(topics)):
            raise ContentError(
                f"{path.name}:{lines[topic.id]}: '{topic.id}': unknown related {unknown}."
            )
    return topics


def _read_fact(
    entry: dict, path: Path, sources: Mapping[str, Source], topics: Mapping[str, Topic]
) -> Fact:
    check_keys(
        entry,
        path=path,
        required=frozenset(["id", "facet", "text", "sources"]),
        optional=frozenset(["also_topics", "note"]),
    )
    where = f"{path.name}:{entry.line}: '{entry['id']}'"  # type: ignore[attr-defined]
    if entry["facet"] not in FACETS:
        raise ContentError(f"{where}: facet '{entry['facet']}' is none of {list(FACETS)}.")
    if not entry["sources"]:
        raise ContentError(f"{where}: a fact needs at least one source.")
    if unknown := sorted(set(entry["sources"]) - set(sources)):
        raise ContentError(f"{where}: unknown sources {unknown}; see sources.yml.")
    if unknown := sorted(set(entry.get("also_topics", [])) - set(topics)):
        raise ContentError(f"{where}: unknown also_topics {unknown}; see topics.yml.")
    if not str(entry["text"]).strip():
        raise ContentError(f"{where}: the text is empty.")
    return Fact(
        id=entry["id"],
        topic=path.stem,
        facet=entry["facet"],
        text=entry["text"],
        sources=tuple(entry["sources"]),
        also_topics=tuple(entry.get("also_topics", [])),
        note=entry.get("note"),
    )
