"""Writes tables and shares as Markdown. Text out, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from bench.metrics import Share

NOTHING = "–"  # an empty class: neither 0 % nor 100 %


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; columns after the first are aligned right."""
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def percent(value: float | None) -> str:
    """`0.934` as `93.4 %`."""
    return NOTHING if value is None else f"{100 * value:.1f} %"


def number(value: float | None, digits: int = 3) -> str:
    """A figure with a fixed number of digits."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def share_cells(share: Share) -> list[str]:
    """Share, its 95 % interval and the counts: three cells."""
    bounds = share.interval
    between = NOTHING if bounds is None else f"{100 * bounds[0]:.1f} to {100 * bounds[1]:.1f} %"
    return [percent(share.value), between, f"{share.hits}/{share.total}"]
