"""How long something has lasted, in days. Approximate on purpose: only weeks matter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

UNITS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1,
    "night": 1,
    "week": 7,
    "fortnight": 14,
    "month": 30,
    "year": 365,
    "decade": 3650,
}
_UNIT_WORDS = {
    r"min(?:ute)?s?|mins": "minute",
    r"h(?:ou)?rs?": "hour",
    r"days?|dayz": "day",
    r"nights?|nites?": "night",
    r"w(?:ee|ea|e)ks?|wks?|weeek?s": "week",
    r"fortnights?": "fortnight",
    r"months?|mnths?|mths?|monthes": "month",
    r"years?|yrs?|yeers?": "year",
    r"decades?": "decade",
}
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "another": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "sixty": 60,
    "half a": 0.5,
    "a couple of": 2,
    "a couple": 2,
    "couple of": 2,
    "couple": 2,
    "cpl": 2,
    "a few": 3,
    "few": 3,
    "several": 4,
    "some": 3,
    "many": 6,
    "a good few": 4,
    "half an": 0.5,
    "best part of a": 0.8,
    "the best part of a": 0.8,
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DATES = {
    "new year": (1, 1),
    "easter": (4, 5),
    "spring": (3, 20),
    "summer": (6, 21),
    "autumn": (9, 22),
    "winter": (12, 21),
    "halloween": (10, 31),
    "christmas": (12, 25),
    "xmas": (12, 25),
    "valentine": (2, 14),
    "fall": (9, 22),
}
_WORDS = {
    "yesterday": 1,
    "last night": 0.6,
    "last nite": 0.6,
    "this morning": 0.3,
    "today": 0.3,
    "this afternoon": 0.2,
    "tonight": 0.1,
    "breakfast": 0.2,
    "lunch": 0.2,
    "noon": 0.2,
    "last week": 7,
    "last month": 30,
    "last year": 365,
    "the weekend": 4,
    "weekend": 4,
    "ages": 90,
    "forever": 365,
    "childhood": 3650,
}
_SPANS = {
    "all day": 1,
    "all week": 7,
    "all month": 30,
    "all summer": 90,
    "all winter": 90,
    "all spring": 90,
    "all autumn": 90,
    "all year": 365,
    "the whole week": 7,
    "the whole month": 30,
    "the whole summer": 90,
    "for ages": 90,
    "for weeks": 21,
    "for months": 90,
    "for years": 730,
    "for days": 4,
    "over months": 90,
    "over years": 730,
    "weeks now": 21,
    "months now": 90,
    "years now": 730,
    "over the years": 730,
    "since forever": 365,
    "long time": 180,
    "since years": 730,
    "since months": 90,
    "since weeks": 21,
    "since ages": 90,
    "the last month": 30,
    "the past month": 30,
    "last few months": 90,
    "past few months": 90,
    "last few weeks": 21,
    "past few weeks": 21,
    "all my life": 3650,
    "my whole life": 3650,
}

_unit = "|".join(f"(?:{pattern})" for pattern in _UNIT_WORDS)
_number = "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.])(?P<low>\d+(?:[.,]\d+)?(?:\s+and\s+a\s+half)?|(?:{_number})(?!\w))"
    rf"(?:\s*(?:-|–|to|or)\s*(?P<high>\d+|{_number}))?"
    rf"\s*(?:(?:solid|whole|full|straight|long|good|more|other)\s+)?(?P<unit>{_unit})(?!\w|\s*\d)"
    r"(?P<ago>\s+(?:ago|back|bk)\b)?"
)
_GOING_ON = re.compile(rf"\bgoing on (?:for )?(?P<number>{_number}|\d+)?\s*(?P<unit>{_unit})\b")
_SINCE = re.compile(
    r"\b(?P<lead>since|from|started|began|after)(?: (?:about|around|roughly|like|on|in|at|the|"
    r"last|before|"
    r"early|late|mid))* "
    rf"(?P<when>{'|'.join(sorted((*_WORDS, *_DATES, *_WEEKDAYS, *_MONTHS), key=len, reverse=True))}"
    r"|(?:[\w']+ ){0,6}?(?:in|of) (?P<of>(?:19|20)\d\d)|(?:19|20)\d\d)(?!\w)"
)
_SPAN = re.compile(rf"\b(?:{'|'.join(sorted(_SPANS, key=len, reverse=True))})\b")
_OFTEN = re.compile(r"\b(?:every|each|per|times|once|twice|in|within|next)\s*$")
_AGE = re.compile(r"^\s*(?:-?\s*olds?\b|of age\b)")


@dataclass(frozen=True)
class Duration:
    """A stretch of time in the text; `ago` when it is a distance to the past, not a length."""

    days: float
    start: int
    end: int
    text: str
    ago: bool = False


def find_durations(text: str, *, today: date | None = None) -> list[Duration]:
    """All stretches of time that a message states, in text order; overlaps go to the longer one.

    Rhythms ("twice a day"), ages ("3 year old") and "in 2 weeks" are left out. "Since
    Easter" counts from the last Easter before `today`, to about a fortnight.
    """
    low = text.lower()
    today = today or date.today()
    found: list[Duration] = []
    for match in _AMOUNT.finditer(low):
        if _OFTEN.search(low[: match.start()]) or _AGE.match(low[match.end() :]):
            continue
        number = max(_amount(match["low"]), _amount(match["high"]) if match["high"] else 0)
        found.append(_duration(text, match, number * _days(match["unit"]), bool(match["ago"])))
    for match in _GOING_ON.finditer(low):
        number = _amount(match["number"]) if match["number"] else 1
        found.append(_duration(text, match, number * _days(match["unit"])))
    for match in _SINCE.finditer(low):
        found.append(_duration(text, match, _since(match["of"] or match["when"], today)))
    for match in _SPAN.finditer(low):
        found.append(_duration(text, match, _SPANS[match[0]]))
    return _without_overlaps(found)


def _duration(text: str, match: re.Match[str], days: float, ago: bool = False) -> Duration:
    return Duration(days, match.start(), match.end(), text[match.start() : match.end()], ago)


def _without_overlaps(found: list[Duration]) -> list[Duration]:
    kept: list[Duration] = []
    for duration in sorted(found, key=lambda d: (d.start - d.end, d.start)):
        if all(duration.end <= other.start or other.end <= duration.start for other in kept):
            kept.append(duration)
    return sorted(kept, key=lambda d: d.start)


def _amount(words: str) -> float:
    if words in _NUMBERS:
        return _NUMBERS[words]
    half = 0.5 if words.endswith("half") else 0.0
    return float(words.split()[0].replace(",", ".")) + half


def _days(word: str) -> float:
    return next(UNITS[unit] for form, unit in _UNIT_WORDS.items() if re.fullmatch(form, word))


def _since(when: str, today: date) -> float:
    if when in _WORDS:
        return _WORDS[when]
    if when in _WEEKDAYS:
        return (today.weekday() - _WEEKDAYS.index(when)) % 7 or 7
    if when.isdigit():
        return max((today - date(int(when), 7, 1)).days, 30)
    month, day = _DATES.get(when) or (_MONTHS.index(when) + 1, 1)
    start = date(today.year, month, day)
    if start > today:
        start = date(today.year - 1, month, day)
    return max((today - start) / timedelta(days=1), 1)
