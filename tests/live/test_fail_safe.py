"""With the action server killed or hanging, an alarm is still answered in full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from tests.live.conftest import LiveBot, free_port, read_turn
from tests.places import MODEL, ROOT

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def rasa_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The Rasa server without any action server; its port is given to be taken by a test."""
    folder = tmp_path_factory.mktemp("alone")
    port, action_port = free_port(), free_port()
    endpoints = (ROOT / "endpoints.yml").read_text()
    endpoints = endpoints.replace(":5055", f":{action_port}").replace(
        "var/conversations.db", str(folder / "conversations.db")
    )
    (folder / "endpoints.yml").write_text(endpoints)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "rasa", "run", "--model", str(MODEL),
                "--endpoints", str(folder / "endpoints.yml"),
                "--credentials", "credentials.yml", "-i", "127.0.0.1", "-p", str(port),
            ],
            cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SANIC_WORKERS": "1"},
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        for _ in range(480):
            if process.poll() is not None:
                break
            try:
                requests.get(f"{url}/webhooks/rest/", timeout=2).raise_for_status()
                break
            except requests.RequestException:
                time.sleep(0.5)
        else:
            pytest.fail((folder / "log").read_text()[-3000:])
        assert process.poll() is None, (folder / "log").read_text()[-3000:]
        yield url, action_port
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def talk(url: str, sender: str, text: str):
    body = {"sender": sender, "message": text}
    return read_turn(requests.post(f"{url}/webhooks/rest/webhook", json=body, timeout=60).json())


@pytest.mark.parametrize(
    "text",
    [
        "my mouth is drooping on one side since an hour",
        "dads speech is all slurred and his arm is weak",
        "i cant breathe properly my throat is closing",
    ],
)
def test_no_action_server_and_the_alarm_is_answered_in_full(rasa_alone, text: str) -> None:
    turn = talk(rasa_alone[0], f"down-{text[:8]}", text)
    assert turn.custom["kind"] == "escalation"
    assert turn.custom["urgency"] == "emergency"
    assert turn.custom["escalation_active"] is True
    assert turn.custom["red_flags"]
    assert "112 / 911 / 999" in turn.text


def test_no_action_server_and_a_question_gets_an_honest_apology(rasa_alone) -> None:
    turn = talk(rasa_alone[0], "apology", "can coffee make my lip twitch")
    assert turn.custom["kind"] == "error"
    assert "112 / 911 / 999" in turn.text


def test_small_talk_and_crisis_need_no_action_server(rasa_alone) -> None:
    assert talk(rasa_alone[0], "small", "hello").custom["kind"] == "chitchat"
    assert talk(rasa_alone[0], "crisis", "i want to kill myself").custom["kind"] == "crisis"


def test_the_alarm_stays_in_force_when_only_the_rasa_server_remembers(rasa_alone) -> None:
    talk(rasa_alone[0], "stays", "my face is drooping on the right since this morning")
    turn = talk(rasa_alone[0], "stays", "is it magnesium?")
    assert turn.custom["escalation_active"] is True
    assert turn.text.startswith("Reminder")


HANGING_SERVER = """
import socket, sys, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen(50)
kept = []
while True:
    kept.append(listener.accept())
"""


def test_a_hanging_action_server_delays_nobody_for_long(rasa_alone) -> None:
    url, action_port = rasa_alone
    hanging = subprocess.Popen([sys.executable, "-c", HANGING_SERVER, str(action_port)])
    try:
        time.sleep(1)
        started = time.monotonic()
        alarm = talk(url, "hang", "the left side of my face has dropped just now")
        assert alarm.custom["kind"] == "escalation"
        assert time.monotonic() - started < 5
        started = time.monotonic()
        assert talk(url, "hang2", "is it stress?").custom["kind"] == "error"
        assert time.monotonic() - started < 20
    finally:
        hanging.kill()


def test_a_killed_action_server_comes_back(bot: LiveBot) -> None:
    found = subprocess.run(
        ["pgrep", "-f", f"bot.cli.action_server.*--port {bot.action_port}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    os.kill(int(found.stdout.split()[0]), signal.SIGKILL)
    assert bot.conversation()("my face is drooping").custom["kind"] == "escalation"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if bot.conversation()("can coffee make my lip twitch").custom["kind"] == "answer":
            return
        time.sleep(1)
    pytest.fail("the action server was not restarted within a minute")
