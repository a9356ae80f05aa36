"""Chooses the facts that answer a question. Ids in, ids out; the words stay in the content."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.content import Content, Fact
from bot.dialogue.question import Question
from bot.dialogue.texts import Disagreement

# Facets that answer nearly the same question: asked for one, the other is the next best.
NEAR_FACETS = {
    "what": ("why", "symptoms", "risk", "figure"),
    "why": ("what",),
    "symptoms": ("what", "warning"),
    "risk": ("warning", "what"),
    "treatment": ("self_help", "timing"),
    "self_help": ("treatment", "prevention", "figure"),
    "prevention": ("self_help",),
    "timing": ("figure", "warning"),
    "warning": ("risk", "timing"),
    "evidence": ("figure", "risk"),
    "figure": ("timing", "evidence", "what"),
}
MATCH = 3.0  # the encoder's fact probability, the strongest sign where it is sure
MATCH_CERTAIN = 0.4  # from here a fact is what was asked, whatever else speaks against it
ASKED_FOR_SURE = 0.8  # a hard truth is told only from here
ASKED_FACET = 1.0
NEAR_FACET = 0.35
LEAD = 2.8  # what a worried person needs to hear first outweighs all but a certain match
LEAD_STEP = 0.15  # keeps the order of `lead`
OWN_TOPIC = 0.6
TOLD = 2.5  # repeated only when nothing new is left
WELL_SUPPORTED = 0.05  # per article that says so
MANY_TOPICS = 3  # a fact that serves more topics than these is a list of everything
UNSPECIFIC = 0.5
HARD = 0.3
# What such a disease does to people is told to those who ask about it, and is no filler for others.
GRAVE = frozenset(["als", "ms", "parkinsons", "tourette"])
_CAN_CAUSE = frozenset(
    ["als-can-twitch", "ms-can-twitch", "parkinsons-can-cause", "parkinsons-lower-lip-early"]
)
GRAVE_FACETS = frozenset(["why", "risk", "treatment", "timing"])


def rank_facts(
    base: Content, topic_id: str, facet: str, question: Question, told: Collection[str]
) -> list[Fact]:
    """The facts that serve a topic, best answer first.

    Args:
        base: the content base.
        topic_id: the topic to answer.
        facet: the kind of information wanted.
        question: for the probability of each fact.
        told: facts told before in this session; they sink, but the first sentence still answers.
    """
    topic = base.topics[topic_id]
    lead = topic.lead.get(facet, ())
    own = base.facts_of(topic_id)
    candidates = [*own, *(base.facts[i] for i in lead if not base.facts[i].serves(topic_id))]
    candidates = [f for f in candidates if f.id in lead or not _is_grave(f, topic_id, question)]

    def worth(fact: Fact) -> float:
        total = MATCH * question.facts.get(fact.id, 0.0)
        if fact.id in lead:
            return total + LEAD - LEAD_STEP * lead.index(fact.id)
        total += WELL_SUPPORTED * len(fact.sources)
        if fact.facet == facet:
            total += ASKED_FACET
        elif fact.facet in NEAR_FACETS[facet]:
            total += NEAR_FACET
        if fact.topic == topic_id:
            total += OWN_TOPIC
        elif len(fact.also_topics) > MANY_TOPICS:
            total -= UNSPECIFIC
        if fact.topic in GRAVE and fact.id not in topic.lead.get(fact.facet, (fact.id,)):
            total -= HARD  # the kinder facts of its kind go before it
        return total

    ranked = sorted(
        candidates, key=lambda fact: worth(fact) - TOLD * (fact.id in told), reverse=True
    )
    best = max(candidates, key=worth, default=None)
    if best and (best.id in lead or question.facts.get(best.id, 0.0) >= MATCH_CERTAIN):
        ranked.remove(best)  # told or not: asked again, it is still the answer
        ranked.insert(0, best)
    return ranked


def is_worry(base: Content, topic_id: str, question: Question) -> bool:
    """Whether somebody asks if a grave disease is behind the twitch ("is it ALS?").

    That it can be is true and no answer: how likely it is comes first.
    """
    if topic_id not in GRAVE or base.topics[topic_id].default_facet != "risk":
        return False
    if question.denied:  # "no weakness, is it ALS?": the signs are known and not there
        return True
    best = max(question.facts, key=lambda fact: question.facts[fact], default="")
    if best in _CAN_CAUSE:
        return question.facts[best] >= MATCH_CERTAIN
    # How it ends is told to those who ask just that, not to somebody who is merely afraid.
    hard = best in base.facts and base.facts[best].facet == "risk"
    lead = base.topics[topic_id].lead.get("risk", ())
    return hard and best not in lead and question.facts[best] < ASKED_FOR_SURE


def answers_facet(base: Content, topic_id: str, facet: str, question: Question) -> bool:
    """Whether the articles answer this kind of question about a topic."""
    return bool(base.topics[topic_id].lead.get(facet)) or any(
        fact.facet == facet or question.facts.get(fact.id, 0.0) >= MATCH_CERTAIN
        for fact in base.facts_of(topic_id)
        if not _is_grave(fact, topic_id, question)
    )


def distance(base: Content, topic_id: str, facet: str, fact: Fact, question: Question) -> int:
    """How far a fact is from the question: 0 answers it, 1 is near it, 2 is beside it."""
    lead = base.topics[topic_id].lead.get(facet, ())
    if fact.id in lead or question.facts.get(fact.id, 0.0) >= MATCH_CERTAIN:
        return 0
    if fact.topic in GRAVE and fact.facet == "risk" and lead:
        return 2  # "ALS is terminal" fills no gap
    own = fact.topic == topic_id
    if not own and fact.topic in GRAVE:
        return 2
    if fact.facet == facet and (own or len(fact.also_topics) <= MANY_TOPICS):
        # A general topic lives on facts of others; a cause or a condition has its own.
        return 0 if own or base.topics[topic_id].kind in ("general", "remedy") else 1
    return 1 if own and fact.facet in NEAR_FACETS[facet] else 2


def has_near(base: Content, topic_id: str, facet: str) -> bool:
    """Whether the articles say something that nearly answers this kind of question."""
    return any(
        fact.facet in NEAR_FACETS[facet]
        for fact in base.facts_of(topic_id)
        if not _is_grave(fact, topic_id, Question())
    )


def is_left_to_tell(topic_id: str, fact: Fact, told: Collection[str]) -> bool:
    """Whether "tell me more" about a topic may still bring a fact."""
    return fact.id not in told and not _is_grave(fact, topic_id, Question())


def find_disagreement(
    items: Sequence[Disagreement], topic_id: str, facet: str, fact: Fact
) -> Disagreement | None:
    """The disagreement to tell instead of a fact, if the articles differ on it."""
    for item in items:
        if topic_id in item.topics and facet in item.facets and fact.id in item.facts:
            return item
    return None


def _is_grave(fact: Fact, topic_id: str, question: Question) -> bool:
    return (
        fact.topic in GRAVE
        and fact.topic != topic_id
        and fact.facet in GRAVE_FACETS
        and question.facts.get(fact.id, 0.0) < MATCH_CERTAIN
    )
