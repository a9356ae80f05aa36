from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import pytest

from bot.language.pipeline import STEPS, build_pipeline

PACKAGE = Path(__file__).parents[3] / "bot" / "language" / "en_lip_twitch"
MOST_SECONDS = 0.02  # ten times the goal, so that a busy machine does not fail the build


@pytest.fixture
def package(monkeypatch):
    """The loadable package, as if installed."""
    monkeypatch.syspath_prepend(str(PACKAGE))
    yield __import__("en_lip_twitch")
    sys.modules.pop("en_lip_twitch", None)


def test_steps_run_in_order(nlp):
    assert nlp.pipe_names == [name for name, _ in STEPS]


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "😬", "????", "a" * 3000, "no " * 300, "\u200b", "-"]
)
def test_odd_texts_are_read(nlp, text):
    doc = nlp(text)
    assert doc.text == text
    assert [mention for mention in doc._.red_flags if mention.asserted] == []
    assert doc._.urgency.level in {"none", "routine"}


def test_one_document_leaves_nothing_in_the_next(nlp):
    assert nlp("my face is drooping")._.red_flags
    doc = nlp("hello")
    assert (doc._.red_flags, doc._.topics, doc._.gaps, doc._.routine_reasons) == ([], [], [], [])


def test_pipe_gives_the_same_as_one_by_one(nlp):
    texts = ["my face is drooping", "hi", "no droop", "too much coffee"]
    assert [doc._.red_flags for doc in nlp.pipe(texts)] == [nlp(t)._.red_flags for t in texts]


def test_lemmas_come_from_the_lookup_table(nlp):
    assert [token.lemma_ for token in nlp("lips drooping")] == ["lip", "droop"]


def test_a_short_message_is_read_quickly(nlp):
    texts = ["my lip twitches for 3 weeks", "no drooping, just a twitch", "is it stress or coffee?"]
    times = []
    for text in texts * 10:
        start = time.perf_counter()
        nlp(text)
        times.append(time.perf_counter() - start)
    assert statistics.median(times) < MOST_SECONDS


def test_package_loads_as_rasa_asks_for_it(package):
    nlp = package.load(vocab=True, disable=["parser"], enable=[], exclude=[], config={})
    assert nlp.path.name == "en_lip_twitch"
    assert (nlp.lang, nlp.meta["name"], nlp.meta["version"]) == ("en", "lip_twitch", "0.1.0")
    assert [m.flag for m in nlp("my mouth is drooping")._.red_flags] == ["droop"]


def test_package_takes_the_overrides_of_spacy_load(package):
    first = build_pipeline()
    nlp = package.load(
        vocab=first.vocab,
        exclude="topic_matcher",
        disable="lemmatizer",
        config={"nlp.batch_size": 7},
    )
    assert nlp.vocab is first.vocab
    assert nlp.batch_size == 7
    assert "topic_matcher" not in nlp.component_names
    assert nlp.disabled == ["lemmatizer"]


def test_package_can_enable_only_some(package):
    nlp = package.load(enable=["chat_normaliser", "clause_splitter"])
    assert nlp.pipe_names == ["chat_normaliser", "clause_splitter"]


def test_component_settings_can_be_overridden():
    nlp = build_pipeline(config={"components": {"medspacy_context": {"max_targets": 1}}})
    assert nlp.get_pipe("medspacy_context").max_targets == 1
