"""Where the measurements read and write, and on what machine they were made."""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "lip-twitch-guide.tar.gz"
TRAINING_DATA = ROOT / "data" / "nlu"
HELD_OUT = ROOT / "tests" / "nlu"
FACT_QUESTIONS = ROOT / "tests" / "content" / "fact_questions.yml"
DOCS = ROOT / "docs"
BUILD = ROOT / "build"

# The same quiet, offline processes as `make run`.
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_WORKERS": "1",
    "ACTION_SERVER_SANIC_WORKERS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
}


class MissingModelError(RuntimeError):
    """There is no trained model to measure; the message says how to get one."""


def model_file() -> Path:
    """The trained guide.

    Raises:
        MissingModelError: it was not trained yet.
    """
    if not MODEL.is_file():
        raise MissingModelError(f"{short(MODEL)} is missing. Run `make train` first.")
    return MODEL


def short(path: Path) -> str:
    """The path as a person in the repository's root would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def machine() -> str:
    """Date and size of the machine, without its name."""
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{date.today().isoformat()} · {cores()} cores · {memory()} memory · {system}"


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory() -> str:
    """Memory of the machine in whole GiB."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return "unknown"
    return f"{size / 2**30:.0f} GiB"
