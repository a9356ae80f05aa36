"""Settings: what is accepted, and that each bad value is refused in one line that names it."""

from __future__ import annotations

import pytest

from bot.settings import Settings, SettingsError

SLACK = {"SLACK_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "abc"}
TELEGRAM = {"TELEGRAM_TOKEN": "1:a", "TELEGRAM_BOT_NAME": "guide_bot", "TELEGRAM_SECRET": "s"}
PUBLIC = {"PUBLIC_URL": "https://guide.example.org/"}


def test_nothing_set_means_this_machine_only():
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.action_port) == ("127.0.0.1", 5005, 5055)
    assert settings.database_url is settings.redis_url is settings.rasa_token is None
    assert settings.emergency_numbers == "112 / 911 / 999"
    assert settings.log_level == "WARNING"


def test_an_empty_variable_counts_as_unset():
    assert Settings.from_environment({"PORT": "", "RASA_TOKEN": " "}) == Settings()


def test_every_variable_arrives():
    settings = Settings.from_environment(
        {
            "HOST": "0.0.0.0",
            "PORT": "80",
            "ACTION_PORT": "65535",
            "DATABASE_URL": "postgresql://me:pw@db:5432/guide",
            "REDIS_URL": "rediss://:pw@cache:6380/2",
            "RASA_TOKEN": "token",
            "EMERGENCY_NUMBERS": "999",
            "HANDOFF_WEBHOOK_URL": "https://desk.example.org/hook?x=1",
            "LOG_LEVEL": "debug",
            **SLACK,
            **TELEGRAM,
            **PUBLIC,
        }
    )
    assert (settings.host, settings.port, settings.action_port) == ("0.0.0.0", 80, 65535)
    assert settings.telegram_bot_name == "guide_bot"
    assert settings.public_url == "https://guide.example.org"
    assert settings.log_level == "DEBUG"
    assert settings.slack_signing_secret == "abc"


def test_postgres_is_spelled_as_sqlalchemy_wants_it():
    settings = Settings.from_environment({"DATABASE_URL": "postgres://u@db/guide"})
    assert settings.database_url == "postgresql://u@db/guide"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", "http://here"),
        ("HOST", "two words"),
        ("PORT", "five"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "5005.0"),
        ("PORT", "٥٠٠٥"),
        ("ACTION_PORT", "none"),
        ("ACTION_PORT", "5005"),
        ("DATABASE_URL", "mysql://u:hunter2@db/guide"),
        ("DATABASE_URL", "postgresql://u:hunter2@db"),
        ("DATABASE_URL", "postgresql:///guide"),
        ("DATABASE_URL", "postgresql://u:hunter2@db:port/guide"),
        ("DATABASE_URL", "guide.db"),
        ("REDIS_URL", "http://cache"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://:hunter2@cache/first"),
        ("RASA_TOKEN", "hunter2 hunter2"),
        ("PUBLIC_URL", "guide.example.org"),
        ("PUBLIC_URL", "https://"),
        ("EMERGENCY_NUMBERS", "call somebody"),
        ("EMERGENCY_NUMBERS", "112\n911"),
        ("EMERGENCY_NUMBERS", "<b>112</b>"),
        ("EMERGENCY_NUMBERS", "1" * 81),
        ("HANDOFF_WEBHOOK_URL", "ftp://desk"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_one_line_with_its_name(name, value):
    with pytest.raises(SettingsError, match=rf"^{name}") as error:
        Settings.from_environment({name: value})
    assert "\n" not in str(error.value).replace(value, "")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SLACK_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "abc"}, "SLACK_TOKEN"),
        ({"TELEGRAM_TOKEN": "1:a", **PUBLIC}, "TELEGRAM_BOT_NAME, TELEGRAM_SECRET"),
        (TELEGRAM, "PUBLIC_URL"),
        ({**TELEGRAM, "PUBLIC_URL": "http://guide.example.org"}, "PUBLIC_URL"),
    ],
)
def test_half_a_channel_names_what_is_missing(environment, named):
    with pytest.raises(SettingsError, match=rf"^{named}"):
        Settings.from_environment(environment)


def test_secrets_stay_out_of_repr():
    environment = {"DATABASE_URL": "postgresql://u:hunter2@db/x", "RASA_TOKEN": "hunter2"}
    environment |= {**SLACK, "SLACK_TOKEN": "hunter2", "REDIS_URL": "redis://:hunter2@c"}
    assert "hunter2" not in repr(Settings.from_environment(environment))
