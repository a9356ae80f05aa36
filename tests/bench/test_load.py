"""Conversations, endpoints and the page of the benchmark, without a server."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

from bench.baseline import dialogue, domain, write_nlu
from bench.benchmark_page import Measured, benchmark_page
from bench.compare import accepted
from bench.load import KINDS, Timings, Turn, conversations, play, proper
from bench.markdown import share_cells, table
from bench.metrics import Share
from bench.servers import Bot, ServerError, measured_endpoints, resident_bytes
from bench.stages import WHOLE, Stage
from bot.nlu.encoder.examples import Example

POOL = [
    Example(f"{intent} {number}", intent)
    for intent in ("caffeine", "alarm_symptoms", "out_of_scope", "greet")
    for number in range(30)
]


def test_conversations_hold_every_kind_and_put_alarms_last():
    talks = conversations(POOL, 50)
    assert len(talks) == 5
    for talk in talks:
        assert {turn.kind for turn in talk} == set(KINDS)
        assert [turn.kind for turn in talk[-2:]] == ["alarm", "alarm"]


def test_conversations_are_the_same_at_every_run_and_vary_within():
    assert conversations(POOL, 50) == conversations(POOL, 50)
    texts = Counter(turn.text for talk in conversations(POOL, 50) for turn in talk)
    assert max(texts.values()) == 1


def test_a_kind_without_messages_is_refused():
    with pytest.raises(ValueError, match="small talk"):
        conversations([e for e in POOL if e.intent != "greet"], 50)


def test_endpoints_get_a_database_and_an_action_server_of_their_own():
    base = {
        "action_endpoint": {"url": "http://old", "enable_selective_domain": True},
        "tracker_store": {"type": "SQL", "url": "postgresql://live"},
        "nlg": {"type": "x"},
    }
    changed = measured_endpoints(base, 1234, Path("t.db"))
    assert changed["action_endpoint"] == {
        "url": "http://127.0.0.1:1234/webhook",
        "enable_selective_domain": True,
    }
    assert changed["tracker_store"] == {"type": "SQL", "dialect": "sqlite", "db": "t.db"}
    assert changed["nlg"] == {"type": "x"}
    assert "action_endpoint" not in measured_endpoints(base, None, Path("t.db"))


@pytest.mark.parametrize(
    ("replies", "fine"),
    [
        ([{"text": "Coffee can do that.", "custom": {"kind": "answer"}}], True),
        ([{"text": "A baseline knows no envelope."}], True),
        ([{"text": "Sorry, something broke.", "custom": {"kind": "error"}}], False),
        ([], False),
    ],
)
def test_an_apology_is_no_proper_reply(replies, fine):
    assert proper(replies) is fine


class MutedBot(Bot):
    """Answers like a server whose model did not load."""

    def say(self, session, sender, text):
        return [{"text": "Sorry.", "custom": {"kind": "error"}}]


def test_a_bot_that_only_apologises_is_not_measured():
    bot = MutedBot("guide", "http://127.0.0.1", (), 0.0)
    with pytest.raises(ServerError, match="make train"):
        play([bot], [], [Turn("answer", "coffee?")])


def test_memory_of_a_process_that_is_gone_is_unknown():
    assert resident_bytes(2**30) is None


def test_baseline_answers_every_intent_by_a_rule():
    intents = ["caffeine", "greet"]
    responses = set(domain(intents)["responses"])
    rules = dialogue(intents)["rules"]
    assert {rule["steps"][1]["action"] for rule in rules} == responses
    assert len(rules) == 3  # the fallback too


def test_baseline_messages_keep_their_words(tmp_path):
    texts = ['it\'s: "odd" # yes', "- no", "☕ 4x"]
    write_nlu(tmp_path / "nlu.yml", [Example(text, "caffeine") for text in texts])
    block = yaml.safe_load((tmp_path / "nlu.yml").read_text(encoding="utf-8"))["nlu"][0]
    assert block["examples"].splitlines() == [f"- {text}" for text in texts]


def test_scope_threshold_refuses_what_it_may_and_no_more():
    # 3 of 100 may be refused: the limit lies just under the fourth lowest, 0.9
    inside = [Example("x", "caffeine")] * 100
    outside = [Example("y", "out_of_scope")] * 4
    scope = np.array([0.1, 0.2, 0.3, *[0.9] * 97, 0.05, 0.25, 0.35, 0.95])
    assert accepted(scope, [*inside, *outside]) == Share(1, 4)


def measured(name: str, milliseconds: float) -> Measured:
    timings = Timings()
    for kind in KINDS:
        timings.milliseconds[kind] += [milliseconds, 2 * milliseconds]
    return Measured(name, timings, 12.0, {"Rasa server": 300 * 2**20, "action server": None})


def test_page_states_ratio_unknown_memory_and_stages():
    page = benchmark_page(
        [measured("guide", 20.0), measured("baseline", 40.0)],
        stages=[Stage(WHOLE, 10.0, 12.0), Stage("SpacyNLP", 5.0, 6.0)],
        training_seconds=61.4,
        machine="2 cores",
        baseline_epochs=7,
    )
    assert "p50 0.50, p95 0.50, p99 0.50" in page
    assert "| guide | 12.0 s | 300 MiB | Rasa server 300 MiB, action server – |" in page
    assert "| SpacyNLP | 5.0 | 6.0 | 50 % |" in page
    assert "61 s" in page
    assert "(epochs: 7)" in page


def test_page_without_baseline_and_stages_leaves_them_out():
    page = benchmark_page(
        [measured("guide", 20.0)],
        stages=[],
        training_seconds=None,
        machine="2 cores",
        baseline_epochs=7,
    )
    assert "baseline" not in page
    assert "## Training" not in page


def test_a_share_of_nothing_is_a_dash():
    assert share_cells(Share(0, 0)) == ["–", "–", "0/0"]
    assert table(["a", "b"], [["x", 1]]).splitlines() == [
        "| a | b |",
        "| --- | ---: |",
        "| x | 1 |",
    ]
