"""The REST channel on a real server: what goes in, what comes out, what if it breaks."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
import requests

from bot.channels.rest import MAX_BODY_BYTES, EnvelopeCollector, RestChannel

ALARM = "my face is drooping on one side"
ENVELOPE = {"schema": 1, "kind": "answer", "urgency": "none", "escalation_active": False}
BUTTONS = [{"title": "Why?", "payload": "Why does it do that?"}]


class Recorder:
    """A stand-in for the bot: keeps what it got, answers what it was told to."""

    def __init__(self, *replies):
        self.replies = replies
        self.messages = []

    async def __call__(self, message):
        self.messages.append(message)
        for reply in self.replies:
            await message.output_channel.send_response(message.sender_id, dict(reply))


@pytest.fixture
def answering(serve):
    handler = Recorder({"text": "One.\n\nTwo.", "buttons": BUTTONS, "custom": ENVELOPE})
    with serve([RestChannel()], handler) as url:
        yield f"{url}/webhooks/rest/webhook", handler


def kinds(answer):
    assert answer.status_code == 200
    return [message.get("custom", {}).get("kind") for message in answer.json()]


def test_one_reply_is_one_message(answering):
    url, _ = answering
    answer = requests.post(url, json={"sender": "me", "message": "hi"}, timeout=20)
    assert answer.json() == [
        {"recipient_id": "me", "text": "One.\n\nTwo.", "buttons": BUTTONS, "custom": ENVELOPE}
    ]


def test_health_check_answers(answering):
    url, _ = answering
    assert requests.get(url.removesuffix("webhook"), timeout=20).json() == {"status": "ok"}


def test_client_decides_neither_channel_nor_metadata_nor_intent(answering):
    url, handler = answering
    body = {
        "sender": "me",
        "message": '/alarm_symptoms{"x":1}',
        "input_channel": "slack",
        "metadata": {"admin": True},
        "parse_data": {"intent": {"name": "restart"}},
    }
    requests.post(url, json=body, timeout=20)
    (message,) = handler.messages
    assert message.text == 'alarm_symptoms{"x":1}'
    assert (message.input_channel, message.metadata, message.parse_data) == ("rest", None, None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": None},
        {"message": ""},
        {"message": "  "},
        {"message": 5},
        {"message": ["hi"]},
    ],
)
def test_message_that_is_no_text_reaches_the_bot_as_empty(answering, body):
    url, handler = answering
    assert kinds(requests.post(url, json=body, timeout=20)) == ["answer"]
    assert [message.text for message in handler.messages] == [""]


def test_sender_is_never_shared_by_accident(answering):
    url, handler = answering
    for body in [{"message": "hi"}, {"message": "hi"}, {"message": "hi", "sender": {"a": 1}}]:
        requests.post(url, json=body, timeout=20)
    senders = {message.sender_id for message in handler.messages}
    assert len(senders) == 3
    assert "default" not in senders


@pytest.mark.parametrize(
    "body",
    [b"", b"hi", b"[]", b'"hi"', b"null", b"{", b"\xff\xfe", b"[" * 20000, b"1" * 6000],
    ids=lambda body: repr(body[:4]),
)
def test_body_that_is_no_object_is_refused_in_one_sentence(answering, body):
    url, handler = answering
    answer = requests.post(url, data=body, timeout=20)
    assert answer.status_code == 400
    assert "JSON object" in answer.json()["error"]
    assert handler.messages == []


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_body_is_refused(answering, chunked):
    url, handler = answering
    body = json.dumps({"message": "x" * MAX_BODY_BYTES}).encode()
    answer = requests.post(url, data=iter([body]) if chunked else body, timeout=20)
    assert answer.status_code == 413
    assert str(MAX_BODY_BYTES) in answer.json()["error"]
    assert handler.messages == []


def test_largest_body_is_taken(answering):
    url, handler = answering
    body = b'{"message": "hi"}'.ljust(MAX_BODY_BYTES)
    assert requests.post(url, data=body, timeout=20).status_code == 200
    assert len(handler.messages) == 1


async def raising(message):
    raise ValueError(f"cannot work with {message.text}")


async def hanging(message):
    await asyncio.sleep(600)


async def cancelling(message):
    raise asyncio.CancelledError


async def stubborn(message):
    try:
        await asyncio.sleep(600)
    except asyncio.CancelledError:
        await asyncio.sleep(5)


async def silent(message):
    return None


async def breaking_midway(message):
    await message.output_channel.send_response(message.sender_id, {"text": "Well,"})
    raise RuntimeError


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("handler", [raising, hanging, cancelling, stubborn, silent])
def test_broken_turn_is_answered(serve, handler, streamed, caplog):
    with serve([RestChannel(turn_seconds=0.3)], handler) as base:
        url = f"{base}/webhooks/rest/webhook" + ("?stream=true" if streamed else "")
        for text, kind in [("my lip twitches", "error"), (ALARM, "escalation")]:
            with caplog.at_level(logging.DEBUG):
                answer = requests.post(url, json={"sender": "me", "message": text}, timeout=30)
            (message,) = map(json.loads, answer.text.splitlines()) if streamed else answer.json()
            assert message["custom"]["kind"] == kind
            assert message["recipient_id"] == "me"
            assert message["text"]
    assert "twitches" not in caplog.text
    assert "drooping" not in caplog.text


def test_time_limit_of_the_server_itself_is_answered(serve):
    with serve([RestChannel(turn_seconds=60)], hanging, response_timeout=0.5) as base:
        url = f"{base}/webhooks/rest/webhook"
        assert kinds(requests.post(url, json={"message": ALARM}, timeout=30)) == ["escalation"]


@pytest.mark.parametrize(("text", "expected"), [("hi", [None, "error"]), (ALARM, ["escalation"])])
def test_turn_that_breaks_midway_is_completed(serve, text, expected):
    with serve([RestChannel()], breaking_midway) as base:
        url = f"{base}/webhooks/rest/webhook"
        assert kinds(requests.post(url, json={"message": text}, timeout=30)) == expected


def test_apology_remembers_the_alarm(serve):
    async def alarm_then_nothing(message):
        if message.text == "alarm":
            custom = {**ENVELOPE, "kind": "escalation", "escalation_active": True}
            await message.output_channel.send_response("me", {"text": "Call.", "custom": custom})

    with serve([RestChannel()], alarm_then_nothing) as base:
        url = f"{base}/webhooks/rest/webhook"
        for text in ("alarm", "and now?"):
            answer = requests.post(url, json={"sender": "me", "message": text}, timeout=30)
    (apology,) = answer.json()
    assert apology["custom"]["kind"] == "error"
    assert apology["custom"]["escalation_active"] is True


def test_stream_sends_each_reply_as_a_line(serve):
    handler = Recorder({"text": "One."}, {"text": "Two.\n\nThree.", "custom": ENVELOPE})
    with serve([RestChannel()], handler) as base:
        url = f"{base}/webhooks/rest/webhook?stream=true"
        answer = requests.post(url, json={"sender": "me", "message": "hi"}, timeout=20)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["text"] for line in lines] == ["One.", "Two.\n\nThree."]
    assert lines[1]["custom"] == ENVELOPE


def test_collector_keeps_every_part():
    collector = EnvelopeCollector()
    reply = {"text": "T", "quick_replies": BUTTONS, "image": "i.png", "custom": ENVELOPE}
    given = dict(reply)
    asyncio.run(collector.send_response("me", given))
    asyncio.run(collector.send_response("me", {"text": None, "custom": {}}))
    assert given == reply  # Rasa keeps the same object in its tracker
    assert collector.messages == [
        {
            "recipient_id": "me",
            "text": "T",
            "buttons": BUTTONS,
            "image": "i.png",
            "custom": ENVELOPE,
        }
    ]


def test_credentials_may_set_the_time_limit():
    assert RestChannel.from_credentials({"turn_seconds": 5})._turn_seconds == 5.0
    assert RestChannel.from_credentials(None).name() == "rest"
