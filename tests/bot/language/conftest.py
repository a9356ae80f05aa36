"""One pipeline per run: building it takes a second, reading a sentence a millisecond."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language

from bot.language.pipeline import build_pipeline
from bot.language.signs import SignMention


@pytest.fixture(scope="session")
def nlp() -> Language:
    return build_pipeline()


@pytest.fixture(scope="session")
def asserted(nlp) -> Callable[[str], set[str]]:
    """The flags that a sentence asserts; lower-cased, as Rasa's SpacyNLP hands text over."""
    return lambda text: {m.flag for m in nlp(text.lower())._.red_flags if m.asserted}


@pytest.fixture(scope="session")
def certain(nlp) -> Callable[[str], set[str]]:
    """The flags that a sentence asserts so clearly that the rule alone escalates."""
    return lambda text: {m.flag for m in nlp(text.lower())._.red_flags if m.asserted and m.certain}


@pytest.fixture(scope="session")
def mentions(nlp) -> Callable[[str], tuple[SignMention, ...]]:
    return lambda text: tuple(nlp(text.lower())._.red_flags)
