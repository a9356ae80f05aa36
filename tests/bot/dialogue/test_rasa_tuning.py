"""What is changed in Rasa: the timeout holds, and an action's answer is still checked."""

from __future__ import annotations

import pytest
import rasa.core.actions.action
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.dialogue.rasa_tuning import tune_rasa


@pytest.fixture
def action(monkeypatch: pytest.MonkeyPatch) -> RemoteAction:
    monkeypatch.setattr(
        RemoteAction, "_validate_action_result", RemoteAction._validate_action_result
    )
    monkeypatch.setattr(rasa.core.actions.action, "DEFAULT_REQUEST_TIMEOUT", 300)
    tune_rasa(4.0)
    return RemoteAction("action_answer", None)


def test_the_timeout_is_ours(action: RemoteAction) -> None:
    assert rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT == 4.0


def test_a_good_answer_passes(action: RemoteAction) -> None:
    slot = {"event": "slot", "name": "replied", "value": True, "timestamp": None}
    assert action._validate_action_result({"events": [slot], "responses": [{"text": "hi"}]})


@pytest.mark.parametrize(
    "answer", [{"events": "none"}, {"events": [{"event": "no_such"}]}, {"responses": ["text"]}]
)
def test_a_broken_answer_is_refused(action: RemoteAction, answer: dict) -> None:
    with pytest.raises(ValidationError):
        action._validate_action_result(answer)
