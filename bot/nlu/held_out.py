"""The held-out share of Rasa's training data, with the labels that the decisions are fitted on."""

from __future__ import annotations

from typing import Any

from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.normaliser import clean_text
from bot.nlu.encoder.examples import Example
from bot.nlu.encoder.runtime import shared_encoder
from bot.nlu.ngram_model import NgramModel
from bot.nlu.sentence_encoder import ENCODED


def held_out_messages(training_data: TrainingData) -> list[Message]:
    """Messages that the encoder has not seen, encoded, with their spaCy documents.

    Raises:
        ValueError: there is none; the decisions cannot be calibrated.
    """
    chosen = [
        message
        for message in training_data.training_examples
        if message.get(TEXT)
        and message.get(INTENT)
        and message.get(SPACY_DOCS[TEXT]) is not None
        and Example(message.get(TEXT), message.get(INTENT)).held_out
    ]
    if not chosen:
        raise ValueError("No held-out messages in the training data: decisions need them.")
    missing = [message for message in chosen if message.get(ENCODED) is None]
    if missing:
        rows = shared_encoder().run([clean_text(message.get(TEXT)) for message in missing])
        for position, message in enumerate(missing):
            message.set(ENCODED, {name: values[position] for name, values in rows.items()})
    return chosen


def label(message: Message, key: str) -> Any:
    """A label of the block that the message stands in (`topics`, `facet`, `near_miss`, …)."""
    return (message.get(METADATA) or {}).get(METADATA_INTENT, {}).get(key)


def fit_ngrams(training_data: TrainingData, intent: str) -> NgramModel:
    """Learn to tell one intent by its spelling, from what is not held out."""
    learnt = [
        message
        for message in training_data.training_examples
        if message.get(TEXT)
        and message.get(INTENT)
        and not Example(message.get(TEXT), message.get(INTENT)).held_out
    ]
    texts = [clean_text(message.get(TEXT)) for message in learnt]
    return NgramModel.fit(texts, [message.get(INTENT) == intent for message in learnt])
