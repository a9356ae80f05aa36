"""Puts the benchmark into words. Measurements in, Markdown out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.load import KINDS, Timings
from bench.markdown import NOTHING, number, table
from bench.stages import WHOLE, Stage

_PERCENTILES = ("p50", "p95", "p99")
_HOW = """\
{messages} held-out messages per bot in fresh conversations of ten, one at a time, after a warm-up:
REST request, understanding, action server, SQLite tracker, reply. Kinds follow the messages'
labels. Milliseconds; p99 of a kind with few messages is close to its worst."""
_BASELINE = """\
The baseline is what `rasa init` sets up: default pipeline and policies (epochs: {epochs}), trained
on the same messages and intents, with a rule and one fixed answer per intent and a two-turn story
per pair of neighbours. It has no action server, so its turn is one request shorter. Both bots ran
during the same minutes and took turns, conversation by conversation."""


@dataclass(frozen=True)
class Measured:
    """What was seen of one bot; memory in bytes per process, None where it cannot be read."""

    name: str
    timings: Timings
    start_seconds: float
    memory: Mapping[str, int | None]


def benchmark_page(
    measured: Sequence[Measured],
    *,
    stages: Sequence[Stage],
    training_seconds: float | None,
    machine: str,
    baseline_epochs: int,
) -> str:
    """The whole page; the first bot is ours, the second, if there is one, the baseline."""
    messages = len(measured[0].timings.all)
    parts = [
        "# Benchmarks",
        machine,
        "`make bench` writes this page.",
        "## One message, from request to reply",
        _HOW.format(messages=messages),
        table(["bot, kind", "messages", *_PERCENTILES], _latency_rows(measured)),
        _failures(measured),
    ]
    if len(measured) > 1:
        parts += [_ratio(*measured[:2]), _BASELINE.format(epochs=baseline_epochs)]
    parts += [
        "## Memory and start",
        "Resident memory after the conversations. The start is timed until the bot listens, model "
        "loaded.",
        table(["bot", "start", "memory", "of which"], [_size_row(bot) for bot in measured]),
    ]
    if stages:
        parts += ["## Time per component", table(_STAGE_HEAD, _stage_rows(stages))]
    if training_seconds is not None:
        parts += [
            "## Training",
            f"`make train` from an empty cache: {training_seconds:.0f} s. The sentence encoder "
            "comes fine-tuned with the repository; training calibrates its decisions.",
        ]
    return "\n\n".join(part for part in parts if part) + "\n"


_STAGE_HEAD = ["component", "median ms", "p95 ms", "share of the message"]


def _latency_rows(measured: Sequence[Measured]) -> list[list[str]]:
    rows = []
    for bot in measured:
        for kind in (*KINDS, None):
            values = bot.timings.all if kind is None else bot.timings.milliseconds[kind]
            cells = [number(value, 0) for value in bot.timings.percentiles(kind)]
            rows.append([f"{bot.name}, {kind or 'all'}", str(len(values)), *cells])
    return rows


def _failures(measured: Sequence[Measured]) -> str:
    failed = [f"{bot.name}: {bot.timings.failed}" for bot in measured if bot.timings.failed]
    return f"Messages without a proper reply: {', '.join(failed)}." if failed else ""


def _ratio(guide: Measured, baseline: Measured) -> str:
    ours, theirs = guide.timings.percentiles(), baseline.timings.percentiles()
    ratios = [
        f"{name} {a / b:.2f}" if a is not None and b else f"{name} {NOTHING}"
        for name, a, b in zip(_PERCENTILES, ours, theirs, strict=True)
    ]
    return f"Time of the {guide.name} over time of the {baseline.name}: {', '.join(ratios)}."


def _size_row(bot: Measured) -> list[str]:
    known = [size for size in bot.memory.values() if size is not None]
    parts = ", ".join(f"{role} {_mebibytes(size)}" for role, size in bot.memory.items())
    return [
        bot.name,
        f"{bot.start_seconds:.1f} s",
        _mebibytes(sum(known) if known else None),
        parts,
    ]


def _mebibytes(size: int | None) -> str:
    return NOTHING if size is None else f"{size / 2**20:.0f} MiB"


def _stage_rows(stages: Sequence[Stage]) -> list[list[str]]:
    whole = next((stage.median for stage in stages if stage.name == WHOLE), 0.0)
    return [
        [
            stage.name,
            number(stage.median, 1),
            number(stage.p95, 1),
            f"{100 * stage.median / whole:.0f} %" if whole else NOTHING,
        ]
        for stage in stages
    ]
