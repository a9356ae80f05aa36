"""The encoder file belongs to the data beside it, and loads without the training libraries."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bot.content import content
from bot.nlu.encoder.examples import fingerprint, read_examples
from bot.nlu.encoder.runtime import MODEL_DIR, Encoder, EncoderError
from tests.places import DATA, ROOT


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


def test_fingerprint_matches_the_data(encoder: Encoder) -> None:
    examples = read_examples(DATA / "nlu", frozenset(content().topics))
    assert encoder.card["data_fingerprint"] == fingerprint(examples), (
        "data/nlu has changed since the encoder was fine-tuned: run `make encoder` and commit "
        "bot/nlu/encoder/model."
    )


def test_fact_head_matches_the_facts(encoder: Encoder) -> None:
    assert encoder.labels["fact"] == [
        fact.id for topic in sorted(content().topics) for fact in content().facts.values()
        if fact.topic == topic
    ]  # fmt: skip


def test_file_is_small_enough_for_the_repository() -> None:
    assert (MODEL_DIR / "encoder.onnx").stat().st_size <= 24 * 1024 * 1024


def test_rows_have_the_documented_shapes_and_keep_their_order(encoder: Encoder) -> None:
    texts = ["coffee?", "my lip twitches when I have not slept for two nights in a row", "hello"]
    together = encoder.run(texts)
    assert together["embedding"].shape == (3, 384)
    assert together["topic"].shape == (3, len(encoder.labels["topic"]))
    for position, text in enumerate(texts):
        alone = encoder.run([text])["intent"][0]
        # int8 activations depend a little on the batch; the winner must not
        assert together["intent"][position].argmax() == alone.argmax()


def test_a_very_long_text_is_cut_not_refused(encoder: Encoder) -> None:
    assert np.isfinite(encoder.run(["lip " * 5000])["alarm"]).all()


def test_no_text_at_all_is_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="at least one"):
        encoder.run([])


def test_a_missing_file_is_one_clear_line(tmp_path) -> None:
    with pytest.raises(EncoderError, match="make encoder"):
        Encoder.load(tmp_path)


def test_a_broken_file_is_one_clear_line(tmp_path) -> None:
    for path in MODEL_DIR.glob("*"):
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1000])
    with pytest.raises(EncoderError, match="make encoder"):
        Encoder.load(tmp_path)


def test_serving_needs_neither_tensorflow_nor_transformers() -> None:
    code = (
        "import sys; from bot.nlu.encoder.runtime import Encoder; Encoder.load().run(['hi']);"
        "print([m for m in ('tensorflow', 'transformers', 'torch') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
