"""Draws the pictures of the evaluation: numbers in, SVG files out, always the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bench.metrics import Bin, Curve, Share

# Blue and orange keep apart for colour-blind readers; markers differ as well.
_FIRST, _SECOND, _INK, _FAINT = "#1f5fa8", "#c2500a", "#222222", "#d8d8d8"
_STYLE = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "font.size": 10.0,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": "#888888",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "lip-twitch-guide",
}
_CELL = 0.21  # inches per label of the confusion matrix: its names stay readable


def confusion_matrix(
    counts: np.ndarray, labels: Sequence[str], groups: Sequence[int], path: Path
) -> None:
    """Rows as shares, the diagonal in blue and mistakes in orange, with the count in each cell.

    Args:
        counts: shape (labels, labels), a row per label as it was meant.
        labels: names of rows and columns.
        groups: positions where a new group of labels begins; drawn as lines.
        path: the SVG file.
    """
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    right = np.eye(len(labels), dtype=bool)
    side = _CELL * len(labels) + 2.6
    with plt.rc_context({**_STYLE, "font.size": 8.0}):
        figure, axes = plt.subplots(figsize=(side, side))
        for mask, colours in ((right, "Blues"), (~right, "Oranges")):
            layer = np.ma.masked_where(~mask | (counts == 0), 0.12 + 0.88 * shares)
            axes.imshow(layer, cmap=colours, vmin=0, vmax=1.15, interpolation="nearest")
        for row, column in zip(*np.nonzero(counts), strict=True):
            ink = "white" if shares[row, column] > 0.6 else _INK
            axes.text(
                column, row, counts[row, column], ha="center", va="center", fontsize=6, color=ink
            )
        places = np.arange(len(labels))
        axes.set_xticks(places, labels, rotation=90)
        axes.set_yticks(
            places, [f"{name} ({total})" for name, total in zip(labels, totals[:, 0], strict=True)]
        )
        axes.tick_params(length=0, labeltop=True, labelbottom=True)
        axes.set_xticks(places - 0.5, minor=True)
        axes.set_yticks(places - 0.5, minor=True)
        axes.grid(which="minor", color=_FAINT, linewidth=0.3)
        axes.tick_params(which="minor", length=0)
        for edge in groups:
            axes.axhline(edge - 0.5, color="#666666", linewidth=0.8)
            axes.axvline(edge - 0.5, color="#666666", linewidth=0.8)
        axes.set_xlabel("understood as")
        axes.set_ylabel("meant (number of messages)")
        _save(figure, path)


def alarm_curve(
    curve: Curve,
    *,
    working_point: tuple[Share, Share],
    rules_point: tuple[Share, Share],
    path: Path,
) -> None:
    """The precision-recall curve with two points on or beside it.

    Args:
        curve: of the alarm probability.
        working_point: (recall, precision) of the product.
        rules_point: (recall, precision) of the rules alone.
        path: the SVG file.
    """
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(figsize=(6.4, 4.6))
        axes.step(
            curve.recall, curve.precision, where="post", color=_FIRST, label="alarm probability"
        )
        _point(axes, working_point, "o", _FIRST, "working point")
        _point(axes, rules_point, "s", _SECOND, "rules alone")
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("recall: alarms that were found")
        axes.set_ylabel("precision: escalations that were right")
        _percent_axes(axes)
        axes.legend(loc="lower left", frameon=False)
        _save(figure, path)


def _point(axes: Axes, point: tuple[Share, Share], marker: str, colour: str, name: str) -> None:
    recall, precision = (share.value for share in point)
    if recall is None or precision is None:
        return
    text = f"{name}: recall {100 * recall:.1f} %, precision {100 * precision:.1f} %"
    axes.plot([recall], [precision], marker, color=colour, markersize=9, label=text, zorder=3)


def reliability_diagram(
    columns: Sequence[Bin], error: float | None, subject: str, path: Path
) -> None:
    """Promise against outcome per bin, with the number of messages in each below.

    Args:
        columns: the bins that hold messages.
        error: expected calibration error.
        subject: what the probability is of, for the axes.
        path: the SVG file.
    """
    middles = [(column.low + column.high) / 2 for column in columns]
    with plt.rc_context(_STYLE):
        figure, (above, below) = plt.subplots(
            2, 1, sharex=True, figsize=(5.6, 6.0), gridspec_kw={"height_ratios": [3, 1]}
        )
        above.plot([0, 1], [0, 1], "--", color="#888888", linewidth=1, label="perfect")
        above.plot(
            [column.predicted for column in columns],
            [column.observed for column in columns],
            "o-",
            color=_FIRST,
            label="" if error is None else f"expected error {100 * error:.1f} %",
        )
        above.set_ylim(-0.02, 1.02)
        above.set_ylabel(f"messages that are {subject}")
        above.legend(loc="upper left", frameon=False)
        below.bar(middles, [column.count for column in columns], width=0.09, color=_FIRST)
        for middle, column in zip(middles, columns, strict=True):
            below.text(middle, column.count, column.count, ha="center", va="bottom", fontsize=8)
        below.set_yscale("log")
        below.margins(y=0.25)
        below.set_ylabel("messages")
        below.set_xlabel(f"probability of being {subject}")
        _percent_axes(above)
        below.xaxis.set_major_formatter(PercentFormatter(1.0))
        _save(figure, path)


def _percent_axes(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(color=_FAINT, linewidth=0.6)
    axes.set_axisbelow(True)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    lines = path.read_text(encoding="utf-8").splitlines()  # matplotlib leaves blanks at line ends
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
