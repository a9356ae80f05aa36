"""Plain progress lines for people: no colours, never buffered."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)


def complain(line: str) -> None:
    """Print one line about a problem to the error stream."""
    print(line, file=sys.stderr, flush=True)
