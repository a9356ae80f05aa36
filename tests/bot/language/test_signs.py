from __future__ import annotations

import dataclasses

import pytest
from spacy.tokens import Doc

from bot.language.signs import ASSERTED_READINGS, READINGS, SignMention, register_extensions


@pytest.mark.parametrize("reading", READINGS)
def test_only_present_unsure_and_resolved_are_asserted(reading):
    mention = SignMention("droop", 0, 5, "droop", reading=reading)
    assert mention.asserted is (reading in {"present", "unsure", "resolved"})
    assert mention.asserted is (reading in ASSERTED_READINGS)


def test_a_mention_cannot_be_edited():
    mention = SignMention("droop", 0, 5, "droop")
    with pytest.raises(dataclasses.FrozenInstanceError):
        mention.reading = "negated"  # type: ignore[misc]


def test_extensions_can_be_registered_twice():
    register_extensions()
    register_extensions()
    assert all(Doc.has_extension(name) for name in ("red_flags", "topics", "gaps", "urgency"))
