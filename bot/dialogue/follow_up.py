"""Resolves a message that only makes sense after an earlier answer."""

from __future__ import annotations

from dataclasses import replace

from bot.content import content
from bot.dialogue.answer import answer
from bot.dialogue.clarify import clarify
from bot.dialogue.question import Question
from bot.dialogue.reply import Reply
from bot.dialogue.selection import is_left_to_tell
from bot.dialogue.state import State
from bot.dialogue.texts import replies, topic_button

# The topic that answers each kind of question when nothing was named.
_ABOUT_THE_LIP = {
    "what": "definition",
    "why": "mechanism",
    "symptoms": "accompanying_symptoms",
    "risk": "seriousness",
    "treatment": "medical_treatment",
    "self_help": "self_care",
    "prevention": "self_care",
    "timing": "duration",
    "warning": "when_to_see_doctor",
    "evidence": "seriousness",
    "figure": "duration",
}

# Topics that ask of the lip in general what a facet asks of one topic.
_LIKE_A_FACET = frozenset(
    ["definition", "mechanism", "seriousness", "causes_overview", "duration", "outlook",
     "accompanying_symptoms", "medical_treatment", "diagnosis"]
)  # fmt: skip


def follow_up(question: Question, state: State, *, emergency_numbers: str) -> Reply:
    """Answer "why?", "and sleep?", "how is that treated?", "tell me more".

    A topic in the message replaces the last one and keeps the facet asked before; a facet without a
    topic asks about the last topic; neither asks for what is left to tell.
    """
    question = refers_back(question, state) or question
    if question.topics:
        facet = question.facet or _kept_facet(question.topics[0], state)
        return answer(replace(question, facet=facet), state, emergency_numbers=emergency_numbers)
    if not state.last_topics:
        return _nothing_yet(question, state, emergency_numbers)
    resolved = replace(question, topics=state.last_topics)
    if question.facet or question.gaps:
        return answer(resolved, state, emergency_numbers=emergency_numbers)
    return _more(resolved, state, emergency_numbers)


def refers_back(question: Question, state: State) -> Question | None:
    """Read "how is that treated?" after an answer about ALS as a question about ALS.

    Standing alone such a message asks about the lip in general, and that is how it was understood.

    Returns:
        The question with the topic of the conversation, or None if it stands on its own.
    """
    base = content()
    if not (question.topics and state.last_topics):
        return None
    if not question.points_back and question.intent != "follow_up":
        return None
    general, last = base.topics[question.topics[0]], base.topics[state.last_topics[0]]
    if general.id not in _LIKE_A_FACET or last.kind == "general":
        return None
    facet = question.facet or general.default_facet
    said = any(f.facet == facet and f.topic == last.id for f in base.facts_of(last.id))
    if not said and last.kind != "condition":
        return None
    return replace(question, topics=state.last_topics, facet=facet)


def _kept_facet(topic_id: str, state: State) -> str | None:
    """The facet asked before, where the new topic has something of that kind to say."""
    facts = content().facts_of(topic_id)
    if state.last_facet and any(f.facet == state.last_facet for f in facts):
        return state.last_facet
    return None


def _more(question: Question, state: State, emergency_numbers: str) -> Reply:
    base = content()
    left = [
        fact.facet
        for topic in question.topics
        for fact in base.facts_of(topic)
        if is_left_to_tell(topic, fact, state.told)
    ]
    if left:
        return answer(
            replace(question, facet=left[0], facts={}),
            state,
            emergency_numbers=emergency_numbers,
            only_new=True,
        )
    related = dict.fromkeys(r for topic in question.topics for r in base.topics[topic].related)
    return Reply(
        text=replies()["more"]["nothing_left"],
        kind="answer",
        escalation_active=state.escalation_active,
        topics=question.topics,
        buttons=tuple(topic_button(topic) for topic in related)[:3],
    )


def _nothing_yet(question: Question, state: State, emergency_numbers: str) -> Reply:
    """Nothing was said before: "how is that treated?" can only mean the lip."""
    if question.gaps or question.facet:
        topics = () if question.gaps else (_ABOUT_THE_LIP[question.facet or "what"],)
        return answer(replace(question, topics=topics), state, emergency_numbers=emergency_numbers)
    if state.fallbacks:
        return clarify(question, state)
    return Reply(
        text=replies()["more"]["nothing_yet"],
        kind="clarify",
        escalation_active=state.escalation_active,
        buttons=tuple(
            topic_button(t) for t in ("causes_overview", "self_care", "when_to_see_doctor")
        ),
    )
