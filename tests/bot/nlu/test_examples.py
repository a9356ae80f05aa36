"""The reader of labelled messages, the fingerprint and the held-out share."""

from __future__ import annotations

import collections
import re
from pathlib import Path

import pytest

from bot.content import content
from bot.nlu.encoder.examples import Example, ExampleError, fingerprint, read_examples
from tests.places import DATA, ROOT

TOPICS = frozenset(["caffeine", "als"])


def write(folder: Path, text: str) -> None:
    (folder / "one.yml").write_text(f'version: "3.1"\nnlu:\n{text}')


def test_a_topic_intent_carries_its_topic(tmp_path) -> None:
    write(tmp_path, "- intent: caffeine\n  metadata: {facet: why}\n  examples: |\n    - a b\n")
    assert read_examples(tmp_path, TOPICS) == [
        Example("a b", "caffeine", ("caffeine",), "why", source="one.yml")
    ]


def test_several_topics_keep_their_order(tmp_path) -> None:
    write(
        tmp_path,
        "- intent: als\n  metadata: {topics: [als, caffeine]}\n  examples: |\n    - a b\n",
    )
    assert read_examples(tmp_path, TOPICS)[0].topics == ("als", "caffeine")


def test_unknown_metadata_names_file_intent_and_key(tmp_path) -> None:
    write(tmp_path, "- intent: als\n  metadata: {facette: why}\n  examples: |\n    - a b\n")
    with pytest.raises(ExampleError, match=r"one\.yml: intent 'als'.*facette"):
        read_examples(tmp_path, TOPICS)


def test_a_block_without_examples_is_refused(tmp_path) -> None:
    write(tmp_path, "- intent: als\n  examples: ''\n")
    with pytest.raises(ExampleError, match="without examples"):
        read_examples(tmp_path, TOPICS)


def test_an_empty_folder_is_refused(tmp_path) -> None:
    with pytest.raises(ExampleError, match="no examples"):
        read_examples(tmp_path, TOPICS)


def test_fingerprint_ignores_files_and_order_but_no_label() -> None:
    one, two = Example("a", "als", source="x"), Example("b", "als", source="y")
    assert fingerprint([one, two]) == fingerprint([two, Example("a", "als", source="z")])
    assert fingerprint([one]) != fingerprint([Example("a", "als", facet="why")])


@pytest.fixture(scope="module")
def training() -> list[Example]:
    return read_examples(DATA / "nlu", frozenset(content().topics))


@pytest.fixture(scope="module")
def held_out_set() -> list[Example]:
    return read_examples(ROOT / "tests" / "nlu", frozenset(content().topics))


def test_held_out_share_is_about_a_tenth(training) -> None:
    share = sum(e.held_out for e in training) / len(training)
    assert 0.08 < share < 0.12


def test_every_kind_of_message_has_enough_examples(training) -> None:
    count = collections.Counter(e.intent for e in training)
    assert {t: count[t] for t in content().topics if count[t] < 60} == {}
    assert count["alarm_symptoms"] >= 400
    assert sum(e.near_miss for e in training) >= 400
    assert count["out_of_scope"] >= 500


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip() or text.strip()


def test_no_message_stands_twice(training) -> None:
    count = collections.Counter(plain(e.text) for e in training)
    assert [text for text, n in count.items() if n > 1] == []


def test_test_messages_are_no_training_messages(training, held_out_set) -> None:
    assert len(held_out_set) >= 800
    known = {plain(e.text) for e in training}
    assert [e.text for e in held_out_set if plain(e.text) in known] == []
