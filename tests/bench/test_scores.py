"""What counts as right, on parse results made by hand: no model, no Rasa."""

from __future__ import annotations

from typing import Any

import pytest

from bench.metrics import Share
from bench.mistakes import checked_target, mistakes_text
from bench.parsed import Parsed, read_fact_questions
from bench.places import BUILD, DOCS
from bench.report import evaluation_page
from bench.scores import (
    alarm_per_flag,
    alarm_per_reading,
    alarm_ways,
    fact_found,
    headline,
    topics_and_acts,
)
from bot.content.facts import content
from bot.nlu.encoder.examples import Example

SECRET = "a held-out message that nobody may publish"


def parsed(
    example: Example,
    intent: str,
    *,
    topics: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    scope: float = 0.9,
    **safety: Any,
) -> Parsed:
    question = {
        "topics": [{"id": topic, "confidence": 0.8} for topic in topics],
        "facet": {"name": "why", "confidence": 0.7},
        "facts": [{"id": fact, "confidence": 0.5} for fact in facts],
        "gaps": [],
        "scope": scope,
    }
    alarm = {"alarm": False, "probability": 0.1, "rule": False, "urgency": "none", "flags": []}
    name = {"name": intent, "confidence": 0.9}
    return Parsed(example, {"intent": name, "question": question, "safety": {**alarm, **safety}})


def example(intent: str, **labels: Any) -> Example:
    return Example(SECRET, intent, source=labels.pop("source", "made_up.yml"), **labels)


COFFEE = example("caffeine", topics=("caffeine",), facet="why")
BOTH = example("caffeine", topics=("caffeine", "stress_anxiety"), facet="what")
DROOP = example("alarm_symptoms", flags=("droop",), reading="present", urgency="emergency")
NEGATED = example("seriousness", topics=("seriousness",), near_miss=True, reading="negated")
STREAM = example("out_of_scope", near_miss=True, source="scope.yml")
FOUND = {"alarm": True, "probability": 0.9, "urgency": "emergency"}
ROWS = [
    parsed(COFFEE, "caffeine", topics=("caffeine",)),
    parsed(COFFEE, "nlu_fallback", topics=("caffeine",)),
    parsed(BOTH, "caffeine", topics=("caffeine", "stress_anxiety")),
    parsed(BOTH, "caffeine", topics=("stress_anxiety",)),
    parsed(DROOP, "alarm_symptoms", rule=True, red_flags=["droop"], **FOUND),
    parsed(DROOP, "report_twitch", topics=("caffeine",)),
    parsed(NEGATED, "alarm_symptoms", topics=("seriousness",), alarm=True, probability=0.6),
    parsed(NEGATED, "seriousness", topics=("seriousness",), rule=True),
    parsed(STREAM, "caffeine", topics=("caffeine",), scope=0.4),
    parsed(STREAM, "out_of_scope", scope=0.1),
    parsed(example("greet"), "greet"),
    parsed(example("thanks"), "greet"),
    parsed(example("self_harm"), "self_harm"),
]


@pytest.fixture(scope="module")
def figures() -> dict[str, Share]:
    return dict(headline(ROWS))


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("Topic accuracy: a right topic is answered", Share(5, 6)),  # asked back is wrong
        ("Several topics: all are answered", Share(1, 2)),
        ("Facet accuracy", Share(2, 4)),
        ("Act accuracy (small talk)", Share(1, 2)),
        ("Alarm recall", Share(1, 2)),
        ("False alarms: near misses", Share(1, 2)),
        ("False alarms: all other messages", Share(0, 8)),
        ("Urgency exact, of alarms that were found", Share(1, 1)),
        ("Emergency said to be less, of alarms that were found", Share(0, 1)),
        ("Routine found", Share(0, 0)),
        ("Self-harm found", Share(1, 1)),
        ("Out of scope, answered as if about lips", Share(1, 2)),
        ("In scope, refused", Share(0, 8)),
        ("In scope, asked back", Share(1, 8)),
    ],
)
def test_headline_counts_what_it_says(figures, name, share):
    assert figures[name] == share


def test_alarm_per_flag_tells_found_from_named():
    assert alarm_per_flag(ROWS) == [("droop", Share(1, 2), Share(1, 2))]


def test_flags_of_rule_rows_count_only_when_asserted():
    rows = [{"flag": "droop", "reading": "negated"}, {"flag": "speech", "reading": "present"}]
    row = parsed(DROOP, "alarm_symptoms", flags=rows, **FOUND)
    assert row.flags == {"speech"}


def test_near_misses_and_alarms_are_read_apart():
    assert alarm_per_reading(ROWS, alarms=True) == [("present", Share(1, 2))]
    assert alarm_per_reading(ROWS, alarms=False) == [("negated", Share(1, 2))]


def test_ablation_shows_each_part_alone():
    rules, alone, _, together = alarm_ways(ROWS)
    assert (rules.recall, rules.near_misses) == (Share(1, 2), Share(1, 2))
    assert (alone.recall, alone.near_misses) == (Share(1, 2), Share(1, 2))
    assert (together.recall, together.others) == (Share(1, 2), Share(0, 8))
    # 20 pairs: 0.9 beats all ten, 0.1 ties with nine and loses to 0.6
    assert together.auc == pytest.approx((10 + 9 / 2) / 20)


def test_worst_intent_stands_first():
    assert topics_and_acts(ROWS)[0] == ("thanks", Share(0, 1))


def test_fact_counts_only_among_the_first_five():
    wanted = example("caffeine", facts=("f",))
    assert fact_found(parsed(wanted, "caffeine", facts=("a", "b", "c", "d", "f")))
    assert not fact_found(parsed(wanted, "caffeine", facts=("a", "b", "c", "d", "e", "f")))


def test_figures_of_no_messages_are_empty_not_perfect():
    assert {share for _, share in headline([])} == {Share(0, 0)}


def test_page_has_pictures_with_alt_texts_and_no_message(tmp_path):
    page = evaluation_page(ROWS, [], machine="2 cores", pictures=tmp_path / "evaluation")
    assert SECRET not in page
    for name in ("confusion", "alarm-precision-recall", "scope-reliability", "alarm-reliability"):
        picture = (tmp_path / "evaluation" / f"{name}.svg").read_text(encoding="utf-8")
        assert picture.startswith("<?xml")
        assert f"](evaluation/{name}.svg)" in page
        assert SECRET not in picture
    assert "![]" not in page


def test_mistakes_name_kind_and_message():
    text = mistakes_text(ROWS, [])
    assert "## missed alarm: 1" in text
    assert "## false alarm, near miss: 1" in text
    assert SECRET in text


def test_mistakes_may_only_be_written_where_nothing_is_committed():
    assert checked_target(BUILD / "mistakes.txt") == (BUILD / "mistakes.txt").resolve()
    with pytest.raises(ValueError, match="below build/"):
        checked_target(DOCS / "mistakes.txt")
    with pytest.raises(ValueError, match="below build/"):
        checked_target(BUILD / ".." / "mistakes.txt")


def test_fact_questions_carry_their_fact_and_its_topics():
    questions = read_fact_questions()
    assert questions
    for question in questions:
        assert content().facts[question.facts[0]].serves(question.topics[0])


def test_a_question_about_an_unknown_fact_is_refused(tmp_path):
    file = tmp_path / "fact_questions.yml"
    file.write_text('no-such-fact: "anything?"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="no-such-fact"):
        read_fact_questions(file)
