"""Every answer the bot can give: its length, its sources, its first sentence, its buttons."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from bot.content import FACETS, content
from bot.dialogue.answer import MAX_WORDS, answer
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.state import State
from bot.dialogue.texts import disagreements, replies

NUMBERS = "112 / 911 / 999"
TOPICS = sorted(content().topics)
# Nobody who is afraid hears these first.
CRUEL = ("terminal", "begin to die", "No treatment cures", "cannot be cured", "cannot yet be cured")


def ask(*topics: str, facet: str | None = None, state: State | None = None, **more) -> Reply:
    question = Question(topics=topics, facet=facet, **more)
    return answer(question, state or State(), emergency_numbers=NUMBERS)


def statements_of(reply: Reply) -> list[tuple[str, list[int]]]:
    """Sentences with the article numbers behind them."""
    body = "\n".join(line for line in reply.text.split("\n") if not line.startswith("Source"))
    found = re.findall(r"([^\[\]]+) \[([\d, ]+)\]", body)
    return [(text.strip(" \n-"), [int(n) for n in numbers.split(", ")]) for text, numbers in found]


@pytest.fixture(scope="module")
def every_answer() -> dict[tuple[str, str], Reply]:
    return {(topic, facet): ask(topic, facet=facet) for topic in TOPICS for facet in FACETS}


def test_every_answer_has_its_length(every_answer: dict[tuple[str, str], Reply]) -> None:
    assert len(every_answer) == 47 * 11
    lengths = {key: len(reply.text.split()) for key, reply in every_answer.items()}
    assert {key: n for key, n in lengths.items() if not 40 <= n <= 110} == {}


def test_every_answer_states_a_fact(every_answer: dict[tuple[str, str], Reply]) -> None:
    assert [key for key, reply in every_answer.items() if not reply.facts] == []


def test_every_statement_is_followed_by_its_articles(
    every_answer: dict[tuple[str, str], Reply],
) -> None:
    base = content()
    differing = {item.text: item.facts for item in disagreements()}
    for key, reply in every_answer.items():
        order = [source["id"] for source in reply.envelope()["sources"]]
        said = {base.facts[fact].text: (fact,) for fact in reply.facts} | differing
        told: set[str] = set()
        for text, numbers in statements_of(reply):
            facts = next(facts for words, facts in said.items() if text.endswith(words))
            sources = {source for fact in facts for source in base.facts[fact].sources}
            assert [order[n - 1] for n in numbers] == sorted(sources), key
            told |= set(facts)
        assert told == set(reply.facts), key


def test_the_source_line_names_exactly_the_articles_of_the_facts(
    every_answer: dict[tuple[str, str], Reply],
) -> None:
    base = content()
    for key, reply in every_answer.items():
        used = sorted({source for fact in reply.facts for source in base.facts[fact].sources})
        titles = "; ".join(f"[{n}] {base.sources[s].title}" for n, s in enumerate(used, start=1))
        word = "Source" if len(used) == 1 else "Sources"
        assert reply.text.split("\n")[-1] == f"{word}: {titles}", key


def test_every_answer_offers_two_or_three_short_buttons(
    every_answer: dict[tuple[str, str], Reply],
) -> None:
    for key, reply in every_answer.items():
        titles = [button.title for button in reply.buttons]
        assert 2 <= len(titles) <= 3, key
        assert len(set(titles)) == len(titles), key
        assert max(map(len, titles)) <= 24, key


def test_no_answer_has_a_blank_line(every_answer: dict[tuple[str, str], Reply]) -> None:
    assert [key for key, r in every_answer.items() if "\n\n" in r.text or "  " in r.text] == []


def test_facets_of_a_topic_are_answered_differently(
    every_answer: dict[tuple[str, str], Reply],
) -> None:
    alike = [
        (topic, one, other)
        for topic in TOPICS
        for one, other in combinations(FACETS, 2)
        if every_answer[topic, one].text == every_answer[topic, other].text
    ]
    assert alike == []


def test_no_answer_opens_cruelly(every_answer: dict[tuple[str, str], Reply]) -> None:
    for key, reply in every_answer.items():
        first = reply.text.split("[")[0]
        assert not any(word in first for word in CRUEL), key


def test_is_it_als_opens_with_what_is_likely() -> None:
    text = ask("als").text
    assert text.startswith("If a twitching lip is the only thing going on")
    assert "terminal" not in text


@pytest.mark.parametrize(
    ("topic", "fact"),
    [("als", "als-can-twitch"), ("ms", "ms-can-twitch"), ("parkinsons", "parkinsons-can-cause")],
)
def test_whether_a_grave_disease_is_behind_it_opens_with_how_likely_it_is(
    topic: str, fact: str
) -> None:
    reply = ask(topic, facet="what", facts={fact: 0.9})
    assert reply.text.startswith("If a twitching lip is the only thing going on")


def test_numbness_from_the_dentist_is_said_to_wear_off() -> None:
    reply = ask("dental_work", explained=True)
    assert "wears off" in reply.text
    assert NUMBERS in reply.text
    assert len(reply.text.split()) <= MAX_WORDS


def test_a_certain_match_is_told_even_if_hard() -> None:
    assert ask("als", facet="risk", facts={"als-terminal": 0.9}).facts[0] == "als-terminal"


def test_a_disease_nobody_asked_about_fills_no_gap() -> None:
    told = {f for facet in FACETS for f in ask("outlook", facet=facet).facts}
    assert not told & {"als-terminal", "als-no-cure", "parkinsons-progressive", "tourette-no-cure"}


def test_facts_on_which_the_articles_differ_never_stand_side_by_side_unexplained(
    every_answer: dict[tuple[str, str], Reply],
) -> None:
    for key, reply in every_answer.items():
        for item in disagreements():
            if len(set(item.facts) & set(reply.facts)) > 1:
                assert item.text in reply.text, (key, item.id)


def test_a_bare_mention_gets_the_default_facet() -> None:
    assert ask("breathing").facts[0] == "breathing-478-steps"
    assert ask("breathing").text == ask("breathing", facet="self_help").text


def test_several_topics_are_all_answered() -> None:
    base = content()
    for topics in (("stress_anxiety", "caffeine"), ("caffeine", "fatigue_sleep", "stress_anxiety")):
        for facet in (None, "self_help"):
            reply = ask(*topics, facet=facet)
            for topic in topics:
                assert any(base.facts[fact].serves(topic) for fact in reply.facts), (topics, topic)
            assert len(reply.text.split()) <= MAX_WORDS
            assert 2 <= len(reply.buttons) <= 3


def test_the_check_question_comes_once() -> None:
    check = replies()["safety"]["check"]
    first = ask("seriousness", intent="report_twitch")
    assert check in first.text
    assert first.slots["check_pending"] is True
    assert first.slots["check_asked"] is True
    second = ask("seriousness", intent="report_twitch", state=State(check_asked=True))
    assert check not in second.text
    assert second.slots["check_pending"] is False
    assert "check_asked" not in second.slots


def test_an_alarm_in_force_is_recalled_and_asks_no_check() -> None:
    reply = ask("seriousness", intent="report_twitch", state=State(escalation_active=True))
    first, *rest = reply.text.split("\n")
    assert first == replies()["safety"]["reminder"].format(emergency_numbers=NUMBERS)
    assert replies()["safety"]["check"] not in "\n".join(rest)
    assert reply.slots["check_pending"] is False
    assert reply.envelope()["escalation_active"] is True
    assert len(reply.text.split()) <= MAX_WORDS


def test_routine_urgency_advises_an_appointment() -> None:
    reply = ask(
        "duration", urgency="routine", routine_reasons=("over_two_weeks", "spread", "painful")
    )
    assert "As it has gone on for over two weeks and spread, book an appointment" in reply.text
    assert reply.urgency == "routine"
    assert ask("duration", urgency="none").urgency == "none"
    assert "over two weeks, book" in ask("duration", urgency="routine").text


def test_a_question_about_signs_says_what_to_do_if_they_come() -> None:
    assert NUMBERS in ask("red_flags").text
    assert NUMBERS in ask("when_to_see_doctor", facet="timing").text
    assert NUMBERS not in ask("caffeine").text


@pytest.mark.parametrize("gap", sorted(replies()["gaps"]))
def test_a_gap_opens_the_answer(gap: str) -> None:
    assert ask("magnesium", gaps=(gap,)).text.startswith(replies()["gaps"][gap])
    alone = ask(gaps=(gap,))
    assert alone.text == replies()["gaps"][gap]
    assert len(alone.buttons) == 3


def test_an_unknown_gap_is_still_owned_up_to() -> None:
    assert ask(gaps=("astrology",)).text == replies()["gaps"]["other"]
    assert ask().text == replies()["gaps"]["other"]


def test_silence_of_the_articles_is_said_first() -> None:
    opening = "The five articles name no medical treatment for a lip twitch linked with multiple"
    assert ask("ms", facet="treatment").text.startswith(opening)
    assert ask("als", facet="treatment").text.startswith("Edaravone")
    assert ask("upper_vs_lower", facet="prevention").text.startswith(
        "The five articles say nothing on prevention here."
    )


@pytest.mark.parametrize("facet", FACETS)
def test_every_facet_has_its_silent_frames(facet: str) -> None:
    frames = replies()["silent"][facet]
    assert set(frames) == {"named", "this"}
    assert "{" not in frames["this"]
    assert "{name}" in frames["named"]


def test_unknown_topics_are_left_out() -> None:
    assert ask("phrenology", "caffeine").topics == ("caffeine",)
