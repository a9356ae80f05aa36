"""Cut a message into clauses, the reach of a negation: chat has few full stops and many "but"s."""

from spacy.language import Language
from spacy.tokens import Doc

STOPS = frozenset({".", "!", "?", ";", "…", "...", "..", "?!", "!?", "!!", "??"})
DASHES = frozenset({"-", "–", "—", "--"})
CONTRASTS = frozenset(
    {
        "but",
        "however",
        "except",
        "apart",
        "although",
        "though",
        "tho",
        "yet",
        "whereas",
        "nevertheless",
    }
)
SUBJECTS = frozenset({"i", "he", "she", "it", "they", "we", "now", "then", "suddenly", "today"})
JOINS = frozenset({"and", "so", "then", "n", "&"})
ANSWERS = frozenset({"no", "nope", "none", "nah", "negative", "absent"})  # "drooping? no"


class ClauseSplitter:
    """Sets `is_sent_start` on every token; later steps need it (`doc.sents`)."""

    def __call__(self, doc: Doc) -> Doc:
        for token in doc:
            token.is_sent_start = token.i == 0 or _starts_clause(doc, token.i)
        return doc


def _starts_clause(doc: Doc, i: int) -> bool:
    word, before = doc[i].norm_, doc[i - 1]
    if doc[i].is_space or doc[i].text in STOPS:
        return False
    if before.is_space and "\n" in before.text:
        return True
    while before.is_space and before.i > 0:
        before = before.nbor(-1)
    if before.text in STOPS or set(before.text) <= set(".!?…"):
        return not (before.text[0] in "?" and word in ANSWERS)
    if before.text in DASHES and before.i and before.nbor(-1).whitespace_ and before.whitespace_:
        return True
    if word in CONTRASTS:
        return i + 1 < len(doc)  # a trailing "though" joins what it follows
    if before.is_sent_start and before.norm_ in JOINS:
        return False  # "and then it": one clause, begun by "and"
    return word in JOINS and i + 1 < len(doc) and doc[i + 1].norm_ in SUBJECTS


@Language.factory("clause_splitter", assigns=["token.is_sent_start"])
def create_clause_splitter(nlp: Language, name: str) -> ClauseSplitter:
    """Component without settings."""
    return ClauseSplitter()
