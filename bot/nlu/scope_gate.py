"""Rasa component: decides between answering, asking back and "that is outside what I know"."""

from __future__ import annotations

import json
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

from bot.language.normaliser import clean_text
from bot.nlu.calibration import Logistic, fit_logistic, log_odds, threshold_for_share
from bot.nlu.encoder.runtime import shared_encoder, sigmoid, softmax
from bot.nlu.fingerprints import outside_fingerprint
from bot.nlu.held_out import fit_ngrams, held_out_messages
from bot.nlu.ngram_model import NO_NGRAMS, NgramModel
from bot.nlu.question_reader import QUESTION
from bot.nlu.sentence_encoder import ENCODED

OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
NOT_COVERED = "not_covered"
SELF_HARM = "self_harm"
ALARM = "alarm_symptoms"
# Intents that need content; small talk may be told even when the message is far from lips.
ACTS = frozenset(
    ["greet", "thanks", "goodbye", "affirm", "deny", "unsure", "bot_challenge", "capabilities",
     "human_handoff", "privacy", "feedback", "insult", "nonsense", "self_harm", "alarm_over"]
)  # fmt: skip


_UNFITTED = Logistic((), 0.0)  # until `train` has run


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScopeGate(GraphComponent, IntentClassifier):
    """Calibrated probability that a message is about a twitching lip, and what follows from it.

    Both thresholds follow from the held-out share and the two rates that may be accepted.

    Config:
        accepted: share of held-out off-topic messages that may be answered as if they were about
            lips; most of those were written to look like it, so that fewer pass in real life.
        refused: share of messages about lips that may be refused outright; between the two
            thresholds the bot asks back.
        ask_back_below: confidence of the best intent under which the bot asks back.
        act_confidence: confidence that small talk needs; below it the other intents decide.
        self_harm_from: probability from which the crisis reply is given.
        field_words: words that show the message is about a face, in standard spelling.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See parent class."""
        return {
            "accepted": 0.045,
            "refused": 0.01,
            "ask_back_below": 0.2,
            "act_confidence": 0.35,
            "self_harm_from": 0.3,
            "field_words": [
                "lip",
                "lips",
                "mouth",
                "face",
                "facial",
                "twitch",
                "twitching",
                "twitches",
            ],
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
        ngrams: NgramModel = NO_NGRAMS,
        decision: dict[str, Any] | None = None,
    ) -> None:
        """Use `create` or `load`."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._ngrams = ngrams
        self._labels = shared_encoder().labels
        self._scale = Logistic.from_dict(decision["scale"]) if decision else _UNFITTED
        self._answer_from = decision["answer_from"] if decision else 0.5
        self._refuse_below = decision["refuse_below"] if decision else 0.5

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ScopeGate:
        """See parent class."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the scale and both thresholds on the held-out share; store them."""
        self._ngrams = fit_ngrams(training_data, OUT_OF_SCOPE)
        chosen = [m for m in held_out_messages(training_data) if m.get(INTENT) not in ACTS]
        features = np.array([self._features(m) for m in chosen])
        inside = np.array([m.get(INTENT) != OUT_OF_SCOPE for m in chosen])
        self._scale = fit_logistic(features, inside)
        scores = self._scale.probability(features)
        self._answer_from = threshold_for_share(scores[~inside], self._config["accepted"])
        self._refuse_below = min(
            self._answer_from,
            1.0 - threshold_for_share(1.0 - scores[inside], self._config["refused"]),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._ngrams.save(folder)
            (folder / "scope.json").write_text(
                json.dumps(
                    {
                        "scale": self._scale.as_dict(),
                        "answer_from": self._answer_from,
                        "refuse_below": self._refuse_below,
                    }
                )
            )
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ScopeGate:
        """Read the decision back; a model without it is broken and raises."""
        with model_storage.read_from(resource) as folder:
            decision = json.loads((folder / "scope.json").read_text())
            ngrams = NgramModel.load(folder)
        return cls(config, model_storage, resource, ngrams, decision)

    def process(self, messages: list[Message]) -> list[Message]:
        """Confirm the intent or replace it by `out_of_scope` or `nlu_fallback`."""
        for message in messages:
            encoded = message.get(ENCODED)
            if encoded is None or message.get(INTENT)[INTENT_NAME_KEY] == "nonsense":
                continue
            if message.get(QUESTION).get("known"):
                continue
            scope = float(self._scale.probability(self._features(message)[np.newaxis])[0])
            message.set(QUESTION, {**message.get(QUESTION), "scope": round(scope, 4)}, True)
            name, confidence = self._decide(message, scope)
            message.set(INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}, True)
        return messages

    def _decide(self, message: Message, scope: float) -> tuple[str, float]:
        ranking = {
            row[INTENT_NAME_KEY]: row[PREDICTED_CONFIDENCE_KEY]
            for row in message.get(INTENT_RANKING_KEY)
        }
        if ranking.get(SELF_HARM, 0.0) >= self._config["self_harm_from"]:
            return SELF_HARM, ranking[SELF_HARM]
        # Whether it is an alarm, the screen behind this component decides.
        others = {n: c for n, c in ranking.items() if n not in (ALARM, SELF_HARM)}
        best = max(others, key=lambda n: others[n])
        if best in ACTS and others[best] >= self._config["act_confidence"]:
            return best, others[best]
        if scope < self._refuse_below:
            return OUT_OF_SCOPE, 1.0 - scope
        inside = {n: c for n, c in others.items() if n not in ACTS and n != OUT_OF_SCOPE}
        if scope < self._answer_from and message.get(QUESTION)["gaps"]:
            return NOT_COVERED, scope
        if scope < self._answer_from or not inside:
            return FALLBACK, 1.0 - scope
        best = max(inside, key=lambda n: inside[n])
        total = sum(inside.values())
        topics = message.get(QUESTION)["topics"]
        if inside[best] < self._config["ask_back_below"] * max(total, 0.5) and not topics:
            return FALLBACK, inside[best]
        return best, inside[best]

    def _features(self, message: Message) -> np.ndarray:
        """Log odds of "off topic", of the likeliest topic and by n-grams; words of the field."""
        encoded = message.get(ENCODED)
        labels = self._labels["intent"]
        intents = softmax(encoded["intent"])
        outside = float(intents[labels.index(OUT_OF_SCOPE)])
        acts = float(sum(intents[i] for i, name in enumerate(labels) if name in ACTS))
        outside /= max(1.0 - acts, 1e-3)
        topic = float(sigmoid(encoded["topic"]).max())
        doc = message.get(SPACY_DOCS[TEXT])
        words = {token.norm_ for token in doc} if doc is not None else set()
        return np.array(
            [
                log_odds(outside),
                log_odds(topic),
                -float(self._ngrams.score([clean_text(message.get(TEXT))])[0]),
                float(bool(words & set(self._config["field_words"]))),
                float(bool(doc is not None and doc._.topics)),
            ]
        )
