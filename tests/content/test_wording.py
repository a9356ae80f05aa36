"""The bot speaks in its own words: no run of eight words comes from a source article.

The articles are not kept here, only hashes of their runs (`tools/make_shingles.py`).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "bot/content/en"
HASHES = Path(__file__).parent / "article_shingles.txt"
SPOKEN = [
    *sorted((CONTENT / "facts").glob("*.yml")),
    *(CONTENT / f"{name}.yml" for name in ("topics", "replies", "disagreements", "channel")),
    ROOT / "domain.yml",
]
MADE_UP = "Seven grey herons stood on the frozen mill pond and waited for the thaw to come."


def _load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_shingles", ROOT / "tools/make_shingles.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = _load_tool()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _borrowed(texts: list[str], hashes: frozenset[str]) -> list[str]:
    return [run for text in texts for h, run in tool.shingles_of(text).items() if h in hashes]


@pytest.fixture(scope="module")
def hashes() -> frozenset[str]:
    return frozenset(HASHES.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.stem)
def test_no_run_of_eight_words_is_borrowed(path: Path, hashes: frozenset[str]) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.name == "domain.yml":
        content = content["responses"]
    texts = list(_strings(content))
    assert texts
    assert _borrowed(texts, hashes) == []


def test_the_list_is_whole(hashes: frozenset[str]) -> None:
    assert len(hashes) > 3000  # five articles; an emptied list would let everything pass
    assert all(len(h) == tool.DIGITS for h in hashes)


def test_a_planted_run_trips_the_check() -> None:
    planted = frozenset(tool.shingles_of(MADE_UP))
    copied = "We saw it: seven grey herons stood on the FROZEN mill pond, all day."
    assert "seven grey herons stood on the frozen mill" in _borrowed([copied], planted)
    assert _borrowed(["Herons like mill ponds and wait for a thaw."], planted) == []


def test_curly_quotes_read_like_straight_ones() -> None:
    assert tool.words_of("Don\u2019t \u201cstop\u201d") == ["don't", "stop"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no \*\.txt"):
        tool.main(tmp_path, tmp_path / "out.txt")
