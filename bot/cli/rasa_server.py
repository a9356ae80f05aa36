"""`rasa run`, except that it ends when its model cannot be loaded instead of serving nothing.

    python -m bot.cli.rasa_server run --model models/lip-twitch-guide.tar.gz …

Rasa 3.6 logs a failed load and goes on listening; each message is then answered with an error.
"""

from __future__ import annotations

import logging
import os
import sys
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from typing import Any

from bot.cli.console import complain
from bot.cli.errors import EXIT_REFUSED
from bot.cli.quiet import silence_deprecations, skip_jax

logger = logging.getLogger(__name__)

Loader = Callable[[Any, Any, Any, Any, AbstractEventLoop], Awaitable[Any]]


def main() -> None:
    """Run Rasa's command line with the checked loader; the token comes from the environment."""
    skip_jax()
    silence_deprecations()
    import rasa.core.run
    from rasa.__main__ import main as rasa_main

    rasa.core.run.load_agent_on_start = load_or_end(rasa.core.run.load_agent_on_start)
    logging.getLogger("rasa.core.agent").addFilter(in_one_line)
    if token := os.environ.get("RASA_TOKEN"):  # not on the command line: everybody can read that
        sys.argv += ["--enable-api", "--auth-token", token]
    try:
        rasa_main()
    except Exception as error:
        logger.debug("The Rasa server failed.", exc_info=True)
        complain(f"The Rasa server failed: {type(error).__name__}: {error}")
        sys.exit(EXIT_REFUSED)
    sys.exit(EXIT_REFUSED if _never_served else 0)


_never_served = True


def load_or_end(load: Loader) -> Loader:
    """Wrap Rasa's loader: an agent that is not ready ends the process."""

    async def checked(
        model_path: Any, endpoints: Any, remote_storage: Any, app: Any, loop: AbstractEventLoop
    ) -> Any:
        global _never_served
        agent = await load(model_path, endpoints, remote_storage, app, loop)
        if agent is None or not agent.is_ready():
            complain("The Rasa server could not load its model. Train again: `make train`.")
            os._exit(EXIT_REFUSED)  # Sanic swallows SystemExit here
        _never_served = False
        return agent

    return checked


def in_one_line(record: logging.LogRecord) -> bool:
    """Keep the reason of a failed load, drop its stack trace unless somebody debugs."""
    if not logging.getLogger("rasa").isEnabledFor(logging.DEBUG):
        record.exc_info = record.exc_text = None
    return True


if __name__ == "__main__":
    main()
