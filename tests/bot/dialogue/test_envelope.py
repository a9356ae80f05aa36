"""The `custom` object of a reply."""

from __future__ import annotations

import pytest

from bot.dialogue.envelope import KINDS, URGENCIES, make_envelope

KEYS = {
    "schema", "kind", "urgency", "escalation_active", "red_flags", "topics", "facts", "sources",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("urgency", URGENCIES)
def test_it_has_exactly_the_promised_keys(kind: str, urgency: str) -> None:
    envelope = make_envelope(kind, urgency=urgency)
    assert set(envelope) == KEYS
    assert (envelope["schema"], envelope["kind"], envelope["urgency"]) == (1, kind, urgency)
    assert envelope["escalation_active"] is False


def test_kinds_and_urgencies_are_those_of_the_product() -> None:
    assert set(KINDS) == {
        "answer", "clarify", "escalation", "crisis", "check_question", "check_result", "log",
        "chitchat", "out_of_scope", "handoff", "privacy", "error",
    }  # fmt: skip
    assert URGENCIES == ("none", "routine", "urgent", "emergency")


def test_sources_follow_from_the_facts() -> None:
    envelope = make_envelope("answer", facts=["caffeine-three-cups", "caffeine-hidden-sources"])
    assert [source["id"] for source in envelope["sources"]] == ["000", "003"]
    assert all(set(source) == {"id", "title", "publisher"} for source in envelope["sources"])


@pytest.mark.parametrize(("kind", "urgency"), [("anwser", "none"), ("answer", "high")])
def test_an_unknown_word_is_refused(kind: str, urgency: str) -> None:
    with pytest.raises(ValueError, match=r"Known are"):
        make_envelope(kind, urgency=urgency)
