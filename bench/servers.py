"""Starts real servers for a measurement, on free ports with files of their own, and ends them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from bench.places import QUIET, ROOT

START_SECONDS = 240.0  # a small machine loads TensorFlow twice
REPLY_SECONDS = 60.0
_POLL = 0.1
_LOG_LINES = 15


class ServerError(RuntimeError):
    """A server did not start or did not answer; the message says which and shows its last words."""


@dataclass(frozen=True)
class Bot:
    """A bot that answers on REST.

    Attributes:
        name: how the report calls it.
        url: of the REST webhook.
        processes: (role, process id) of its servers.
        start_seconds: from the start of the first process until the bot listened.
    """

    name: str
    url: str
    processes: tuple[tuple[str, int], ...]
    start_seconds: float

    def say(self, session: requests.Session, sender: str, text: str) -> list[dict[str, Any]]:
        """Send one message and wait for the replies.

        Raises:
            ServerError: no answer, or one that is no success.
        """
        try:
            response = session.post(
                self.url, json={"sender": sender, "message": text}, timeout=REPLY_SECONDS
            )
            response.raise_for_status()
            return response.json()
        except (requests.RequestException, ValueError) as error:
            raise ServerError(f"{self.name}: a message got no proper answer: {error}") from error

    def memory(self) -> dict[str, int | None]:
        """Resident memory in bytes per role, children included."""
        return {role: resident_bytes(pid) for role, pid in self.processes}


@contextmanager
def running(
    name: str,
    *,
    model: Path,
    work: Path,
    endpoints: Mapping[str, Any],
    credentials: Path,
    actions: str | None,
    root: Path = ROOT,
) -> Iterator[Bot]:
    """Start the action server (if there is one) and the Rasa server; end both afterwards.

    Args:
        name: how the report calls the bot.
        model: the trained model.
        work: folder for the database, the endpoints and the logs.
        endpoints: contents of endpoints.yml; action server and database are replaced.
        credentials: credentials.yml with a REST channel.
        actions: module of the actions, None without action server.
        root: folder to run in.

    Raises:
        ServerError: a server did not come up.
    """
    work.mkdir(parents=True, exist_ok=True)
    action_port, port = free_port(), free_port()
    file = work / "endpoints.yml"
    changed = measured_endpoints(endpoints, action_port if actions else None, work / "tracker.db")
    file.write_text(yaml.safe_dump(changed, sort_keys=False), encoding="utf-8")
    with ExitStack() as stack:
        started = time.perf_counter()
        found = []
        if actions:
            command = ["-m", "rasa_sdk", "--actions", actions, "--port", str(action_port)]
            process = _start(stack, command, root, work / "actions.log")
            found.append(("action server", process, action_port, work / "actions.log"))
        command = ["-m", "rasa", "run", "--model", str(model), "--endpoints", str(file)]
        command += ["--credentials", str(credentials), "--port", str(port)]
        command += ["--interface", "127.0.0.1"]
        process = _start(stack, command, root, work / "rasa.log")
        found.append(("Rasa server", process, port, work / "rasa.log"))
        for role, process, listening, log in found:
            _wait_until_listening(f"{name}, {role}", process, listening, log)
        yield Bot(
            name=name,
            url=f"http://127.0.0.1:{port}/webhooks/rest/webhook",
            processes=tuple((role, process.pid) for role, process, _, _ in found),
            start_seconds=time.perf_counter() - started,
        )


def measured_endpoints(
    base: Mapping[str, Any], action_port: int | None, database: Path
) -> dict[str, Any]:
    """The bot's own endpoints, with the measurement's action server and SQLite file."""
    changed = {key: value for key, value in base.items() if key != "action_endpoint"}
    changed["tracker_store"] = {"type": "SQL", "dialect": "sqlite", "db": str(database)}
    if action_port is not None:
        action = {**base.get("action_endpoint", {})}
        changed["action_endpoint"] = {**action, "url": f"http://127.0.0.1:{action_port}/webhook"}
    return changed


def free_port() -> int:
    """A port of this machine that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def quiet_environment() -> dict[str, str]:
    """This environment without what would configure the bot, and quiet."""
    ours = ("DATABASE_URL", "REDIS_URL", "RASA_TOKEN", "HANDOFF_WEBHOOK_URL", "LOG_LEVEL")
    return {k: v for k, v in os.environ.items() if k not in ours} | QUIET


def _start(
    stack: ExitStack, arguments: list[str], root: Path, log: Path
) -> subprocess.Popen[bytes]:
    output = stack.enter_context(log.open("wb"))
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=root,
        env=quiet_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_listening(
    name: str, process: subprocess.Popen[bytes], port: int, log: Path
) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServerError(f"{name}: ended with code {process.returncode}.\n{_last_words(log)}")
        with socket.socket() as probe:
            probe.settimeout(1.0)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_POLL)
    raise ServerError(f"{name}: not up after {START_SECONDS:.0f} s.\n{_last_words(log)}")


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"  | {line}" for line in lines[-_LOG_LINES:])


def resident_bytes(pid: int) -> int | None:
    """Resident memory of a process and its children (Linux), None where it cannot be read."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            own = int(line.split()[1]) * 1024
            return own + sum(resident_bytes(int(child)) or 0 for child in children)
    return None
