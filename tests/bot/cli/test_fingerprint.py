"""When a model counts as current, and that training never leaves half of one."""

from __future__ import annotations

import sys

import pytest

from bot.cli import train
from bot.cli.errors import CommandError
from bot.cli.fingerprint import current_fingerprint, read_fingerprint, write_fingerprint
from bot.cli.paths import Paths


@pytest.fixture
def project(tmp_path):
    for name in ("domain.yml", "config.yml", "data/nlu/a.yml", "bot/nlu/encoder/model/e.onnx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "bot" / "cli").mkdir()
    return Paths(tmp_path)


@pytest.fixture
def fake_rasa(monkeypatch):
    """Replaces Rasa's training by a script; tells what was asked of it."""
    asked: list[bool] = []

    def use(script: str) -> list[bool]:
        def command(paths, *, from_scratch):
            asked.append(from_scratch)
            return [sys.executable, "-c", script, str(paths.new_models / paths.model.name)]

        monkeypatch.setattr(train, "_command", command)
        return asked

    return use


WRITES_A_MODEL = "import sys; open(sys.argv[1], 'w').write('model')"


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("domain.yml", "data"),
        ("config.yml", "data"),
        ("data/nlu/a.yml", "data"),
        ("data/nlu/new.yml", "data"),
        ("bot/language/rules.py", "code"),
        ("bot/content/en/facts.yml", "code"),
        ("bot/nlu/encoder/model/e.onnx", "code"),
        ("requirements/run.txt", "code"),
    ],
)
def test_a_change_is_seen_in_its_part(project, file, part):
    before = current_fingerprint(project.root)
    (project.root / file).parent.mkdir(parents=True, exist_ok=True)
    (project.root / file).write_text("changed")
    after = current_fingerprint(project.root)
    assert getattr(before, part) != getattr(after, part)
    other = {"data": "code", "code": "data"}[part]
    assert getattr(before, other) == getattr(after, other)


@pytest.mark.parametrize(
    "file", ["bot/cli/run.py", "bot/__pycache__/a.pyc", "bot/x.egg-info/a.txt", "README.md"]
)
def test_what_is_not_in_the_model_needs_no_training(project, file):
    before = current_fingerprint(project.root)
    (project.root / file).parent.mkdir(parents=True, exist_ok=True)
    (project.root / file).write_text("changed")
    assert current_fingerprint(project.root) == before


def test_a_renamed_file_is_a_change(project):
    before = current_fingerprint(project.root)
    (project.root / "data/nlu/a.yml").rename(project.root / "data/nlu/b.yml")
    assert current_fingerprint(project.root) != before


def test_fingerprint_survives_writing_and_reading(project, tmp_path):
    write_fingerprint(tmp_path / "f.json", current_fingerprint(project.root))
    assert read_fingerprint(tmp_path / "f.json") == current_fingerprint(project.root)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": "x"}', '{"a": 1}', "null"])
def test_an_unreadable_fingerprint_is_none(tmp_path, text):
    (tmp_path / "f.json").write_text(text)
    assert read_fingerprint(tmp_path / "f.json") is None
    assert read_fingerprint(tmp_path / "missing.json") is None


def test_second_training_does_nothing_until_something_changes(project, fake_rasa, capsys):
    asked = fake_rasa(WRITES_A_MODEL)
    assert train.ensure_model(project)
    assert not train.ensure_model(project)
    (project.root / "domain.yml").write_text("other")
    assert train.ensure_model(project)
    (project.root / "bot/settings.py").write_text("other")
    assert train.ensure_model(project)
    project.model.unlink()
    assert train.ensure_model(project)
    # from scratch: the first, and after a change of code that Rasa's own cache does not see
    assert asked == [True, False, True, False]
    assert "Trained in" in capsys.readouterr().out


def test_failed_training_shows_the_reason_and_keeps_the_earlier_model(project, fake_rasa, capsys):
    fake_rasa(WRITES_A_MODEL)
    train.ensure_model(project)
    fake_rasa("import sys; print('domain is wrong'); sys.exit(1)")
    (project.root / "domain.yml").write_text("wrong")
    with pytest.raises(CommandError, match=r"failed after .* \(exit code 1\)") as error:
        train.ensure_model(project)
    assert "\n" not in str(error.value)
    assert "domain is wrong" in capsys.readouterr().err
    assert project.model.read_text() == "model"


def test_training_that_writes_nothing_has_failed(project, fake_rasa):
    fake_rasa("pass")
    with pytest.raises(CommandError, match="Training failed"):
        train.ensure_model(project)
    assert not project.model.exists()


def test_progress_names_the_component(project, fake_rasa, capsys):
    fake_rasa("print(\"Starting to train component 'RulePolicy'.\");" + WRITES_A_MODEL)
    train.ensure_model(project)
    assert "training RulePolicy" in capsys.readouterr().out
