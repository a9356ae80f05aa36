"""Each reason not to start is one line that says how to mend it."""

from __future__ import annotations

import gzip
import io
import socket
import tarfile

import pytest
import yaml

from bot.cli.endpoints import effective_endpoints, redis_password, write_endpoints
from bot.cli.errors import CommandError
from bot.cli.main import main
from bot.cli.preflight import check_model, check_port, check_stores, is_held, sole_run
from bot.cli.run import address, ready_line
from bot.settings import Settings

BASE = {"nlg": {"type": "bot.dialogue.responses.EnvelopeResponses"}, "lock_store": {"type": "x"}}


def test_a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"^PORT: port {port} .* in use") as error:
            check_port("PORT", "127.0.0.1", port)
    assert "\n" not in str(error.value)
    check_port("PORT", "127.0.0.1", port)


def test_a_foreign_address_is_named():
    with pytest.raises(CommandError, match=r"^HOST: '192\.0\.2\.1' is no address"):
        check_port("PORT", "192.0.2.1", 5005)


def test_two_guides_on_one_port_give_one_line(tmp_path):
    lock = tmp_path / "5005" / "lock"
    assert not is_held(lock)
    with sole_run(lock, Settings()):
        assert is_held(lock)
        again = sole_run(lock, Settings())
        with pytest.raises(CommandError, match=r"already runs .*`PORT=5006"):
            again.__enter__()
        with sole_run(tmp_path / "5006" / "lock", Settings(port=5006)):
            pass
    assert not is_held(lock)


def model_bytes(name: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = 4000
        archive.addfile(member, io.BytesIO(bytes(range(250)) * 16))
    return stream.getvalue()


def test_a_whole_model_is_accepted(tmp_path):
    (tmp_path / "m.tar.gz").write_bytes(model_bytes("metadata.json"))
    check_model(tmp_path / "m.tar.gz", "m.tar.gz")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive at all",
        gzip.compress(b"no tar"),
        model_bytes("metadata.json")[:-60],
        model_bytes("something.json"),
    ],
)
def test_a_broken_model_is_one_line(tmp_path, content):
    (tmp_path / "m.tar.gz").write_bytes(content)
    with pytest.raises(CommandError, match=r"^models/m\.tar\.gz .*make train") as error:
        check_model(tmp_path / "m.tar.gz", "models/m.tar.gz")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Settings(database_url="postgresql://u:hunter2@127.0.0.1:1/guide"), "DATABASE_URL"),
        (Settings(redis_url="redis://:hunter2@127.0.0.1:1/0"), "REDIS_URL"),
    ],
)
def test_a_store_that_does_not_answer_is_named(settings, name):
    with pytest.raises(CommandError, match=rf"^{name}: ") as error:
        check_stores(settings)
    assert "\n" not in str(error.value)
    assert "hunter2" not in str(error.value)


def test_default_endpoints_keep_the_nlg_and_use_sqlite():
    endpoints = effective_endpoints(BASE, Settings(action_port=6000), "var/conversations.db")
    assert endpoints["nlg"] == BASE["nlg"]
    assert endpoints["action_endpoint"]["url"] == "http://127.0.0.1:6000/webhook"
    assert endpoints["action_endpoint"]["enable_selective_domain"] is True
    assert endpoints["tracker_store"] == {
        "type": "SQL",
        "dialect": "sqlite",
        "db": "var/conversations.db",
    }
    assert "lock_store" not in endpoints


def test_no_password_reaches_the_file(tmp_path):
    settings = Settings(
        database_url="postgresql://u:hunter2@db/x", redis_url="rediss://me:hunter%202@cache:1/3"
    )
    (tmp_path / "base.yml").write_text(yaml.safe_dump(BASE))
    write_endpoints(tmp_path / "base.yml", tmp_path / "out.yml", settings, tmp_path / "c.db")
    text = (tmp_path / "out.yml").read_text()
    assert "hunter" not in text
    endpoints = yaml.safe_load(text)
    assert endpoints["tracker_store"] == {"type": "SQL", "url": "${DATABASE_URL}"}
    assert endpoints["lock_store"] == {
        "type": "redis",
        "url": "cache",
        "port": 1,
        "db": 3,
        "username": "me",
        "password": "${GUIDE_REDIS_PASSWORD}",
        "use_ssl": True,
    }
    assert redis_password(settings) == {"GUIDE_REDIS_PASSWORD": "hunter 2"}


@pytest.mark.parametrize("content", [None, "a: [", "nlg: }"])
def test_unusable_endpoints_are_one_line(tmp_path, content):
    if content is not None:
        (tmp_path / "endpoints.yml").write_text(content)
    with pytest.raises(CommandError, match=r"^endpoints\.yml is") as error:
        write_endpoints(tmp_path / "endpoints.yml", tmp_path / "o", Settings(), tmp_path / "c")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:5005/"),
        ("0.0.0.0", "http://127.0.0.1:5005/"),
        ("::", "http://[::1]:5005/"),
        ("10.0.0.7", "http://10.0.0.7:5005/"),
    ],
)
def test_the_address_is_one_a_browser_can_open(host, shown):
    assert address(Settings(host=host)) == shown
    assert ready_line(Settings(host=host), 9.6).startswith(f"The guide is ready: {shown}  ")


def test_a_bad_variable_ends_with_one_line_and_code_2(monkeypatch, capsys):
    monkeypatch.setenv("PORT", "five")
    assert main(["run"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("PORT: 'five'")
    assert captured.err.count("\n") == 1


def test_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("run", "train", "chat", "DATABASE_URL"))
