"""What is found, flag by flag: textbook words, slang, signs told without the word, near misses."""

from __future__ import annotations

import pytest

from bot.language.rules import load_rules
from bot.language.signs import FLAGS

FOUND = {
    "droop": [
        "my mouth is drooping",
        "one side of my face is sagging",
        "my mouth is dropping on the left",
        "the corner of my mouth has dropped",
        "droopin face",
        "face gone wonky",
        "my smile is crooked since breakfast",
        "mouth's hanging",
        "coffee runs out of the corner of my mouth",
        "one side of my smile does not go up",
        "my lipstick will not go on straight",
        "my smile only goes up on one side",
        "my left eyelid is hanging lower",
        "half a smile is all i get",
    ],
    "weakness": [
        "my face feels weak on one side",
        "i cannot whistle any more",
        "my eye will not shut",
        "i keep dropping cups",
        "can't hold a cup",
        "i can't turn the key in the door",
        "left arm is limp",
        "cannot puff my cheek",
        "my lip is paralysed",
        "i am no longer able to lift my arm",
        "facial weakness started today",
    ],
    "speech": [
        "my speech is slurred",
        "slurrin my wrds",
        "words come out as mush",
        "talking like i'm hammered",
        "i sound drunk and i am sober",
        "i can't get my words out",
        "my tongue is too thick for the words",
        "she is talking gibberish",
        "my words won't come",
        "he can't speak",
        "my words are running together",
    ],
    "swallowing": [
        "i can't swallow",
        "water keeps going down the wrong way",
        "i keep choking on my food",
        "drooling like a baby",
        "swallowing is hard today",
        "my tablets will not go down",
        "food gets stuck when i eat",
        "i can't stop drooling",
    ],
    "numbness": [
        "my lip is numb",
        "can't feel my lip",
        "half my face has gone numb",
        "my cheek has gone dead",
        "no feeling in my left hand",
        "face like after the dentist without any dentist",
        "loss of sensation in my face",
        "my chin feels like rubber",
    ],
    "vision": [
        "i see double",
        "my vision is blurry",
        "blurred vision in the left eye",
        "i have lost the sight in one eye",
        "seeing two of everything",
        "suddenly i went blind in one eye",
    ],
    "balance": [
        "i keep losing my balance",
        "so dizzy that i fell over",
        "i am unsteady on my feet",
        "the room is spinning",
        "walking like i am drunk",
        "my coordination is gone",
        "she keeps falling over",
    ],
    "confusion": [
        "i am suddenly confused",
        "dad is very confused",
        "she does not know where she is",
        "i don't know what day it is",
        "he can't think straight",
        "she keeps asking the same question",
    ],
    "severe_headache": [
        "worst headache of my life",
        "a sudden splitting headache",
        "thunderclap headache",
        "my head feels like it is exploding",
        "sudden violent pain in my head",
    ],
    "seizure": [
        "he is having a seizure",
        "i passed out",
        "my son had a fit",
        "she fainted",
        "he collapsed on the floor",
        "i lost consciousness",
        "i blacked out",
    ],
    "breathing": [
        "i can't breathe",
        "my throat is closing up",
        "struggling to get air",
        "i am gasping for air",
        "short of breath and my lip twitches",
        "wheezing badly",
    ],
    "swelling": [
        "my lip is swelling up",
        "tongue swollen",
        "my face is puffing up",
        "top lip has blown up like a balloon",
        "my tongue is getting bigger",
    ],
    "chest_pain": [
        "my chest hurts",
        "chest pain",
        "pressure on my chest",
        "a tight band round my chest",
        "pain going down my left arm",
        "like an elephant sat on my chest",
    ],
}
# No flag at all, or only in a reading that does not escalate.
NEAR_MISSES = [
    "",
    "hello",
    "my lip is twitching",
    "the left side of my lower lip is twitching, only left",
    "one side of my lip flickers",
    "my lip tingles",
    "my lip is sore",
    "dry lips",
    "chapped lips and a twitch",
    "is weak coffee ok",
    "the signal is weak here",
    "i have a weakness for chocolate",
    "giving a speech at a wedding tomorrow",
    "my plants are drooping",
    "numb from boredom",
    "i was choked up at the film",
    "a fit of laughter",
    "the river is swollen",
    "this photo is blurry",
    "dizzy with joy",
    "a chest of drawers",
    "is there an electrolyte balance problem",
    "my work life balance is bad",
    "jaw dropping prices",
    "stroke of luck",
    "seizure of goods at customs",
    "black coffee",
    "a faint twitch",
    "how does it sound",
    "sounds like magnesium",
    "my lip is dry after trumpet practice",
    "my eyelid twitches for 2 weeks",
    "a weak excuse",
]


@pytest.mark.parametrize(
    ("flag", "sentence"), [(flag, text) for flag, texts in FOUND.items() for text in texts]
)
def test_sign_is_found(certain, flag, sentence):
    assert flag in certain(sentence)


@pytest.mark.parametrize("sentence", NEAR_MISSES)
def test_near_miss_stays_quiet(asserted, sentence):
    assert asserted(sentence) == set()


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_has_sentences_on_both_sides(flag, asserted):
    assert len(FOUND[flag]) >= 5
    quiet = f"does als cause {flag.replace('_', ' ')}"
    assert flag not in asserted(quiet)


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_has_a_certain_rule(flag):
    assert any(rule.certain for rule in load_rules().signs if rule.flag == flag)


def test_offsets_are_those_of_the_text(mentions):
    text = "hm. My MOUTH is drooping, help"
    (mention,) = mentions(text)
    assert text[mention.start : mention.end].lower() == mention.text == "mouth is drooping"


def test_two_signs_in_one_sentence(asserted):
    assert asserted("mouth hanging and my speech is slurred") == {"droop", "speech"}


def test_bare_word_is_uncertain_until_it_has_a_time(mentions):
    assert [m.certain for m in mentions("droopy")] == [False]
    assert [m.certain for m in mentions("droopy since noon")] == [True]


def test_upper_case_and_no_punctuation(asserted):
    assert asserted("HELP MY FACE IS DROOPING") == {"droop"}
