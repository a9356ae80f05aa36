"""Puts an answer together from reviewed sentences: facts, articles, one safety line, follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.content import Content, Fact, content
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.selection import (
    GRAVE,
    GRAVE_FACETS,
    answers_facet,
    distance,
    find_disagreement,
    has_near,
    is_worry,
    rank_facts,
)
from bot.dialogue.state import State
from bot.dialogue.texts import Button, button, disagreements, replies, topic_button

MAX_TOPICS = 3
MAX_FACTS = 5
MAX_GAPS = 2
NEARBY = 3  # a neighbour topic lends at most so many facts
MAX_WORDS = 110  # of the whole text, markers and source line included
MIN_WORDS = 42  # product promise: 40 to 110
# No more sentences at this distance from the question beyond so many words.
ENOUGH = (MAX_WORDS, 80, MIN_WORDS)
LIST_FACETS = frozenset(["symptoms", "self_help", "warning"])
LIST_LENGTH = 3  # shorter lists read better as sentences
# Topics that need no check question beside them: they are about the signs themselves.
_ABOUT_SIGNS = frozenset(["red_flags", "when_to_see_doctor"])
_DOORS = ("causes_overview", "self_care", "seriousness")  # where nothing nearer can be offered


@dataclass(frozen=True)
class Statement:
    """A sentence to say, with the facts it rests on."""

    text: str
    facts: tuple[str, ...]
    facet: str
    distance: int = 0  # from the question, see `selection.distance`


def answer(
    question: Question, state: State, *, emergency_numbers: str, only_new: bool = False
) -> Reply:
    """Answer a question from the content base.

    Args:
        question: what was asked; its topics must not be empty unless it has gaps.
        state: the conversation so far.
        emergency_numbers: for the reminder while an escalation is in force.
        only_new: leave out what was told before ("tell me more").
    """
    base, frames = content(), replies()
    topics = [t for t in question.topics if t in base.topics][:MAX_TOPICS]
    if any(is_worry(base, topic, question) for topic in topics):
        question = replace(question, facet=None, facts={})
    facets = [question.facet or base.topics[t].default_facet for t in topics]
    reminder = frames["safety"]["reminder"].format(emergency_numbers=emergency_numbers)
    safety = _safety_line(base, question, state, topics).format(emergency_numbers=emergency_numbers)
    asks_check = safety == frames["safety"]["check"] and not state.escalation_active
    before = reminder if state.escalation_active else ""
    after = "" if state.escalation_active else safety
    opening = _opening(base, question, topics, facets)
    statements = _fit(
        base,
        _statements(base, question, state, topics, facets, only_new),
        room=MAX_WORDS - _words(before, opening, after),
        words_before=_words(opening),
    )
    facts = tuple(dict.fromkeys(f for s in statements for f in s.facts))
    parts = [before, opening, _body(base, statements), after, _source_line(base, facts)]
    slots: dict[str, object] = {"check_pending": asks_check}
    if asks_check:
        slots["check_asked"] = True
    if topics:
        slots["last_facet"] = facets[0]
    return Reply(
        text="\n".join(part for part in parts if part),
        kind="answer",
        urgency=question.urgency if question.urgency == "routine" else "none",
        escalation_active=state.escalation_active,
        topics=tuple(topics),
        facts=facts,
        buttons=_follow_ups(base, topics, facets, {*state.told, *facts}),
        slots=slots,
    )


def _opening(
    base: Content, question: Question, topics: Sequence[str], facets: Sequence[str]
) -> str:
    """What comes before the facts: where the articles are silent on what was asked."""
    frames = replies()
    if question.gaps:
        return " ".join(
            frames["gaps"].get(gap, frames["gaps"]["other"]) for gap in question.gaps[:MAX_GAPS]
        )
    if not topics:
        return frames["gaps"]["other"]
    facet = question.facet
    if facet is None or any(answers_facet(base, t, facet, question) for t in topics):
        return ""
    topic = base.topics[topics[0]]
    about = "this" if topic.kind == "general" or len(topics) > 1 else topic.name
    frame = frames["silent"][facet]["this" if about == "this" else "named"]
    return frame.format(name=about)


def _safety_line(base: Content, question: Question, state: State, topics: Sequence[str]) -> str:
    """At most one: an appointment, the check question, or the signs to watch for."""
    frames = replies()
    if question.urgency == "routine":
        reasons = [frames["reasons"][r] for r in question.routine_reasons] or [
            frames["reasons"]["over_two_weeks"]
        ]
        return frames["safety"]["routine"].format(reasons=" and ".join(reasons[:2]))
    if question.explained:
        return frames["safety"]["injection"]
    if _ABOUT_SIGNS & set(topics):
        return frames["safety"]["signs"]
    if not state.check_asked and question.intent == "report_twitch":
        return frames["safety"]["check"]
    if any(base.topics[t].kind == "condition" for t in topics):
        return frames["safety"]["condition"]
    return ""


def _statements(
    base: Content,
    question: Question,
    state: State,
    topics: Sequence[str],
    facets: Sequence[str],
    only_new: bool,
) -> list[Statement]:
    """Candidate sentences, best first; with several topics they take turns."""
    queues = []
    for topic, asked in zip(topics, facets, strict=True):
        known = answers_facet(base, topic, asked, question) or has_near(base, topic, asked)
        facet = asked if known else base.topics[topic].default_facet
        ranked = rank_facts(base, topic, facet, question, state.told)
        if only_new:
            ranked = [fact for fact in ranked if fact.id not in state.told]
        statements = _as_statements(
            base, ranked, topic, facet, question, brief=len(topics) == MAX_TOPICS
        )
        # A thin topic borrows from its neighbours rather than answer in half a sentence.
        if _words(*(s.text for s in statements)) < MIN_WORDS:
            statements += [
                Statement(fact.text, (fact.id,), fact.facet, distance=2)
                for related in base.topics[topic].related
                for fact in rank_facts(base, related, facet, question, state.told)[:NEARBY]
                if fact.facet not in GRAVE_FACETS or fact.topic not in GRAVE
                if fact not in ranked and not (only_new and fact.id in state.told)
            ]
        queues.append(statements)
    merged: list[Statement] = []
    while any(queues):
        merged += [queue.pop(0) for queue in queues if queue]
    unique: list[Statement] = []
    for statement in merged:
        if not set(statement.facts) & {f for s in unique for f in s.facts}:
            unique.append(statement)
    return unique


def _as_statements(
    base: Content,
    ranked: Sequence[Fact],
    topic: str,
    facet: str,
    question: Question,
    *,
    brief: bool,
) -> list[Statement]:
    """Facts as sentences; where the articles differ, the sentence that says so, if it fits in."""
    statements: list[Statement] = []
    for fact in ranked:
        away = distance(base, topic, facet, fact, question)
        item = None if brief else find_disagreement(disagreements(), topic, facet, fact)
        if item is None:
            statements.append(Statement(fact.text, (fact.id,), fact.facet, away))
        elif all(item.facts != s.facts for s in statements):
            statements.append(Statement(item.text, item.facts, facet, away))
    return statements


def _fit(
    base: Content, statements: Sequence[Statement], *, room: int, words_before: int
) -> list[Statement]:
    """Take sentences in order while they and their source line fit into `room` words.

    What is near the question comes in only while the answer is short, what is beside it only while
    the answer is too short. Two facts on which the articles
    differ never stand side by side without the sentence that says so.
    """
    taken: list[Statement] = []
    for statement in statements:
        if len(taken) == MAX_FACTS:
            break
        if taken and (
            _length(base, taken) + words_before >= ENOUGH[statement.distance]
            or _contradicts(statement, taken)
            or _length(base, [*taken, statement]) > room
        ):
            continue
        taken.append(statement)
    return taken


def _length(base: Content, statements: Sequence[Statement]) -> int:
    return _words(_body(base, statements), _source_line(base, _facts_in(statements)))


def _facts_in(statements: Sequence[Statement]) -> list[str]:
    return [fact for statement in statements for fact in statement.facts]


def _contradicts(statement: Statement, taken: Sequence[Statement]) -> bool:
    said = set(_facts_in(taken))
    return any(
        set(statement.facts) & set(item.facts) and said & set(item.facts)
        for item in disagreements()
    )


def _body(base: Content, statements: Sequence[Statement]) -> str:
    """Sentences with the numbers of their articles; a list where the content is a list."""
    if not statements:
        return ""
    numbers = _numbers(base, _facts_in(statements))
    lines = [f"{s.text} {_marker(base, s, numbers)}" for s in statements]
    rest = statements[1:]
    if len(rest) >= LIST_LENGTH and all(s.facet in LIST_FACETS for s in rest):
        return "\n".join([lines[0], *(f"- {line}" for line in lines[1:])])
    return " ".join(lines)


def _numbers(base: Content, facts: Sequence[str]) -> dict[str, int]:
    used = {source for fact in facts for source in base.facts[fact].sources}
    ordered = [source for source in base.sources if source in used]
    return {source: number for number, source in enumerate(ordered, start=1)}


def _marker(base: Content, statement: Statement, numbers: dict[str, int]) -> str:
    sources = {source for fact in statement.facts for source in base.facts[fact].sources}
    return "[" + ", ".join(str(numbers[s]) for s in numbers if s in sources) + "]"


def _source_line(base: Content, facts: Sequence[str]) -> str:
    """The articles by name, numbered as the sentences cite them."""
    numbers = _numbers(base, facts)
    if not numbers:
        return ""
    titles = "; ".join(f"[{n}] {base.sources[s].title}" for s, n in numbers.items())
    return replies()["sources"]["one" if len(numbers) == 1 else "many"].format(titles=titles)


def _follow_ups(
    base: Content, topics: Sequence[str], facets: Sequence[str], told: set[str]
) -> tuple[Button, ...]:
    """Two or three suggestions: other facets with something new to say, then a related topic."""
    if not topics:
        return tuple(topic_button(t) for t in _DOORS)
    topic = base.topics[topics[0]]
    buttons: list[Button] = []
    if len(topics) == 1:
        for facet, frame in replies()["follow_ups"].get(topic.kind, {}).items():
            fresh = any(
                f.facet == facet and f.id not in told and f.topic == topic.id
                for f in base.facts_of(topic.id)
            )
            if fresh and facet not in facets and len(buttons) < 2:
                buttons.append(Button(frame["title"], frame["payload"].format(name=topic.name)))
        if len(buttons) < 2 and any(f.id not in told for f in base.facts_of(topic.id)):
            buttons.append(button("more"))
    near = [related for t in topics for related in base.topics[t].related]
    for related in dict.fromkeys([*near, *_DOORS]):
        if len(buttons) < (3 if related in topic.related else 2) and related not in topics:
            buttons.append(topic_button(related))
    return tuple(buttons[:3])


def _words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)
