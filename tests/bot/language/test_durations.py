from __future__ import annotations

from datetime import date

import pytest

from bot.language.durations import find_durations

TODAY = date(2025, 5, 14)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("for 3 weeks", 21),
        ("7 weaks now", 49),
        ("2 yrs", 730),
        ("2yrs", 730),
        ("a fortnight", 14),
        ("going on a month", 30),
        ("going on for two months", 60),
        ("all summer", 90),
        ("since yesterday", 1),
        ("since monday", 2),
        ("since wednesday", 7),
        ("since christmas", 140),
        ("since easter", 39),
        ("since january", 133),
        ("since last week", 7),
        ("a couple of months", 60),
        ("couple weeks", 14),
        ("a few days", 3),
        ("2-3 weeks", 21),
        ("two or three weeks", 21),
        ("1 and a half years", 547.5),
        ("half a year", 182.5),
        ("six months", 180),
        ("10 minutes", 10 / 1440),
        ("half an hour", 0.5 / 24),
        ("for ages", 90),
        ("since 2020", 1778),
        ("since the operation in 2020", 1778),
        ("since years", 730),
        ("over the last few months", 90),
        ("the best part of a year", 292),
    ],
)
def test_duration_in_days(text, days):
    found = find_durations(f"my lip has twitched {text}", today=TODAY)
    assert [round(duration.days, 3) for duration in found] == [round(days, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "twice a day",
        "3 times a week",
        "every 2 weeks",
        "in 2 weeks",
        "in a year 7 class",
        "never in 58 years",
        "my 3 year old",
        "a 6 month old baby",
        "since you ask",
        "i may be wrong",
        "on monday",
        "weekly",
        "version 3.1 daylight",
    ],
)
def test_near_misses_are_no_duration(text):
    assert find_durations(text, today=TODAY) == []


def test_a_distance_to_the_past_is_marked():
    (found,) = find_durations("it drooped 3 years ago", today=TODAY)
    assert (found.ago, found.text, found.days) == (True, "3 years ago", 1095)


def test_several_durations_keep_text_order_and_offsets():
    text = "Twitching for 3 weeks, numb since yesterday"
    found = find_durations(text, today=TODAY)
    assert [text[d.start : d.end] for d in found] == ["3 weeks", "since yesterday"]
    assert [d.days for d in found] == [21, 1]
