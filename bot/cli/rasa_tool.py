"""`python -m rasa` with a quiet console, for training and tests: `-m bot.cli.rasa_tool …`."""

from __future__ import annotations

from bot.cli.quiet import silence_deprecations, skip_jax


def main() -> None:
    """Run one command of Rasa's command line."""
    skip_jax()
    silence_deprecations()
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main()
