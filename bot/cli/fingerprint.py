"""Says whether the trained model still belongs to the files it was trained from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

# What the Rasa server serves around the model: a change there needs no training.
OUTSIDE_THE_MODEL = ("bot/cli", "bot/channels", "bot/widget")
CODE_SUFFIXES = frozenset(
    {".py", ".yml", ".yaml", ".json", ".jsonl", ".cfg", ".toml", ".txt", ".csv", ".onnx"}
)
DATA_SUFFIXES = frozenset({".yml", ".yaml", ".json", ".txt"})


@dataclass(frozen=True)
class Fingerprint:
    """Two digests, because a change of code needs more than a change of data.

    Rasa reuses a trained part while its class, its config and its inputs are unchanged. It sees
    new examples; it does not see a changed rule file or a changed module behind the class.
    """

    data: str  # domain.yml, config.yml, data/
    code: str  # bot/ with its content and encoder, and the locked versions


def current_fingerprint(root: Path) -> Fingerprint:
    """Fingerprint the files as they are now. A renamed file counts as a change."""
    data = [root / "domain.yml", root / "config.yml", *_below(root, "data", DATA_SUFFIXES)]
    code = [root / "requirements" / "run.txt", *_below(root, "bot", CODE_SUFFIXES)]
    return Fingerprint(data=_digest(root, data), code=_digest(root, code))


def read_fingerprint(path: Path) -> Fingerprint | None:
    """The stored one; `None` when there is none or it cannot be understood."""
    try:
        return Fingerprint(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_fingerprint(path: Path, fingerprint: Fingerprint) -> None:
    """Store it beside the model."""
    path.write_text(json.dumps(asdict(fingerprint), indent=1) + "\n", encoding="utf-8")


def _below(root: Path, folder: str, suffixes: frozenset[str]) -> Iterator[Path]:
    for path in sorted((root / folder).rglob("*")):
        place = path.relative_to(root)
        outside = any(place.is_relative_to(part) for part in OUTSIDE_THE_MODEL)
        made = any(
            part.startswith(".") or part == "node_modules" or part.endswith(".egg-info")
            for part in place.parts
        )
        if path.suffix in suffixes and not outside and not made and path.is_file():
            yield path


def _digest(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()
