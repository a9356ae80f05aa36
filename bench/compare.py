"""The comparison that chose the NLU design: four ways to read a message, one held-out set.

    python -m bench.compare --epochs 30

Trains on data/nlu without its calibration share, tests on tests/nlu, prints a Markdown table and
writes it to build/compare.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import numpy as np

from bench.contenders import Scored, diet, logistic, own_heads
from bench.markdown import number, percent, table
from bench.metrics import Share, auc, recall_at, threshold_at
from bench.parsed import ABOUT_LIPS, OUT_OF_SCOPE, read_held_out, topic_ids
from bench.places import BUILD, TRAINING_DATA, machine, short
from bot.nlu.encoder.examples import Example, read_examples
from bot.nlu.encoder.runtime import Encoder, EncoderError

EPOCHS = 30
FALSE_ALARMS = 0.03  # share of messages without alarm that may escalate
REFUSED = 0.03  # share of messages about lips that may be refused
DESIGNS = ("diet", "diet-encoder", "logistic", "heads")
_HEAD = [
    "design", "intent right", "topic right", f"alarm recall at {FALSE_ALARMS:.0%} false alarms",
    "alarm AUC", f"out of scope accepted at {REFUSED:.0%} refused", "training s", "ms per message",
]  # fmt: skip
NOTES = """\
Intent: the best intent is the labelled one or, for a question about several topics, one of them.
Topic: the same over questions about topics only. Thresholds of the alarm and scope columns are set
on the test messages themselves, alike for every design: they compare scores, they do not promise
rates. The encoder was fine-tuned on the same training messages, which makes their embeddings look
easier to the two designs that learn from them than new messages are. Fine-tuning the encoder (its
own heads) is `make encoder` and not part of the training seconds."""


def main(arguments: list[str] | None = None) -> int:
    """Command line entry; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of DIET")
    parser.add_argument("--designs", nargs="+", choices=DESIGNS, default=list(DESIGNS))
    options = parser.parse_args(arguments)
    examples = read_examples(TRAINING_DATA, topic_ids())
    train, test = [e for e in examples if not e.held_out], read_held_out()
    try:
        encoder = Encoder.load()
    except EncoderError as problem:
        print(problem, file=sys.stderr)
        return 1

    rows = []
    for design in options.designs:
        print(f"{design}: {len(train)} messages to learn, {len(test)} to test …", file=sys.stderr)
        rows.append(
            row_of(_run(design, train, [e.text for e in test], options.epochs, encoder), test)
        )
    page = "\n\n".join(["# NLU designs compared", machine(), table(_HEAD, rows), NOTES]) + "\n"
    BUILD.mkdir(parents=True, exist_ok=True)
    target = BUILD / "compare.md"
    target.write_text(page, encoding="utf-8")
    print(page)
    print(f"Wrote {short(target)}", file=sys.stderr)
    return 0


def _run(
    design: str, train: Sequence[Example], texts: Sequence[str], epochs: int, encoder: Encoder
) -> Scored:
    ways: dict[str, Callable[[], Scored]] = {
        "diet": lambda: diet(
            f"DIET, sparse features ({epochs} epochs)", train, texts, epochs=epochs, dense=False
        ),
        "diet-encoder": lambda: diet(
            f"DIET with the encoder's embedding ({epochs} epochs)",
            train,
            texts,
            epochs=epochs,
            dense=True,
        ),
        "logistic": lambda: logistic(
            "Logistic regression, embedding and character n-grams", train, texts, encoder=encoder
        ),
        "heads": lambda: own_heads("The fine-tuned encoder's own heads", texts, encoder=encoder),
    }
    return ways[design]()


def row_of(scored: Scored, test: Sequence[Example]) -> list[str]:
    """One design's row of the table."""
    right = [
        intent == example.intent or intent in example.topics
        for intent, example in zip(scored.intents, test, strict=True)
    ]
    of_topics = [r for r, example in zip(right, test, strict=True) if example.intent in topic_ids()]
    # A crisis has a reply of its own: it is neither an alarm nor a false one.
    asked = np.array([example.intent != "self_harm" for example in test], bool)
    alarms = np.array([example.alarm for example in test], bool)
    seconds = scored.training_seconds
    return [
        scored.name,
        percent(Share.of(right).value),
        percent(Share.of(of_topics).value),
        percent(recall_at(scored.alarm[asked], alarms[asked], FALSE_ALARMS).value),
        number(auc(scored.alarm[asked], alarms[asked])),
        percent(accepted(scored.scope, test).value),
        "–" if seconds is None else f"{seconds:.0f}",
        f"{scored.milliseconds:.1f}",
    ]


def accepted(scope: np.ndarray, test: Sequence[Example]) -> Share:
    """Out-of-scope messages over the threshold that refuses `REFUSED` of those about lips."""
    inside = np.array([e.intent in topic_ids() or e.intent in ABOUT_LIPS for e in test], bool)
    outside = np.array([e.intent == OUT_OF_SCOPE for e in test], bool)
    # Refused is what scores low: the same threshold rule, upside down.
    limit = -threshold_at(-scope[inside], REFUSED)
    return Share.of(scope[outside] > limit)


if __name__ == "__main__":
    sys.exit(main())
