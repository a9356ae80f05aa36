"""Nothing from outside becomes a Rasa command, and no word of an alarm is lost."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.channels.inbound import GAP, MAX_CHARACTERS, plain_text, sender_id

AWKWARD = [
    *"/／⁄∕⧸╱", " ", "\t", "\n", "\r\n", "\x00", "\x1f", "\x85", "\u200b", "\u200d", "\u202e",
    "\ufeff", "\u2060", "\u00a0", "\u3000", "\u3164", "\u2800", "\ufe0f", "\ud800", "\udfff", "´",
    "&#47;", "&sol;", "&#x2f;", "&#47", "&amp;", "&nbsp;", "restart", '{"x":1}', "@", "start",
]  # fmt: skip
awkward_text = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=5)).map("".join)
any_text = st.text(st.characters()) | awkward_text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("my lip twitches", "my lip twitches"),
        ("/session_start", "session_start"),
        ("/restart", "hello"),
        ('/alarm_symptoms{"x":1}', 'alarm_symptoms{"x":1}'),
        ("/my face is drooping", "my face is drooping"),
        ("  \n //／ / restart", "restart"),
        ("\u200b/\x00/restart", "restart"),
        ("\u2800/\ufe0f/restart", "restart"),
        ("\u202e/back", "back"),
        ("⁄∕⧸╱restart", "restart"),
        ("either/or", "either/or"),
        ("drooping\r\nsince noon\u2028help", "drooping\nsince noon\nhelp"),
        ("dro\u200bop\x00ing\tface", "drooping face"),
        ("ｆａｃｅ ｄｒｏｏｐ", "face droop"),
        ("I can´t feel my lip", "I can't feel my lip"),
        ("lip \ud800 twitch", "lip  twitch"),
        ("/start", "hello"),
        ("/START@lip_bot", "hello"),
        (" /help ", "what can you do"),
        ("/help my face is drooping", "help my face is drooping"),
        ("/startled by a twitch", "startled by a twitch"),
        ("start", "start"),
        ("", ""),
        (" \t\n", ""),
        ("\u200b\u200d", ""),
        ("///", ""),
    ],
)
def test_text_becomes_plain_words(raw, expected):
    assert plain_text(raw) == expected


@pytest.mark.parametrize("raw", [None, 5, 1.5, True, b"/restart", ["hi"], {"text": "hi"}])
def test_what_is_no_text_becomes_empty(raw):
    assert plain_text(raw) == ""


def test_long_message_keeps_its_beginning_and_its_end():
    raw = "my mouth droops " + "x" * 9000 + " and I slur"
    text = plain_text(raw)
    assert len(text) == MAX_CHARACTERS + len(GAP)
    assert text.startswith("my mouth droops")
    assert text.endswith("and I slur")
    assert GAP in text


@pytest.mark.parametrize(("length", "expected"), [(4000, 4000), (4001, 4000 + len(GAP))])
def test_limit_has_two_sides(length, expected):
    assert len(plain_text("x" * length)) == expected


@given(any_text)
@example("/\u200b/restart")
@example("&#47;restart")
@example("&amp;#47;restart")
@example("/" * 70 + "&#47;restart")
def test_result_is_harmless_for_any_text(raw):
    text = plain_text(raw)
    assert text == text.strip()
    later_readings = [text, unicodedata.normalize("NFKC", text), html.unescape(text).strip()]
    assert not any(reading.startswith(("/", "／")) for reading in later_readings)
    assert {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs")} <= {"\n"}
    assert len(text) <= MAX_CHARACTERS + len(GAP)
    text.encode("utf-8")  # a tracker store must be able to keep it


@given(any_text)
def test_rasa_reads_no_command_from_any_text(raw):
    message = Message({TEXT: UserMessage(plain_text(raw)).text})
    assert YAMLStoryReader.unpack_regex_message(message).get(INTENT) is None


def test_rasa_would_read_a_command_without_us():
    message = Message({TEXT: "/restart"})
    assert YAMLStoryReader.unpack_regex_message(message).get(INTENT)["name"] == "restart"


@given(any_text)
def test_plain_words_stay_as_they_are(raw):
    once = plain_text(raw)
    if len(once) <= MAX_CHARACTERS and once:
        assert plain_text(once) == once


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("web-1f", "web-1f"), ("a" * 128, "a" * 128), (42, "42"), ("U1:C2.3_+@-", "U1:C2.3_+@-")],
)
def test_usable_sender_stays(raw, expected):
    assert sender_id(raw) == expected


@pytest.mark.parametrize(
    "raw",
    ["a" * 129, "two words", "naïve", "\ud800", "x\n", True, 1.5, ["a"], {"b": 1, "a": 2}, 10**60],
)
def test_odd_sender_becomes_a_stable_hash(raw):
    assert sender_id(raw) == sender_id(raw)
    assert sender_id(raw).startswith("h-")
    assert sender_id(raw) != sender_id("other " + repr(raw))


@pytest.mark.parametrize("raw", [None, "", "  "])
def test_missing_sender_is_fresh_each_time(raw):
    assert sender_id(raw) != sender_id(raw)
    assert sender_id(raw) != "default"
