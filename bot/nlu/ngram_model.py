"""A second opinion from spelling alone: hashed character n-grams and logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

BUCKETS = 2**18
STRENGTH = 20.0  # inverse of the penalty; chosen on the held-out share among 1, 5, 20 and 50
_FILE = "ngrams.npy"


class NgramModel:
    """Scores a text by its character n-grams (2 to 5 letters, within words)."""

    def __init__(self, weights: np.ndarray, bias: float) -> None:
        """Use `fit` or `load`."""
        self._weights = weights
        self._bias = bias
        self._vectorizer = _vectorizer()

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[bool]) -> NgramModel:
        """Fit on messages; both labels must occur."""
        from sklearn.linear_model import LogisticRegression

        rows = _vectorizer().transform(texts)
        model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300)
        model.fit(rows, np.asarray(labels))
        return cls(model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Log odds, shape (texts,)."""
        return self._vectorizer.transform(texts) @ self._weights + self._bias

    def save(self, folder: Path) -> None:
        """Write the weights, without pickle."""
        np.save(folder / _FILE, np.append(self._weights, np.float32(self._bias)))

    @classmethod
    def load(cls, folder: Path) -> NgramModel:
        """Read the weights back."""
        stored = np.load(folder / _FILE, allow_pickle=False)
        return cls(stored[:-1], float(stored[-1]))


def _vectorizer() -> HashingVectorizer:
    return HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=BUCKETS, lowercase=True, norm="l2"
    )


NO_NGRAMS = NgramModel(np.zeros(BUCKETS, np.float32), 0.0)  # until one has been fitted
