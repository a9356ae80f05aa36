"""`python -m bot run`: trains if needed, starts the action server and the Rasa server together."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping

from bot.cli.console import complain, say
from bot.cli.endpoints import redis_password, write_endpoints
from bot.cli.environment import server_environment
from bot.cli.errors import CommandError
from bot.cli.paths import Paths
from bot.cli.preflight import check_model, check_port, check_stores, sole_run
from bot.cli.supervisor import Service, Supervisor
from bot.cli.train import ensure_model
from bot.settings import Settings

ACTION_HOST = "127.0.0.1"  # the action server is never open to a network
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def run(settings: Settings, paths: Paths) -> int:
    """Serve the guide until Ctrl-C or SIGTERM.

    Returns:
        The exit code: 0 after a stop that was asked for, else why see `Supervisor.run`.

    Raises:
        CommandError: something has to be mended first; nothing runs.
    """
    started = time.monotonic()
    paths.var.mkdir(mode=0o700, exist_ok=True)  # conversations are nobody else's business
    folder = paths.run_folder(settings.port)
    with sole_run(folder / "lock", settings):
        check_port("PORT", settings.host, settings.port)
        check_port("ACTION_PORT", ACTION_HOST, settings.action_port)
        check_stores(settings)
        if not paths.credentials.is_file():
            raise CommandError(
                "credentials.yml is missing. Restore it: `git checkout credentials.yml`."
            )
        ensure_model(paths)
        check_model(paths.model, paths.short(paths.model))
        write_endpoints(
            paths.endpoints, folder / "endpoints.yml", settings, paths.var / "conversations.db"
        )
        say("Starting the guide …")
        supervisor = Supervisor(
            services(settings, paths, os.environ),
            on_ready=lambda: say(ready_line(settings, time.monotonic() - started)),
            report=complain,
        )
        code = supervisor.run()
        if code == 0:
            say("The guide is stopped.")
        return code


def services(
    settings: Settings, paths: Paths, environment: Mapping[str, str]
) -> tuple[Service, Service]:
    """Both servers, as they are started."""
    shared = server_environment(environment, settings)
    actions = Service(
        name="action server",
        command=(
            *(sys.executable, "-m", "bot.cli.action_server", "--actions", "actions"),
            *("--port", str(settings.action_port), verbosity(settings.log_level)),
        ),
        cwd=paths.root,
        environment={**shared, "SANIC_HOST": ACTION_HOST},
        health_url=f"http://{ACTION_HOST}:{settings.action_port}/health",
    )
    endpoints = paths.run_folder(settings.port) / "endpoints.yml"
    rasa = Service(
        name="Rasa server",
        command=(
            *(sys.executable, "-m", "bot.cli.rasa_server", "run"),
            *("--model", paths.short(paths.model), "--endpoints", paths.short(endpoints)),
            *("--credentials", paths.short(paths.credentials)),
            *("-i", settings.host, "-p", str(settings.port)),
        ),
        cwd=paths.root,
        environment={**shared, **redis_password(settings)},
        health_url=address(settings),
    )
    return actions, rasa


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the guide."""
    host = ANY_ADDRESS.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def ready_line(settings: Settings, seconds: float) -> str:
    """The one line that says where the guide is and how it stops."""
    return f"The guide is ready: {address(settings)}  (after {seconds:.0f} s; Ctrl-C stops it)"


def verbosity(log_level: str) -> str:
    """The action server knows three levels only."""
    return {"DEBUG": "-vv", "INFO": "-v"}.get(log_level, "--quiet")
