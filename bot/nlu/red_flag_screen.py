"""Rasa component: the alarm screen. Rules, ConText and the encoder's alarm head decide together."""

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
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from bot.language.assumed_signs import read_urgency_of
from bot.language.normaliser import clean_text
from bot.nlu.calibration import Logistic, fit_logistic, log_odds, threshold_for_share
from bot.nlu.encoder.runtime import Encoder, shared_encoder, sigmoid, softmax
from bot.nlu.fingerprints import outside_fingerprint
from bot.nlu.held_out import fit_ngrams, held_out_messages, label
from bot.nlu.ngram_model import NO_NGRAMS, NgramModel
from bot.nlu.question_reader import QUESTION
from bot.nlu.scope_gate import ACTS, ALARM, OUT_OF_SCOPE, SELF_HARM
from bot.nlu.sentence_encoder import ENCODED

VAGUE = "vague_sign"
SAFETY = "safety"  # message key of what this component found
_LONG_MESSAGE = (
    25  # tokens; from here signs can drown, so the clauses are screened by themselves too
)
_SHORTEST_CLAUSE = 4  # tokens; shorter pieces join the next
_MOST_CLAUSES = 40
_WALL_OF_TEXT = 200  # tokens; longer than any message that the decision was fitted on


# Until `train` has run or `load` has read them back.
_UNFITTED = Logistic((), 0.0)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RedFlagScreen(GraphComponent, IntentClassifier):
    """Decides whether a message describes a present alarm sign, which one, and how urgent it is.

    A logistic model weighs the encoder's alarm and intent heads (in long messages also the most
    alarming clause), the character n-grams and what the rules found; it is fitted on held-out
    messages. The threshold is the one with the least cost there. Two kinds of statement need no
    weighing: a sign whose absence is denied ("it's not that it isn't drooping"), and a bare
    textbook sign in a few words ("tongue won't work").

    Config:
        miss_cost: what a missed alarm costs, in false alarms over a hard near miss.
        short_statement: words of the longest bare statement that a certain rule decides alone.
        crisis_from: probability of self-harm from which the crisis reply wins over a sign that the
            rules found.
        flag_threshold: probability from which the encoder's flag head names a sign.
        most_checks: further share of near misses that may get the check questions: where the
            screen is not sure, the bot asks for droop, weakness and speech instead of answering.
        most_false_alarms: share of held-out near misses that may escalate; bounds the threshold,
            as a bot that cries wolf is not listened to.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See parent class."""
        return {
            "miss_cost": 50.0,
            "flag_threshold": 0.4,
            "most_false_alarms": 0.05,
            "most_checks": 0.02,
            "short_statement": 5,
            "crisis_from": 0.9,
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
        encoder: Encoder,
        ngrams: NgramModel = NO_NGRAMS,
        decision: dict[str, Any] | None = None,
    ) -> None:
        """Use `create` or `load`."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._encoder = encoder
        self._flags = encoder.labels["flag"]
        self._alarm_intent = encoder.labels["intent"].index(ALARM)
        self._off_topic = encoder.labels["intent"].index(OUT_OF_SCOPE)
        self._ngrams = ngrams
        self._model = Logistic.from_dict(decision["model"]) if decision else _UNFITTED
        self._threshold = decision["threshold"] if decision else 0.5
        self._check_from = decision["check_from"] if decision else 0.5

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RedFlagScreen:
        """See parent class."""
        return cls(config, model_storage, resource, shared_encoder())

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the decision on the held-out share and store it."""
        chosen = held_out_messages(training_data)
        self._ngrams = fit_ngrams(training_data, ALARM)
        features = np.array([self._features(m)[0] for m in chosen])
        alarms = np.array([m.get(INTENT) == ALARM for m in chosen])
        near = np.array([bool(label(m, "near_miss")) for m in chosen])
        self._model = fit_logistic(features, alarms, minimum=0.0)
        scores = self._model.probability(features)
        self._threshold = choose_threshold(
            scores[alarms],
            scores[near & ~alarms],
            miss_cost=self._config["miss_cost"],
            most_false_alarms=self._config["most_false_alarms"],
        )
        share = self._config["most_false_alarms"] + self._config["most_checks"]
        self._check_from = min(self._threshold, threshold_for_share(scores[near & ~alarms], share))
        decision = {
            "model": self._model.as_dict(),
            "threshold": self._threshold,
            "check_from": self._check_from,
        }
        with self._model_storage.write_to(self._resource) as folder:
            self._ngrams.save(folder)
            (folder / "screen.json").write_text(json.dumps(decision))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RedFlagScreen:
        """Read the decision back; without it the server does not start."""
        with model_storage.read_from(resource) as folder:
            decision = json.loads((folder / "screen.json").read_text())
            ngrams = NgramModel.load(folder)
        return cls(config, model_storage, resource, shared_encoder(), ngrams, decision)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add `safety` and, in an alarm, set the intent."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            own_words = (message.get(QUESTION) or {}).get("known")  # a button describes no sign
            if doc is None or message.get(ENCODED) is None or own_words:
                message.set(SAFETY, _nothing_found(), add_to_output=True)
                continue
            self._screen(message, doc)
        return messages

    def _screen(self, message: Message, doc: Doc) -> None:
        features, flag_logits = self._features(message)
        probability = float(self._model.probability(features[np.newaxis])[0])
        alarm = probability >= self._threshold or self._plainly_said(doc)
        name = message.get(INTENT)[INTENT_NAME_KEY]
        check = not alarm and probability >= self._check_from and name not in ACTS
        asserted = [mention for mention in doc._.red_flags if mention.asserted]
        rule = any(mention.certain for mention in asserted)
        found = {mention.flag: mention for mention in asserted}
        flags = list(found)
        if alarm:
            flags += [f for f in self._flags_by_model(flag_logits, bool(found)) if f not in found]
        urgency = read_urgency_of(doc, flags) if alarm else doc._.urgency
        level = urgency.level if alarm or urgency.level == "routine" else "none"
        message.set(
            SAFETY,
            {
                "alarm": alarm,
                "check": check,
                "probability": round(probability, 4),
                "classifier": round(float(sigmoid(features[0])), 4),
                "rule": rule,
                "urgency": level,
                "flags": _describe(doc, [f for f in flags if alarm and f not in found]),
                "red_flags": flags if alarm else [],
                "routine_reasons": list(doc._.routine_reasons),
            },
            add_to_output=True,
        )
        crisis = message.get(INTENT)[PREDICTED_CONFIDENCE_KEY] >= self._config["crisis_from"]
        if alarm and (name != SELF_HARM or (rule and not crisis)):
            name = ALARM
        elif check:
            name = VAGUE
        else:
            return
        message.set(INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: probability}, True)

    def _plainly_said(self, doc: Doc) -> bool:
        """Whether the words alone decide: an insisted sign, or a certain one, bare or in a wall."""
        asserted = [mention for mention in doc._.red_flags if mention.asserted]
        words = sum(token.is_alpha for token in doc)
        bare = words <= self._config["short_statement"] and "?" not in doc.text
        wall = len(doc) > _WALL_OF_TEXT
        return any(m.insisted or (m.certain and (bare or wall)) for m in asserted)

    def _flags_by_model(self, logits: np.ndarray, some_known: bool) -> list[str]:
        """Signs that the flag head names; if nothing is known at all, its best guess."""
        probabilities = sigmoid(logits)
        named = [
            self._flags[i]
            for i in np.argsort(-probabilities)
            if probabilities[i] >= self._config["flag_threshold"]
        ]
        return named or ([] if some_known else [self._flags[int(probabilities.argmax())]])

    def _features(self, message: Message) -> tuple[np.ndarray, np.ndarray]:
        """What the decision weighs (shape (8,)) and the flag head's logits (shape (13,)).

        All features speak for an alarm, so that no weight may turn negative: log odds by the alarm
        head, by the intent head and by the n-grams, those against another subject, what the most
        alarming clause adds, a certain rule, an uncertain rule, and no mention that the rules read
        as negated, asked, past or otherwise harmless.
        """
        encoded = message.get(ENCODED)
        doc = message.get(SPACY_DOCS[TEXT])
        whole = float(encoded["alarm"][0])
        intents = softmax(encoded["intent"])
        worst, flag_logits = whole, encoded["flag"]
        pieces = split_clauses(doc)
        if pieces:
            rows = self._encoder.run([clean_text(piece) for piece in pieces])
            position = int(rows["alarm"][:, 0].argmax())
            worst = float(rows["alarm"][position, 0])
            flag_logits = np.maximum(flag_logits, rows["flag"][position])
        asserted = [mention for mention in doc._.red_flags if mention.asserted]
        harmless = [mention for mention in doc._.red_flags if not mention.asserted]
        return (
            np.array(
                [
                    whole,
                    log_odds(float(intents[self._alarm_intent])),
                    float(self._ngrams.score([clean_text(message.get(TEXT))])[0]),
                    -log_odds(float(intents[self._off_topic])),
                    max(worst, whole) - whole,
                    float(any(mention.certain for mention in asserted)),
                    float(any(not mention.certain for mention in asserted)),
                    float(not harmless or bool(asserted)),
                ]
            ),
            flag_logits,
        )


