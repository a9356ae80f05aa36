"""Whole conversations with the running bot, as somebody would have them."""

from __future__ import annotations

import pytest

from bot.content import content

pytestmark = pytest.mark.live

ENVELOPE_KEYS = {
    "schema", "kind", "urgency", "escalation_active", "red_flags", "topics", "facts", "sources",
}  # fmt: skip


def test_an_answer_is_grounded_and_sourced(say) -> None:
    turn = say("been drinking loads of espresso and now my lip keeps jumping, related?")
    assert turn.custom["kind"] == "answer"
    assert "caffeine" in turn.custom["topics"]
    assert set(turn.custom) == ENVELOPE_KEYS
    assert turn.custom["facts"]
    used = {s for f in turn.custom["facts"] for s in content().facts[f].sources}
    assert {source["id"] for source in turn.custom["sources"]} == used
    assert all(source["title"] in turn.text for source in turn.custom["sources"])
    assert 40 <= len(turn.text.split()) <= 110
    assert 2 <= len(turn.buttons) <= 3


def test_text_buttons_and_envelope_come_in_one_message(say) -> None:
    assert len(say("can stress do this to my lip").raw) == 1


def test_a_follow_up_is_understood_from_the_conversation(say) -> None:
    say("what is bells palsy")
    treated = say("and how is that treated?")
    assert treated.custom["topics"] == ["bells_palsy"]
    assert "bells-palsy" in " ".join(treated.custom["facts"]) or treated.custom["facts"]
    sleep = say("and sleep?")
    assert sleep.custom["topics"][0] == "fatigue_sleep"
    again = say("tell me more")
    assert again.custom["topics"][0] == "fatigue_sleep"
    assert not set(again.custom["facts"]) & set(sleep.custom["facts"])


def test_each_button_leads_on(say) -> None:
    for button in say("does low potassium matter for a twitchy lip").buttons:
        assert say(button["payload"]).custom["kind"] == "answer"


def test_an_alarm_is_answered_first_alone_and_stays(say) -> None:
    say("is it the coffee?")
    alarm = say("hang on, the left half of my mouth is sagging since breakfast. is it the coffee?")
    assert alarm.custom["kind"] == "escalation"
    assert alarm.custom["urgency"] == "emergency"
    assert "droop" in alarm.custom["red_flags"]
    assert "112 / 911 / 999" in alarm.text
    assert alarm.custom["facts"] == []
    later = say("does a warm compress help a twitching lip?")
    assert later.custom["escalation_active"] is True
    assert later.text.startswith("Reminder")
    assert say("thanks").custom["escalation_active"] is True
    assert say("i'm fine").custom["escalation_active"] is True


def test_an_alarm_is_lowered_only_after_the_check(say) -> None:
    assert say("my speech is slurring and it started an hour ago").custom["escalation_active"]
    check = say("false alarm, I misread the mirror, nothing is drooping")
    assert check.custom["kind"] == "check_question"
    assert check.custom["escalation_active"] is True
    result = say("no, none of these")
    assert result.custom["kind"] == "check_result"
    assert result.custom["escalation_active"] is False
    assert say("can dehydration cause it").custom["escalation_active"] is False


def test_a_vague_sign_gets_the_check_questions_and_yes_escalates(say) -> None:
    assert say("one side of my lip feels kind of odd and heavy").custom["kind"] == "check_question"
    confirmed = say("yes")
    assert confirmed.custom["kind"] == "escalation"
    assert len(confirmed.raw) == 1
    assert say("ok what about magnesium for a twitch").custom["escalation_active"] is True


def test_the_check_question_comes_once_a_session(say) -> None:
    first = say("my upper lip has been twitching since this morning")
    second = say("my bottom lip is twitching as well")
    assert "One check" in first.text
    assert "One check" not in second.text


def test_a_wish_to_die_gets_the_crisis_reply_alone(say) -> None:
    turn = say("i cant do this any more i want to end my life")
    assert turn.custom["kind"] == "crisis"
    assert turn.custom["topics"] == []
    assert "988" in turn.text


def test_the_same_fallback_never_comes_three_times(say) -> None:
    texts = [say(t).text for t in ("who won the cup final", "best pizza in rome", "fix my python")]
    assert len(set(texts)) == 3


def test_long_lasting_twitching_is_routine(say) -> None:
    turn = say("my lip has been twitching nonstop for five weeks now, what could it be?")
    assert turn.custom["urgency"] == "routine"
    assert "appointment" in turn.text


def test_several_topics_are_all_answered(say) -> None:
    turn = say("is it stress or is it coffee that makes my lip go?")
    assert {"stress_anxiety", "caffeine"} <= set(turn.custom["topics"])


def test_what_the_articles_do_not_say_is_said(say) -> None:
    turn = say("how many mg of magnesium should I take for my lip")
    assert "dose" in turn.text
    assert "magnesium" in turn.custom["topics"]
