from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("lip twitches. face is fine", 2),
        ("lip twitches\nface is fine", 2),
        ("lip twitches but face is fine", 2),
        ("no droop and i can talk", 2),
        ("lip twitches - face is fine", 2),
        ("lip twitches … face is fine", 2),
        ("fine except one eye", 2),
        ("lip twitches and now it is numb", 2),
        ("drooping? no", 1),
        ("drooping? yes", 2),
        ("no droop, no slur, no weakness", 1),
        ("one-sided smile", 1),
        ("mouth and chin are numb", 1),
        ("but why", 1),
        ("", 0),
    ],
)
def test_clauses(nlp, text, clauses):
    assert len(list(nlp(text).sents)) == clauses
