"""Which messages each headline figure counts, and what counts as right. Parses in, shares out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.metrics import Share, auc, threshold_at
from bench.parsed import ACTS, ASKS_BACK, OUT_OF_SCOPE, Parsed

CLASSIFIER_ALONE_FROM = 0.5  # probability from which the classifier alone would escalate
FACTS_COUNTED = 5


@dataclass(frozen=True)
class AlarmWay:
    """One way to decide on an alarm, for the ablation."""

    name: str
    recall: Share
    near_misses: Share  # false alarms among them
    others: Share  # false alarms among all other messages without alarm
    auc: float | None = None


def near_miss(row: Parsed) -> bool:
    """A message without alarm that was written to look like one.

    In scope.yml the same label marks our words in other senses ("twitch stream"): no near alarms.
    """
    return row.example.near_miss and not row.example.alarm and row.example.source != "scope.yml"


def other(row: Parsed) -> bool:
    """Every other message without alarm; a crisis has a reply of its own and is not asked."""
    return not row.example.alarm and not near_miss(row) and row.example.intent != "self_harm"


def headline(rows: Sequence[Parsed]) -> list[tuple[str, Share]]:
    """The headline figures over the held-out messages, in the order of the report."""
    topic = [r for r in rows if r.asks_about_a_topic]
    several = [r for r in topic if len(r.example.topics) > 1]
    acts = [r for r in rows if r.example.intent in ACTS]
    alarms = [r for r in rows if r.example.alarm]
    caught = [r for r in alarms if r.alarm]
    outside = [r for r in rows if r.example.intent == OUT_OF_SCOPE]
    inside = [r for r in rows if r.in_scope]
    gaps = [r for r in rows if r.example.intent == "not_covered"]
    crises = [r for r in rows if r.example.intent == "self_harm"]
    return [
        ("Topic accuracy: a right topic is answered", Share.of(map(right_topic, topic))),
        ("Several topics: all are answered", Share.of(map(all_topics, several))),
        (
            "Facet accuracy",
            Share.of(facet_right(r) for r in topic if r.example.facet),
        ),
        ("Act accuracy (small talk)", Share.of(r.intent == r.example.intent for r in acts)),
        ("Alarm recall", Share.of(r.alarm for r in alarms)),
        ("False alarms: near misses", Share.of(r.alarm for r in rows if near_miss(r))),
        ("False alarms: all other messages", Share.of(r.alarm for r in rows if other(r))),
        ("Urgency exact, of alarms that were found", Share.of(map(urgency_right, caught))),
        (
            "Emergency said to be less, of alarms that were found",
            Share.of(not urgency_right(r) for r in caught if r.example.urgency == "emergency"),
        ),
        (
            "Routine found",
            Share.of(
                r.safety.get("urgency") == "routine" for r in rows if r.example.urgency == "routine"
            ),
        ),
        ("Not covered by the articles: noticed", Share.of(map(gap_noticed, gaps))),
        ("Self-harm found", Share.of(r.intent == "self_harm" for r in crises)),
        ("Out of scope, answered as if about lips", Share.of(r.answered_as_lips for r in outside)),
        ("In scope, refused", Share.of(r.refused for r in inside)),
        ("In scope, asked back", Share.of(r.intent == ASKS_BACK for r in inside)),
        ("Out of scope, asked back", Share.of(r.intent == ASKS_BACK for r in outside)),
    ]


def fact_headline(rows: Sequence[Parsed]) -> list[tuple[str, Share]]:
    """The figures over the fact questions."""
    return [
        (
            f"Fact question: its fact is among the top {FACTS_COUNTED}",
            Share.of(map(fact_found, rows)),
        ),
        ("Fact question: a topic of the fact is answered", Share.of(map(right_topic, rows))),
    ]


def right_topic(row: Parsed) -> bool:
    """Whether the reply answers at least one of the message's topics."""
    return bool(set(row.example.topics) & set(row.answered))


def all_topics(row: Parsed) -> bool:
    """Whether the reply answers every topic of the message."""
    return set(row.example.topics) <= set(row.answered)


