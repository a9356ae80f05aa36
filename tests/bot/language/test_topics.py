from __future__ import annotations

import pytest

from bot.language.rules import load_rules

TOPICS = {
    "accompanying_symptoms": "is tingling part of it",
    "alcohol_drugs": "is it the booze",
    "als": "is it als",
    "bells_palsy": "is this bell's palsy",
    "benign_fasciculation": "benign fasciculation?",
    "breathing": "does the 4-7-8 breathing exercise work",
    "caffeine": "too much cofee",
    "calcium": "low calcium",
    "causes_overview": "what causes it",
    "definition": "what is a lip twitch",
    "dehydration": "am i dehydrated",
    "dental_work": "after the dentist",
    "diagnosis": "which blood test",
    "diet": "which foods",
    "duration": "how long does it last",
    "electrolytes": "electrolytes low",
    "facial_nerve_trauma": "nerve damage after an accident",
    "fatigue_sleep": "i sleep badly",
    "hemifacial_spasm": "hemifacial spasm",
    "hydration": "drink more water",
    "hypoparathyroidism": "parathyroid problem",
    "jaw_clenching": "i grind my teeth",
    "magnesium": "does magnesum help",
    "massage": "can i massage it",
    "mechanism": "how does a twitch work",
    "medical_treatment": "botox for it",
    "medication": "side effect of my tablets",
    "ms": "is it ms",
    "neurological_disorders": "a neurological disorder",
    "outlook": "is it permanent",
    "overuse": "too much trumpet",
    "parkinsons": "is it parkinson's",
    "potassium": "low potasium",
    "red_flags": "what are the warning signs",
    "relaxation": "does yoga help",
    "self_care": "home remedies",
    "seriousness": "is it dangerous",
    "stimulants": "i vape a lot",
    "stress_anxiety": "is it stress",
    "supplements": "which vitamins",
    "tourette": "is it tourette's",
    "tracking": "should i keep a diary",
    "upper_vs_lower": "upper lip or lower lip",
    "visibility": "can people see it",
    "vitamin_b12": "b12 shortage",
    "warm_compress": "a warm compress",
    "when_to_see_doctor": "when should i see a doctor",
}
GAPS = {
    "dose": ("how many mg of magnesium", "does magnesium help"),
    "child": ("my toddler has it", "does it happen to adults"),
    "pregnancy": ("i am pregnant", "i am tired"),
    "body_part": ("my eyelid twitches", "my lip twitches"),
    "price": ("how much does botox cost", "how much does it twitch"),
    "genetics": ("does it run in families", "i run a lot"),
    "contagion": ("is it contagious", "is it common"),
    "brand": ("which brand of lip balm", "does lip balm help"),
}


@pytest.mark.parametrize(("topic", "sentence"), TOPICS.items())
def test_topic_is_found(nlp, topic, sentence):
    assert topic in {mention.topic for mention in nlp(sentence)._.topics}


def test_every_topic_has_a_sentence():
    assert {rule.key for rule in load_rules().topics} == set(TOPICS)


@pytest.mark.parametrize("sentence", ["", "hello there", "thanks", "ok bye", "lol"])
def test_small_talk_has_no_topic(nlp, sentence):
    assert nlp(sentence)._.topics == []


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [
        ("ms", "mine is fine"),
        ("als", "also my lip"),
        ("caffeine", "my team"),
        ("bells_palsy", "a bell rings"),
        ("stress_anxiety", "the distance"),
    ],
)
def test_near_miss_is_not_the_topic(nlp, topic, sentence):
    assert topic not in {mention.topic for mention in nlp(sentence)._.topics}


def test_several_topics_in_text_order_with_offsets(nlp):
    text = "is it stress or coffee?"
    mentions = [m for m in nlp(text)._.topics if m.topic in {"stress_anxiety", "caffeine"}]
    assert [m.topic for m in mentions] == ["stress_anxiety", "caffeine"]
    assert [text[m.start : m.end] for m in mentions] == ["stress", "coffee"]


@pytest.mark.parametrize(("gap", "sentences"), GAPS.items())
def test_gap_and_its_near_miss(nlp, gap, sentences):
    found, near_miss = sentences
    assert gap in nlp(found)._.gaps
    assert gap not in nlp(near_miss)._.gaps


def test_every_gap_has_a_sentence():
    assert {rule.key for rule in load_rules().gaps} == set(GAPS)
