"""Build the bot's spaCy pipeline in memory: nothing is downloaded, nothing is read but rules/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import spacy
from medspacy.context import ConTextRule
from spacy.language import Language
from spacy.util import dot_to_dict
from spacy.vocab import Vocab

from bot.language import clauses, normaliser, readings, red_flags, topics
from bot.language.patterns import Pattern, compile_pattern, to_matcher
from bot.language.rules import ContextRule, load_rules
from bot.language.signs import AFTER, SPAN_GROUP

FACTORIES = (normaliser, clauses, red_flags, topics, readings)  # importing registers them
MAX_LITERALS = 80  # above this a phrase goes to the token matcher, which is slower at each message
CONTEXT = {
    "rules": None,
    "phrase_matcher_attr": "NORM",
    "span_attrs": None,
    "input_span_type": "group",
    "span_group_name": SPAN_GROUP,
    "prune_on_target_overlap": True,
}
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("chat_normaliser", {}),
    ("clause_splitter", {}),
    ("lemmatizer", {"mode": "lookup"}),
    ("red_flag_matcher", {}),
    ("medspacy_context", CONTEXT),
    ("sign_reader", {}),
    ("topic_matcher", {}),
)


def build_pipeline(
    *,
    vocab: Vocab | bool = True,
    exclude: Iterable[str] = (),
    config: Mapping[str, Any] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Language:
    """A ready `Language`: blank English and the components in `STEPS`.

    Args:
        vocab: a vocabulary to share, or True for a new one.
        exclude: names of steps to leave out; all but the first need `clause_splitter`.
        config: overrides as in `spacy.load`, e.g. `{"nlp": {"batch_size": 64}}` or
            `{"components": {"medspacy_context": {"max_scope": 10}}}`.
        meta: name, version and the like for `nlp.meta`.
    """
    settings = _nested(config or {})
    per_component = settings.pop("components", {})
    left_out = set(exclude)
    nlp = spacy.blank("en", vocab=vocab, config=settings, meta=dict(meta or {}))
    for name, defaults in STEPS:
        if name in left_out:
            continue
        pipe = nlp.add_pipe(name, config={**defaults, **per_component.get(name, {})})
        if name == "lemmatizer":
            pipe.initialize()  # type: ignore[attr-defined]
        if name == "medspacy_context":
            pipe.add(  # type: ignore[attr-defined]
                [modifier for rule in load_rules().context for modifier in context_modifiers(rule)]
            )
    return nlp


def _nested(config: Mapping[str, Any]) -> dict[str, Any]:
    """`{"nlp.batch_size": 7}`, as `spacy.load` allows it, as `{"nlp": {"batch_size": 7}}`."""
    plain = dict(config)
    return dot_to_dict(plain) if any("." in key for key in plain) else plain


def context_modifiers(rule: ContextRule) -> list[ConTextRule]:
    """medspaCy's form of one rule: plain phrases, or token patterns where gaps need them."""
    made = []
    # medspaCy lets modifiers of one category cut each other short; those behind a sign must not
    # cut those before it ("are any of those linked with it"), so they get a name of their own.
    category = rule.category + (AFTER if rule.direction == "BACKWARD" else "")
    for pattern in compile_pattern(rule.phrase, {}):
        texts = _literals(pattern)
        for text in texts or [rule.phrase]:
            made.append(
                ConTextRule(
                    text,
                    category,
                    pattern=None if texts else to_matcher(pattern),
                    direction=rule.direction,
                    max_scope=rule.max_scope,
                    allowed_types=set(rule.flags) if rule.flags else None,
                )
            )
    return made


def _literals(pattern: Pattern) -> list[str]:
    """Every wording of a pattern without gaps, or nothing if there are gaps or too many."""
    if any(piece.gap or piece.excluded for piece in pattern):
        return []
    choices = [sorted(piece.words) + ([""] if piece.optional else []) for piece in pattern]
    texts = [" ".join(filter(None, words)) for words in product(*choices)]
    return texts if len(texts) <= MAX_LITERALS else []
