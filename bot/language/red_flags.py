"""Find where a message names a red flag. Whether it is meant, `readings.py` decides afterwards."""

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from bot.language.patterns import Match, PatternIndex
from bot.language.rules import SignRule, load_rules
from bot.language.signs import FLAGS, SPAN_GROUP, register_extensions


class RedFlagMatcher:
    """Leaves spans in `doc.spans["red_flags"]`: label the flag, id the rule, kb_id what it covers.

    A span begins after a negation that stands in the middle of a match, so that ConText sees the
    negation outside ("my face is not drooping" -> "drooping").
    """

    def __init__(self, vocab: Vocab, rules: tuple[SignRule, ...], common: frozenset[str]) -> None:
        self._rules = rules
        self._index = PatternIndex(vocab, [rule.patterns for rule in rules], common=common)

    def __call__(self, doc: Doc) -> Doc:
        matches = self._index.find(doc)
        order = sorted(matches, key=lambda m: (self._rank(m), m.start - m.end, m.start))
        kept: list[Match] = []
        for match in order:
            flag = self._rules[match.key].flag
            if not any(
                self._rules[other.key].flag == flag
                and other.start < match.end
                and match.start < other.end
                for other in kept
            ):
                kept.append(match)
        kept.sort(key=lambda m: (m.start, FLAGS.index(self._rules[m.key].flag)))
        doc.spans[SPAN_GROUP] = [
            Span(
                doc,
                m.focus if m.focus < m.end else m.start,
                m.end,
                label=self._rules[m.key].flag,
                span_id=self._rules[m.key].rule_id,
                kb_id=str(m.start),
            )
            for m in kept
        ]
        return doc

    def _rank(self, match: Match) -> int:
        """A certain rule wins over an uncertain one on the same words."""
        return 0 if self._rules[match.key].certain else 1


@Language.factory("red_flag_matcher", assigns=["doc.spans"], requires=["token.is_sent_start"])
def create_red_flag_matcher(nlp: Language, name: str) -> RedFlagMatcher:
    """Component with the packaged rules."""
    register_extensions()
    rules = load_rules()
    return RedFlagMatcher(nlp.vocab, rules.signs, rules.common)
