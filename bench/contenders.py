"""The designs that were weighed: each learns from examples, then scores texts."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench.baseline import write_nlu
from bench.metrics import percentile
from bench.parsed import ALARM, OUT_OF_SCOPE, load_model, quiet_rasa
from bot.language.normaliser import clean_text
from bot.nlu.encoder.examples import Example
from bot.nlu.encoder.runtime import Encoder, sigmoid, softmax

TIMED_MESSAGES = 200  # one at a time, as a server gets them
_SPARSE: tuple[dict[str, Any], ...] = (
    {"name": "WhitespaceTokenizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
)
_DENSE = {"name": "bot.nlu.sentence_encoder.SentenceEncoder", "features": True}


@dataclass(frozen=True)
class Scored:
    """What one design says about the test messages.

    Attributes:
        name: how the table calls it.
        intents: best intent per message.
        alarm: score per message; higher is more alarming.
        scope: score per message; higher is more about lips.
        training_seconds: None if it was not trained here.
        milliseconds: median per message, one at a time.
    """

    name: str
    intents: tuple[str, ...]
    alarm: np.ndarray
    scope: np.ndarray
    training_seconds: float | None
    milliseconds: float


def diet(
    name: str, train: Sequence[Example], texts: Sequence[str], *, epochs: int, dense: bool
) -> Scored:
    """Rasa's DIET classifier on sparse features, with or without the encoder's embedding."""
    classifier = {
        "name": "DIETClassifier",
        "epochs": epochs,
        "entity_recognition": False,
        "constrain_similarities": True,
        "ranking_length": 0,  # every intent, not the ten best: alarm and scope need theirs
        "random_seed": 7,
    }
    pipeline = [*_SPARSE, *([_DENSE] if dense else []), classifier]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        model = _train_rasa(Path(folder), pipeline, train)
        seconds = time.perf_counter() - started
        scored = asyncio.run(_ask_rasa(name, load_model(model), texts))
    return replace(scored, training_seconds=seconds)


def _train_rasa(folder: Path, pipeline: list[dict[str, Any]], train: Sequence[Example]) -> Path:
    quiet_rasa()
    from rasa.model_training import train_nlu

    config = {"recipe": "default.v1", "assistant_id": "compare", "language": "en"}
    (folder / "config.yml").write_text(yaml.safe_dump({**config, "pipeline": pipeline}))
    write_nlu(folder / "nlu.yml", train)
    before = os.environ.get("RASA_CACHE_DIRECTORY")
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")  # nothing comes from an earlier run
    try:
        model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
    finally:
        if before is None:
            del os.environ["RASA_CACHE_DIRECTORY"]
        else:
            os.environ["RASA_CACHE_DIRECTORY"] = before
    if model is None:
        raise RuntimeError("Rasa trained no NLU model; its own message stands above.")
    return Path(model)


async def _ask_rasa(name: str, agent: Any, texts: Sequence[str]) -> Scored:
    rankings, milliseconds = [], []
    for text in texts:
        started = time.perf_counter()
        result = await agent.parse_message(text)
        milliseconds.append(1000 * (time.perf_counter() - started))
        rankings.append({r["name"]: float(r["confidence"]) for r in result["intent_ranking"]})
    return Scored(
        name=name,
        intents=tuple(max(r, key=r.__getitem__) if r else "" for r in rankings),
        alarm=np.array([r.get(ALARM, 0.0) for r in rankings]),
        scope=np.array([1.0 - r.get(OUT_OF_SCOPE, 0.0) for r in rankings]),
        training_seconds=None,
        milliseconds=percentile(milliseconds[-TIMED_MESSAGES:], 0.5) or 0.0,
    )


def logistic(
    name: str, train: Sequence[Example], texts: Sequence[str], *, encoder: Encoder
) -> Scored:
    """Logistic regression on the embedding and character n-grams (TF-IDF, 2 to 5 in words)."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    started = time.perf_counter()
    cleaned = [clean_text(example.text) for example in train]
    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=30_000, sublinear_tf=True
    ).fit([text.lower() for text in cleaned])

    def features(rows: Sequence[str]) -> csr_matrix:
        vectors = encoder.run(rows)["embedding"]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return hstack([csr_matrix(vectors / lengths), grams.transform([r.lower() for r in rows])])

    model = LogisticRegression(C=10.0, tol=1e-3, max_iter=200)
    model.fit(features(cleaned).tocsr(), [example.intent for example in train])
    seconds = time.perf_counter() - started

    def ask(rows: Sequence[str]) -> np.ndarray:
        return model.predict_proba(features([clean_text(row) for row in rows]).tocsr())

    found, names = ask(texts), list(model.classes_)
    return Scored(
        name=name,
        intents=tuple(names[i] for i in found.argmax(axis=1)),
        alarm=found[:, names.index(ALARM)],
        scope=1.0 - found[:, names.index(OUT_OF_SCOPE)],
        training_seconds=seconds,
        milliseconds=_time_singly(ask, texts),
    )


def own_heads(name: str, texts: Sequence[str], *, encoder: Encoder) -> Scored:
    """The fine-tuned encoder's own heads; fine-tuning is `make encoder` and not repeated here."""

    def ask(rows: Sequence[str]) -> dict[str, np.ndarray]:
        return encoder.run([clean_text(row) for row in rows])

    found, names = ask(texts), encoder.labels["intent"]
    intents = softmax(found["intent"])
    return Scored(
        name=name,
        intents=tuple(names[i] for i in intents.argmax(axis=1)),
        alarm=sigmoid(found["alarm"][:, 0]),
        scope=1.0 - intents[:, names.index(OUT_OF_SCOPE)],
        training_seconds=None,
        milliseconds=_time_singly(ask, texts),
    )


def _time_singly(ask: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    milliseconds = []
    for text in texts[-TIMED_MESSAGES:]:
        started = time.perf_counter()
        ask([text])
        milliseconds.append(1000 * (time.perf_counter() - started))
    return percentile(milliseconds, 0.5) or 0.0
