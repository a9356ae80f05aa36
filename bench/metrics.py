"""Shares, curves and calibration: numbers in, numbers out. No files, no Rasa, no pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

Z_95 = 1.959963984540054  # two-sided 95 % of the normal distribution


@dataclass(frozen=True)
class Share:
    """How many of how many. An empty class has no share: `value` is then None, not 0 or 1."""

    hits: int
    total: int

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> Share:
        """Count true outcomes."""
        seen = [bool(outcome) for outcome in outcomes]
        return cls(sum(seen), len(seen))

    @property
    def value(self) -> float | None:
        """The share, None if there is nothing to count."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the share (Wilson, 1927), None if there is nothing to count."""
        return wilson(self.hits, self.total) if self.total else None


@dataclass(frozen=True)
class Curve:
    """Precision and recall at every threshold, from the strictest to the laxest."""

    thresholds: np.ndarray
    precision: np.ndarray
    recall: np.ndarray


@dataclass(frozen=True)
class Bin:
    """One column of a reliability diagram."""

    low: float
    high: float
    count: int
    predicted: float  # mean probability
    observed: float  # share of true labels


def wilson(hits: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """Interval of a share that also holds near 0 and 1 and for few messages.

    Raises:
        ValueError: nothing to count, or more hits than messages.
    """
    if total < 1 or not 0 <= hits <= total:
        raise ValueError(f"{hits} of {total} is no share.")
    share, squared = hits / total, z * z
    middle = (share + squared / (2 * total)) / (1 + squared / total)
    spread = math.sqrt(share * (1 - share) / total + squared / (4 * total * total))
    half = z * spread / (1 + squared / total)
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == total else middle + half
    return max(0.0, low), min(1.0, high)


def auc(scores: np.ndarray, labels: np.ndarray) -> float | None:
    """Probability that a true message scores higher than a false one (ties count half).

    Args:
        scores: shape (messages,).
        labels: shape (messages,), True or False.

    Returns:
        None if one of the classes is empty.
    """
    wanted = np.asarray(labels, bool)
    positives, negatives = int(wanted.sum()), int((~wanted).sum())
    if not positives or not negatives:
        return None
    _, position, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[position]  # mean rank of equal scores, from 1
    above = ranks[wanted].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def precision_recall(scores: np.ndarray, labels: np.ndarray) -> Curve:
    """The curve over all thresholds that occur.

    Raises:
        ValueError: no true label: recall has no meaning.
    """
    wanted = np.asarray(labels, bool)
    if not wanted.any():
        raise ValueError("A precision-recall curve needs at least one true label.")
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    ordered, found = np.asarray(scores, float)[order], np.cumsum(wanted[order])
    ends = np.append(np.nonzero(np.diff(ordered))[0], len(ordered) - 1)  # last of equal scores
    return Curve(ordered[ends], found[ends] / (ends + 1), found[ends] / wanted.sum())


def threshold_at(scores: np.ndarray, share: float) -> float:
    """Lowest threshold that at most `share` of the scores reach; infinite if none may and all tie.

    Args:
        scores: of the messages that should stay below; without any, every message may pass.
        share: for example 0.03.
    """
    ordered = np.sort(np.asarray(scores, float))[::-1]
    allowed = math.floor(share * len(ordered) + 1e-9)
    if allowed >= len(ordered):
        return -math.inf
    return float(np.nextafter(ordered[allowed], math.inf))


def recall_at(scores: np.ndarray, labels: np.ndarray, false_share: float) -> Share:
    """True messages found when at most `false_share` of the false ones pass."""
    wanted = np.asarray(labels, bool)
    values = np.asarray(scores, float)
    return Share.of(values[wanted] >= threshold_at(values[~wanted], false_share))


def implied_threshold(scores: np.ndarray, decisions: np.ndarray) -> float | None:
    """The threshold that a decision must have used, halfway between its two nearest scores.

    Returns:
        None if the decision is not one threshold on these scores, or was the same everywhere.
    """
    chosen = np.asarray(decisions, bool)
    values = np.asarray(scores, float)
    if chosen.all() or not chosen.any():
        return None
    low, high = float(values[~chosen].max()), float(values[chosen].min())
    return (low + high) / 2 if low <= high else None


def reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> list[Bin]:
    """Bins of equal width over 0 to 1; those without a message are left out."""
    values, wanted = np.asarray(probabilities, float), np.asarray(labels, float)
    place = np.minimum((values * bins).astype(int), bins - 1)  # 1.0 belongs to the last bin
    return [
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            count=int((place == number).sum()),
            predicted=float(values[place == number].mean()),
            observed=float(wanted[place == number].mean()),
        )
        for number in range(bins)
        if (place == number).any()
    ]


def calibration_error(columns: Sequence[Bin]) -> float | None:
    """Expected calibration error: mean gap between promise and outcome, weighted by messages."""
    total = sum(column.count for column in columns)
    if not total:
        return None
    gaps = (column.count * abs(column.predicted - column.observed) for column in columns)
    return sum(gaps) / total


def confusion(pairs: Iterable[tuple[str, str]], labels: Sequence[str]) -> np.ndarray:
    """Counts of shape (labels, labels): row is what was meant, column what was understood.

    Raises:
        KeyError: a pair holds a label that is not in `labels`.
    """
    index = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), int)
    for meant, understood in pairs:
        counts[index[meant], index[understood]] += 1
    return counts


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed (nearest rank)."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values) - 1e-9) - 1)]
