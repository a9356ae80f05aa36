"""Makes the pipeline loadable by name. It is built from bot/language/rules, no model is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.util import load_meta
from spacy.vocab import Vocab

HERE = Path(__file__).parent
__version__ = load_meta(HERE / "meta.json")["version"]


def load(
    *,
    vocab: Vocab | bool = True,
    disable: str | Iterable[str] = (),
    enable: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    config: Mapping[str, Any] | None = None,
) -> Language:
    """What `spacy.load("en_lip_twitch", …)` calls; the arguments are those of `spacy.load`.

    Names that the pipeline does not have are ignored: Rasa always disables a "parser".
    """
    from bot.language.pipeline import build_pipeline  # medspaCy is heavy: only when loading

    nlp = build_pipeline(
        vocab=vocab, exclude=_names(exclude), config=config, meta=load_meta(HERE / "meta.json")
    )
    kept = set(_names(enable)) or set(nlp.component_names)
    for name in nlp.component_names:
        if name in set(_names(disable)) or name not in kept:
            nlp.disable_pipe(name)
    nlp._path = HERE  # type: ignore[assignment]  # a Language without a path counts as a stub for Rasa's SpacyNLP
    return nlp


def _names(value: str | Iterable[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
