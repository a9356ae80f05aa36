"""The small pattern language of the rule files, compiled to spaCy Matcher patterns on NORM.

A pattern is a line of words: `word`, `a|b`, `droop+` (every inflection), `<set>`, `word?`
(optional), `!a|b` (any word but these), `*` or `*3` (up to two, or three, words in between, never
across punctuation). A set that holds phrases of several words multiplies the pattern.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import spacy_lookups_data
import srsly
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

DEFAULT_GAP = 2
MAX_VARIANTS = 400  # a pattern that multiplies beyond this is a slip of the pen
NEGATORS = frozenset(
    {"not", "no", "never", "without", "nor", "neither", "none", "zero", "nil", "nothing", "nobody"}
)
LEMMAS = Path(spacy_lookups_data.__file__).parent / "data" / "en_lemma_lookup.json.gz"
_PIECE = re.compile(r"^(?P<not>!?)(?P<body>[^?*!]+)(?P<opt>\??)$")
_GAP = re.compile(r"^\*(?P<size>[1-9]?)$")

Sets = Mapping[str, Sequence[str]]


class PatternError(ValueError):
    """A pattern cannot be read; the message says which piece and what is allowed instead."""


@dataclass(frozen=True)
class Piece:
    """One position of a pattern: a set of words, or a gap."""

    words: frozenset[str] = frozenset()
    optional: bool = False
    excluded: bool = False
    gap: int = 0

    @property
    def anchors(self) -> bool:
        """Whether the pattern cannot match without one of these words."""
        return bool(self.words) and not (self.optional or self.excluded)


Pattern = tuple[Piece, ...]


@lru_cache(maxsize=1)
def lemma_table() -> dict[str, str]:
    """Inflected form -> base form, from the packaged lookup table."""
    return srsly.read_gzip_json(LEMMAS)


@lru_cache(maxsize=1)
def _forms() -> dict[str, set[str]]:
    forms: dict[str, set[str]] = defaultdict(set)
    for form, lemma in lemma_table().items():
        forms[lemma].add(form)
    return forms


def inflections(word: str) -> frozenset[str]:
    """All written forms of a base form, with the dropped g of chat: droop, droops, droopin."""
    found = {word, *(_forms().get(word, ()))}
    return frozenset(found | {form[:-1] for form in found if form.endswith("ing")})


def compile_pattern(line: str, sets: Sets) -> list[Pattern]:
    """Read one pattern line.

    Returns:
        One tuple of pieces per variant: sets that hold phrases of several words multiply.
    """
    options = [_options(piece, sets) for piece in line.lower().split()]
    if not options:
        raise PatternError("an empty pattern; write at least one word")
    size = 1
    for choice in options:
        size *= len(choice)
    if size > MAX_VARIANTS:
        raise PatternError(f"'{line}' multiplies to {size} variants; split it (at most 400)")
    patterns = [tuple(piece for part in parts for piece in part) for parts in product(*options)]
    if not all(any(piece.anchors for piece in pattern) for pattern in patterns):
        raise PatternError(f"'{line}' has only gaps and optional words; add a word it must contain")
    return patterns


def _options(text: str, sets: Sets) -> list[Pattern]:
    """The variants of one piece; each is a (usually one-element) sequence of positions."""
    if gap := _GAP.match(text):
        return [(Piece(gap=int(gap["size"] or DEFAULT_GAP)),)]
    if text in {"?", "!"}:
        return [(Piece(frozenset({text})),)]
    shape = _PIECE.match(text)
    if not shape:
        raise PatternError(
            f"cannot read '{text}'; allowed: word, a|b, word+, <set>, word?, !word, *3"
        )
    singles: set[str] = set()
    phrases: list[str] = []
    for choice in shape["body"].split("|"):
        _collect(choice, sets, singles, phrases)
    optional, excluded = bool(shape["opt"]), bool(shape["not"])
    if excluded and phrases:
        raise PatternError(f"'{text}': a set of phrases cannot be excluded; use single words")
    found: list[Pattern] = []
    if singles:
        found.append((Piece(frozenset(singles), optional=optional, excluded=excluded),))
    for phrase in phrases:
        found.extend(compile_pattern(phrase, sets))
    if phrases and optional and not singles:
        found.append(())
    return found


def _collect(choice: str, sets: Sets, singles: set[str], phrases: list[str]) -> None:
    if choice.startswith("<"):
        name = choice.strip("<>")
        if choice != f"<{name}>" or name not in sets:
            raise PatternError(f"unknown set '{choice}'; there are {sorted(sets)}")
        for entry in sets[name]:
            if " " in entry:
                phrases.append(entry)
            else:
                _collect(entry.lower(), sets, singles, phrases)
    elif choice.endswith("+"):
        forms = inflections(choice[:-1])
        if len(forms) == 1:
            raise PatternError(
                f"'{choice}': no inflections known; use the base form or list the words"
            )
        singles.update(forms)
    elif choice:
        singles.add(choice)
    else:
        raise PatternError("an empty alternative; remove the stray '|'")


def to_matcher(pattern: Pattern) -> list[dict[str, Any]]:
    """spaCy Matcher tokens for one variant."""
    tokens: list[dict[str, Any]] = []
    for piece in pattern:
        if piece.gap:
            tokens.append({"IS_PUNCT": False, "OP": f"{{0,{piece.gap}}}"})
            continue
        words = sorted(piece.words)
        norm: Any = words[0] if len(words) == 1 else {"IN": words}
        if piece.excluded:
            norm = {"NOT_IN": words}
        token: dict[str, Any] = {"NORM": norm}
        if piece.excluded:
            token["IS_PUNCT"] = False
        if piece.optional:
            token["OP"] = "?"
        tokens.append(token)
    return tokens


def anchor(pattern: Pattern, common: frozenset[str]) -> frozenset[str]:
    """The words whose presence makes it worth running this pattern: the rarest position."""
    return min(
        (piece.words for piece in pattern if piece.anchors),
        key=lambda words: (bool(words & common), bool(words & STOP_WORDS), len(words)),
    )


@dataclass(frozen=True)
class Match:
    """Tokens `start` to `end` fit rule `key`; `focus` skips what stands before a negated gap."""

    key: int
    start: int
    end: int
    focus: int


class PatternIndex:
    """Runs only the rules whose rarest word stands in the message, so hundreds of rules stay cheap.

    Args:
        rules: the variants of each rule; a match carries the rule's position in this sequence.
        common: words too frequent to be an anchor (lip, face, mouth).
    """

    def __init__(
        self, vocab: Vocab, rules: Sequence[Iterable[Pattern]], *, common: frozenset[str]
    ) -> None:
        self._matchers: list[tuple[Matcher, dict[int, Pattern]]] = []
        triggers: dict[str, set[int]] = defaultdict(set)
        for number, patterns in enumerate(rules):
            matcher, by_id = Matcher(vocab, validate=False), {}
            for position, pattern in enumerate(patterns):
                name = str(position)
                matcher.add(name, [to_matcher(pattern)])
                by_id[vocab.strings[name]] = pattern
                for word in anchor(pattern, common):
                    triggers[word].add(number)
            self._matchers.append((matcher, by_id))
        self._triggers = dict(triggers)

    def find(self, doc: Doc) -> list[Match]:
        """All matches inside one clause, in rule order; of overlapping ones the longest."""
        wanted: set[int] = set()
        for token in doc:
            wanted |= self._triggers.get(token.norm_, set())
        found: list[Match] = []
        for number in sorted(wanted):
            matcher, by_id = self._matchers[number]
            matches: list[Any] = list(matcher(doc, with_alignments=True))
            ranked = sorted(
                (_focus(doc, start, by_id[name], alignment) - start, start - end, start, end)
                for name, start, end, alignment in matches
            )  # without a negation inside first, then the longest
            taken: set[int] = set()
            for skipped, _, start, end in ranked:
                span = range(start, end)
                if taken.intersection(span) or any(doc[i].is_sent_start for i in span[1:]):
                    continue
                taken.update(span)
                found.append(Match(number, start, end, start + skipped))
        return found


def _focus(doc: Doc, start: int, pattern: Pattern, alignment: list[int]) -> int:
    """First token after a negation that fell into a gap: "face is not drooping" -> drooping."""
    focus = start
    for offset, position in enumerate(alignment):
        if pattern[position].gap and doc[start + offset].norm_ in NEGATORS:
            focus = start + offset + 1
    return focus
