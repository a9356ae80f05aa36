"""Asking back, declining, small talk and the check questions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.dialogue.check import ask_check, check_clear
from bot.dialogue.clarify import clarify, out_of_scope
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.small_talk import small_talk
from bot.dialogue.state import State
from bot.dialogue.texts import button, disagreements, load_replies, replies, topic_button

NUMBERS = "112 / 911 / 999"
UNCLEAR = Question(candidates=("caffeine", "diet", "als"))


@pytest.mark.parametrize("reply", [clarify, out_of_scope])
def test_no_fallback_comes_three_times_in_a_row(
    reply: Callable[[Question, State], Reply],
) -> None:
    texts = [reply(UNCLEAR, State(fallbacks=n)).text for n in range(7)]
    assert all(len(set(texts[i : i + 3])) == 3 for i in range(5))


def test_fallbacks_of_both_kinds_differ_too() -> None:
    kinds = (clarify, out_of_scope)
    texts = [kinds[n % 2](UNCLEAR, State(fallbacks=n)).text for n in range(6)]
    assert all(len(set(texts[i : i + 3])) == 3 for i in range(4))


def test_the_nearest_topics_are_offered() -> None:
    reply = clarify(UNCLEAR, State())
    assert reply.topics == ("caffeine", "diet", "als")
    assert [b.title for b in reply.buttons] == [topic_button(t).title for t in reply.topics]
    assert reply.kind == "clarify"


@pytest.mark.parametrize("candidates", [(), ("caffeine",), ("no_topic",), ("seriousness",)])
def test_two_or_three_doors_stay_open(candidates: tuple[str, ...]) -> None:
    for n in range(3):
        reply = clarify(Question(candidates=candidates), State(fallbacks=n))
        titles = [b.title for b in reply.buttons]
        assert 2 <= len(titles) <= 3
        assert len(set(titles)) == len(titles)


def test_out_of_scope_says_what_the_bot_can_do() -> None:
    reply = out_of_scope(UNCLEAR, State())
    assert "twitching lip" in reply.text
    assert reply.topics == ()
    assert len(reply.buttons) == 3


@pytest.mark.parametrize("intent", ["affirm", "deny", "unsure", "nonsense", "other"])
def test_small_talk_never_repeats_itself_at_once(intent: str) -> None:
    texts = [small_talk(Question(intent=intent), State(chitchats=n)).text for n in range(4)]
    assert all(one != other for one, other in pairwise(texts))


@pytest.mark.parametrize("say", [clarify, out_of_scope, small_talk])
def test_an_alarm_stays_in_force(say: Callable[[Question, State], Reply]) -> None:
    assert say(UNCLEAR, State(escalation_active=True)).escalation_active


def test_the_check_asks_for_droop_weakness_and_speech() -> None:
    for state in (State(), State(escalation_active=True)):
        reply = ask_check(state)
        assert all(word in reply.text for word in ("droop", "weak", "peech"))
        assert reply.slots == {"check_pending": True, "check_asked": True}
        assert [b.title for b in reply.buttons] == [
            "Yes, one of these", "No, none of these", "I am not sure",
        ]  # fmt: skip
        assert reply.escalation_active is state.escalation_active
    alarmed = State(escalation_active=True)
    assert ask_check(alarmed, taken_back=True).text != ask_check(State()).text
    # a further vague sign during an alarm takes nothing back
    assert ask_check(alarmed).text == ask_check(State()).text


def test_an_all_clear_lowers_an_alarm_and_names_the_number() -> None:
    for state in (State(), State(escalation_active=True)):
        reply = check_clear(state, emergency_numbers=NUMBERS)
        assert NUMBERS in reply.text
        assert reply.escalation_active is False
        assert reply.slots == {"check_pending": False, "escalation_active": False}
    assert "have a doctor check you today" in reply.text


def test_every_fixed_button_fits_and_repeats_its_words() -> None:
    for name in replies()["buttons"]:
        assert len(button(name).title) <= 24
        assert set(button(name).as_dict()) == {"title", "payload"}


def test_every_follow_up_button_fits() -> None:
    frames = [f for kind in replies()["follow_ups"].values() for f in kind.values()]
    assert frames
    for frame in frames:
        assert len(frame["title"]) <= 24
        assert "{name}" in frame["payload"]


def test_the_frames_load_and_disagreements_say_that_they_are() -> None:
    assert load_replies().keys() == replies().keys()
    assert all("articles differ" in item.text for item in disagreements())
