"""`python -m bot chat`: a terminal client of the REST channel, with a guide started for it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.cli import processes
from bot.cli.console import say
from bot.cli.errors import CommandError
from bot.cli.paths import Paths
from bot.cli.preflight import is_held
from bot.cli.run import address
from bot.settings import Settings

WEBHOOK = "/webhooks/rest/webhook"
REPLY_TIMEOUT = 60.0
POLL = 0.2
STOP_GRACE = 12.0  # the guide itself gives its servers 8 s
READY = "The guide is ready"
GOODBYES = frozenset({"/stop", "/quit", "/exit"})


def chat(settings: Settings, paths: Paths) -> int:
    """Talk until /stop, Ctrl-D or Ctrl-C. Uses the guide that runs on PORT, else starts one."""
    with _guide(settings, paths) as url:
        say("Type your question; a number picks an offered reply; /stop or Ctrl-D ends.\n")
        _converse(url, sender=f"terminal-{uuid.uuid4().hex}")
    return 0


@contextlib.contextmanager
def _guide(settings: Settings, paths: Paths) -> Iterator[str]:
    if is_held(paths.run_folder(settings.port) / "lock"):
        say(f"Talking to the guide that already runs on port {settings.port}.")
        yield address(settings)
        return
    port, action_port = _free_ports()
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port)}
    environment["ACTION_PORT"] = str(action_port)
    process = processes.start(
        [sys.executable, "-m", "bot", "run"],
        cwd=paths.root,
        environment=environment,
        output=subprocess.PIPE,
    )
    ready = threading.Event()
    threading.Thread(target=_relay, args=(process, ready), daemon=True).start()
    try:
        while not ready.wait(POLL):
            if process.poll() is not None:
                raise CommandError("The guide did not start: the reason stands above.")
        yield f"http://127.0.0.1:{port}/"
    finally:
        processes.end([process], grace=STOP_GRACE)
        shutil.rmtree(paths.run_folder(port), ignore_errors=True)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _relay(process: subprocess.Popen[str], ready: threading.Event) -> None:
    """Show what the guide reports, to its end: an unread pipe would stop it."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(READY):
            ready.set()
        else:
            say(line.rstrip())


def _converse(url: str, *, sender: str) -> None:
    choices: list[dict[str, Any]] = []
    while True:
        try:
            typed = input("you  > ").strip()
        except (EOFError, KeyboardInterrupt):
            say("")
            return
        if typed in GOODBYES:
            return
        if not typed:
            continue
        picked = _picked(typed, choices)
        choices = []
        for reply in _ask(url, sender, picked):
            choices = _show(reply, choices)


def _picked(typed: str, choices: list[dict[str, Any]]) -> str:
    if typed.isdecimal() and 1 <= int(typed) <= len(choices):
        return str(choices[int(typed) - 1]["payload"])
    return typed


def _show(reply: dict[str, Any], choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Print one reply. Several replies with buttons are numbered through."""
    if text := reply.get("text"):
        say("guide> " + str(text).replace("\n", "\n       "))
    for button in reply.get("buttons") or []:
        choices = [*choices, button]
        say(f"       {len(choices)}) {button['title']}")
    return choices


def _ask(url: str, sender: str, message: str) -> list[dict[str, Any]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=REPLY_TIMEOUT)
    try:
        body = json.dumps({"sender": sender, "message": message})
        connection.request("POST", WEBHOOK, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise CommandError(f"The guide answered with HTTP status {response.status}.")
        return list(json.loads(content))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CommandError(f"The guide is not reachable any more ({error}).") from error
    finally:
        connection.close()
