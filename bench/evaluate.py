"""Parses the held-out messages with the trained model and writes docs/evaluation.md.

python -m bench.evaluate --errors build/mistakes.txt
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.mistakes import checked_target, mistakes_text
from bench.parsed import parse_all, read_fact_questions, read_held_out
from bench.places import DOCS, MissingModelError, machine, model_file, short
from bench.report import evaluation_page

_STEP = 200  # messages between two lines of progress


def main(arguments: list[str] | None = None) -> int:
    """Command line entry; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.evaluate", description=__doc__)
    parser.add_argument("--out", type=Path, default=DOCS / "evaluation.md")
    parser.add_argument("--model", type=Path, help="another model than models/…")
    parser.add_argument("--errors", type=Path, help="file below build/ for the mistakes with texts")
    options = parser.parse_args(arguments)
    try:
        errors = checked_target(options.errors) if options.errors else None
        model = options.model or model_file()
    except (ValueError, MissingModelError) as problem:
        print(problem, file=sys.stderr)
        return 2

    held_out, questions = read_held_out(), read_fact_questions()
    print(f"Parsing {len(held_out)} messages and {len(questions)} fact questions …", flush=True)
    parsed = parse_all([*held_out, *questions], model, _progress)
    rows, facts = parsed[: len(held_out)], parsed[len(held_out) :]

    page = evaluation_page(
        rows, facts, machine=machine(), pictures=options.out.parent / options.out.stem
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(page, encoding="utf-8")
    print(f"Wrote {short(options.out.resolve())}")
    if errors:
        errors.parent.mkdir(parents=True, exist_ok=True)
        errors.write_text(mistakes_text(rows, facts), encoding="utf-8")
        print(f"Wrote {short(errors)}")
    return 0


def _progress(done: int, total: int) -> None:
    if done % _STEP == 0 or done == total:
        print(f"  {done}/{total}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
