"""What Rasa's training cache cannot see by itself: the encoder file and the language rules."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from bot.language.rules import RULES_DIR
from bot.nlu.encoder.runtime import MODEL_DIR


@lru_cache(maxsize=1)
def outside_fingerprint() -> str:
    """SHA-256 over the encoder and every rules file; a component that returns it is retrained."""
    digest = hashlib.sha256()
    for path in [*sorted(MODEL_DIR.glob("encoder.*")), *sorted(RULES_DIR.glob("*.yml"))]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
