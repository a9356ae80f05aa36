"""What must be true before a server starts; each mistake is one line, while nothing runs yet."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from bot.cli.errors import CommandError
from bot.settings import Settings

CONNECT_TIMEOUT = 5  # seconds for a database or Redis to answer


@contextlib.contextmanager
def sole_run(lock_file: Path, settings: Settings) -> Iterator[None]:
    """Hold this port's lock while running. The system frees it, however we end.

    Raises:
        CommandError: another guide of this folder holds it.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"The guide already runs from this folder on port {settings.port} (process "
                f"{holder(lock_file)}). Stop it, or choose free ports: "
                f"`PORT={settings.port + 1} ACTION_PORT={settings.action_port + 1} make run`."
            ) from None
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        yield


def is_held(lock_file: Path) -> bool:
    """Whether a running guide holds this lock."""
    try:
        with lock_file.open(encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def holder(lock_file: Path) -> str:
    """The process id that stands in the lock file, or a word for an unreadable one."""
    return lock_file.read_text(encoding="utf-8").strip() or "unknown"


def check_port(name: str, host: str, port: int) -> None:
    """Refuse a port that cannot be listened on.

    Raises:
        CommandError: names the variable and the reason.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            raise CommandError(
                f"HOST: '{host}' is not known here. Use 127.0.0.1 or 0.0.0.0."
            ) from None
        except OSError as error:
            raise CommandError(_port_reason(name, host, port, error)) from None


def _port_reason(name: str, host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{name}: port {port} on {host} is in use by another program. "
            f"Stop that program, or choose another port: `{name}={port + 1} make run`."
        )
    if error.errno == errno.EACCES:
        return f"{name}: port {port} needs special rights. Use one from 1024 to 65535."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST: '{host}' is no address of this machine. Use 127.0.0.1 or 0.0.0.0."
    return f"{name}: cannot listen on {host}:{port}: {error.strerror}."


def check_model(model: Path, shown: str) -> None:
    """Read the whole archive once (a third of a second), so that no half model is served.

    Raises:
        CommandError: the file cannot be read, or is no model.
    """
    try:
        with tarfile.open(model, "r:gz") as archive:
            names = {member.name.removeprefix("./") for member in archive}
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise CommandError(
            f"{shown} cannot be read ({error}). Delete it and train again: `make train`."
        ) from error
    if "metadata.json" not in names:
        raise CommandError(f"{shown} is no Rasa model. Delete it and train again: `make train`.")


def check_stores(settings: Settings) -> None:
    """Connect once to what is configured: Rasa itself would start, and lose every message.

    Raises:
        CommandError: the database or Redis does not answer; names the variable.
    """
    if settings.database_url:
        _check_database(settings.database_url)
    if settings.redis_url:
        _check_redis(settings.redis_url)


def _check_database(url: str) -> None:
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    import sqlalchemy  # only who sets DATABASE_URL pays for the import
    from sqlalchemy import exc

    options = {} if url.startswith("sqlite") else {"connect_timeout": CONNECT_TIMEOUT}
    try:
        engine = sqlalchemy.create_engine(url, connect_args=options)
        with engine.connect():
            pass
        engine.dispose()
    except (exc.SQLAlchemyError, ImportError) as error:
        raise CommandError(
            f"DATABASE_URL: the database does not let us in ({_first_line(error)}). "
            "Start it, or mend the variable."
        ) from None


def _check_redis(url: str) -> None:
    import redis

    try:
        client = redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=CONNECT_TIMEOUT
        )
        client.ping()
        client.close()
    except (redis.RedisError, ValueError) as error:
        raise CommandError(
            f"REDIS_URL: Redis does not let us in ({_first_line(error)}). "
            "Start it, or mend the variable."
        ) from None


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
