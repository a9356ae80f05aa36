"""`python -m bot`: hands over to the command line."""

from __future__ import annotations

import signal
import sys

from bot.cli.main import main

if __name__ == "__main__":
    # Both end a command the same way, also where a shell started us with Ctrl-C switched off.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
