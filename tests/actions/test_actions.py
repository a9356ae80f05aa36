"""The actions, run as the action server runs them."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify, ActionOutOfScope
from actions.escalate import ActionAskCheck, ActionCheckClear, ActionCheckConfirmed
from actions.follow_up import ActionFollowUp
from actions.small_talk import ActionSmallTalk
from bot.dialogue.envelope import make_envelope
from bot.dialogue.texts import replies

KEYS = {
    "schema", "kind", "urgency", "escalation_active", "red_flags", "topics", "facts", "sources",
}  # fmt: skip
REPLYING = [
    (ActionAnswer, "action_answer", "answer"),
    (ActionFollowUp, "action_follow_up", "clarify"),
    (ActionAskCheck, "action_ask_check", "check_question"),
    (ActionCheckClear, "action_check_clear", "check_result"),
    (ActionClarify, "action_clarify", "clarify"),
    (ActionOutOfScope, "action_out_of_scope", "out_of_scope"),
    (ActionSmallTalk, "action_small_talk", "chitchat"),
]


class Conversation:
    """Keeps slots and events between turns, as Rasa does."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = [{"event": "session_started"}]

    def run(self, action: Action, **parse: Any) -> dict[str, Any]:
        """One turn; gives the message said, empty if none was."""
        tracker = Tracker(
            "person", dict(self.slots), parse, list(self.events), False, None, {}, action.name()
        )
        dispatcher = CollectingDispatcher()
        for event in action.run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        assert len(dispatcher.messages) <= 1
        said = dispatcher.messages[0] if dispatcher.messages else {}
        if said:
            self.events.append({"event": "bot", "text": said["text"], "data": said})
        return said


def asks(intent: str, *topics: str, facet: str | None = None) -> dict[str, Any]:
    return {
        "intent": {"name": intent},
        "question": {
            "topics": [{"id": t, "confidence": 0.9} for t in topics],
            "candidates": [{"id": t, "confidence": 0.9} for t in topics],
            "facet": {"name": facet, "confidence": 0.9} if facet else {},
        },
    }


@pytest.mark.parametrize(("action", "name", "kind"), REPLYING)
def test_each_action_says_one_reply_with_its_envelope(
    action: type[Action], name: str, kind: str
) -> None:
    talk = Conversation()
    said = talk.run(action())
    assert action().name() == name
    assert said["text"]
    assert set(said["custom"]) == KEYS
    assert said["custom"]["kind"] == kind
    assert talk.slots["replied"] is True
    assert all(set(button) == {"title", "payload"} for button in said["buttons"])


def test_a_plain_report_is_answered_with_seriousness_causes_and_one_check() -> None:
    talk, check = Conversation(), replies()["safety"]["check"]
    first = talk.run(ActionAnswer(), **asks("report_twitch"))
    assert first["custom"]["topics"] == ["seriousness", "causes_overview"]
    assert first["text"].startswith("Most lip twitching does no harm.")
    assert check in first["text"]
    assert talk.slots["check_pending"] is True
    assert check not in talk.run(ActionAnswer(), **asks("report_twitch"))["text"]
    assert talk.slots["check_pending"] is False


def test_a_follow_up_finds_its_topic_in_the_conversation() -> None:
    talk = Conversation()
    talk.run(ActionAnswer(), **asks("hemifacial_spasm", "hemifacial_spasm"))
    said = talk.run(ActionFollowUp(), **asks("follow_up", facet="treatment"))
    assert said["custom"]["topics"] == ["hemifacial_spasm"]
    assert said["custom"]["facts"][0] == "hemifacial-botox"
    more = talk.run(ActionFollowUp(), **asks("follow_up"))
    assert not set(more["custom"]["facts"]) & set(said["custom"]["facts"])


def test_the_same_fallback_is_never_given_three_times_in_a_row() -> None:
    talk = Conversation()
    turns = (ActionClarify(), ActionOutOfScope(), ActionClarify(), ActionClarify())
    texts = [talk.run(action, **asks("nlu_fallback"))["text"] for action in turns]
    assert len(set(texts)) >= 3


def test_an_alarm_lasts_until_the_check_clears_it() -> None:
    talk = Conversation()
    assert talk.run(ActionCheckConfirmed()) == {}
    assert talk.slots == {"check_pending": False, "escalation_active": True}
    assert talk.run(ActionAnswer(), **asks("caffeine", "caffeine"))["text"].startswith("Reminder:")
    assert talk.run(ActionAskCheck())["custom"]["escalation_active"] is True
    assert talk.run(ActionCheckClear())["custom"]["escalation_active"] is False
    assert talk.slots["escalation_active"] is False
    after = talk.run(ActionAnswer(), **asks("caffeine", "caffeine"))
    assert "Reminder" not in after["text"]
    assert after["custom"]["escalation_active"] is False


def test_an_alarm_that_only_the_server_said_is_recalled() -> None:
    talk = Conversation()
    custom = make_envelope("escalation", urgency="emergency", escalation_active=True)
    talk.events.append({"event": "bot", "data": {"custom": custom}})
    assert talk.run(ActionAnswer(), **asks("diet", "diet"))["custom"]["escalation_active"] is True


def test_a_broken_parse_is_owned_up_to() -> None:
    said = Conversation().run(ActionAnswer(), intent=None, question=None, safety=None)
    assert said["text"] == replies()["gaps"]["other"]
