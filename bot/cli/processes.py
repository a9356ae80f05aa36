"""Child processes that cannot outlive us: own process group, and on Linux tied to the parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    output: IO[str] | int | None = None,
) -> subprocess.Popen[str]:
    """Start a child in a process group of its own.

    Ctrl-C in the terminal reaches only us, so that we decide in which order things end. Call it
    from the main thread: on Linux the child dies with the *thread* that started it.

    Args:
        output: where both of its streams go; ours when left out.
    """
    parent = os.getpid()

    def tie_to_parent() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # we died between fork and here
                os._exit(1)

    return subprocess.Popen(
        list(command),
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        text=True,
        start_new_session=True,
        preexec_fn=tie_to_parent,
    )


def signal_group(process: subprocess.Popen[str], number: int) -> None:
    """Send a signal to the child and everything it started; nothing happens when all are gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def end(processes: Iterable[subprocess.Popen[str]], *, grace: float) -> None:
    """End all: ask politely, wait up to `grace` seconds in all, then kill whatever is left."""
    waiting = list(processes)
    for process in waiting:
        signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + grace
    for process in waiting:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        signal_group(process, signal.SIGKILL)
        process.wait()


def describe_exit(code: int) -> str:
    """How a child ended, in words."""
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