def facet_right(row: Parsed) -> bool:
    """Whether the kind of information was understood."""
    return (row.question.get("facet") or {}).get("name") == row.example.facet


def urgency_right(row: Parsed) -> bool:
    """Whether the urgency is exactly the labelled one."""
    return row.safety.get("urgency") == row.example.urgency


def gap_noticed(row: Parsed) -> bool:
    """Whether the intent or a named gap says that the articles are silent."""
    return row.intent == "not_covered" or bool(row.question.get("gaps"))


def fact_found(row: Parsed) -> bool:
    """Whether a labelled fact is among the best matching facts."""
    best = [fact["id"] for fact in row.question.get("facts", [])[:FACTS_COUNTED]]
    return bool(set(row.example.facts) & set(best))


def alarm_per_flag(rows: Sequence[Parsed]) -> list[tuple[str, Share, Share]]:
    """Per red flag: alarms with it that were found, and those where the flag itself was named."""
    grouped: dict[str, list[Parsed]] = defaultdict(list)
    for row in rows:
        for flag in row.example.flags if row.example.alarm else ():
            grouped[flag].append(row)
    return [
        (
            flag,
            Share.of(r.alarm for r in grouped[flag]),
            Share.of(r.alarm and flag in r.flags for r in grouped[flag]),
        )
        for flag in sorted(grouped)
    ]


def alarm_per_reading(rows: Iterable[Parsed], *, alarms: bool) -> list[tuple[str, Share]]:
    """Share that escalates per reading, among messages with (recall) or without an alarm."""
    grouped: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row.example.alarm == alarms and (alarms or near_miss(row)):
            grouped[row.example.reading or "no reading labelled"].append(row.alarm)
    return [(reading, Share.of(grouped[reading])) for reading in sorted(grouped)]


def topics_and_acts(rows: Iterable[Parsed]) -> list[tuple[str, Share]]:
    """Share of right messages per intent, worst first."""
    grouped: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        right = right_topic(row) if row.asks_about_a_topic else row.intent == row.example.intent
        grouped[row.example.intent].append(right)
    shares = [(name, Share.of(outcomes)) for name, outcomes in grouped.items()]
    return sorted(shares, key=lambda item: (item[1].value or 0.0, item[0]))


def alarm_ways(rows: Sequence[Parsed]) -> list[AlarmWay]:
    """Rules alone, the classifier alone, and both as the product decides."""
    rule = np.array([bool(r.safety.get("rule")) for r in rows], bool)
    both = np.array([r.alarm for r in rows], bool)
    alone = classifier_scores(rows)
    asked = np.array([r.example.alarm or near_miss(r) or other(r) for r in rows], bool)
    labels = np.array([r.example.alarm for r in rows], bool)
    near = np.array([near_miss(r) for r in rows], bool)
    matched = threshold_at(alone[near], _share(both[near]))

    def way(name: str, decisions: np.ndarray, scores: np.ndarray | None = None) -> AlarmWay:
        return AlarmWay(
            name=name,
            recall=Share.of(decisions[labels]),
            near_misses=Share.of(decisions[near]),
            others=Share.of(decisions[asked & ~labels & ~near]),
            auc=None if scores is None else auc(scores[asked], labels[asked]),
        )

    return [
        way("Rules alone", rule),
        way(
            f"Classifier alone, from {CLASSIFIER_ALONE_FROM}", alone >= CLASSIFIER_ALONE_FROM, alone
        ),
        way("Classifier alone, at most as many false alarms as together", alone >= matched, alone),
        way("Together (the product)", both, probabilities(rows)),
    ]


def probabilities(rows: Sequence[Parsed]) -> np.ndarray:
    """Calibrated alarm probability per message."""
    return np.array([float(r.safety.get("probability", 0.0)) for r in rows])


def classifier_scores(rows: Sequence[Parsed]) -> np.ndarray:
    """What the alarm head alone says; the combined probability where it is not reported."""
    return np.array(
        [float(r.safety.get("classifier", r.safety.get("probability", 0.0))) for r in rows]
    )


def _share(decisions: np.ndarray) -> float:
    return float(decisions.mean()) if len(decisions) else 0.0
