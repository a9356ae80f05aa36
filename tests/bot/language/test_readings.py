"""How a sign is meant: each reading of the label guide, with what must not be mistaken for it."""

from __future__ import annotations

import pytest

from bot.language.readings import Around, decide_reading
from bot.language.signs import READINGS

READ_AS = {
    "present": [
        "my mouth is drooping",
        "why is my mouth drooping?",
        "is it bad that my lip droops?",
        "can't stop my mouth from drooping",
        "it's not just a twitch but my lip is drooping",
        "not only twitching, my lip is numb",
        "no doubt my mouth is drooping",
        "i never used to slur",
        "too much coffee and now half my lip is numb",
        "does coffee do this, my face is drooping since noon",
        "it's not that my mouth isn't drooping",
        "i am no longer able to whistle",
        "my lip is numb, no dentist involved",
    ],
    "unsure": [
        "i think my mouth is drooping",
        "not sure if my mouth is drooping",
        "maybe my face is drooping a bit",
        "is my mouth drooping?",
        "i can't tell if my lip is numb",
    ],
    "resolved": [
        "my mouth drooped for ten minutes this morning, fine now",
        "my face was numb last night, gone now",
        "i was slurring yesterday and then it cleared up",
    ],
    "negated": [
        "no drooping",
        "my mouth is not drooping",
        "my face isn't drooping",
        "without any drooping of my mouth",
        "haven't noticed any drooping",
        "drooping: no",
        "drooping? no",
        "he denies drooping",
        "nothing is drooping",
        "neither drooping nor twitching",
    ],
    "question": [
        "does als cause weakness",
        "what would a droop mean?",
        "is drooping a sign of something",
        "can too much coffee make your lip numb",
        "which illness makes your face weak",
        "how weak do you get with als",
        "is it normal for a twitching lip to go numb",
    ],
    "hypothetical": [
        "should i worry if it starts to droop?",
        "what if my mouth droops",
        "scared i'll get paralysed",
        "suppose my face droops",
        "afraid of drooping",
        "what do i do if my lip goes numb",
        "waiting for the weakness to come",
    ],
    "past": [
        "had a droopy face in 2019, fully recovered",
        "my face drooped 10 years ago, all better",
        "i used to slur when i drank",
        "i had seizures as a child",
    ],
    "other_past": [
        "grandma's face drooped years ago",
        "my uncle slurred when i was little, he died in 1999 years ago",
    ],
    "figurative": [
        "drooping plants",
        "numb from boredom",
        "weak coffee",
        "blurry photo",
    ],
    "explained": [
        "my lip is numb from the dentist's injection an hour ago",
        "had a filling, lip still like rubber from the jab",
        "can't feel my lip after the root canal today",
    ],
    "tiredness": [
        "my lips feel weak after trumpet practice",
        "weak with tiredness after a double shift",
    ],
    "quoted": [
        "the leaflet says get help for drooping or slurring",
        "google says numbness is ms",
        "you said weakness is a warning sign",
    ],
    "work": [
        "i have to write 200 words on facial droop for my biology homework",
        "teaching first aid, is slurring on the list of signs",
    ],
}


@pytest.mark.parametrize(
    ("reading", "sentence"), [(name, text) for name, texts in READ_AS.items() for text in texts]
)
def test_first_sign_is_read_as(mentions, reading, sentence):
    found = [mention.reading for mention in mentions(sentence)]
    assert found, "no sign found"
    if reading == "present":
        assert reading in found
    elif reading in {"unsure", "resolved"}:
        assert any(name in {"unsure", "resolved", "present"} for name in found)
        assert found[0] == reading
    elif reading in {"quoted", "work"}:
        assert not {"present", "unsure", "resolved"} & set(found)
    else:
        assert found[0] == reading


def test_every_reading_has_sentences():
    assert set(READ_AS) == set(READINGS)


MIXED = [
    ("no weakness, but my speech is slurred", {"speech"}),
    ("no droop, my lip is numb though", {"numbness"}),
    ("no drooping, slurring, weakness or anything", set()),
    ("no droop or numbness", set()),
    ("no drooping, no slurring, just a twitch", set()),
    ("drooping and slurring: none", set()),
    ("i don't have any of those except my lip is numb", {"numbness"}),
    ("no droop just slurred speech", {"speech"}),
    ("not drunk, can't walk straight", {"balance"}),
    ("no numbness and i can't swallow", {"swallowing"}),
    ("i can't feel my lip and it is not drooping", {"numbness"}),
]


@pytest.mark.parametrize(("sentence", "flags"), MIXED)
def test_negation_keeps_to_its_scope(asserted, sentence, flags):
    assert asserted(sentence) == flags


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("my dad's face is drooping", True),
        ("she is slurring", True),
        ("my wife is next to me. her mouth is drooping", True),
        ("my face is drooping", False),
        ("i am slurring", False),
    ],
)
def test_who_has_the_sign(mentions, sentence, other):
    (mention,) = mentions(sentence)
    assert mention.asserted
    assert mention.other_person is other


def test_an_old_injection_explains_nothing(asserted):
    assert asserted("my lip is numb since the dentist 3 weeks ago") == {"numbness"}


def test_a_needle_explains_no_seizure(asserted):
    assert asserted("passed out after the dentist's injection") == {"seizure"}


@pytest.mark.parametrize(
    ("near", "reading"),
    [
        (set(), "present"),
        ({"UNSURE"}, "unsure"),
        ({"NEGATED", "UNSURE"}, "negated"),
        ({"QUESTION"}, "question"),
        ({"QUESTION", "CURRENT"}, "present"),
        ({"HYPOTHETICAL"}, "hypothetical"),
        ({"HYPOTHETICAL", "ONGOING"}, "present"),
        ({"LONG_AGO"}, "past"),
        ({"LONG_AGO", "ONGOING"}, "present"),
        ({"LONG_AGO", "OTHER_PERSON"}, "other_past"),
        ({"OVER"}, "resolved"),
        ({"OVER", "LONG_AGO"}, "past"),
        ({"OVER", "RECENT"}, "resolved"),
        ({"FIGURATIVE", "CURRENT"}, "figurative"),
        ({"TIREDNESS"}, "tiredness"),
    ],
)
def test_order_of_the_policy(near, reading):
    assert decide_reading("weakness", Around(near=near, anywhere=set(near))) == reading


def test_without_context_everything_counts_as_present():
    from bot.language.pipeline import build_pipeline

    bare = build_pipeline(exclude=["medspacy_context"])
    assert [m.reading for m in bare("no drooping mouth")._.red_flags] == ["present"]
