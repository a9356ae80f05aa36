"""Lists what went wrong, with the messages, for developers; never under version control."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import scores
from bench.parsed import ACTS, ASKS_BACK, OUT_OF_SCOPE, Parsed
from bench.places import BUILD, ROOT, short


def checked_target(path: Path) -> Path:
    """Where the mistakes go.

    Raises:
        ValueError: the file is not below build/: held-out messages stay out of the repository.
    """
    target = (path if path.is_absolute() else ROOT / path).resolve()
    if not target.is_relative_to(BUILD.resolve()):
        raise ValueError(
            f"{path}: held-out messages may only be written below {short(BUILD)}/, which is never "
            "committed. Choose for example build/mistakes.txt."
        )
    return target


def mistakes_text(rows: Sequence[Parsed], facts: Sequence[Parsed]) -> str:
    """Every mistake, grouped by kind; a message may stand in several groups."""
    groups: list[tuple[str, Iterable[Parsed]]] = [
        ("missed alarm", (r for r in rows if r.example.alarm and not r.alarm)),
        ("false alarm, near miss", (r for r in rows if scores.near_miss(r) and r.alarm)),
        ("false alarm, other", (r for r in rows if scores.other(r) and r.alarm)),
        (
            "wrong urgency",
            (r for r in rows if r.example.alarm and r.alarm and not scores.urgency_right(r)),
        ),
        ("missed self-harm", (r for r in rows if _wrong(r) and r.example.intent == "self_harm")),
        (
            "out of scope, answered as if about lips",
            (r for r in rows if r.example.intent == OUT_OF_SCOPE and r.answered_as_lips),
        ),
        ("in scope, refused", (r for r in rows if r.in_scope and r.refused)),
        ("in scope, asked back", (r for r in rows if r.in_scope and r.intent == ASKS_BACK)),
        ("wrong topic", (r for r in rows if r.asks_about_a_topic and not scores.right_topic(r))),
        (
            "a topic left out",
            (r for r in rows if scores.right_topic(r) and not scores.all_topics(r)),
        ),
        ("wrong act", (r for r in rows if r.example.intent in ACTS and _wrong(r))),
        ("fact not found", (r for r in facts if not scores.fact_found(r))),
    ]
    return "\n".join(line for title, found in groups for line in _group(title, list(found)))


def _wrong(row: Parsed) -> bool:
    return row.intent != row.example.intent


def _group(title: str, rows: list[Parsed]) -> list[str]:
    lines = [f"## {title}: {len(rows)}"]
    for row in rows:
        meant = "+".join(row.example.topics or (row.example.intent,))
        understood = "+".join((row.intent, *row.answered))
        details = [meant, "->", understood, f"p={row.safety.get('probability', 0):.2f}"]
        details += [row.example.urgency or "", row.example.reading or "", *row.example.facts]
        lines.append(f"{' '.join(part for part in details if part)}\n    {row.example.text}")
    return [*lines, ""]
