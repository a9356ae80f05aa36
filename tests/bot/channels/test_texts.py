"""The channel's texts are complete, and a broken file says where."""

from __future__ import annotations

import pytest

from bot.channels.texts import channel_texts, load_channel_texts
from bot.content import ContentError
from bot.content.facts import CONTENT_DIR

GOOD = (CONTENT_DIR / "channel.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", ["call {emergency_numbers}", "began", "drive", "stay with you"])
@pytest.mark.parametrize("urgency", ["emergency", "urgent"])
def test_escalation_says_what_to_do(urgency, part):
    assert part in channel_texts().escalation[urgency]


def test_safety_texts_stay_in_one_bubble():
    texts = channel_texts()
    for text in (texts.apology, texts.crisis, *texts.escalation.values()):
        assert "\n\n" not in text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("crisis: |-", "crysis: |-", r"channel\.yml.*missing \['crisis'\].*'crysis'"),
        ("  urgent: |-", "  urgnt: |-", r"missing \['urgent'\]"),
        ("start: hello", "start: /hello", r"commands\.start.*plain words"),
        ("start: hello", "start: 5", r"commands\.start.*must be a text"),
        (
            "call {emergency_numbers} now.\n\n# A turn",
            "call now.\n\n# A turn",
            r"lacks \{emergency",
        ),
        ("  alarm:\n", "  alarm: droop\n  alarms:\n", r"unknown \['alarms'\]"),
        ("commands:\n  start: hello\n", "commands: none\nx:\n", r"channel\.yml"),
    ],
)
def test_broken_file_is_refused(tmp_path, old, new, message):
    assert old in GOOD
    (broken := tmp_path / "channel.yml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=message):
        load_channel_texts(broken)
