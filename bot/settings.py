"""What the environment asks for, read once and checked. Values only: no files, no network."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg2")
REDIS_SCHEMES = ("redis", "rediss")
WEB_SCHEMES = ("https", "http")
LONGEST_EMERGENCY_NUMBERS = 80  # they stand inside a sentence


class SettingsError(ValueError):
    """A variable is unusable; the message is one line that names it and says how to mend it."""


@dataclass(frozen=True)
class Settings:
    """Every setting, checked. Secrets stay out of `repr`, so that no log can show them."""

    host: str = "127.0.0.1"
    port: int = 5005
    action_port: int = 5055
    database_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    rasa_token: str | None = field(default=None, repr=False)
    slack_token: str | None = field(default=None, repr=False)
    slack_signing_secret: str | None = field(default=None, repr=False)
    telegram_token: str | None = field(default=None, repr=False)
    telegram_bot_name: str | None = None
    telegram_secret: str | None = field(default=None, repr=False)
    public_url: str | None = None
    emergency_numbers: str = "112 / 911 / 999"
    handoff_webhook_url: str | None = field(default=None, repr=False)
    log_level: str = "WARNING"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check the variables; an empty one counts as unset.

        Raises:
            SettingsError: names the variable and how to mend it.
        """
        given = {name: value.strip() for name, value in environment.items() if value.strip()}
        settings = cls(
            host=_host(given.get("HOST", cls.host)),
            port=_port("PORT", given.get("PORT"), cls.port),
            action_port=_port("ACTION_PORT", given.get("ACTION_PORT"), cls.action_port),
            database_url=_database_url(given.get("DATABASE_URL")),
            redis_url=_redis_url(given.get("REDIS_URL")),
            rasa_token=_secret("RASA_TOKEN", given),
            slack_token=_secret("SLACK_TOKEN", given),
            slack_signing_secret=_secret("SLACK_SIGNING_SECRET", given),
            telegram_token=_secret("TELEGRAM_TOKEN", given),
            telegram_bot_name=_secret("TELEGRAM_BOT_NAME", given),
            telegram_secret=_secret("TELEGRAM_SECRET", given),
            public_url=_public_url(given.get("PUBLIC_URL")),
            emergency_numbers=_emergency_numbers(
                given.get("EMERGENCY_NUMBERS", cls.emergency_numbers)
            ),
            handoff_webhook_url=_web_url("HANDOFF_WEBHOOK_URL", given.get("HANDOFF_WEBHOOK_URL")),
            log_level=_log_level(given.get("LOG_LEVEL", cls.log_level)),
        )
        _check_combinations(settings)
        return settings


@lru_cache(maxsize=1)
def current_settings() -> Settings:
    """The settings of this process, read at the first call and never again."""
    return Settings.from_environment(os.environ)


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:%_-]+", value):
        raise SettingsError(
            f"HOST: '{value}' is no address to listen on. Use 127.0.0.1 (this machine only), "
            "0.0.0.0 (every network) or one of this machine's own addresses."
        )
    return value


def _port(name: str, value: str | None, default: int) -> int:
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise SettingsError(
            f"{name}: '{value}' is no port. Use a whole number from 1 to 65535, "
            f"or unset it for {default}."
        )
    return int(value)


def _split(name: str, value: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    """Split a URL. The value itself is never repeated: it may hold a password."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # read here, because a port that is no number raises only when asked for
    except ValueError:
        raise SettingsError(f"{name} is no valid URL. Write it like {example}.") from None
    if parts.scheme not in schemes or re.search(r"\s", value):
        raise SettingsError(
            f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)} "
            f"and hold no spaces. Write it like {example}."
        )
    return parts


def _database_url(value: str | None) -> str | None:
    if value is None:
        return None
    if value.startswith("postgres://"):  # what many hosts hand out; SQLAlchemy refuses it
        value = "postgresql://" + value.removeprefix("postgres://")
    example = "postgresql://user:password@host:5432/name or sqlite:///var/conversations.db"
    parts = _split("DATABASE_URL", value, DATABASE_SCHEMES, example)
    if not parts.path.strip("/") or (parts.scheme != "sqlite" and not parts.hostname):
        raise SettingsError(f"DATABASE_URL lacks a host or a database. Write it like {example}.")
    return value


def _redis_url(value: str | None) -> str | None:
    if value is None:
        return None
    example = "redis://:password@host:6379/0"
    parts = _split("REDIS_URL", value, REDIS_SCHEMES, example)
    if not parts.hostname or not re.fullmatch(r"(/[0-9]*)?", parts.path):
        raise SettingsError(
            f"REDIS_URL needs a host and, after it, a database number. Write it like {example}."
        )
    return value


def _web_url(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    example = "https://guide.example.org"
    if not _split(name, value, WEB_SCHEMES, example).hostname:
        raise SettingsError(f"{name} lacks a host. Write it like {example}.")
    return value


def _public_url(value: str | None) -> str | None:
    url = _web_url("PUBLIC_URL", value)
    return url.rstrip("/") if url else None


def _secret(name: str, given: Mapping[str, str]) -> str | None:
    value = given.get(name)
    if value is not None and not re.fullmatch(r"[\x21-\x7e]+", value):
        raise SettingsError(
            f"{name} holds a space or a character outside ASCII. Copy it again, without quotes."
        )
    return value


def _emergency_numbers(value: str) -> str:
    allowed = re.fullmatch(r"[\w +/,().-]+", value)
    if not allowed or not re.search(r"\d", value) or len(value) > LONGEST_EMERGENCY_NUMBERS:
        raise SettingsError(
            "EMERGENCY_NUMBERS must hold at least one number, on one line, in at most "
            f"{LONGEST_EMERGENCY_NUMBERS} characters. Write it like '112' or '112 / 911 / 999'."
        )
    return value


def _log_level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise SettingsError(f"LOG_LEVEL: '{value}' is unknown. Use one of {', '.join(LOG_LEVELS)}.")
    return value.upper()


def _check_combinations(settings: Settings) -> None:
    """Refuse what is fine alone and wrong together: a half-configured channel answers nobody."""
    if settings.port == settings.action_port:
        raise SettingsError(
            f"ACTION_PORT and PORT are both {settings.port}. Give each server its own port."
        )
    _all_or_none(
        "Slack",
        {
            "SLACK_TOKEN": settings.slack_token,
            "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
        },
    )
    telegram = {
        "TELEGRAM_TOKEN": settings.telegram_token,
        "TELEGRAM_BOT_NAME": settings.telegram_bot_name,
        "TELEGRAM_SECRET": settings.telegram_secret,
    }
    _all_or_none("Telegram", telegram)
    if settings.telegram_token and not (settings.public_url or "").startswith("https://"):
        raise SettingsError(
            "PUBLIC_URL is missing or not https. Telegram needs it to reach the guide: "
            "set it like https://guide.example.org, or unset TELEGRAM_TOKEN."
        )


def _all_or_none(channel: str, values: Mapping[str, str | None]) -> None:
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        given = [name for name in values if name not in missing]
        raise SettingsError(
            f"{', '.join(missing)} is missing, {channel} needs it beside {', '.join(given)}. "
            f"Set it, or unset {', '.join(given)}."
        )
