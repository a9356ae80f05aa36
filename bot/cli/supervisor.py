"""Keeps a set of servers alive together: all healthy or none. Knows processes, not Rasa."""

from __future__ import annotations

import http.client
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from bot.cli import processes
from bot.cli.errors import EXIT_REFUSED

EXIT_GAVE_UP = 1


@dataclass(frozen=True)
class Service:
    """One server: how it starts and where it says that it is well."""

    name: str  # as said to people: "action server"
    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str]
    health_url: str


@dataclass(frozen=True)
class Pace:
    """How patient the supervisor is, in seconds."""

    poll: float = 0.1
    start_limit: float = 180.0  # a model on a slow disk
    probe_every: float = 15.0
    probe_timeout: float = 2.0
    misses_allowed: int = 4  # a minute without an answer is a hung server
    backoff: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    restarts: int = 5
    window: float = 120.0
    grace: float = 8.0  # time to finish a reply after SIGTERM


@dataclass
class _Child:
    service: Service
    process: subprocess.Popen[str] | None = None
    healthy: bool = False
    was_healthy: bool = False
    start_at: float = 0.0  # when to start it again, while there is no process
    started: float = 0.0
    next_probe: float = 0.0
    misses: int = 0
    restarts: deque[float] = field(default_factory=deque)


class _GaveUpError(Exception):
    """Everything ends; the message is the one line why."""

    def __init__(self, message: str, exit_code: int = EXIT_GAVE_UP) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Supervisor:
    """Starts all services at once, restarts the one that crashes, ends all when one cannot live."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        on_ready: Callable[[], None],
        report: Callable[[str], None],
        pace: Pace | None = None,
    ) -> None:
        """Prepare; nothing starts before `run`.

        Args:
            on_ready: called once, when every service has answered its health check.
            report: gets one line per event: a crash, a return, the reason for the end.
        """
        self._children = [_Child(service) for service in services]
        self._on_ready = on_ready
        self._report = report
        self._pace = pace or Pace()
        self._signals: list[int] = []

    def run(self) -> int:
        """Serve until a signal or until a service cannot be kept alive.

        Returns:
            0 after SIGINT, SIGTERM or SIGHUP; 2 when a service refused to start; 1 when one
            crashed too often or stopped answering. Nothing is left running in any case.
        """
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            self._serve()
            return 0
        except _GaveUpError as reason:
            self._report(str(reason))
            return reason.exit_code
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)
        if len(self._signals) > 1:  # somebody is in a hurry
            for child in self._children:
                if child.process is not None:
                    processes.signal_group(child.process, signal.SIGKILL)

    def _serve(self) -> None:
        announced = False
        while not self._signals:
            for child in self._children:
                self._step(child)
            if not announced and all(child.healthy for child in self._children):
                announced = True
                self._on_ready()
            time.sleep(self._pace.poll)

    def _step(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                self._start(child, now)
            return
        code = child.process.poll()
        if code is not None:
            self._crashed(child, processes.describe_exit(code), refused=code >= 0)
        elif now >= child.next_probe:
            self._probe(child, now)

    def _start(self, child: _Child, now: float) -> None:
        service = child.service
        child.process = processes.start(
            service.command, cwd=service.cwd, environment=service.environment
        )
        child.started, child.next_probe, child.misses = now, now, 0

    def _probe(self, child: _Child, now: float) -> None:
        if answers(child.service.health_url, self._pace.probe_timeout):
            if child.was_healthy and not child.healthy:
                self._report(f"The {child.service.name} is back.")
            child.healthy = child.was_healthy = True
            child.misses = 0
            child.next_probe = now + self._pace.probe_every
        elif child.healthy:
            child.misses += 1
            child.next_probe = now + self._pace.probe_every
            if child.misses >= self._pace.misses_allowed:
                self._crashed(child, "it no longer answers", refused=False)
        elif now - child.started > self._pace.start_limit:
            raise _GaveUpError(
                f"The {child.service.name} did not answer within {self._pace.start_limit:.0f} s. "
                "Everything is stopped; LOG_LEVEL=INFO shows what it does."
            )

    def _crashed(self, child: _Child, how: str, *, refused: bool) -> None:
        """Plan a restart, or give up: ending by itself at the first start is a mistake to mend."""
        assert child.process is not None
        name, now = child.service.name, time.monotonic()
        processes.end([child.process], grace=0.0)  # what it left behind in its group
        child.process, child.healthy = None, False
        if refused and not child.was_healthy:
            raise _GaveUpError(
                f"The {name} could not start ({how}): the reason stands above. "
                "Nothing is left running.",
                EXIT_REFUSED,
            )
        while child.restarts and now - child.restarts[0] > self._pace.window:
            child.restarts.popleft()
        count = len(child.restarts)
        if count >= self._pace.restarts:
            raise _GaveUpError(
                f"The {name} stopped again ({how}) after {count} restarts within "
                f"{self._pace.window:.0f} s. Everything is stopped."
            )
        delay = self._pace.backoff[min(count, len(self._pace.backoff) - 1)]
        child.restarts.append(now)
        child.start_at = now + delay
        self._report(
            f"The {name} stopped ({how}); starting it again in {delay:g} s "
            f"({count + 1} of {self._pace.restarts})."
        )

    def _end_all(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        processes.end(running, grace=self._pace.grace)


def answers(url: str, timeout: float) -> bool:
    """Whether something answers there without a server error. Proxies are not asked."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
