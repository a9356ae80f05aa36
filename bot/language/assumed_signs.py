"""Urgency for signs that the rules did not find in the words but the statistical screen did."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from spacy.tokens import Doc

from bot.language.durations import find_durations
from bot.language.rules import load_rules
from bot.language.signs import SignMention, UrgencyReading
from bot.language.urgency import Cues, read_urgency


def read_urgency_of(doc: Doc, flags: Sequence[str]) -> UrgencyReading:
    """Read durations and cues of the whole message as if it spoke of these signs.

    Args:
        doc: a document of this pipeline.
        flags: ids of red flags; at least one.
    """
    text = doc.text
    known = [mention for mention in doc._.red_flags if mention.asserted and mention.flag in flags]
    missing = [flag for flag in flags if flag not in {mention.flag for mention in known}]
    assumed = [SignMention(flag=flag, start=0, end=len(text), text=text) for flag in missing]
    return read_urgency(doc, [*known, *assumed], find_durations(text), _cues())


@lru_cache(maxsize=1)
def _cues() -> Cues:
    rules = load_rules()
    return Cues(rules.cues, rules.reasons)
