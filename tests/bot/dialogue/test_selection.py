"""Which facts come first."""

from __future__ import annotations

import pytest

from bot.content import FACETS, content
from bot.dialogue.question import Question
from bot.dialogue.selection import (
    NEAR_FACETS,
    answers_facet,
    distance,
    find_disagreement,
    has_near,
    is_left_to_tell,
    rank_facts,
)
from bot.dialogue.texts import disagreements

BASE = content()


def test_every_facet_knows_its_neighbours() -> None:
    assert set(NEAR_FACETS) == set(FACETS)
    assert {near for nears in NEAR_FACETS.values() for near in nears} <= set(FACETS)


def test_the_asked_facet_comes_first() -> None:
    ranked = rank_facts(BASE, "caffeine", "figure", Question(), ())
    assert ranked[0].id == "caffeine-three-cups"


def test_a_certain_match_outweighs_facet_and_lead() -> None:
    question = Question(facts={"caffeine-hidden-sources": 0.9})
    ranked = rank_facts(BASE, "caffeine", "risk", question, ())
    assert ranked[0].id == "caffeine-hidden-sources"


def test_told_facts_sink() -> None:
    first, second, *_ = rank_facts(BASE, "medication", "why", Question(), ())
    again = rank_facts(BASE, "medication", "why", Question(), (first.id,))
    assert again[0] == second
    assert first in again


def test_the_same_question_gets_the_same_first_sentence() -> None:
    lead = BASE.topics["seriousness"].lead["risk"]
    assert rank_facts(BASE, "seriousness", "risk", Question(), lead)[0].id == lead[0]


@pytest.mark.parametrize("topic", [t for t in BASE.topics.values() if t.lead], ids=lambda t: t.id)
def test_lead_is_told_in_its_order(topic) -> None:
    for facet, lead in topic.lead.items():
        ranked = [fact.id for fact in rank_facts(BASE, topic.id, facet, Question(), ())]
        assert ranked[: len(lead)] == list(lead)


def test_grave_facts_of_other_diseases_stay_away_unless_asked() -> None:
    als = BASE.facts["als-terminal"]
    assert als not in rank_facts(BASE, "outlook", "risk", Question(), ())
    assert als in rank_facts(BASE, "als", "risk", Question(), ())
    assert als in rank_facts(BASE, "outlook", "risk", Question(facts={"als-terminal": 0.6}), ())
    assert not is_left_to_tell("outlook", als, ())
    assert is_left_to_tell("als", als, ())
    assert not is_left_to_tell("als", als, ("als-terminal",))


def test_distance_from_the_question() -> None:
    def away(fact: str, topic: str, facet: str, question: Question | None = None) -> int:
        return distance(BASE, topic, facet, BASE.facts[fact], question or Question())

    assert away("caffeine-three-cups", "caffeine", "figure") == 0
    assert away("caffeine-three-cups", "caffeine", "what") == 1
    assert away("caffeine-three-cups", "caffeine", "why") == 2
    matched = Question(facts={"caffeine-three-cups": 0.5})
    assert away("caffeine-three-cups", "caffeine", "why", matched) == 0
    assert away("als-terminal", "als", "risk") == 2
    assert away("ms-can-twitch", "neurological_disorders", "symptoms") == 2


def test_what_the_articles_answer() -> None:
    assert answers_facet(BASE, "als", "treatment", Question())
    assert not answers_facet(BASE, "ms", "treatment", Question())
    assert answers_facet(BASE, "ms", "treatment", Question(facts={"ms-can-twitch": 0.8}))
    assert has_near(BASE, "stimulants", "treatment")
    assert not has_near(BASE, "ms", "treatment")


def test_a_disagreement_is_found_by_topic_facet_and_fact() -> None:
    fact = BASE.facts["dehydration-trigger"]
    found = find_disagreement(disagreements(), "dehydration", "what", fact)
    assert found is not None
    assert found.id == "dehydration-enough"
    assert find_disagreement(disagreements(), "dehydration", "why", fact) is None
    assert find_disagreement(disagreements(), "caffeine", "what", fact) is None
