"""A slip of any component must not swallow an alarm."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from bot.channels import failsafe
from bot.channels.failsafe import AlarmMemory, completed_turn, emergency_reply
from bot.settings import current_settings

ALARM = "my face is drooping on one side and I slur my words"
ANSWER = {"text": "Coffee can do that.", "custom": {"kind": "answer", "escalation_active": False}}
BARE = {"text": "Hello."}


@pytest.fixture(params=["with the pipeline", "without the pipeline"])
def either_way(request, monkeypatch):
    if request.param == "without the pipeline":
        break_pipeline(monkeypatch)


def break_pipeline(monkeypatch):
    def broken():
        raise RuntimeError("my secret words")

    monkeypatch.setattr(failsafe, "_pipeline", broken)


def fake_pipeline(monkeypatch, level, *mentions):
    doc = SimpleNamespace(
        _=SimpleNamespace(
            red_flags=[
                SimpleNamespace(flag=flag, asserted=asserted, certain=certain)
                for flag, asserted, certain in mentions
            ],
            urgency=SimpleNamespace(level=level),
        )
    )
    monkeypatch.setattr(failsafe, "_pipeline", lambda: lambda text: doc)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("text", [ALARM, "(my mouth is drooping)", "I can’t feel my lip"])
def test_alarm_is_answered(text):
    reply = emergency_reply(text)
    assert current_settings().emergency_numbers in reply["text"]
    assert "{" not in reply["text"]
    assert reply["custom"]["kind"] == "escalation"
    assert reply["custom"]["urgency"] == "emergency"
    assert reply["custom"]["escalation_active"] is True


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    "text", ["", "my lip twitches", "can coffee cause it?", "I don’t want to die"]
)
def test_no_alarm_no_escalation(text):
    assert emergency_reply(text) is None


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("text", ["I want to kill myself", "thinking about suicide"])
def test_crisis_has_its_own_reply(text):
    reply = emergency_reply(text)
    assert reply["custom"]["kind"] == "crisis"
    assert "116 123" in reply["text"]


def test_negation_is_heeded_while_the_pipeline_runs():
    assert emergency_reply("no drooping, no slurring, just a twitch") is None


@pytest.mark.parametrize(
    ("level", "mentions", "expected"),
    [
        ("emergency", [("droop", True, True), ("droop", True, True)], ("emergency", ["droop"])),
        ("urgent", [("droop", True, True), ("speech", False, True)], ("urgent", ["droop"])),
        ("none", [("droop", True, True)], ("emergency", ["droop"])),
        ("emergency", [("droop", False, True), ("speech", True, False)], None),
        ("none", [], None),
    ],
)
def test_only_asserted_and_certain_signs_escalate(monkeypatch, level, mentions, expected):
    fake_pipeline(monkeypatch, level, *mentions)
    reply = emergency_reply("whatever")
    found = reply and (reply["custom"]["urgency"], reply["custom"]["red_flags"])
    assert found == expected


def test_broken_pipeline_is_logged_without_words(monkeypatch, caplog):
    break_pipeline(monkeypatch)
    with caplog.at_level(logging.DEBUG):
        emergency_reply(ALARM)
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert "drooping" not in caplog.text


@pytest.mark.parametrize(
    ("messages", "text", "finished", "kinds"),
    [
        ([ANSWER], ALARM, True, ["answer"]),  # the dialogue decides as long as it works
        ([ANSWER], "coffee?", False, ["answer", "error"]),
        ([ANSWER], ALARM, False, ["escalation"]),
        ([BARE], "hi", True, [None]),
        ([BARE], ALARM, True, ["escalation"]),
        ([], "hi", True, ["error"]),
        ([], "hi", False, ["error"]),
        ([], ALARM, True, ["escalation"]),
        ([{"text": "Call.", "custom": {"kind": "escalation"}}], ALARM, False, ["escalation"]),
        ([{"text": "Call.", "custom": {"kind": "crisis"}}], "hi", False, ["crisis"]),
    ],
)
def test_turn_is_completed(messages, text, finished, kinds):
    answer = completed_turn(messages, text, finished=finished, escalation_active=False)
    assert [message.get("custom", {}).get("kind") for message in answer] == kinds


def test_apology_names_the_signs_and_the_numbers():
    (reply,) = completed_turn([], "hi", finished=False, escalation_active=True)
    assert "droops" in reply["text"]
    assert current_settings().emergency_numbers in reply["text"]
    assert reply["custom"]["escalation_active"] is True


def test_alarm_memory_follows_the_last_envelope_and_forgets_the_oldest():
    memory = AlarmMemory(limit=2)
    active = [{"custom": {"kind": "escalation", "escalation_active": True}}]
    for sender in ("a", "b", "c"):
        memory.note(sender, active)
    assert [memory.is_active(sender) for sender in "abc"] == [False, True, True]
    memory.note("b", [BARE])
    assert memory.is_active("b")
    memory.note("b", [ANSWER])
    assert not memory.is_active("b")
