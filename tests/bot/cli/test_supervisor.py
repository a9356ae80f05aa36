"""The supervisor with real child processes: small HTTP servers instead of Rasa's."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.cli.supervisor import answers

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 8.0  # seconds until an expected line must have come

SERVER = """
import http.server, os, subprocess, sys, time
name, port, behaviour = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if behaviour == "refuses":
    sys.exit(7)
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(f"{name}.pids", "a") as pids:
    print(os.getpid(), helper.pid, file=pids, flush=True)
if behaviour == "stubborn":
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if behaviour == "hangs" and os.path.exists("hang"):
            time.sleep(60)
        self.send_response(200)
        self.end_headers()
        if behaviour == "crashes":
            os._exit(3)
    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""

SUPERVISOR = """
import json, sys
from pathlib import Path
from bot.cli.supervisor import Pace, Service, Supervisor

plan = json.loads(sys.argv[1])
services = [
    Service(name, [sys.executable, "server.py", name, str(port), how], Path("."), {}, url)
    for name, port, how, url in plan["services"]
]
say = lambda line: print(line, flush=True)
pace = Pace(poll=0.02, backoff=(0.05,), probe_timeout=0.3, **plan["pace"])
sys.exit(Supervisor(services, on_ready=lambda: say("READY"), report=say, pace=pace).run())
"""


class Guide:
    """A supervisor in a process of its own, with two services called `one` and `two`."""

    def __init__(self, folder: Path, one: str, two: str, **pace: float) -> None:
        self.folder = folder
        (folder / "server.py").write_text(SERVER)
        services = [
            (name, port, how, f"http://127.0.0.1:{port}/")
            for name, port, how in zip(("one", "two"), free_ports(), (one, two), strict=True)
        ]
        pace = {"probe_every": 0.2, "grace": 2.0, **pace}
        self._out = folder / "out"
        with self._out.open("w") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    SUPERVISOR,
                    json.dumps({"services": services, "pace": pace}),
                ],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def lines(self) -> list[str]:
        return self._out.read_text().splitlines()

    def wait_for(self, words: str) -> None:
        wait(lambda: any(words in line for line in self.lines), f"{words!r} in {self.lines}")

    def pids(self, name: str) -> list[int]:
        """Every process that this service ever had, its helpers included."""
        file = self.folder / f"{name}.pids"
        return [int(pid) for pid in file.read_text().split()] if file.exists() else []

    def server(self, name: str) -> int:
        return self.pids(name)[-2]

    def assert_nothing_is_left(self) -> None:
        pids = self.pids("one") + self.pids("two")
        assert pids
        wait(lambda: not any(alive(pid) for pid in pids), f"the end of {pids}")


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def wait(condition, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return bool(state.stdout.strip()) and not state.stdout.startswith("Z")
    except ProcessLookupError:
        return False


@pytest.fixture
def guide(tmp_path):
    started: list[Guide] = []

    def start(one: str = "serves", two: str = "serves", **pace: float) -> Guide:
        started.append(Guide(tmp_path, one, two, **pace))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.terminate()
            each.process.wait(PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_both_without_orphans(guide, number):
    running = guide()
    running.wait_for("READY")
    running.process.send_signal(number)
    assert running.process.wait(PATIENCE) == 0
    assert running.lines == ["READY"]
    running.assert_nothing_is_left()


def test_a_server_that_ignores_sigterm_is_killed(guide):
    running = guide(one="stubborn", grace=0.3)
    running.wait_for("READY")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(PATIENCE) == 0
    running.assert_nothing_is_left()


def test_a_killed_server_is_reported_and_comes_back(guide):
    running = guide()
    running.wait_for("READY")
    before = running.server("two")
    os.kill(before, signal.SIGKILL)
    running.wait_for("The two stopped (killed by signal 9); starting it again in 0.05 s (1 of 5).")
    running.wait_for("The two is back.")
    assert running.server("two") != before
    assert running.server("one") == running.pids("one")[0]
    assert running.lines.count("READY") == 1
    running.process.terminate()
    assert running.process.wait(PATIENCE) == 0
    running.assert_nothing_is_left()


def test_a_crash_loop_ends_the_other_too(guide):
    running = guide(two="crashes")
    assert running.process.wait(PATIENCE * 2) == 1
    assert "The two stopped again (exit code 3) after 5 restarts" in running.lines[-1]
    assert sum("starting it again" in line for line in running.lines) == 5
    running.assert_nothing_is_left()


def test_a_server_that_refuses_to_start_ends_everything_with_code_2(guide):
    running = guide(one="refuses")
    assert running.process.wait(PATIENCE) == 2
    assert running.lines == [
        "The one could not start (exit code 7): the reason stands above. Nothing is left running."
    ]


def test_a_server_that_never_answers_ends_everything(guide):
    running = guide(two="serves", start_limit=0.01)
    assert running.process.wait(PATIENCE) == 1
    assert "did not answer within" in running.lines[-1]


def test_a_hung_server_is_replaced(guide):
    running = guide(two="hangs", misses_allowed=2)
    running.wait_for("READY")
    (running.folder / "hang").touch()
    running.wait_for("The two stopped (it no longer answers)")
    (running.folder / "hang").unlink()
    running.wait_for("The two is back.")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's life")
def test_a_killed_supervisor_takes_its_servers_with_it(guide):
    running = guide()
    running.wait_for("READY")
    running.process.kill()
    running.process.wait(PATIENCE)
    servers = [running.server("one"), running.server("two")]
    wait(lambda: not any(alive(pid) for pid in servers), f"the end of {servers}")
    for helper in running.pids("one") + running.pids("two"):  # the test's own, not a server's
        if alive(helper):
            os.kill(helper, signal.SIGKILL)


def test_nothing_there_is_no_answer():
    assert not answers(f"http://127.0.0.1:{free_ports()[0]}/", 0.2)
