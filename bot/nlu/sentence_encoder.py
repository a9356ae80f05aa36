"""Rasa component: runs the sentence encoder once a message and keeps what its heads say."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.normaliser import clean_text
from bot.nlu.encoder.runtime import Encoder, shared_encoder

ENCODED = "encoded"  # message key: logits per head, each of shape (labels,), and the embedding


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds the encoder's embedding as a sentence feature and its head outputs for later components.

    Config:
        features: also give embeddings to training examples and messages; only needed when a
            classifier that learns from features (DIET, logistic regression) stands behind it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See parent class."""
        return {**DenseFeaturizer.get_default_config(), "features": False}

    @staticmethod
    def required_packages() -> list[str]:
        """See parent class."""
        return ["onnxruntime", "tokenizers"]

    def __init__(self, config: dict[str, Any], name: str, encoder: Encoder) -> None:
        """Use `create`."""
        super().__init__(name, config)
        self._features = bool(config["features"])
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Load the encoder file of the repository.

        Raises:
            EncoderError: the file is missing or broken; the server then does not start.
        """
        return cls(config, execution_context.node_name, shared_encoder())

    def process(self, messages: list[Message]) -> list[Message]:
        """Encode messages that a person sent."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            found = self._encoder.run([clean_text(text)])
            message.set(ENCODED, {name: rows[0] for name, rows in found.items()})
            if self._features:
                self._add_feature(message, found["embedding"])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embed the training examples, where `features` asks for it."""
        if self._features:
            examples = [m for m in training_data.training_examples if m.get(TEXT)]
            vectors = self._encoder.run([clean_text(m.get(TEXT)) for m in examples])["embedding"]
            for message, vector in zip(examples, vectors, strict=True):
                self._add_feature(message, vector[np.newaxis])
        return training_data

    def _add_feature(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(
            Features(vector, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
        )

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """See parent class: there is nothing to validate."""
