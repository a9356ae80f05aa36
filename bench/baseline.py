"""The bot that `rasa init` would give: default pipeline and policies, one answer per intent."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from bench.places import BUILD, QUIET
from bot.nlu.encoder.examples import Example, fingerprint

EPOCHS = 100
FOLDER = BUILD / "baseline"
FALLBACK = "nlu_fallback"


class BaselineError(RuntimeError):
    """The baseline could not be trained; the message shows why."""


def ensure_baseline(examples: Sequence[Example], epochs: int = EPOCHS) -> Path:
    """The trained baseline, trained now if the data changed since the last time.

    Raises:
        BaselineError: the training failed.
    """
    # The version stands for what this file writes beside the examples.
    key = f"1\x1f{epochs}\x1f{fingerprint(list(examples))}"
    name = f"baseline-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    model = FOLDER / f"{name}.tar.gz"
    if not model.is_file():
        print(
            f"Training the baseline once, {epochs} epochs: minutes each on a small machine. "
            "`--baseline-epochs 5` gives the same speed, with less understanding …",
            flush=True,
        )
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as project:
            write_project(Path(project), examples, epochs)
            _train(Path(project), name)
        print(f"  trained in {time.perf_counter() - started:.0f} s", flush=True)
    return model


def default_config(epochs: int = EPOCHS) -> dict[str, Any]:
    """What Rasa puts into the empty config.yml of `rasa init --no-prompt`."""
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe

    bare = {"recipe": "default.v1", "assistant_id": "baseline", "language": "en"}
    config = DefaultV1Recipe.complete_config(bare, {"pipeline", "policies"})
    for component in [*config["pipeline"], *config["policies"]]:
        if "epochs" in component:
            component["epochs"] = epochs
    return config


def write_project(folder: Path, examples: Iterable[Example], epochs: int = EPOCHS) -> None:
    """Write config, domain, data and credentials of the baseline."""
    rows = list(examples)
    intents = sorted({example.intent for example in rows})
    (folder / "data").mkdir(parents=True, exist_ok=True)
    _write(folder / "config.yml", default_config(epochs))
    _write(folder / "domain.yml", domain(intents))
    _write(folder / "data" / "rules.yml", dialogue(intents))
    _write(folder / "credentials.yml", {"rest": None})
    write_nlu(folder / "data" / "nlu.yml", rows)


def domain(intents: Sequence[str]) -> dict[str, Any]:
    """Every intent with one response."""
    answers = [*intents, FALLBACK]
    return {
        "version": "3.1",
        "intents": list(intents),
        "responses": {f"utter_{name}": [{"text": f"The answer about {name}."}] for name in answers},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def dialogue(intents: Sequence[str]) -> dict[str, Any]:
    """A rule per intent, and a two-turn story per pair of neighbours, so that TED has work."""
    rules = [{"rule": f"answer {name}", "steps": _turn(name)} for name in [*intents, FALLBACK]]
    pairs = pairwise(intents)
    stories = [{"story": f"{a}, then {b}", "steps": [*_turn(a), *_turn(b)]} for a, b in pairs]
    return {"version": "3.1", "rules": rules, "stories": stories}


def _turn(intent: str) -> list[dict[str, str]]:
    return [{"intent": intent}, {"action": f"utter_{intent}"}]


def write_nlu(path: Path, examples: Iterable[Example]) -> None:
    """Write messages with their intents, without other labels, in Rasa's format."""
    grouped: dict[str, list[str]] = {}
    for example in examples:
        grouped.setdefault(example.intent, []).append(example.text)
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in grouped[intent])}
        for intent in sorted(grouped)
    ]
    _write(path, {"version": "3.1", "nlu": blocks})


def _write(path: Path, document: dict[str, Any]) -> None:
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000)
    path.write_text(text, encoding="utf-8")


def _train(project: Path, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "rasa", "train", "--out", str(FOLDER.resolve())]
    command += ["--fixed-model-name", name, "--force"]
    log = FOLDER / "train.log"
    environment = {**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(project / "cache")}
    with log.open("wb") as output:
        code = subprocess.run(
            command, cwd=project, env=environment, stdout=output, stderr=subprocess.STDOUT
        ).returncode
    if code:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        raise BaselineError("The baseline could not be trained:\n" + "\n".join(last))
