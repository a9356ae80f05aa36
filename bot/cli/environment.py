"""The environment that Rasa's processes start with: quiet, offline, one worker."""

from __future__ import annotations

from collections.abc import Mapping

from bot.settings import Settings

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_WORKERS": "1",  # conversations are locked in this one process
    "ACTION_SERVER_SANIC_WORKERS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
}
# Rasa 3.6 stands on libraries that announce their own future: nothing a person could act on.
WARNINGS = ",".join(
    f"ignore::{name}"
    for name in ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning")
)


def rasa_environment(environment: Mapping[str, str], *, log_level: str) -> dict[str, str]:
    """The given environment with everything quiet; `PYTHONWARNINGS` wins when somebody set it."""
    return {"PYTHONWARNINGS": WARNINGS, **environment, **QUIET, "LOG_LEVEL": log_level}


def server_environment(environment: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """For both servers: what `Settings` checked, as `Settings` understood it."""
    values = {"HOST": settings.host, "PORT": str(settings.port)}
    values |= {"ACTION_PORT": str(settings.action_port)}
    values |= {"EMERGENCY_NUMBERS": settings.emergency_numbers}
    if settings.database_url:
        values["DATABASE_URL"] = settings.database_url
    if settings.public_url:
        values["PUBLIC_URL"] = settings.public_url
    return {**rasa_environment(environment, log_level=settings.log_level), **values}
