"""Noise for fine-tuning: keyboard slips, and two messages run together. Never used on test data."""

from __future__ import annotations

import random
from dataclasses import replace

from bot.nlu.encoder.examples import Example

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "ko", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip
_SPELLABLE = 4  # shorter words change into other words
# Acts and off-topic messages are told by what stands alone; joined, their label would be a guess.
_NOT_JOINED = frozenset(
    ["out_of_scope", "nonsense", "follow_up", "affirm", "deny", "unsure", "vague_sign",
     "not_covered", "alarm_over", "insult", "feedback", "privacy", "human_handoff",
     "bot_challenge", "capabilities", "greet", "thanks", "goodbye", "self_harm"]
)  # fmt: skip


def make_typo(example: Example, rng: random.Random) -> Example:
    """Slip once or twice in longer words: drop, double, swap or hit a neighbouring key."""
    words = example.text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= _SPELLABLE and word.isalpha()]
    for position in rng.sample(long, min(len(long), rng.choice((1, 1, 2)))):
        words[position] = _slip(words[position], rng)
    return replace(example, text=" ".join(words))


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.choice(("drop", "double", "swap", "neighbour"))
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + rng.choice(_NEIGHBOURS.get(word[at].lower(), word[at])) + word[at + 1 :]


def join_messages(first: Example, second: Example, rng: random.Random) -> Example | None:
    """Run two messages together, or return None where their labels do not add up.

    An alarm joined with anything stays an alarm. A near miss is kept a sentence apart, as its
    reading could reach into the other message, and never stands beside an alarm.
    """
    if {first.intent, second.intent} & _NOT_JOINED:
        return None
    if first.intent == second.intent and not first.alarm:
        return None
    near = first.near_miss or second.near_miss
    if near and (first.alarm or second.alarm):
        return None
    parts = [first, second]
    rng.shuffle(parts)
    glue = ". " if near else rng.choice((" ", ". ", ", ", " and ", " also ", "? "))
    text = glue.join(p.text for p in parts)
    alarms = [p for p in parts if p.alarm]
    intent = "alarm_symptoms" if alarms else "+".join(p.intent for p in parts)
    return Example(
        text=text,
        intent=intent,
        topics=tuple(dict.fromkeys(t for p in parts for t in p.topics)),
        flags=tuple(dict.fromkeys(f for p in alarms for f in p.flags)),
    )
