"""Plays the same conversations with several bots in turn and keeps how long each reply took."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from bench.metrics import percentile
from bench.parsed import ACTS, ALARM, OUT_OF_SCOPE, topic_ids
from bench.servers import Bot, ServerError
from bot.nlu.encoder.examples import Example

KINDS = ("answer", "alarm", "out of scope", "small talk")
# One conversation, alarms last: an escalation stays in force and would colour what follows.
_SHAPE = (
    "small talk",
    *["answer"] * 4,
    "out of scope",
    "small talk",
    "out of scope",
    *["alarm"] * 2,
)
_SEED = 11


@dataclass(frozen=True)
class Turn:
    """One message of a conversation; `kind` follows its label."""

    kind: str
    text: str


@dataclass
class Timings:
    """Milliseconds per kind, and how many messages got no proper reply."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: {k: [] for k in KINDS})
    failed: int = 0

    @property
    def all(self) -> list[float]:
        """Every reply."""
        return [value for values in self.milliseconds.values() for value in values]

    def percentiles(self, kind: str | None = None) -> list[float | None]:
        """p50, p95 and p99 of a kind, or of everything."""
        values = self.all if kind is None else self.milliseconds[kind]
        return [percentile(values, share) for share in (0.5, 0.95, 0.99)]


def kind_of(example: Example) -> str | None:
    """Which kind of reply the message should get; None for what is not measured."""
    if example.intent in topic_ids():
        return "answer"
    if example.intent in ACTS:
        return "small talk"
    return {ALARM: "alarm", OUT_OF_SCOPE: "out of scope"}.get(example.intent)


def conversations(examples: Sequence[Example], messages: int) -> list[list[Turn]]:
    """Conversations of ten different messages each, the same ones at every run.

    Raises:
        ValueError: a kind has no message.
    """
    pools = {kind: [e.text for e in examples if kind_of(e) == kind] for kind in KINDS}
    if empty := [kind for kind, pool in pools.items() if not pool]:
        raise ValueError(f"No held-out message of kind {empty}: nothing to measure.")
    chooser = random.Random(_SEED)
    supplies = {kind: _without_end(pool, chooser) for kind, pool in pools.items()}
    count = max(1, round(messages / len(_SHAPE)))
    return [[Turn(kind, next(supplies[kind])) for kind in _SHAPE] for _ in range(count)]


def _without_end(pool: list[str], chooser: random.Random) -> Iterator[str]:
    while True:
        yield from chooser.sample(pool, len(pool))


def play(
    bots: Sequence[Bot], talks: Sequence[Sequence[Turn]], warm_up: Sequence[Turn]
) -> dict[str, Timings]:
    """Play every conversation with every bot, one bot after the other and in changing order.

    Raises:
        ServerError: a bot did not answer at all.
    """
    timings = {bot.name: Timings() for bot in bots}
    with requests.Session() as session:
        for bot in bots:
            _warm_up(bot, warm_up, session)
        for number, talk in enumerate(talks):
            for bot in bots if number % 2 == 0 else reversed(bots):
                _play_one(bot, talk, session, timings[bot.name])
    return timings


def _warm_up(bot: Bot, turns: Sequence[Turn], session: requests.Session) -> None:
    sender = uuid.uuid4().hex
    replies = [bot.say(session, sender, turn.text) for turn in turns]
    if turns and not any(map(proper, replies)):
        # Rasa serves without a model when it cannot load it, and our channel then apologises.
        raise ServerError(
            f"{bot.name}: no message was answered. Does the model fit the code? Run `make train`."
        )


def proper(replies: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a turn brought a text that is no apology for a failure."""
    kinds = {(reply.get("custom") or {}).get("kind") for reply in replies}
    return "error" not in kinds and any(reply.get("text") for reply in replies)


def _play_one(bot: Bot, talk: Sequence[Turn], session: requests.Session, timings: Timings) -> None:
    sender = uuid.uuid4().hex
    for turn in talk:
        started = time.perf_counter()
        replies = bot.say(session, sender, turn.text)
        timings.milliseconds[turn.kind].append(1000 * (time.perf_counter() - started))
        timings.failed += not proper(replies)
