"""A small part of the real training data, and each component as Rasa builds it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import spacy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

from bot.content import content
from bot.nlu.encoder.examples import read_examples
from bot.nlu.question_reader import QuestionReader
from bot.nlu.red_flag_screen import RedFlagScreen
from bot.nlu.scope_gate import ScopeGate
from bot.nlu.sentence_encoder import SentenceEncoder
from tests.places import DATA

EVERY = 4  # of the training messages, every fourth: fast, and all kinds occur


@pytest.fixture(scope="session")
def nlp() -> Language:
    return spacy.load("en_lip_twitch", disable=["parser"])


@pytest.fixture(scope="session")
def training_data(nlp: Language) -> TrainingData:
    examples = read_examples(DATA / "nlu", frozenset(content().topics))[::EVERY]
    messages = []
    for example in examples:
        labels = {"topics": list(example.topics), "near_miss": example.near_miss}
        message = Message.build(
            example.text, example.intent, intent_metadata=labels, example_metadata=None
        )
        message.set(SPACY_DOCS[TEXT], nlp(example.text.lower()))
        messages.append(message)
    return TrainingData(messages)


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def parse(
    nlp: Language, training_data: TrainingData, storage: LocalModelStorage
) -> Callable[[str], Message]:
    """Trains the pipeline, loads every component back from storage, and parses with those."""
    context = ExecutionContext(GraphSchema({}), node_name="test")
    encoder = SentenceEncoder.create(
        SentenceEncoder.get_default_config(), storage, Resource("encoder"), context
    )
    loaded = []
    for kind in (QuestionReader, ScopeGate, RedFlagScreen):
        resource = Resource(kind.__name__)
        config = kind.get_default_config()
        kind.create(config, storage, resource, context).train(training_data)
        loaded.append(kind.load(config, storage, resource, context))

    def run(text: str) -> Message:
        message = Message({TEXT: text})
        if text:
            message.set(SPACY_DOCS[TEXT], nlp(text.lower()))
        encoder.process([message])
        for component in loaded:
            component.process([message])
        return message

    return run
