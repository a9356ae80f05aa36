"""Rasa component: intent, topics, facet, facts and gaps of a question, from the encoder's heads."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.known import KnownQuestion, find_known
from bot.nlu.calibration import fit_temperature
from bot.nlu.encoder.runtime import shared_encoder, sigmoid, softmax
from bot.nlu.fingerprints import outside_fingerprint
from bot.nlu.held_out import held_out_messages
from bot.nlu.sentence_encoder import ENCODED

QUESTION = "question"  # message key of what this component found
NONSENSE = "nonsense"
_LETTERS = 2  # fewer letters than this are no words: emoji, punctuation, nothing at all


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionReader(GraphComponent, IntentClassifier):
    """Names what a message asks. Training only calibrates; the encoder is left as it is.

    Config:
        topic_threshold: probability from which a further topic of the message is answered too.
        keyword_threshold: the same where the message names the topic in so many words.
        alternative_margin: a second topic is answered as well when the first is not surer than
            this and the second has at least `alternative_share` of its probability.
        alternative_share: see there; both were chosen on the held-out share.
        facts: how many of the best matching facts are passed on.
        pointing_words: words that point back to an earlier answer.
        longest_reference: words of the longest message that is taken to point back.
        field_words: words that name the lip itself; a message with one stands on its own.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See parent class."""
        return {
            "topic_threshold": 0.4,
            "keyword_threshold": 0.1,
            "alternative_margin": 0.7,
            "alternative_share": 0.25,
            "facts": 12,
            "pointing_words": ["it", "that", "this", "those", "these", "them", "they", "its"],
            "longest_reference": 9,
            "field_words": ["lip", "lips", "mouth", "face", "twitch", "twitching", "twitches"],
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when the encoder or the language rules change."""
        return outside_fingerprint()

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        labels: dict[str, list[str]],
        temperatures: dict[str, float] | None = None,
    ) -> None:
        """Use `create` or `load`."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._labels = labels
        self._temperatures = temperatures or {"intent": 1.0, "facet": 1.0, "fact": 1.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionReader:
        """See parent class."""
        return cls(config, model_storage, resource, shared_encoder().labels)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit one temperature per softmax head on the held-out share and store them."""
        index = {name: i for i, name in enumerate(self._labels["intent"])}
        chosen = [m for m in held_out_messages(training_data) if m.get(INTENT) in index]
        logits = np.array([m.get(ENCODED)["intent"] for m in chosen])
        wanted = np.array([index[m.get(INTENT)] for m in chosen])
        self._temperatures["intent"] = fit_temperature(logits, wanted)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "temperatures.json").write_text(json.dumps(self._temperatures))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> QuestionReader:
        """Read the temperatures back; a model without them is broken and raises."""
        with model_storage.read_from(resource) as folder:
            temperatures = json.loads((folder / "temperatures.json").read_text())
        return cls(config, model_storage, resource, shared_encoder().labels, temperatures)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and `question` of each message."""
        for message in messages:
            encoded = message.get(ENCODED)
            if encoded is None or sum(c.isalpha() for c in message.get(TEXT)) < _LETTERS:
                self._set_intent(message, [(NONSENSE, 1.0)])
                message.set(QUESTION, _empty_question(), add_to_output=True)
                continue
            if known := find_known(message.get(TEXT)):
                self._set_known(message, known)
                continue
            intents = softmax(encoded["intent"] / self._temperatures["intent"])
            order = np.argsort(-intents)
            self._set_intent(
                message, [(self._labels["intent"][i], float(intents[i])) for i in order[:10]]
            )
            message.set(QUESTION, self._read(message, encoded, intents), add_to_output=True)
        return messages

    def _read(
        self, message: Message, encoded: dict[str, np.ndarray], intents: np.ndarray
    ) -> dict[str, Any]:
        topic_ids, intent_ids = self._labels["topic"], self._labels["intent"]
        alone = dict(zip(topic_ids, sigmoid(encoded["topic"]).tolist(), strict=True))
        by_intent = {name: float(intents[i]) for i, name in enumerate(intent_ids)}
        # Two heads see a topic; the mean of both is steadier than either.
        sure = {t: (alone[t] + by_intent.get(t, 0.0)) / 2 for t in topic_ids}
        ranked = sorted(sure, key=lambda t: -sure[t])
        named = _keywords(message)
        chosen = [
            t
            for t in ranked[:4]
            if alone[t] >= self._config["topic_threshold"]
            or (t in named and alone[t] >= self._config["keyword_threshold"])
        ]
        top_intent = intent_ids[int(intents.argmax())]
        if top_intent in sure and top_intent not in chosen:
            chosen.insert(0, top_intent)
        first, second = ranked[0], ranked[1]
        unsure = sure[first] < self._config["alternative_margin"]
        if (
            top_intent in sure
            and unsure
            and sure[second] >= sure[first] * self._config["alternative_share"]
        ):
            chosen += [t for t in (first, second) if t not in chosen]
        facets, facts = softmax(encoded["facet"]), softmax(encoded["fact"])
        best = np.argsort(-facts)[: self._config["facts"]]
        doc = message.get(SPACY_DOCS[TEXT])
        return {
            "topics": [{"id": t, "confidence": round(sure[t], 4)} for t in chosen[:3]],
            "candidates": [{"id": t, "confidence": round(sure[t], 4)} for t in ranked[:3]],
            "facet": {
                "name": self._labels["facet"][int(facets.argmax())],
                "confidence": round(float(facets.max()), 4),
            },
            "facts": [
                {"id": self._labels["fact"][i], "confidence": round(float(facts[i]), 4)}
                for i in best
            ],
            "gaps": list(doc._.gaps) if doc is not None else [],
            "points_back": self._points_back(message),
        }

    def _points_back(self, message: Message) -> bool:
        """Whether a short message speaks of "it" or "that" without naming the lip."""
        words = re.findall(r"[a-z']+", message.get(TEXT).lower())
        if len(words) > self._config["longest_reference"] or not words:
            return False
        if set(words) & set(self._config["field_words"]):
            return False
        return bool(set(words) & set(self._config["pointing_words"]))

    def _set_known(self, message: Message, known: KnownQuestion) -> None:
        """Take the meaning of one of our own buttons as it is."""
        self._set_intent(message, [(known.intent, 1.0)])
        topics = [{"id": known.topic, "confidence": 1.0}] if known.topic else []
        facet = {"name": known.facet, "confidence": 1.0} if known.facet else {}
        question = {**_empty_question(), "topics": topics, "candidates": topics, "facet": facet}
        message.set(QUESTION, {**question, "known": True, "scope": 1.0}, add_to_output=True)

    @staticmethod
    def _set_intent(message: Message, ranking: list[tuple[str, float]]) -> None:
        rows = [{INTENT_NAME_KEY: n, PREDICTED_CONFIDENCE_KEY: c} for n, c in ranking]
        message.set(INTENT, dict(rows[0]), add_to_output=True)
        message.set(INTENT_RANKING_KEY, rows, add_to_output=True)


def _keywords(message: Message) -> set[str]:
    doc = message.get(SPACY_DOCS[TEXT])
    return {mention.topic for mention in doc._.topics} if doc is not None else set()


def _empty_question() -> dict[str, Any]:
    return {"topics": [], "candidates": [], "facet": {}, "facts": [], "gaps": []}
