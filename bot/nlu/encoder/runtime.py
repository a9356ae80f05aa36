"""Runs the exported encoder: text in, one row of numbers per head out. Needs onnxruntime only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

MODEL_DIR = Path(__file__).parent / "model"
_BATCH = 32


class EncoderError(RuntimeError):
    """The encoder file is missing, broken or of another make; the message says how to mend it."""


class Encoder:
    """The fine-tuned sentence encoder with its heads.

    Attributes:
        labels: label names per head (`intent`, `topic`, `facet`, `fact`, `alarm`, `flag`).
        card: everything that `encoder.json` says, fingerprints included.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, card: dict[str, Any]
    ) -> None:
        """Use `Encoder.load`."""
        self._session = session
        self._tokenizer = tokenizer
        self._outputs = [output.name for output in session.get_outputs()]
        self.card = card
        self.labels: dict[str, list[str]] = card["labels"]

    @classmethod
    def load(cls, folder: Path = MODEL_DIR) -> Encoder:
        """Load `encoder.onnx`, `tokenizer.json` and `encoder.json`.

        Raises:
            EncoderError: a file is missing or unreadable.
        """
        try:
            card = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            # One message at a time on a small machine: more threads only wait for each other.
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            session = onnxruntime.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise types of their own
            raise EncoderError(
                f"{folder}: the sentence encoder cannot be loaded ({error}). "
                "Restore the three files from the repository or run `make encoder`."
            ) from error
        tokenizer.enable_truncation(card["max_tokens"])
        tokenizer.enable_padding()
        return cls(session, tokenizer, card)

    def run(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Encode messages.

        Args:
            texts: any strings; what exceeds the encoder's length is cut.

        Returns:
            `embedding` of shape (texts, 384) and raw logits of shape (texts, labels) per head.
        """
        if not texts:
            raise ValueError("Encoder.run needs at least one text.")
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: dict[str, list[np.ndarray]] = {name: [] for name in self._outputs}
        for start in range(0, len(order), _BATCH):
            encodings = self._tokenizer.encode_batch(
                [texts[i] for i in order[start : start + _BATCH]]
            )
            found = self._session.run(
                None,
                {
                    "ids": np.array([e.ids for e in encodings], np.int32),
                    "mask": np.array([e.attention_mask for e in encodings], np.int32),
                },
            )
            for name, values in zip(self._outputs, found, strict=True):
                rows[name].append(values)
        back = np.argsort(order)
        return {name: np.concatenate(parts)[back] for name, parts in rows.items()}


@lru_cache(maxsize=1)
def shared_encoder() -> Encoder:
    """The repository's encoder, loaded once for all components of a process.

    Raises:
        EncoderError: as `Encoder.load`.
    """
    return Encoder.load()


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Element-wise logistic function."""
    return 1.0 / (1.0 + np.exp(-logits))
