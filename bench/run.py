"""Measures speed, memory and training time beside Rasa's default bot; writes docs/benchmarks.md.

python -m bench.run --stages
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from bench.baseline import EPOCHS, BaselineError, ensure_baseline, write_project
from bench.benchmark_page import Measured, benchmark_page
from bench.load import conversations, play
from bench.parsed import read_held_out, topic_ids
from bench.places import (
    DOCS,
    ROOT,
    TRAINING_DATA,
    MissingModelError,
    machine,
    model_file,
    short,
)
from bench.servers import ServerError, quiet_environment, running
from bench.stages import Stage, time_stages
from bot.nlu.encoder.examples import read_examples

GUIDE = "guide"
BASELINE = "baseline"
_WARM_UP = 2  # conversations that nobody times
_STAGE_MESSAGES = 200


def main(arguments: list[str] | None = None) -> int:
    """Command line entry; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--out", type=Path, default=DOCS / "benchmarks.md")
    parser.add_argument("--model", type=Path, help="another model than models/…")
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--baseline-epochs", type=int, default=EPOCHS)
    parser.add_argument("--no-baseline", action="store_true", help="measure the guide alone")
    parser.add_argument("--no-train", action="store_true", help="leave the training time out")
    parser.add_argument(
        "--stages", action=argparse.BooleanOptionalAction, default=True, help="time per component"
    )
    options = parser.parse_args(arguments)
    try:
        model = (options.model or model_file()).resolve()
        baseline = None if options.no_baseline else _baseline(options.baseline_epochs)
        measured = _measure(model, baseline, options.messages)
        stages = _stages(model, options.messages) if options.stages else []
        training = None if options.no_train else time_training()
    except (MissingModelError, BaselineError, ServerError) as problem:
        print(problem, file=sys.stderr)
        return 1
    page = benchmark_page(
        measured,
        stages=stages,
        training_seconds=training,
        machine=machine(),
        baseline_epochs=options.baseline_epochs,
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(page, encoding="utf-8")
    print(f"Wrote {short(options.out.resolve())}")
    return 0


def _baseline(epochs: int) -> Path:
    return ensure_baseline(read_examples(TRAINING_DATA, topic_ids()), epochs).resolve()


def _measure(model: Path, baseline: Path | None, messages: int) -> list[Measured]:
    talks = conversations(read_held_out(), messages + 10 * _WARM_UP)
    warm_up = [turn for talk in talks[:_WARM_UP] for turn in talk]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        print("Starting the guide …", flush=True)
        endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
        with running(
            GUIDE,
            model=model,
            work=work / GUIDE,
            endpoints=endpoints,
            credentials=ROOT / "credentials.yml",
            actions="actions",
        ) as guide:
            if baseline is None:
                return _play([guide], talks[_WARM_UP:], warm_up)
            print("Starting the baseline …", flush=True)
            project = work / "project"
            write_project(project, [])
            with running(
                BASELINE,
                model=baseline,
                work=work / BASELINE,
                endpoints={},
                credentials=project / "credentials.yml",
                actions=None,
                root=project,
            ) as other:
                return _play([guide, other], talks[_WARM_UP:], warm_up)


def _play(bots: list, talks: list, warm_up: list) -> list[Measured]:
    print(f"Playing {len(talks)} conversations with {len(bots)} bot(s) …", flush=True)
    timings = play(bots, talks, warm_up)
    return [Measured(bot.name, timings[bot.name], bot.start_seconds, bot.memory()) for bot in bots]


def _stages(model: Path, messages: int) -> list[Stage]:
    print("Timing the components …", flush=True)
    talks = conversations(read_held_out(), min(messages, _STAGE_MESSAGES))
    return time_stages(model, [turn.text for talk in talks for turn in talk])


def time_training() -> float:
    """Seconds of what `make train` runs, with an empty cache and a model file of its own.

    Raises:
        ServerError: the training failed.
    """
    print("Training from an empty cache …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "rasa",
            "train",
            "--domain",
            "domain.yml",
            "--data",
            "data",
        ]
        command += ["--config", "config.yml", "--out", folder, "--force"]
        environment = {**quiet_environment(), "RASA_CACHE_DIRECTORY": f"{folder}/cache"}
        started = time.perf_counter()
        found = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace"
        )
        seconds = time.perf_counter() - started
    if found.returncode:
        last = "\n".join(found.stderr.splitlines()[-12:])
        raise ServerError(f"The training failed:\n{last}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
