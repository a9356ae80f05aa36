"""`python -m bot train`: trains when something changed. Never leaves half a model behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bot.cli import processes
from bot.cli.console import complain, say
from bot.cli.environment import rasa_environment
from bot.cli.errors import CommandError
from bot.cli.fingerprint import (
    Fingerprint,
    current_fingerprint,
    read_fingerprint,
    write_fingerprint,
)
from bot.cli.paths import MODEL_NAME, Paths

HEARTBEAT = 20.0  # seconds without news until a line says that it still works
POLL = 0.2
LINES_SHOWN = 12
_NEWS = re.compile(r"(?P<verb>Starting to train component|Restored component) '(?P<component>\w+)'")
_VERBS = {"Starting to train component": "training", "Restored component": "unchanged:"}


def ensure_model(paths: Paths, *, force: bool = False) -> bool:
    """Train unless the model belongs to the files as they are.

    Returns:
        Whether it trained.

    Raises:
        CommandError: the training failed; an earlier model is untouched.
    """
    if not force and _is_current(paths):
        return False
    with _training_lock(paths):
        if not force and _is_current(paths):  # somebody else trained while we waited
            return False
        _train(paths, force=force)
    return True


def _is_current(paths: Paths) -> bool:
    stored = read_fingerprint(paths.fingerprint)
    return paths.model.is_file() and stored == current_fingerprint(paths.root)


@contextlib.contextmanager
def _training_lock(paths: Paths) -> Iterator[None]:
    paths.new_models.mkdir(parents=True, exist_ok=True)
    with (paths.new_models / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another training runs in this folder; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _train(paths: Paths, *, force: bool) -> None:
    wanted, stored = current_fingerprint(paths.root), read_fingerprint(paths.fingerprint)
    from_scratch = force or stored is None or stored.code != wanted.code
    new_model = paths.new_models / paths.model.name
    new_model.unlink(missing_ok=True)
    paths.train_log.parent.mkdir(parents=True, exist_ok=True)

    why = "there is no model yet" if not paths.model.is_file() else "something changed"
    say(f"Training the guide ({'asked for' if force else why}); log: {_log(paths)}")
    started = time.monotonic()
    code = _run_rasa(_command(paths, from_scratch=from_scratch), paths, started)
    seconds = time.monotonic() - started
    if code != 0 or not new_model.is_file():
        _show_end_of_log(paths.train_log)
        raise CommandError(
            f"Training failed after {seconds:.0f} s ({processes.describe_exit(code)}): the reason "
            f"stands above and in {_log(paths)}. Mend it and run `make train`."
        )
    _put_in_place(paths, new_model, wanted)
    say(f"Trained in {seconds:.0f} s: {paths.short(paths.model)}")


def _log(paths: Paths) -> str:
    return paths.short(paths.train_log)


def _command(paths: Paths, *, from_scratch: bool) -> list[str]:
    command = [sys.executable, "-m", "bot.cli.rasa_tool", "train", "--domain", "domain.yml"]
    command += ["--data", "data", "--config", "config.yml"]
    command += ["--out", paths.short(paths.new_models), "--fixed-model-name", MODEL_NAME]
    return [*command, "--force"] if from_scratch else command


def _run_rasa(command: list[str], paths: Paths, started: float) -> int:
    """Run the training; its words go to the log, its steps to the console."""
    environment = rasa_environment(os.environ, log_level="INFO")
    with paths.train_log.open("w", encoding="utf-8") as log:
        process = processes.start(command, cwd=paths.root, environment=environment, output=log)
        try:
            with paths.train_log.open(encoding="utf-8", errors="replace") as reader:
                _follow(process, reader, started)
            return process.wait()
        finally:
            processes.end([process], grace=0.0)


def _follow(process: subprocess.Popen[str], reader: Iterator[str], started: float) -> None:
    last = time.monotonic()
    ended = False
    while not ended:
        ended = process.poll() is not None  # asked before the last reading, so no line is lost
        for line in reader:
            if news := _NEWS.search(line):
                last = time.monotonic()
                say(f"  {last - started:4.0f} s  {_VERBS[news['verb']]} {news['component']}")
        if time.monotonic() - last > HEARTBEAT:
            last = time.monotonic()
            say(f"  {last - started:4.0f} s  still working …")
        if not ended:
            time.sleep(POLL)


def _put_in_place(paths: Paths, new_model: Path, fingerprint: Fingerprint) -> None:
    """First forget the old fingerprint: stopped in between, the next start trains again."""
    paths.fingerprint.unlink(missing_ok=True)
    os.replace(new_model, paths.model)
    write_fingerprint(paths.fingerprint, fingerprint)


def _show_end_of_log(log: Path) -> None:
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = [line.rsplit("\r", 1)[-1].rstrip() for line in text.splitlines() if line.strip()]
    for line in lines[-LINES_SHOWN:]:
        complain(f"  | {line}")
