"""How soon somebody should be seen: the table of the label guide, as a pure function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from spacy.tokens import Doc

from bot.language.durations import Duration
from bot.language.signs import SignMention, UrgencyReading

ALWAYS_EMERGENCY = frozenset({"breathing", "seizure", "chest_pain"})
LONG_STANDING_DAYS = 28
MILD_DAYS = 14  # a mild sign that is weeks old is for today's doctor, a younger one is not
ROUTINE_AFTER_DAYS = 14


class Cues:
    """The cue phrases of urgency.yml, matched on whole standard words."""

    def __init__(
        self, cues: Mapping[str, Sequence[str]], reasons: Mapping[str, Sequence[str]]
    ) -> None:
        self._cues = {name: _any_of(phrases) for name, phrases in cues.items()}
        self._reasons = {name: _any_of(phrases) for name, phrases in reasons.items()}

    def found(self, text: str) -> frozenset[str]:
        """Names of the cues whose phrases stand in a text of standard words."""
        return frozenset(name for name, pattern in self._cues.items() if pattern.search(text))

    def routine_reasons(self, doc: Doc, durations: Iterable[Duration]) -> list[str]:
        """Why a twitch deserves an appointment, in the order of the label guide."""
        text = norm_text(doc)
        reasons = {name for name, pattern in self._reasons.items() if pattern.search(text)}
        began = bool(self._cues["began"].search(text))  # "started 5 weeks ago" and still there
        if any((began or not d.ago) and d.days > ROUTINE_AFTER_DAYS for d in durations):
            reasons.add("over_two_weeks")
        return [name for name in self._reasons if name in reasons]


def norm_text(doc: Doc, start: int = 0, end: int | None = None) -> str:
    """The standard words of a stretch of tokens, joined by blanks."""
    return " ".join(token.norm_ for token in doc[start : len(doc) if end is None else end])


def decide_urgency(
    asserted: Sequence[SignMention],
    *,
    cues: frozenset[str] = frozenset(),
    days: float | None = None,
    routine: Sequence[str] = (),
) -> UrgencyReading:
    """Apply the label guide.

    Args:
        asserted: the mentions that count; none means the routine reasons decide.
        cues: names of the cues that belong to the signs (not to the twitch).
        days: how long the signs have been there, if the person says so.
        routine: routine reasons for a plain twitch.
    """
    if not asserted:
        return UrgencyReading("routine", tuple(routine)) if routine else UrgencyReading()
    flags = list(dict.fromkeys(mention.flag for mention in asserted))
    if dangerous := [flag for flag in flags if flag in ALWAYS_EMERGENCY]:
        return UrgencyReading("emergency", tuple(dangerous))
    if len(flags) > 1:
        return UrgencyReading("emergency", ("several_flags", *flags))
    if any(mention.reading == "resolved" for mention in asserted):
        return UrgencyReading("emergency", ("just_over", *flags))
    if "sudden" in cues:
        return UrgencyReading("emergency", ("sudden", *flags))
    if "worsening" in cues and not cues & {"slow"}:
        return UrgencyReading("emergency", ("worsening", *flags))
    calm: list[str] = [cue for cue in ("under_care", "slow", "long_standing") if cue in cues]
    if days is not None and days >= LONG_STANDING_DAYS:
        calm.append("long_standing")
    if "mild" in cues and days is not None and days >= MILD_DAYS:
        calm.append("mild")
    if calm:
        return UrgencyReading("urgent", (*dict.fromkeys(calm), *flags))
    return UrgencyReading("emergency", ("start_not_stated", *flags))


def read_urgency(
    doc: Doc, mentions: Sequence[SignMention], durations: Sequence[Duration], cues: Cues
) -> UrgencyReading:
    """Collect what the message says about its asserted signs, then decide.

    Cues and durations in a segment about the twitch ("the lip has twitched for years, today my
    mouth hangs") say nothing about the sign and are left out.
    """
    asserted = [mention for mention in mentions if mention.asserted]
    if not asserted:
        return decide_urgency((), routine=cues.routine_reasons(doc, durations))
    found: set[str] = set()
    longest: float | None = None
    for start, end in segments(doc):
        part = doc[start:end]
        holds = any(m.start < part.end_char and part.start_char < m.end for m in asserted)
        here = cues.found(norm_text(doc, start, end))
        if "twitch" in here and not holds:
            continue
        found |= here if holds else here - {"sudden", "worsening"}
        for duration in durations:
            if part.start_char <= duration.start < part.end_char:
                longest = max(duration.days, longest or 0)
    if longest is not None and longest < MILD_DAYS and "long_standing" not in found:
        found |= {"sudden"} if longest < 1 else set()
    return decide_urgency(asserted, cues=frozenset(found), days=longest)


def segments(doc: Doc) -> list[tuple[int, int]]:
    """Stretches between commas and clause starts: what a duration or cue belongs to."""
    starts = [
        token.i
        for token in doc
        if token.is_sent_start or (token.i and token.nbor(-1).text in {",", "(", ")"})
    ]
    return list(zip(starts, [*starts[1:], len(doc)], strict=True))


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_phrase, longest_first))})(?!\w)")


def _phrase(phrase: str) -> str:
    """A phrase as a regular expression; "a|b" within a word position is either word."""
    return " ".join(
        f"(?:{'|'.join(map(re.escape, word.split('|')))})" for word in phrase.split(" ")
    )
