"""Decisions fitted on held-out messages: temperature, logistic scaling, thresholds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Logistic:
    """A logistic model: probability = sigmoid(weights . features + bias)."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, features: np.ndarray) -> np.ndarray:
        """Features of shape (messages, weights) -> probabilities of shape (messages,)."""
        return 1.0 / (1.0 + np.exp(-(features @ np.array(self.weights) + self.bias)))

    def as_dict(self) -> dict[str, Any]:
        """For storage as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Logistic:
        """Back from storage."""
        return cls(tuple(stored["weights"]), float(stored["bias"]))


def fit_logistic(
    features: np.ndarray,
    labels: np.ndarray,
    *,
    strength: float = 1.0,
    minimum: float | None = None,
) -> Logistic:
    """Fit by penalised maximum likelihood (Newton's method; L2 on the weights).

    Args:
        features: shape (messages, features).
        labels: shape (messages,), True or False; both must occur.
        strength: of the penalty.
        minimum: lower bound for each weight, for features that may only speak for the label.

    Raises:
        ValueError: only one class in `labels`.
    """
    from scipy.optimize import minimize

    wanted = labels.astype(float)
    if wanted.min() == wanted.max():
        raise ValueError("Calibration needs held-out messages of both classes.")

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        scores = features @ parameters[:-1] + parameters[-1]
        value = np.logaddexp(0, scores) - wanted * scores
        error = 1.0 / (1.0 + np.exp(-scores)) - wanted
        penalty = 0.5 * strength * float(parameters[:-1] @ parameters[:-1])
        gradient = np.append(features.T @ error + strength * parameters[:-1], error.sum())
        return float(value.sum()) + penalty, gradient

    count = features.shape[1]
    bounds = [(minimum, None)] * count + [(None, None)]
    found = minimize(loss, np.zeros(count + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return Logistic(tuple(float(w) for w in found.x[:-1]), float(found.x[-1]))


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Temperature that minimises the negative log likelihood (Guo et al., "On Calibration", 2017).

    Args:
        logits: shape (messages, classes).
        labels: class index per message.
    """

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled).sum(axis=1))
        return float(np.mean(log_sum - scaled[np.arange(len(labels)), labels]))

    grid = np.geomspace(0.3, 5.0, 60)
    return float(min(grid, key=loss))


def threshold_for_share(scores: np.ndarray, share: float) -> float:
    """Lowest threshold that at most `share` of the scores reach.

    Args:
        scores: probabilities of messages that should stay below.
        share: for example 0.02.
    """
    ordered = np.sort(scores)[::-1]
    allowed = int(np.floor(share * len(ordered)))
    return float(np.nextafter(ordered[allowed], 1.0)) if allowed < len(ordered) else 0.0


def log_odds(probability: float) -> float:
    """Natural log odds, bounded where a probability is as good as 0 or 1."""
    clipped = min(max(probability, 1e-5), 1 - 1e-5)
    return float(np.log(clipped / (1 - clipped)))
