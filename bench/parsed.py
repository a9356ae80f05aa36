"""What the trained model makes of labelled messages, and what each result counts as."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bench.places import FACT_QUESTIONS, HELD_OUT, QUIET
from bot.content.facts import content
from bot.nlu.encoder.examples import Example, read_examples

ALARM = "alarm_symptoms"
OUT_OF_SCOPE = "out_of_scope"
ASKS_BACK = "nlu_fallback"
ACTS = (
    "greet", "thanks", "goodbye", "affirm", "deny", "unsure", "bot_challenge", "capabilities",
    "human_handoff", "privacy", "feedback", "insult", "nonsense",
)  # fmt: skip
ABOUT_LIPS = frozenset({"report_twitch", "vague_sign", "follow_up", "not_covered", ALARM})
# With these intents the reply answers `question.topics`, as with every topic intent.
_ANSWERS_TOPICS = frozenset({"report_twitch", "follow_up", "not_covered", ALARM})
_REFUSALS = frozenset({OUT_OF_SCOPE, "nonsense", "insult"})

Progress = Callable[[int, int], None]


@lru_cache(maxsize=1)
def topic_ids() -> frozenset[str]:
    """Ids of the topics; each is also the name of an intent."""
    return frozenset(content().topics)


@dataclass(frozen=True)
class Parsed:
    """A labelled message and the parse result of the model, key by key as Rasa gives it."""

    example: Example
    result: dict[str, Any]

    @property
    def intent(self) -> str:
        """The final intent."""
        return str((self.result.get("intent") or {}).get("name"))

    @property
    def safety(self) -> dict[str, Any]:
        """What the alarm screen found."""
        return self.result.get("safety") or {}

    @property
    def question(self) -> dict[str, Any]:
        """What the question reader found."""
        return self.result.get("question") or {}

    @property
    def alarm(self) -> bool:
        """Whether the reply escalates."""
        return bool(self.safety.get("alarm"))

    @property
    def flags(self) -> frozenset[str]:
        """Red flags that count: in an alarm, those that are named and not read as harmless."""
        if "red_flags" in self.safety:
            return frozenset(self.safety["red_flags"])
        rows = self.safety.get("flags", [])
        asserted = {"present", "unsure", "resolved"}
        return frozenset(
            row["flag"] for row in rows if self.alarm and row.get("reading", "present") in asserted
        )

    @property
    def answered(self) -> tuple[str, ...]:
        """Topics that the reply answers; none if it asks back, refuses or is small talk."""
        if self.intent in topic_ids() or self.intent in _ANSWERS_TOPICS:
            return tuple(topic["id"] for topic in self.question.get("topics", []))
        return ()

    @property
    def asks_about_a_topic(self) -> bool:
        """Whether the label is a topic."""
        return self.example.intent in topic_ids()

    @property
    def in_scope(self) -> bool:
        """Whether the label is about a twitching lip; small talk and crises are not asked."""
        return self.asks_about_a_topic or self.example.intent in ABOUT_LIPS

    @property
    def refused(self) -> bool:
        """Whether the reply turns the message away."""
        return self.intent in _REFUSALS

    @property
    def answered_as_lips(self) -> bool:
        """Whether the reply treats the message as one about lips (or as an emergency)."""
        return not self.refused and self.intent not in ACTS and self.intent != ASKS_BACK


def read_held_out(folder: Path = HELD_OUT) -> list[Example]:
    """The held-out messages, in file order."""
    return read_examples(folder, topic_ids())


def read_fact_questions(path: Path = FACT_QUESTIONS) -> list[Example]:
    """One message per fact, labelled with the fact and its topic.

    Raises:
        ValueError: a question names a fact that does not exist.
    """
    facts = content().facts
    questions = yaml.safe_load(path.read_text(encoding="utf-8"))
    if unknown := sorted(set(questions) - set(facts)):
        raise ValueError(f"{path.name}: unknown facts {unknown}. Use ids of bot/content/en/facts.")
    return [
        Example(
            text=question,
            intent=facts[fact].topic,
            topics=(facts[fact].topic, *facts[fact].also_topics),
            facts=(fact,),
            source=path.name,
        )
        for fact, questions_of_fact in questions.items()
        for question in _as_list(questions_of_fact)
    ]


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def parse_all(
    examples: Sequence[Example], model: Path, progress: Progress | None = None
) -> list[Parsed]:
    """Run every message through the model, one at a time, as the server does."""
    return asyncio.run(_parse_all(examples, load_model(model), progress))


def quiet_rasa() -> None:
    """No telemetry, no debug output. Call it before Rasa is imported: TensorFlow reads it then."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    # Late: TensorFlow takes seconds, and the metrics do not need it.
    from rasa.utils.log_utils import configure_structlog

    logging.getLogger("rasa").setLevel(logging.WARNING)
    configure_structlog(logging.WARNING)  # without it every message is printed


def load_model(model: Path) -> Any:
    """The model as Rasa serves it (`rasa.core.agent.Agent`), without servers or stores."""
    quiet_rasa()
    from rasa.core.agent import Agent

    return Agent.load(str(model))


async def _parse_all(
    examples: Sequence[Example], agent: Any, progress: Progress | None
) -> list[Parsed]:
    rows = []
    for done, example in enumerate(examples, start=1):
        rows.append(Parsed(example, await agent.parse_message(example.text)))
        if progress:
            progress(done, len(examples))
    return rows
