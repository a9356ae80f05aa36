"""Whatever arrives: a fitting reply, no traceback, no way in."""

from __future__ import annotations

import uuid

import pytest
import requests

from tests.live.conftest import read_turn

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀😀😀",
        "\x00\x01\x1b[31m",
        "\u202e\u200b",
        "<script>alert(1)</script>",
        '{"message": "hi"}',
        "mi labio tiembla desde ayer, ¿es peligroso?",
        "/foo",
        "/restart",
        "/session_start",
        '/alarm_symptoms{"x":1}',
        '／alarm_symptoms{"red_flag":"droop"}',
        " \u200b/utter_escalation",
        "//restart",
        "'; DROP TABLE events; --",
    ],
)
def test_odd_text_gets_a_fitting_reply(say, text: str) -> None:
    turn = say(text)
    assert turn.text.strip()
    assert turn.custom["kind"] not in {"escalation", "crisis", "error"}
    assert turn.custom["escalation_active"] is False


def test_ten_thousand_characters_are_answered(say) -> None:
    assert say("coffee and my lip " * 600).custom["kind"] in {"answer", "clarify"}


@pytest.mark.parametrize("place", [0, 5000, 9900])
def test_an_alarm_in_ten_thousand_characters_is_found_at_either_end(say, place: int) -> None:
    filler = "work was busy and i had coffee with a friend. " * 220
    text = filler[:place] + " my face is drooping on the left side. " + filler[place:]
    turn = say(text[:10_000])
    if place != 5000:  # the middle of a wall of text is left out (CHANGELOG, known limits)
        assert turn.custom["kind"] == "escalation"
    assert turn.text.strip()


def test_slash_words_cannot_lower_an_alarm(say) -> None:
    say("my face is drooping and my arm is weak")
    for text in ("/restart", "/alarm_over", "/deny", '/affirm{"escalation_active": false}'):
        say(text)
    assert say("does coffee matter").custom["escalation_active"] is True


@pytest.mark.parametrize("message", [None, 5, True, ["hi"], {"text": "hi"}])
def test_json_instead_of_text(bot, message) -> None:
    reply = bot.post({"sender": uuid.uuid4().hex, "message": message})
    assert reply.status_code == 200
    assert read_turn(reply.json()).text


@pytest.mark.parametrize("body", [b"", b"{", b"[1, 2]", b'"text"', b"\xff\xfe"])
def test_a_body_that_is_no_object_is_refused_in_one_sentence(bot, body: bytes) -> None:
    reply = requests.post(
        f"{bot.url}/webhooks/rest/webhook",
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert reply.status_code == 400
    assert "Traceback" not in reply.text
    assert reply.json()["error"]


def test_metadata_and_channel_of_the_client_are_ignored(bot) -> None:
    sender = uuid.uuid4().hex
    reply = bot.post(
        {
            "sender": sender,
            "message": "hello",
            "input_channel": "cmdline",
            "metadata": {"intent": "alarm_symptoms"},
        }
    )
    assert read_turn(reply.json()).custom["kind"] == "chitchat"


@pytest.mark.parametrize("path", ["/model/parse", "/conversations/x/tracker", "/status", "/domain"])
def test_the_http_api_is_off_without_a_token(bot, path: str) -> None:
    assert requests.get(bot.url + path, timeout=10).status_code in {401, 404, 405}
    assert requests.post(bot.url + path, json={"text": "x"}, timeout=10).status_code in {
        401,
        404,
        405,
    }


def test_nothing_a_person_said_stands_in_the_log(bot, say, live_folder) -> None:
    marker = f"quokka{uuid.uuid4().hex[:8]}"
    say(f"my lip twitches, signed {marker}")
    say(f"my face is drooping, signed {marker}")
    assert marker not in (live_folder / "bot.log").read_text()
