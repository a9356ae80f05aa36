"""What the conversation knows."""

from __future__ import annotations

from typing import Any

from bot.dialogue.envelope import make_envelope
from bot.dialogue.state import State, read_state, session_envelopes


def bot(kind: str, **more: Any) -> dict[str, Any]:
    return {"event": "bot", "data": {"custom": make_envelope(kind, **more)}}


def test_an_empty_conversation() -> None:
    assert read_state({}, []) == State()


def test_answers_are_remembered() -> None:
    events = [
        bot("answer", topics=["caffeine"], facts=["caffeine-three-cups"]),
        bot("chitchat"),
        bot("answer", topics=["als"], facts=["als-name"]),
    ]
    state = read_state({"last_facet": "what", "check_asked": True, "check_pending": True}, events)
    assert state.last_topics == ("als",)
    assert state.told == ("caffeine-three-cups", "als-name")
    assert (state.last_facet, state.check_asked, state.check_pending) == ("what", True, True)
    assert state.chitchats == 1


def test_fallbacks_count_in_a_row() -> None:
    events = [bot("clarify"), bot("answer"), bot("clarify"), bot("out_of_scope")]
    assert read_state({}, events).fallbacks == 2
    assert read_state({}, [*events, bot("answer")]).fallbacks == 0


def test_an_alarm_said_by_the_server_stands_without_a_slot() -> None:
    assert read_state({}, [bot("escalation", escalation_active=True)]).escalation_active
    assert read_state({"escalation_active": True}, []).escalation_active
    lowered = [bot("escalation", escalation_active=True), bot("check_result")]
    assert not read_state({}, lowered).escalation_active


def test_a_new_session_starts_afresh() -> None:
    events = [bot("clarify"), {"event": "session_started"}, bot("answer", topics=["ms"])]
    assert len(session_envelopes(events)) == 1
    assert read_state({}, events).fallbacks == 0


def test_other_events_and_foreign_payloads_are_passed_over() -> None:
    events: list[dict[str, Any]] = [
        {"event": "user", "text": "hi"},
        {"event": "bot"},
        {"event": "bot", "data": None},
        {"event": "bot", "data": {"custom": {"blocks": []}}},
    ]
    assert session_envelopes(events) == []
