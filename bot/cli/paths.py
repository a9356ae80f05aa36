"""Where the command line reads and writes, from one root, so that a test can move all of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL_NAME = "lip-twitch-guide"


@dataclass(frozen=True)
class Paths:
    """Every file of the command line below one root."""

    root: Path = ROOT

    @property
    def model(self) -> Path:
        return self.root / "models" / f"{MODEL_NAME}.tar.gz"

    @property
    def fingerprint(self) -> Path:
        return self.root / "models" / f"{MODEL_NAME}.json"

    @property
    def new_models(self) -> Path:
        """Training writes here first, so that `models/` never holds half a model."""
        return self.root / "models" / ".new"

    @property
    def train_log(self) -> Path:
        return self.root / "build" / "train.log"

    @property
    def endpoints(self) -> Path:
        return self.root / "endpoints.yml"

    @property
    def credentials(self) -> Path:
        return self.root / "credentials.yml"

    @property
    def var(self) -> Path:
        return self.root / "var"

    def run_folder(self, port: int) -> Path:
        """What one running guide owns: two with different ports do not disturb each other."""
        return self.var / "run" / str(port)

    def short(self, path: Path) -> str:
        """The path as a person in the repository's root would type it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)
