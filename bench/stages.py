"""Times every component of a trained model on single messages, inside this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.metrics import percentile
from bench.parsed import load_model

WHOLE = "whole message"
_NEGLIGIBLE = 0.05  # milliseconds; Rasa's plumbing stays out of the table


@dataclass(frozen=True)
class Stage:
    """Time of one component over all messages.

    Attributes:
        name: class and method of the component, or `WHOLE`.
        median: milliseconds.
        p95: milliseconds.
    """

    name: str
    median: float
    p95: float


def time_stages(model: Path, texts: Sequence[str], warm_up: int = 10) -> list[Stage]:
    """Median and 95th percentile per component, slowest first, after the whole message.

    Raises:
        ValueError: no texts.
    """
    if not texts:
        raise ValueError("No messages to time.")
    return asyncio.run(_time_stages(load_model(model), texts, warm_up))


async def _time_stages(agent: Any, texts: Sequence[str], warm_up: int) -> list[Stage]:
    for text in texts[:warm_up]:
        await agent.parse_message(text)
    whole: list[float] = []
    with _timed_nodes() as nodes:
        for text in texts:
            started = time.perf_counter()
            await agent.parse_message(text)
            whole.append(1000 * (time.perf_counter() - started))
    stages = [_stage(name, values) for name, values in nodes.items()]
    stages = [stage for stage in stages if stage.p95 >= _NEGLIGIBLE]
    return [_stage(WHOLE, whole), *sorted(stages, key=lambda stage: -stage.median)]


def _stage(name: str, values: Sequence[float]) -> Stage:
    return Stage(name, percentile(values, 0.5) or 0.0, percentile(values, 0.95) or 0.0)


@contextmanager
def _timed_nodes() -> Iterator[dict[str, list[float]]]:
    """Record the milliseconds of every graph node while the block runs."""
    from rasa.engine.graph import GraphNode

    seconds: dict[str, list[float]] = {}
    original = GraphNode.__call__

    def timed(node: Any, *inputs: Any) -> Any:
        started = time.perf_counter()
        try:
            return original(node, *inputs)
        finally:
            # No public names for these. The method tells a model's loan from its work (SpacyNLP).
            name = f"{node._component_class.__name__}.{node._fn_name}"
            seconds.setdefault(name, []).append(1000 * (time.perf_counter() - started))

    GraphNode.__call__ = timed  # type: ignore[method-assign]
    try:
        yield seconds
    finally:
        GraphNode.__call__ = original  # type: ignore[method-assign]
