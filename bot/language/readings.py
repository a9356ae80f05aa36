"""Decide how each red-flag span is meant, from the ConText modifiers around it.

medspacy_context says which modifiers reach a span inside its clause; this module weighs them, and
looks at the whole message where one thought spreads over clauses ("had it in 2019. all gone").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from bot.language.durations import Duration, find_durations
from bot.language.patterns import NEGATORS
from bot.language.rules import load_rules
from bot.language.signs import (
    AFTER,
    SPAN_GROUP,
    SignMention,
    UrgencyReading,
    register_extensions,
)
from bot.language.urgency import Cues, norm_text, read_urgency

PAST_AFTER_DAYS = 90  # gone for longer than this is history; anything nearer stays an alarm
NUMB_FROM_NEEDLE_DAYS = (
    1  # an injection wears off within a day; numbness after that is not explained
)
EXPLAINED_FLAGS = frozenset({"numbness", "droop", "speech", "weakness", "swelling", "swallowing"})
TIRED_FLAGS = frozenset({"weakness", "droop", "numbness", "vision"})
LIST_WORDS = frozenset({",", "or", "nor", "/", "and", "&", "any", "no", "a", "n", "+", "the"})
AUXILIARIES = frozenset(
    {"does", "do", "can", "could", "would", "will", "should", "did", "is", "are", "what", "which"}
)
BEFORE_QUESTION = frozenset(
    {",", ":", "and", "or", "so", "ok", "okay", "hi", "hello", "hey", "but"}
)
JOINING = frozenset({"and", "or", "then", "so"})  # a clause that goes on with an "if" before it
HAPPENING = frozenset({"CURRENT", "ONGOING", "RECENT"})
TIME_WORDS = frozenset({"sudden", "suddenly", "now", "today", "since"})  # inside a match
UNLESS_REACH = 5  # words around a sign that can turn it into a figure of speech
LIST_REACH = 5  # tokens between two list members: "no drooping, slurring, weakness"


@dataclass
class Around:
    """The modifier categories near one span, and anywhere else in its message."""

    near: set[str] = field(default_factory=set)
    anywhere: set[str] = field(default_factory=set)


def decide_reading(
    flag: str, around: Around, durations: Iterable[Duration] = (), *, figurative: bool = False
) -> str:
    """Weigh the categories. The order is the policy: what must stay quiet first, doubt last.

    Args:
        flag: the red flag, since a needle explains numbness but no seizure.
        around: what stands around the mention.
        durations: stretches of time in the whole message.
        figurative: whether a word of the rule's `unless` list stands in the clause.
    """
    near, anywhere = around.near, around.anywhere
    if figurative or "FIGURATIVE" in near:
        return "figurative"
    if "NEGATED" in near:
        return "negated"
    if "QUOTED" in near and not near & {"CURRENT", "ONGOING"}:
        return "quoted"
    if "WORK" in anywhere and not near & {"CURRENT", "ONGOING"}:
        return "work"
    if "HYPOTHETICAL" in near and not near & {"CURRENT", "ONGOING", "ASSERTED"}:
        return "hypothetical"
    if "QUESTION" in near and not near & {"CURRENT", "ONGOING", "ASSERTED"}:
        return "question"
    if (
        "ABOUT" in near
        and "asked" in anywhere
        and not near & (HAPPENING | {"SELF", "OTHER_PERSON"})
    ):
        return "question"
    if past := _past_reading(around, durations):
        return past
    if (
        flag in EXPLAINED_FLAGS
        and "EXPLAINED" in anywhere
        and _is_fresh(durations)
        and "LONG_AGO" not in near
    ):
        return "explained"
    if flag in TIRED_FLAGS and "TIREDNESS" in near:
        return "tiredness"
    if "OVER" in near:
        return "resolved"
    if "UNSURE" in near:
        return "unsure"
    return "present"


def _past_reading(around: Around, durations: Iterable[Duration]) -> str | None:
    near, anywhere = around.near, around.anywhere
    long_ago = "LONG_AGO" in near or any(d.ago and d.days > PAST_AFTER_DAYS for d in durations)
    if near & {"RECENT", "ONGOING"}:
        return None
    if long_ago or ("LONG_AGO" in anywhere and "OVER" in anywhere):
        return "other_past" if "OTHER_PERSON" in near else "past"
    return None


def _is_fresh(durations: Iterable[Duration]) -> bool:
    return all(duration.days <= NUMB_FROM_NEEDLE_DAYS for duration in durations)


class SignReader:
    """Turns the spans and their modifiers into `doc._.red_flags`, then sets `doc._.urgency`."""

    def __init__(
        self, unless: Mapping[str, frozenset[str]], certain: Mapping[str, bool], cues: Cues
    ) -> None:
        self._unless = unless
        self._certain = certain
        self._cues = cues

    def __call__(self, doc: Doc) -> Doc:
        spans = list(doc.spans.get(SPAN_GROUP, ()))
        durations = find_durations(doc.text)
        mentions: list[SignMention] = []
        if spans:
            around = self._around(doc, spans)
            readings = [
                decide_reading(s.label_, around[i], durations, figurative=self._other_sense(s))
                for i, s in enumerate(spans)
            ]
            for i in range(1, len(spans)):
                if readings[i - 1] == "negated" and _same_list(doc, spans[i - 1], spans[i]):
                    readings[i] = "negated"
            mentions = [
                self._mention(doc, span, readings[i], around[i].near)
                for i, span in enumerate(spans)
            ]
        doc._.red_flags = mentions
        reading: UrgencyReading = read_urgency(doc, mentions, durations, self._cues)
        doc._.urgency = reading
        doc._.routine_reasons = self._cues.routine_reasons(doc, durations)
        return doc

    def _mention(self, doc: Doc, span: Span, reading: str, near: set[str]) -> SignMention:
        whole = doc[int(span.kb_id_) : span.end]
        insists = "insisted" in self._cues.found(norm_text(doc, 0, whole.end))
        return SignMention(
            flag=span.label_,
            start=whole.start_char,
            end=whole.end_char,
            text=whole.text,
            reading=reading,
            other_person="OTHER_PERSON" in near,
            certain=self._certain[span.id_] or bool(near & HAPPENING),
            insisted=insists and reading == "present",
        )

    def _other_sense(self, span: Span) -> bool:
        unless = self._unless[span.id_]
        sent = span.sent
        low = max(sent.start, span.start - UNLESS_REACH)
        near = span.doc[low : min(sent.end, span.end + UNLESS_REACH)]
        return bool(unless) and any(token.norm_ in unless for token in near)

    def _around(self, doc: Doc, spans: list[Span]) -> list[Around]:
        graph = doc._.context_graph if Doc.has_extension("context_graph") else None
        if graph is None:  # medspacy_context left out: everything counts as said and present
            return [Around() for _ in spans]
        modifiers = [(m.category.removesuffix(AFTER), m) for m in graph.modifiers]
        anywhere = {category for category, _ in modifiers}
        if "QUESTION" in anywhere or "?" in doc.text:
            anywhere.add("asked")
        around = [Around(anywhere=_applying(anywhere, modifiers, span)) for span in spans]
        place = {(span.start, span.end, span.label_): i for i, span in enumerate(spans)}
        for target, modifier in graph.edges:
            category = modifier.category.removesuffix(AFTER)
            if category == "NEGATED" and any(token.norm_ in NEGATORS for token in target):
                continue  # "not drunk, can't walk": a sign that is itself a "not" stays
            if category != "QUESTION" or _asks(doc, modifier.modifier_span, target.start):
                around[place[(target.start, target.end, target.label_)]].near.add(category)
        clauses = [sent.start for sent in doc.sents]
        for i, span in enumerate(spans):
            if any(token.norm_ in TIME_WORDS for token in span):
                around[i].near.add("CURRENT")
            here = _clause(clauses, span.start)
            joined = doc[clauses[here - 1]].norm_ in JOINING
            for category, modifier in modifiers:
                distance = _clause(clauses, modifier.modifier_span[0]) - here
                if _reaches(category, distance, joined, around[i]):
                    around[i].near.add(category)
        return around


def _applying(anywhere: set[str], modifiers: list[tuple[str, Any]], span: Span) -> set[str]:
    """The categories without those that are meant for other red flags (a balm numbs, no more)."""
    barred = {name for name, modifier in modifiers if not modifier.allows(span.label_.upper())}
    fitting = {name for name, modifier in modifiers if modifier.allows(span.label_.upper())}
    return anywhere - (barred - fitting)


def _reaches(category: str, distance: int, joined: bool, around: Around) -> bool:
    """Whether a modifier in another clause (so many clauses away) counts for this one."""
    if category == "OVER":
        return distance == 1
    if category == "LONG_AGO":
        return abs(distance) == 1 and "OVER" in around.anywhere
    if category == "HYPOTHETICAL":
        return distance == -1 and joined
    return category == "OTHER_PERSON" and distance < 0 and "SELF" not in around.near


def _asks(doc: Doc, place: tuple[int, int], sign: int) -> bool:
    """Whether "does", "can" and the like open a question about the sign that starts at `sign`.

    "my lip does" opens none, and a comma ends one: "is it Bell's, cheek slack" tells of a cheek.
    """
    token = doc[place[0]]
    longer = place[1] - place[0] > 1 and token.norm_ not in {"is", "are"}
    if longer or token.norm_ not in AUXILIARIES:
        return True
    if place[1] < len(doc) and doc[place[1]].norm_ == "not":
        return False
    if any(part.text == "," for part in doc[place[1] : sign]):
        return False
    return bool(token.is_sent_start) or token.nbor(-1).norm_ in BEFORE_QUESTION


def _clause(starts: list[int], token: int) -> int:
    return sum(1 for start in starts if start <= token)


def _same_list(doc: Doc, first: Span, second: Span) -> bool:
    between = doc[first.end : second.start]
    return len(between) <= LIST_REACH and all(t.norm_ in LIST_WORDS for t in between)


@Language.factory("sign_reader", requires=["doc.spans"])
def create_sign_reader(nlp: Language, name: str) -> SignReader:
    """Component with the packaged rules; runs after medspacy_context."""
    register_extensions()
    rules = load_rules()
    return SignReader(
        {rule.rule_id: rule.unless for rule in rules.signs},
        {rule.rule_id: rule.certain for rule in rules.signs},
        Cues(rules.cues, rules.reasons),
    )
