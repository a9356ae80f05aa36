"""The real bot: action server, Rasa server and SQLite, started as `make run` starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.places import MODEL, ROOT

START_LIMIT = 240  # seconds; CI machines are slow when they are busy


@dataclass(frozen=True)
class Turn:
    """One answer of the bot: all texts, the envelope, the buttons."""

    text: str
    custom: dict[str, Any]
    buttons: list[dict[str, str]]
    raw: list[dict[str, Any]]


@dataclass(frozen=True)
class LiveBot:
    """A running bot and how to talk to it."""

    url: str
    action_port: int
    process: subprocess.Popen

    def post(self, body: Any, **options: Any) -> requests.Response:
        return requests.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=60, **options)

    def conversation(self) -> Callable[[str], Turn]:
        """A fresh conversation; call it with what the person types."""
        sender = uuid.uuid4().hex

        def say(text: str) -> Turn:
            return read_turn(self.post({"sender": sender, "message": text}).json())

        return say


def read_turn(messages: list[dict[str, Any]]) -> Turn:
    customs = [m["custom"] for m in messages if "custom" in m]
    assert customs, f"no envelope in {messages}"
    return Turn(
        text="\n".join(m["text"] for m in messages if "text" in m),
        custom=customs[0],
        buttons=[button for m in messages for button in m.get("buttons", [])],
        raw=messages,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_bot(folder: Path, **environment: str) -> LiveBot:
    if not MODEL.exists():
        pytest.fail("There is no model: run `make train` (or `make test`, which does) first.")
    port, action_port = free_port(), free_port()
    log = (folder / "bot.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": str(port),
            "ACTION_PORT": str(action_port),
            "DATABASE_URL": f"sqlite:///{folder / 'conversations.db'}",
            **environment,
        },
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    bot = LiveBot(f"http://127.0.0.1:{port}", action_port, process)
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the bot ended at start:\n{(folder / 'bot.log').read_text()[-3000:]}")
        try:
            requests.get(f"{bot.url}/webhooks/rest/", timeout=2).raise_for_status()
            requests.get(f"http://127.0.0.1:{action_port}/health", timeout=2).raise_for_status()
            return bot
        except requests.RequestException:
            time.sleep(0.5)
    stop_bot(bot)
    pytest.fail(f"the bot was not up in time:\n{(folder / 'bot.log').read_text()[-3000:]}")


def stop_bot(bot: LiveBot) -> None:
    if bot.process.poll() is None:
        bot.process.send_signal(signal.SIGINT)
        try:
            bot.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(bot.process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="session")
def bot(live_folder: Path) -> Iterator[LiveBot]:
    running = start_bot(live_folder)
    yield running
    stop_bot(running)


@pytest.fixture
def say(bot: LiveBot) -> Callable[[str], Turn]:
    return bot.conversation()
