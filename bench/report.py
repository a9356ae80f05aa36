"""Puts the evaluation into words: tables and pictures. Counts only, never a held-out message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench import figures, scores
from bench.markdown import number, percent, share_cells, table
from bench.metrics import (
    Bin,
    Share,
    calibration_error,
    confusion,
    implied_threshold,
    precision_recall,
    reliability,
)
from bench.parsed import ACTS, ALARM, ASKS_BACK, OUT_OF_SCOPE, Parsed, topic_ids

WORST_BELOW = 0.9
_HEAD = ["", "share", "95 % interval", "messages"]
_OTHER_INTENTS = (
    "report_twitch", "vague_sign", "follow_up", "not_covered", ALARM, "alarm_over", "self_harm",
    OUT_OF_SCOPE, ASKS_BACK,
)  # fmt: skip

INTRODUCTION = """\
`make evaluate` writes this page. The messages of `tests/nlu` were written apart from the training
data, by other hands; nothing was trained, calibrated or chosen on them. Intervals are Wilson's.

An answer counts as right when the reply answers it: a question that was refused or asked back is
counted as wrong, although asking back is often the better reply. Near misses are messages without
alarm that were written to look like one ("no drooping, just a twitch")."""


def evaluation_page(
    rows: Sequence[Parsed], facts: Sequence[Parsed], *, machine: str, pictures: Path
) -> str:
    """The whole page; draws its pictures into `pictures` (a folder beside the page)."""
    sections = [
        "# Evaluation",
        f"{machine}",
        INTRODUCTION,
        "## Messages",
        _messages(rows, facts),
        "## Headline figures",
        _shares([*scores.headline(rows), *scores.fact_headline(facts)]),
        "## Alarms",
        _alarms(rows),
        _alarm_picture(rows, pictures),
        "## Topics and intents",
        _worst(rows),
        _confusion_picture(rows, pictures),
        "## Are the probabilities honest?",
        "A probability is honest when, of all messages that got 70 %, 70 % are what it promised. "
        "The expected calibration error is the mean distance from that, weighted by messages.",
        _scope_picture(rows, pictures),
        _honesty_picture(rows, pictures),
    ]
    return "\n\n".join(part for part in sections if part) + "\n"


def _shares(items: Sequence[tuple[str, Share]]) -> str:
    return table(_HEAD, [[name, *share_cells(share)] for name, share in items])


def _messages(rows: Sequence[Parsed], facts: Sequence[Parsed]) -> str:
    counts = Counter(row.example.source for row in rows)
    lines = [[f"`tests/nlu/{name}`", counts[name]] for name in sorted(counts)]
    lines.append(["`tests/content/fact_questions.yml`", len(facts)])
    return table(["file", "messages"], lines)


def _alarms(rows: Sequence[Parsed]) -> str:
    ways = [
        [
            way.name,
            percent(way.recall.value),
            f"{percent(way.near_misses.value)} ({way.near_misses.hits})",
            f"{percent(way.others.value)} ({way.others.hits})",
            number(way.auc),
        ]
        for way in scores.alarm_ways(rows)
    ]
    flags = [
        [flag, *share_cells(recall), percent(named.value)]
        for flag, recall, named in scores.alarm_per_flag(rows)
    ]
    parts = [
        "What each part contributes. The third row sets the classifier's threshold on these very "
        "messages, so it flatters the classifier.",
        table(["", "recall", "false alarms: near misses", "others", "AUC"], ways),
        "Per red flag: alarms with it that were found, and those where the flag itself was named.",
        table(["flag", "found", "95 % interval", "messages", "named"], flags),
        "Per reading, messages with an alarm (found):",
        _shares(scores.alarm_per_reading(rows, alarms=True)),
        "Per reading, near misses (escalated although nothing is there):",
        _shares(scores.alarm_per_reading(rows, alarms=False)),
    ]
    return "\n\n".join(parts)


def _worst(rows: Sequence[Parsed]) -> str:
    shares = scores.topics_and_acts(rows)
    worst = [(name, share) for name, share in shares if (share.value or 0.0) < WORST_BELOW]
    if not worst:
        return f"Every topic and every other intent is right in at least {percent(WORST_BELOW)}."
    text = f"The worst, everything under {percent(WORST_BELOW)} ({len(worst)} of {len(shares)}):"
    return f"{text}\n\n{_shares(worst)}"


def _confusion_picture(rows: Sequence[Parsed], pictures: Path) -> str:
    groups = [sorted(topic_ids()), list(ACTS), list(_OTHER_INTENTS)]
    labels = [label for group in groups for label in group]
    pairs = [_meant_and_understood(row) for row in rows]
    labels += sorted({label for pair in pairs for label in pair} - set(labels))
    counts = confusion(pairs, labels)
    edges = [len(groups[0]), len(groups[0]) + len(groups[1])]
    figures.confusion_matrix(counts, labels, edges, pictures / "confusion.svg")
    right = int(np.trace(counts))
    alt = (
        f"Confusion matrix of {len(labels)} intents: {right} of {counts.sum()} messages lie on the "
        "diagonal, where the final intent is the labelled one"
    )
    return _picture(pictures, "confusion.svg", alt)


def _meant_and_understood(row: Parsed) -> tuple[str, str]:
    """A message about several topics is right with any of them as its intent."""
    if row.intent in row.example.topics and row.asks_about_a_topic:
        return row.intent, row.intent
    return row.example.intent, row.intent


def _alarm_picture(rows: Sequence[Parsed], pictures: Path) -> str:
    asked = [r for r in rows if r.example.intent != "self_harm"]
    labels = np.array([r.example.alarm for r in asked], bool)
    if not labels.any():
        return ""
    values = scores.probabilities(asked)
    decided = np.array([r.alarm for r in asked], bool)
    ruled = np.array([bool(r.safety.get("rule")) for r in asked], bool)
    figures.alarm_curve(
        precision_recall(values, labels),
        working_point=_recall_and_precision(decided, labels),
        rules_point=_recall_and_precision(ruled, labels),
        path=pictures / "alarm-precision-recall.svg",
    )
    recall, precision = _recall_and_precision(decided, labels)
    threshold = implied_threshold(values, decided)
    where = "" if threshold is None else f" (probability from {threshold:.2f})"
    alt = (
        f"Precision-recall curve of the alarm decision; the working point{where} has recall "
        f"{percent(recall.value)} and precision {percent(precision.value)}"
    )
    return _picture(pictures, "alarm-precision-recall.svg", alt)


def _recall_and_precision(decided: np.ndarray, labels: np.ndarray) -> tuple[Share, Share]:
    return Share.of(decided[labels]), Share.of(labels[decided])


def _scope_picture(rows: Sequence[Parsed], pictures: Path) -> str:
    asked = [
        r
        for r in rows
        if (r.in_scope or r.example.intent == OUT_OF_SCOPE) and "scope" in r.question
    ]
    columns = reliability(
        np.array([float(r.question["scope"]) for r in asked]),
        np.array([r.in_scope for r in asked], bool),
    )
    return _reliability("scope", "about lips", columns, pictures)


def _honesty_picture(rows: Sequence[Parsed], pictures: Path) -> str:
    asked = [r for r in rows if r.example.intent != "self_harm"]
    labels = np.array([r.example.alarm for r in asked], bool)
    return _reliability(
        "alarm", "an alarm", reliability(scores.probabilities(asked), labels), pictures
    )


def _reliability(name: str, subject: str, columns: list[Bin], pictures: Path) -> str:
    if not columns:
        return ""
    error = calibration_error(columns)
    file = f"{name}-reliability.svg"
    figures.reliability_diagram(columns, error, subject, pictures / file)
    alt = (
        f"Reliability diagram of the probability that a message is {subject}: "
        f"expected calibration error {percent(error)} over {sum(c.count for c in columns)} messages"
    )
    return _picture(pictures, file, alt)


def _picture(folder: Path, file: str, alt: str) -> str:
    return f"![{alt}]({folder.name}/{file})\n\n*{alt}.*"
