from __future__ import annotations

import pytest
import spacy

from bot.language.patterns import PatternError, PatternIndex, compile_pattern, inflections

SETS = {"face": ["face", "mouth"], "cannot": ["can not", "unable to"], "side": ["side"]}


def find(text: str, *lines: str) -> list[str]:
    nlp = spacy.blank("en")
    rules = [compile_pattern(line, SETS) for line in lines]
    doc = nlp(text)
    for token in doc:
        token.is_sent_start = token.i == 0 or doc[token.i - 1].text == "."
    index = PatternIndex(nlp.vocab, rules, common=frozenset({"face", "mouth"}))
    return [doc[match.start : match.end].text for match in index.find(doc)]


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("<face> droop+", "my mouth droops", ["mouth droops"]),
        ("<face> droop+", "my mouth is fine", []),
        ("<face> *2 droop+", "my face is really drooping", ["face is really drooping"]),
        ("<face> *2 droop+", "my face , it is drooping", []),
        ("<face> *2 droop+", "my face. it droops", []),
        ("<cannot> whistle", "i can't whistle", ["can't whistle"]),
        ("<cannot> whistle", "i am unable to whistle", ["unable to whistle"]),
        ("<cannot> whistle", "i can whistle", []),
        ("left? side", "the left side", ["left side"]),
        ("left? side", "that side", ["side"]),
        ("!weak coffee", "strong coffee", ["strong coffee"]),
        ("!weak coffee", "weak coffee", []),
    ],
)
def test_a_pattern_finds_what_it_says(line, text, found):
    assert find(text, line) == found


def test_longest_match_of_a_rule_wins():
    assert find("my mouth droops", "<face>? droop+") == ["mouth droops"]


def test_inflections_know_doubling_and_the_dropped_g():
    assert {"sag", "sags", "sagged", "sagging", "saggin"} <= inflections("sag")
    assert "sage" not in inflections("sag")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "empty pattern"),
        ("<limb> droops", "unknown set '<limb>'"),
        ("*3", "only gaps"),
        ("left?", "only gaps"),
        ("a||b", "stray"),
        ("chok+ on", "use the base form"),
        ("!<cannot> whistle", "cannot be excluded"),
        ("what?? now", "cannot read"),
    ],
)
def test_a_slip_is_explained(line, words):
    with pytest.raises(PatternError, match=words.replace("?", r"\?")):
        compile_pattern(line, SETS)
