"""Writes the endpoints that one running guide uses: the repository's, with the settings applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from bot.cli.errors import CommandError
from bot.settings import Settings

REDIS_PASSWORD = "GUIDE_REDIS_PASSWORD"  # Rasa reads `${…}`, so that no secret is in the file


def effective_endpoints(base: dict[str, Any], settings: Settings, database: str) -> dict[str, Any]:
    """The endpoints for these settings. What we do not set (the `nlg`) stays as it is in `base`.

    Args:
        database: the SQLite file that serves while `DATABASE_URL` is unset.
    """
    store: dict[str, Any] = {"type": "SQL"}
    if settings.database_url:
        store["url"] = "${DATABASE_URL}"
    else:
        store |= {"dialect": "sqlite", "db": database}
    endpoints = {
        **base,
        "action_endpoint": {
            "url": f"http://127.0.0.1:{settings.action_port}/webhook",
            "enable_selective_domain": True,
        },
        "tracker_store": store,
    }
    endpoints.pop("lock_store", None)  # unset is Rasa's in-memory store
    if settings.redis_url:
        endpoints["lock_store"] = _redis(settings.redis_url)
    return endpoints


def redis_password(settings: Settings) -> dict[str, str]:
    """The variable that the endpoints refer to, for the Rasa server's environment."""
    password = urlsplit(settings.redis_url or "").password
    return {REDIS_PASSWORD: unquote(password)} if password else {}


def write_endpoints(source: Path, target: Path, settings: Settings, database: Path) -> None:
    """Write the effective endpoints to `target`.

    Raises:
        CommandError: `source` is missing or no valid YAML.
    """
    try:
        base = yaml.safe_load(source.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise CommandError(
            f"{source.name} is missing. Restore it: `git checkout {source.name}`."
        ) from None
    except yaml.YAMLError as error:
        line = str(error).replace("\n", " ")
        raise CommandError(f"{source.name} is no valid YAML: {line}") from error
    endpoints = effective_endpoints(base, settings, str(database))
    text = "# Written by `make run` at every start: change endpoints.yml or the environment.\n"
    target.write_text(text + yaml.safe_dump(endpoints, sort_keys=False), encoding="utf-8")


def _redis(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    store: dict[str, Any] = {"type": "redis", "url": parts.hostname, "port": parts.port or 6379}
    store["db"] = int(parts.path.strip("/") or 0)
    if parts.username:
        store["username"] = unquote(parts.username)
    if parts.password:
        store["password"] = f"${{{REDIS_PASSWORD}}}"
    if parts.scheme == "rediss":
        store["use_ssl"] = True
    return store
