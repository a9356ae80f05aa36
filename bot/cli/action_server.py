"""`python -m rasa_sdk` with a quiet console: `python -m bot.cli.action_server` and its options."""

from __future__ import annotations

from bot.cli.quiet import silence_deprecations


def main() -> None:
    """Serve the custom actions until SIGTERM."""
    silence_deprecations()
    from rasa_sdk.__main__ import main as sdk_main

    sdk_main()


if __name__ == "__main__":
    main()
