"""Messages that only make sense after an earlier answer."""

from __future__ import annotations

import pytest

from bot.content import FACETS, content
from bot.dialogue.answer import answer
from bot.dialogue.follow_up import follow_up
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State
from bot.dialogue.texts import disagreements, replies


def say(state: State, **asked) -> Reply:
    return follow_up(Question(intent="follow_up", **asked), state, emergency_numbers="112")


def test_a_topic_keeps_the_facet_asked_before() -> None:
    state = State(last_topics=("caffeine",), last_facet="self_help")
    reply = say(state, topics=("fatigue_sleep",))
    assert reply.topics == ("fatigue_sleep",)
    assert content().facts[reply.facts[0]].facet == "self_help"


def test_a_facet_the_new_topic_lacks_is_dropped() -> None:
    state = State(last_topics=("caffeine",), last_facet="figure")
    reply = say(state, topics=("upper_vs_lower",))
    assert (
        reply.text
        == answer(Question(topics=("upper_vs_lower",)), State(), emergency_numbers="112").text
    )


def test_a_facet_asks_about_the_last_topic() -> None:
    reply = say(State(last_topics=("hemifacial_spasm",)), facet="treatment")
    assert reply.topics == ("hemifacial_spasm",)
    assert reply.facts[0] == "hemifacial-botox"


def test_a_gap_asks_about_the_last_topic() -> None:
    reply = say(State(last_topics=("magnesium",)), gaps=("child",))
    assert reply.text.startswith(replies()["gaps"]["child"])
    assert reply.topics == ("magnesium",)


def test_nothing_said_before_invites_a_question_once() -> None:
    assert say(State()).text == replies()["more"]["nothing_yet"]
    texts = [say(State(fallbacks=n)).text for n in range(6)]
    assert all(len(set(texts[i : i + 3])) > 1 for i in range(4))


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_as_first_message_means_the_lip(facet: str) -> None:
    reply = say(State(), facet=facet)
    assert reply.kind == "answer"
    assert len(reply.topics) == 1
    assert reply.facts


def test_a_gap_as_first_message_is_owned_up_to() -> None:
    assert say(State(), gaps=("price",)).text == replies()["gaps"]["price"]


def _walk(topic: str) -> list[Reply]:
    """All that "tell me more" brings after a first answer."""
    replies_given = [answer(Question(topics=(topic,)), State(), emergency_numbers="112")]
    while replies_given[-1].facts:
        told = tuple(fact for reply in replies_given for fact in reply.facts)
        assert len(replies_given) < 20, topic
        replies_given.append(say(State(last_topics=(topic,), told=told)))
    return replies_given


def test_tell_me_more_reaches_every_fact_and_always_brings_news() -> None:
    reached: set[str] = set()
    differing = {fact for item in disagreements() for fact in item.facts}  # may be told once more
    for topic in content().topics:
        walk = _walk(topic)
        told: set[str] = set()
        for reply in walk[:-1]:
            again = told & set(reply.facts)
            assert again < set(reply.facts), topic
            assert again <= differing, topic
            told |= set(reply.facts)
        assert walk[-1].text == replies()["more"]["nothing_left"]
        assert 2 <= len(walk[-1].buttons) <= 3
        assert all(40 <= len(reply.text.split()) <= 110 for reply in walk[:-1]), topic
        reached |= told
    assert reached == set(content().facts)
    assert len(reached) == 294
