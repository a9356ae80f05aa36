"""Find the articles' topics, and what the articles leave out, by their keywords."""

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.language.patterns import PatternIndex
from bot.language.rules import KeywordRule, load_rules
from bot.language.signs import TopicMention, register_extensions


class TopicMatcher:
    """Sets `doc._.topics` (longest keyword wins) and `doc._.gaps` (ids, no repeats)."""

    def __init__(
        self, vocab: Vocab, topics: tuple[KeywordRule, ...], gaps: tuple[KeywordRule, ...]
    ) -> None:
        none: frozenset[str] = frozenset()
        self._topics, self._gaps = topics, gaps
        self._topic_index = PatternIndex(vocab, [rule.patterns for rule in topics], common=none)
        self._gap_index = PatternIndex(vocab, [rule.patterns for rule in gaps], common=none)

    def __call__(self, doc: Doc) -> Doc:
        mentions = []
        for match in self._topic_index.find(doc):
            span = doc[match.start : match.end]
            mentions.append(
                TopicMention(self._topics[match.key].key, span.start_char, span.end_char, span.text)
            )
        doc._.topics = sorted(mentions, key=lambda mention: (mention.start, mention.topic))
        found = [self._gaps[match.key].key for match in self._gap_index.find(doc)]
        doc._.gaps = list(dict.fromkeys(found))
        return doc


@Language.factory("topic_matcher", requires=["token.norm"])
def create_topic_matcher(nlp: Language, name: str) -> TopicMatcher:
    """Component with the packaged keywords."""
    register_extensions()
    rules = load_rules()
    return TopicMatcher(nlp.vocab, rules.topics, rules.gaps)
