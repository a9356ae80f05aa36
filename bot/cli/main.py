"""Reads the command line and turns every expected mistake into one line and an exit code."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from bot.cli.console import complain, say
from bot.cli.errors import EXIT_INTERRUPTED, EXIT_REFUSED, CommandError
from bot.cli.paths import Paths
from bot.settings import Settings, SettingsError

EPILOG = """\
The environment configures all commands: HOST, PORT, ACTION_PORT, DATABASE_URL, REDIS_URL,
RASA_TOKEN, SLACK_TOKEN, SLACK_SIGNING_SECRET, TELEGRAM_TOKEN, TELEGRAM_BOT_NAME,
TELEGRAM_SECRET, PUBLIC_URL, EMERGENCY_NUMBERS, HANDOFF_WEBHOOK_URL, LOG_LEVEL.
Unset means: this machine only, port 5005, SQLite, web page and REST."""


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="The Lip Twitch Guide.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="train if needed, then serve the guide until Ctrl-C")
    train = commands.add_parser("train", help="train the model if something changed")
    train.add_argument("--force", action="store_true", help="train even if nothing changed")
    commands.add_parser("chat", help="talk to the guide in this terminal")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0 for success, 2 for something to mend, 130 after Ctrl-C.
    """
    options = build_parser().parse_args(arguments)
    try:
        return _dispatch(options)
    except (SettingsError, CommandError) as error:
        complain(str(error))
        return getattr(error, "exit_code", EXIT_REFUSED)
    except KeyboardInterrupt:
        complain("Stopped.")
        return EXIT_INTERRUPTED


def _dispatch(options: argparse.Namespace) -> int:
    paths = Paths()
    if options.command == "train":
        from bot.cli.train import ensure_model

        if not ensure_model(paths, force=options.force):
            say(f"Nothing changed: {paths.short(paths.model)} is current.")
        return 0
    settings = Settings.from_environment(os.environ)
    if options.command == "chat":
        from bot.cli.chat import chat

        return chat(settings, paths)
    from bot.cli.run import run

    return run(settings, paths)