def split_clauses(doc: Doc) -> list[str]:
    """Clauses of a long message, short pieces joined to the next; nothing for a short message."""
    if len(doc) < _LONG_MESSAGE:
        return []
    pieces: list[str] = []
    waiting = ""
    for clause in doc.sents:
        waiting = f"{waiting} {clause.text}".strip()
        if len(waiting.split()) >= _SHORTEST_CLAUSE:
            pieces.append(waiting)
            waiting = ""
    if waiting:
        pieces.append(waiting)
    if len(pieces) > _MOST_CLAUSES:  # a wall of text: join neighbours until it fits
        step = -(-len(pieces) // _MOST_CLAUSES)
        pieces = [" ".join(pieces[i : i + step]) for i in range(0, len(pieces), step)]
    return pieces if len(pieces) > 1 else []


def choose_threshold(
    alarms: np.ndarray, near_misses: np.ndarray, *, miss_cost: float, most_false_alarms: float
) -> float:
    """Threshold of least cost on held-out messages, among those that keep the false-alarm bound.

    Args:
        alarms: probabilities of alarm messages.
        near_misses: probabilities of hard messages without alarm.
        miss_cost: cost of a miss; a false alarm costs 1.
        most_false_alarms: bound on the share of near misses at or over the threshold.
    """
    candidates = np.unique(np.concatenate([alarms, near_misses, [0.5]]))
    allowed = [t for t in candidates if (near_misses >= t).mean() <= most_false_alarms] or [
        float(candidates.max())
    ]

    def cost(threshold: float) -> float:
        return miss_cost * float((alarms < threshold).mean()) + float(
            (near_misses >= threshold).mean()
        )

    return float(min(allowed, key=cost))


def _describe(doc: Doc, by_encoder: list[str]) -> list[dict[str, Any]]:
    """Every sign with its reading: what the rules found, then what only the encoder saw."""
    rows: list[dict[str, Any]] = [
        {
            "flag": mention.flag,
            "reading": mention.reading,
            "other_person": mention.other_person,
            "start": mention.start,
            "end": mention.end,
            "source": "rule",
        }
        for mention in doc._.red_flags
    ]
    return rows + [{"flag": f, "reading": "present", "source": "encoder"} for f in by_encoder]


def _nothing_found() -> dict[str, Any]:
    return {
        "alarm": False,
        "check": False,
        "probability": 0.0,
        "classifier": 0.0,
        "rule": False,
        "urgency": "none",
        "flags": [],
        "red_flags": [],
        "routine_reasons": [],
    }
