"""Reads labelled messages from Rasa NLU files, with the labels that Rasa itself does not use.

Plain YAML in, frozen examples out: no Rasa and no TensorFlow, so that the fine-tuning environment,
the servers and the tests share one reader.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

METADATA_KEYS = frozenset(
    ["facet", "facts", "topics", "flags", "reading", "urgency", "gap", "near_miss"]
)
HELD_OUT_SHARE = 0.10  # of the training data: never trained on, kept to calibrate decisions


class ExampleError(ValueError):
    """A data file does not follow the format; the message names file, intent and key."""


@dataclass(frozen=True)
class Example:
    """One labelled message.

    Attributes:
        text: what the person typed.
        intent: Rasa intent; for a question about the content it is the topic id.
        topics: every topic the message is about, most important first.
        facet: kind of information asked for, if the author gave one.
        facts: ids of the facts that answer it best.
        flags: red flags that the message asserts.
        reading: how the sign is meant (`present`, `negated`, …), if there is one.
        urgency: `emergency`, `urgent`, `routine` or `none`.
        gap: what the articles do not cover (`dose`, `child`, …).
        near_miss: a message without alarm, written to look like one.
        source: name of the file it stands in.
    """

    text: str
    intent: str
    topics: tuple[str, ...] = ()
    facet: str | None = None
    facts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    reading: str | None = None
    urgency: str | None = None
    gap: str | None = None
    near_miss: bool = False
    source: str = ""

    @property
    def alarm(self) -> bool:
        """Whether the message must escalate."""
        return self.intent == "alarm_symptoms"

    @property
    def held_out(self) -> bool:
        """Whether the message belongs to the share that is never trained on (fixed by its text)."""
        digest = hashlib.sha256(self.text.lower().encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32 < HELD_OUT_SHARE


def read_examples(folder: Path, topic_ids: frozenset[str]) -> list[Example]:
    """Read every NLU file below a folder, in path order.

    Args:
        folder: for example `data/nlu`.
        topic_ids: intents that are topics; their examples carry the topic without metadata.

    Raises:
        ExampleError: unknown metadata key, a block without examples, an empty folder.
    """
    examples: list[Example] = []
    for path in sorted(folder.rglob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for block in document.get("nlu", []):
            examples.extend(_read_block(block, path, topic_ids))
    if not examples:
        raise ExampleError(f"{folder}: no examples found. NLU files end in .yml and hold `nlu:`.")
    return examples


def _read_block(block: dict[str, Any], path: Path, topic_ids: frozenset[str]) -> list[Example]:
    intent = block.get("intent", "")
    metadata = block.get("metadata") or {}
    if odd := sorted(set(metadata) - METADATA_KEYS):
        raise ExampleError(
            f"{path.name}: intent '{intent}': unknown metadata {odd}. "
            f"Known are {sorted(METADATA_KEYS)}."
        )
    topics = list(metadata.get("topics", []))
    if intent in topic_ids and intent not in topics:
        topics.insert(0, intent)
    lines = [line[2:].strip() for line in block.get("examples", "").splitlines() if line[2:]]
    if not lines:
        raise ExampleError(f"{path.name}: intent '{intent}' has a block without examples.")
    return [
        Example(
            text=line,
            intent=intent,
            topics=tuple(topics),
            facet=metadata.get("facet"),
            facts=tuple(metadata.get("facts", [])),
            flags=tuple(metadata.get("flags", [])),
            reading=metadata.get("reading"),
            urgency=metadata.get("urgency"),
            gap=metadata.get("gap"),
            near_miss=bool(metadata.get("near_miss", False)),
            source=path.name,
        )
        for line in lines
    ]


def fingerprint(examples: list[Example]) -> str:
    """SHA-256 over everything the encoder learns from; independent of file names and order."""
    rows = sorted(
        "\x1f".join(
            [e.text, e.intent, *e.topics, e.facet or "", *e.facts, *e.flags, e.urgency or ""]
        )
        for e in examples
    )
    return hashlib.sha256("\x1e".join(rows).encode()).hexdigest()
