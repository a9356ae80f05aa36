"""The one error of the command line."""

from __future__ import annotations

EXIT_REFUSED = 2  # something has to be mended before trying again
EXIT_INTERRUPTED = 130  # what a shell expects after Ctrl-C


class CommandError(Exception):
    """A command cannot go on; the message is one line that says why and how to mend it."""

    def __init__(self, message: str, *, exit_code: int = EXIT_REFUSED) -> None:
        super().__init__(message)
        self.exit_code = exit_code
