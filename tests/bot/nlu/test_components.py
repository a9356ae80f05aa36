"""The graph components: trained, stored, loaded back, and what they say about a message."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content import content
from bot.dialogue.known import known_questions
from bot.dialogue.texts import topic_button
from bot.nlu.calibration import Logistic, fit_logistic, fit_temperature, threshold_for_share
from bot.nlu.red_flag_screen import RedFlagScreen, choose_threshold, split_clauses
from bot.nlu.scope_gate import ScopeGate


def intent(message) -> str:
    return message.get("intent")["name"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("one half of my face has been hanging since lunch", "droop"),
        ("i cant get my words out properly all of a sudden", "speech"),
        ("grandpa choked on his water twice and now he drools", "swallowing"),
        ("my left cheek went completely numb an hour ago", "numbness"),
    ],
)
def test_a_sign_sets_the_alarm_intent_flag_and_urgency(parse, text: str, flag: str) -> None:
    message = parse(text)
    assert intent(message) == "alarm_symptoms"
    assert flag in message.get("safety")["red_flags"]
    assert message.get("safety")["urgency"] == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "nothing droops and i talk normally, the lip only jumps",
        "what does drooping mean in bells palsy?",
        "the coffee at work is so weak",
        "is it the espresso?",
    ],
)
def test_a_near_miss_stays_quiet(parse, text: str) -> None:
    message = parse(text)
    assert not message.get("safety")["alarm"]
    assert message.get("safety")["red_flags"] == []
    assert intent(message) != "alarm_symptoms"


def test_a_buried_sign_is_found_in_a_long_message(parse) -> None:
    story = (
        "So I started a new job in March and the coffee there is free which is a blessing and a "
        "curse. I have six a day and my lip jumps in every meeting. My manager is lovely. We went "
        "bowling on Friday. Since this morning the left half of my mouth is hanging down. Anyway "
        "the gym is closed and I sleep badly because of the neighbours and their dog."
    )
    assert parse(story).get("safety")["alarm"]


def test_a_question_names_topic_facet_and_facts(parse) -> None:
    question = parse("how do doctors treat bells palsy").get("question")
    assert question["topics"][0]["id"] == "bells_palsy"
    assert question["facet"]["name"] == "treatment"
    assert len(question["facts"]) == 12
    assert question["facts"][0]["id"] in content().facts


def test_two_topics_are_both_named(parse) -> None:
    topics = [
        t["id"] for t in parse("is it from stress or is it the coffee").get("question")["topics"]
    ]
    assert {"stress_anxiety", "caffeine"} <= set(topics)


def test_another_subject_is_out_of_scope_or_asked_about(parse) -> None:
    assert intent(parse("what time does the supermarket close on sunday")) == "out_of_scope"


@pytest.mark.parametrize("text", ["", " ", "😀", "!!!", "\u200b", "42"])
def test_no_words_are_nonsense(parse, text: str) -> None:
    message = parse(text)
    assert intent(message) == "nonsense"
    assert message.get("safety")["alarm"] is False
    assert message.get("question")["topics"] == []


def test_every_button_is_read_exactly(parse) -> None:
    assert len(known_questions()) > 100
    for topic in content().topics:
        message = parse(topic_button(topic).payload)
        assert intent(message) == topic
        assert message.get("question")["topics"] == [{"id": topic, "confidence": 1.0}]
        assert message.get("safety")["alarm"] is False


def test_our_own_questions_are_understood_by_the_encoder_too(parse) -> None:
    wrong = [
        topic
        for topic in content().topics
        if topic
        not in {
            t["id"]
            for t in parse(topic_button(topic).payload + " please").get("question")["topics"]
        }
    ]
    assert wrong == []


def test_loading_an_empty_model_fails_loudly(tmp_path) -> None:
    context = ExecutionContext(GraphSchema({}), node_name="test")
    for kind in (RedFlagScreen, ScopeGate):
        with pytest.raises(ValueError, match="no_such"):
            kind.load(
                kind.get_default_config(),
                LocalModelStorage(tmp_path),
                Resource("no_such"),
                context,
            )


def test_training_without_held_out_messages_is_refused(storage) -> None:
    context = ExecutionContext(GraphSchema({}), node_name="test")
    config = RedFlagScreen.get_default_config()
    screen = RedFlagScreen.create(config, storage, Resource("none"), context)
    with pytest.raises(ValueError, match="held-out"):
        screen.train(TrainingData([]))


def test_short_messages_are_not_split(nlp) -> None:
    assert split_clauses(nlp("my lip twitches. it is the coffee.")) == []


def test_a_wall_of_text_stays_within_bounds(nlp) -> None:
    pieces = split_clauses(nlp("my lip twitches again today. " * 300))
    assert 1 < len(pieces) <= 40


def test_logistic_weights_respect_their_bound() -> None:
    features = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 0.5], [-1.0, 2.0]])
    labels = np.array([False, True, True, False])
    model = fit_logistic(features, labels, minimum=0.0)
    assert min(model.weights) >= 0.0
    assert (model.probability(features) > 0.5).tolist() == labels.tolist()
    assert Logistic.from_dict(model.as_dict()) == model


def test_one_class_cannot_be_calibrated() -> None:
    with pytest.raises(ValueError, match="both classes"):
        fit_logistic(np.ones((3, 1)), np.array([True, True, True]))


def test_temperature_cools_an_overconfident_head() -> None:
    logits = np.array([[8.0, 0.0]] * 6 + [[0.0, 8.0]] * 4)
    labels = np.array([0] * 5 + [1] + [1] * 3 + [0])  # right in 8 of 10
    assert fit_temperature(logits, labels) > 2.0


def test_threshold_lets_the_share_pass() -> None:
    scores = np.arange(100) / 100
    assert (scores >= threshold_for_share(scores, 0.05)).mean() == pytest.approx(0.05)
    assert threshold_for_share(scores, 1.0) == 0.0


def test_a_miss_weighs_more_than_false_alarms_within_the_bound() -> None:
    alarms = np.array([0.3, 0.8, 0.9, 0.95])
    near = np.array([0.05, 0.1, 0.2, 0.35] + [0.01] * 96)
    chosen = choose_threshold(alarms, near, miss_cost=50, most_false_alarms=0.03)
    assert (alarms >= chosen).all()
    strict = choose_threshold(alarms, near, miss_cost=50, most_false_alarms=0.0)
    assert not (near >= strict).any()
