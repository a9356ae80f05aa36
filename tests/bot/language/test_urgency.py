from __future__ import annotations

import pytest

from bot.language.signs import ROUTINE_REASONS, SignMention
from bot.language.urgency import decide_urgency

DROOP = SignMention("droop", 0, 5, "droop")
NUMB = SignMention("numbness", 6, 10, "numb")
CHEST = SignMention("chest_pain", 0, 5, "chest")
GONE = SignMention("droop", 0, 5, "droop", reading="resolved")

LEVELS = {
    "emergency": [
        "my mouth is drooping",
        "my mouth suddenly drooped",
        "my dad's face is drooping",
        "my speech is getting worse",
        "my mouth drooped for ten minutes this morning, fine now",
        "i can't breathe",
        "chest pain for years",
        "mouth hanging and my speech is slurred for years",
        "lip twitching for 2 years, my face is drooping",
        "i think my face might be numb",
        "my lip has been numb for 2 days",
        "my arm is slightly weak since yesterday",
        "my face is drooping, should i see a neurologist",
        "do i need a specialist, my lip is numb",
        "numb under the lip",
        "a curtain came down over the left eye, still there",
        "he is slurring and talking slowly",
    ],
    "urgent": [
        "my face has drooped for years",
        "my left hand has been weak for 3 months",
        "my speech is getting gradually more slurred over the years",
        "my lip is numb and my neurologist knows about it",
        "my cheek is slightly numb for 3 weeks now",
        "my lip is a bit numb under the hospital since march",
        "my neurologist sees me for my weak hand",
        "my speech has slowly got more slurred",
    ],
    "routine": [
        "my lip has been twitching for 3 weeks",
        "the twitch spread to my eyelid and cheek",
        "the twitch is painful",
        "my lip twitch keeps coming back",
        "my lip twitches since starting a new medicine",
        "the twitch gets in the way when i eat",
    ],
    "none": [
        "my lip twitches since yesterday",
        "does caffeine cause twitching",
        "no drooping, just a twitch",
        "what if my mouth droops",
        "",
    ],
}


@pytest.mark.parametrize(
    ("level", "sentence"), [(name, text) for name, texts in LEVELS.items() for text in texts]
)
def test_urgency_of_a_message(nlp, level, sentence):
    assert nlp(sentence)._.urgency.level == level


@pytest.mark.parametrize(
    ("mentions", "options", "level"),
    [
        ([], {}, "none"),
        ([], {"routine": ["spread"]}, "routine"),
        ([], {"days": 400}, "none"),
        ([DROOP], {}, "emergency"),
        ([DROOP], {"days": 27}, "emergency"),
        ([DROOP], {"days": 28}, "urgent"),
        ([DROOP], {"days": 13, "cues": frozenset({"mild"})}, "emergency"),
        ([DROOP], {"days": 14, "cues": frozenset({"mild"})}, "urgent"),
        ([DROOP], {"cues": frozenset({"mild"})}, "emergency"),
        ([DROOP], {"cues": frozenset({"slow"})}, "urgent"),
        ([DROOP], {"cues": frozenset({"under_care"})}, "urgent"),
        ([DROOP], {"cues": frozenset({"under_care", "sudden"})}, "emergency"),
        ([DROOP], {"cues": frozenset({"worsening"}), "days": 400}, "emergency"),
        ([DROOP], {"cues": frozenset({"worsening", "slow"}), "days": 400}, "urgent"),
        ([DROOP, NUMB], {"days": 400}, "emergency"),
        ([DROOP, DROOP], {"days": 400}, "urgent"),
        ([CHEST], {"days": 400, "cues": frozenset({"slow"})}, "emergency"),
        ([GONE], {"days": 400}, "emergency"),
    ],
)
def test_table_of_the_label_guide(mentions, options, level):
    assert decide_urgency(mentions, **options).level == level


@pytest.mark.parametrize(
    ("reason", "sentence", "near_miss"),
    [
        ("over_two_weeks", "my lip has twitched for 15 days", "my lip has twitched for 14 days"),
        ("spread", "it has spread to my cheek", "it stays in my lip"),
        ("painful", "the twitch hurts", "the twitch is annoying"),
        ("interferes", "it is so embarrassing", "nobody sees it"),
        ("recurring", "the twitch comes back every month", "the twitch came today"),
        ("new_medicine", "i started taking sertraline", "what about medicine"),
    ],
)
def test_routine_reason(nlp, reason, sentence, near_miss):
    assert reason in ROUTINE_REASONS
    assert reason in nlp(sentence)._.routine_reasons
    assert reason not in nlp(near_miss)._.routine_reasons


def test_routine_reasons_are_listed_even_beside_a_red_flag(nlp):
    doc = nlp("my lip has twitched for 3 weeks and now my mouth is drooping")
    assert doc._.routine_reasons == ["over_two_weeks"]
    assert doc._.urgency.level == "emergency"


def test_reasons_say_why(nlp):
    assert nlp("my hand has been weak for 3 months")._.urgency.reasons == (
        "long_standing",
        "weakness",
    )
