"""Bring chat spelling to standard forms: pure `clean_text` for strings, a component for tokens.

The component never changes a text, only `token.norm_`: offsets stay those of what was typed.
"""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.language import Language
from spacy.tokens import Doc, Token

from bot.language.patterns import lemma_table
from bot.language.rules import Normalisation, load_rules

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_QUOTES = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‛": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
    }
)
_EMOJI = re.compile(
    "((?:[\U0001f1e6-\U0001f1ff]{2})"
    "|[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55]"
    "(?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\U0001f300-\U0001faff\u2600-\u27bf])*)"
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0f]"
)
_LONG_RUN = re.compile(r"([^\W\d_])\1{3,}", re.IGNORECASE)
_RUN = re.compile(r"([a-z])\1{2,}")
_APOSTROPHE_S_AFTER = frozenset(
    {"what", "that", "there", "who", "where", "how", "it", "he", "she", "here"}
)


def clean_text(text: str) -> str:
    """Make typed text safe to read and to match, without changing what it says.

    Unicode is brought to NFKC (an acute accent typed as an apostrophe would fall apart there and is
    mended first); control, zero-width and direction characters go; curly quotes
    become straight; HTML entities become their character unless that would make markup (`&lt;`
    stays as typed); four or more equal letters become two; emoji get a space on both sides; runs
    of blanks become one, line breaks stay.
    """
    text = unicodedata.normalize("NFKC", _ENTITY.sub(_harmless, text).replace("´", "'"))
    emoji_apart = [
        f" {part} " if number % 2 else _without_invisible(part)
        for number, part in enumerate(_EMOJI.split(text))
    ]
    text = _LONG_RUN.sub(r"\1\1", "".join(emoji_apart).translate(_QUOTES))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _harmless(entity: re.Match[str]) -> str:
    decoded = html.unescape(entity[0])
    return entity[0] if "<" in decoded or ">" in decoded else decoded


def _without_invisible(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    return "".join(
        " " if unicodedata.category(char) == "Cc" and char not in "\n\r\t" else char
        for char in text
    )


def _deletions(word: str) -> Iterator[str]:
    yield word
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]


def _one_slip(first: str, second: str) -> bool:
    """One letter added, lost, changed, or two neighbours swapped."""
    if first == second:
        return True
    start = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
    a, b = first[start:], second[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])


class Speller:
    """Repairs one slip in a long word towards the words that the rules know.

    Short words stay as typed (weak/week, numb/thumb, slur/blur), and so does every real English
    word of the packaged lookup table (bathing is not breathing).
    """

    def __init__(self, table: Normalisation, vocabulary: Iterable[str]) -> None:
        self._words = table.words
        self._min = table.min_letters
        lemmas = lemma_table()
        self._targets = {w for w in vocabulary if len(w) >= self._min and w.isalpha()}
        self._real = (
            lemmas.keys() | set(lemmas.values()) | table.keep | STOP_WORDS | set(vocabulary)
        )
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._targets):
            for form in _deletions(word):
                self._near[form].append(word)
        self._seen: dict[str, str] = {}

    def standard(self, word: str) -> str | None:
        """The standard form of a lower-case word, or None to leave it alone."""
        if word in self._words:
            return self._words[word]
        if word in self._real or len(word) < 3:
            return None
        known = self._seen.get(word)
        if known is None:
            known = self._repair(word)
            if len(self._seen) < 5000:
                self._seen[word] = known
        return known if known != word else None

    def _repair(self, word: str) -> str:
        if run := _RUN.search(word):
            for times in (2, 1):
                short = _RUN.sub(lambda match, n=times: match[1] * n, word)  # type: ignore[misc]
                if short in self._words:
                    return self._words[short]
                if short in self._real:
                    return short
            word = word.replace(run[0], run[1])
        if len(word) < self._min or not word.isalpha():
            return word
        near = {
            w for form in _deletions(word) for w in self._near.get(form, ()) if _one_slip(w, word)
        }
        return min(near, key=lambda w: (abs(len(w) - len(word)), w)) if near else word


class ChatNormaliser:
    """Sets `token.norm_` so that every matcher after it sees standard words."""

    def __init__(self, speller: Speller) -> None:
        self._speller = speller

    def __call__(self, doc: Doc) -> Doc:
        for token in doc:
            norm = self._norm(token)
            if norm and norm != token.norm_:
                token.norm_ = norm
        return doc

    def _norm(self, token: Token) -> str | None:
        text = token.lower_
        plain = text.isascii()
        if not plain:
            if token.norm_.isascii():
                return None  # the tokenizer knows it: a curly n't is "not"
            text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
        before = token.nbor(-1).norm_ if token.i else ""
        if text == "m" and before == "i":
            return "am"
        if text == "s" and before in _APOSTROPHE_S_AFTER:
            return "'s"
        if text in {"did", "had", "would", "was"}:  # the tokenizer's "do", "have" lose the past
            return text
        return self._speller.standard(text) or (None if plain else text)


@Language.factory("chat_normaliser", assigns=["token.norm"])
def create_chat_normaliser(nlp: Language, name: str) -> ChatNormaliser:
    """Component with the packaged table; the spelling repair knows the words of all rule files."""
    rules = load_rules()
    return ChatNormaliser(Speller(rules.normalisation, rules.vocabulary()))
