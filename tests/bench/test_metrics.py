"""The metrics against cases that were worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.metrics import (
    Share,
    auc,
    calibration_error,
    confusion,
    implied_threshold,
    percentile,
    precision_recall,
    recall_at,
    reliability,
    threshold_at,
    wilson,
)


def test_share_counts_true_outcomes():
    share = Share.of([True, False, True, True])
    assert (share.hits, share.total, share.value) == (3, 4, 0.75)


def test_empty_class_has_no_share_and_no_interval():
    share = Share.of([])
    assert share.value is None
    assert share.interval is None


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (5, 10, 0.2366, 0.7634),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
    ],
)
def test_wilson_agrees_with_published_values(hits, total, low, high):
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("hits", "total"), [(0, 0), (3, 2), (-1, 5)])
def test_wilson_refuses_what_is_no_share(hits, total):
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, total)


def test_auc_of_a_small_case_with_a_tie():
    # pairs (0.9, 0.5) 1, (0.9, 0.1) 1, (0.5, 0.5) a half, (0.5, 0.1) 1: 3.5 of 4
    scores = np.array([0.9, 0.5, 0.5, 0.1])
    assert auc(scores, np.array([True, True, False, False])) == pytest.approx(0.875)


def test_auc_is_zero_when_everything_is_the_wrong_way_round():
    assert auc(np.array([0.1, 0.9]), np.array([True, False])) == 0.0


@pytest.mark.parametrize("label", [True, False])
def test_auc_of_one_class_is_unknown(label):
    assert auc(np.array([0.2, 0.8]), np.array([label, label])) is None


def test_precision_recall_takes_equal_scores_together():
    curve = precision_recall(np.array([0.9, 0.8, 0.8, 0.2]), np.array([True, False, True, False]))
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.2]
    assert curve.precision.tolist() == pytest.approx([1.0, 2 / 3, 0.5])
    assert curve.recall.tolist() == pytest.approx([0.5, 1.0, 1.0])


def test_precision_recall_needs_a_true_label():
    with pytest.raises(ValueError, match="at least one true label"):
        precision_recall(np.array([0.5]), np.array([False]))


def test_threshold_lets_pass_exactly_what_it_may():
    scores = np.array([0.1, 0.2, 0.3, 0.4])
    assert (scores >= threshold_at(scores, 0.25)).sum() == 1
    assert (scores >= threshold_at(scores, 0.0)).sum() == 0
    assert (scores >= threshold_at(scores, 0.5)).sum() == 2


def test_threshold_never_splits_equal_scores():
    scores = np.array([0.4, 0.4, 0.1, 0.1])
    assert (scores >= threshold_at(scores, 0.25)).sum() == 0


def test_threshold_without_any_score_lets_everything_pass():
    assert threshold_at(np.array([]), 0.03) == -math.inf


def test_recall_at_a_share_of_false_alarms():
    scores = np.array([0.9, 0.35, 0.1, 0.4, 0.3, 0.2, 0.05])
    labels = np.array([True, True, True, False, False, False, False])
    assert recall_at(scores, labels, 0.0) == Share(1, 3)
    assert recall_at(scores, labels, 0.25) == Share(2, 3)
    assert recall_at(scores, labels, 1.0) == Share(3, 3)


def test_recall_without_true_messages_is_empty():
    assert recall_at(np.array([0.5]), np.array([False]), 0.03) == Share(0, 0)


def test_implied_threshold_lies_between_the_nearest_scores():
    found = implied_threshold(np.array([0.1, 0.3, 0.5, 0.9]), np.array([False, False, True, True]))
    assert found == pytest.approx(0.4)


@pytest.mark.parametrize(
    "decisions", [[False, False], [True, True], [True, False]], ids=["none", "all", "mixed"]
)
def test_implied_threshold_is_unknown_when_no_threshold_explains_it(decisions):
    assert implied_threshold(np.array([0.2, 0.8]), np.array(decisions)) is None


def test_reliability_and_its_error_by_hand():
    # bin 0.0-0.5: 0.1 and 0.3, one true (0.2 promised, 0.5 seen); bin 0.5-1.0: 1.0, true
    columns = reliability(np.array([0.1, 0.3, 1.0]), np.array([False, True, True]), bins=2)
    assert [(c.count, c.predicted, c.observed) for c in columns] == [
        (2, pytest.approx(0.2), 0.5),
        (1, 1.0, 1.0),
    ]
    assert calibration_error(columns) == pytest.approx(0.2)


def test_reliability_leaves_empty_bins_out():
    columns = reliability(np.array([0.05, 0.95]), np.array([False, True]), bins=10)
    assert [(c.low, c.high) for c in columns] == [(0.0, 0.1), (0.9, 1.0)]


def test_calibration_error_of_nothing_is_unknown():
    assert reliability(np.array([]), np.array([])) == []
    assert calibration_error([]) is None


def test_confusion_has_a_row_for_what_was_meant():
    counts = confusion([("a", "a"), ("a", "b"), ("b", "b")], ["a", "b", "c"])
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_confusion_refuses_an_unknown_label():
    with pytest.raises(KeyError):
        confusion([("a", "z")], ["a"])


def test_percentile_is_a_value_that_occurred():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert percentile(values, 0.5) == 3.0
    assert percentile(values, 0.95) == 5.0
    assert percentile(values, 0.2) == 1.0
    assert percentile([], 0.5) is None
