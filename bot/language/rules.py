"""The only reader of rules/*.yml: a slip stops the build and names file, entry and fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.language.patterns import Pattern, PatternError, compile_pattern
from bot.language.signs import FLAGS, GAPS, ROUTINE_REASONS

RULES_DIR = Path(__file__).parent / "rules"
TOPICS_DIR = Path(__file__).parents[1] / "content" / "en" / "facts"
DIRECTIONS = ("FORWARD", "BACKWARD", "BIDIRECTIONAL", "TERMINATE", "PSEUDO")
CATEGORIES = (
    "NEGATED",
    "UNSURE",
    "QUESTION",
    "HYPOTHETICAL",
    "LONG_AGO",
    "RECENT",
    "OVER",
    "CURRENT",
    "ONGOING",
    "OTHER_PERSON",
    "EXPLAINED",
    "TIREDNESS",
    "QUOTED",
    "WORK",
    "FIGURATIVE",
    "SELF",
    "ASSERTED",
    "ABOUT",
    "TERMINATE",
    "PSEUDO",
)
URGENCY_CUES = (
    "sudden", "worsening", "insisted", "under_care", "mild", "slow", "long_standing", "began",
    "twitch",
)  # fmt: skip


class RuleError(ValueError):
    """A rule file cannot be used; the message names the file, the entry and the fix."""


@dataclass(frozen=True)
class Normalisation:
    """Chat spelling -> standard form, and the limits of the spelling repair."""

    words: Mapping[str, str]
    keep: frozenset[str]
    min_letters: int


@dataclass(frozen=True)
class SignRule:
    """One way people tell a red flag. `unless` words in the clause make it a figure of speech."""

    rule_id: str
    flag: str
    certain: bool
    patterns: tuple[Pattern, ...]
    lines: tuple[str, ...]
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ContextRule:
    """One ConText modifier: a phrase, what it says about a sign, and which way it reaches."""

    phrase: str
    category: str
    direction: str
    max_scope: int | None = None
    flags: frozenset[str] | None = None


@dataclass(frozen=True)
class KeywordRule:
    """The keywords of one topic or one gap."""

    key: str
    patterns: tuple[Pattern, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """Everything below rules/, read once and shared."""

    normalisation: Normalisation
    signs: tuple[SignRule, ...]
    common: frozenset[str]
    context: tuple[ContextRule, ...]
    topics: tuple[KeywordRule, ...]
    gaps: tuple[KeywordRule, ...]
    cues: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, tuple[str, ...]]

    def vocabulary(self) -> frozenset[str]:
        """Every word a pattern asks for: what the spelling repair may correct towards."""
        groups: Iterable[SignRule | KeywordRule] = (*self.signs, *self.topics, *self.gaps)
        return frozenset(
            word
            for rule in groups
            for pattern in rule.patterns
            for piece in pattern
            if not piece.excluded
            for word in piece.words
        )


@lru_cache(maxsize=4)
def load_rules(folder: Path = RULES_DIR, topics_folder: Path = TOPICS_DIR) -> Rules:
    """Read and check all rule files.

    Args:
        folder: where the six files are.
        topics_folder: whose file names are the allowed topic ids.
    """
    topic_ids = {path.stem for path in topics_folder.glob("*.yml")}
    signs, common = _signs(folder / "red_flags.yml")
    cues, reasons = _urgency(folder / "urgency.yml")
    return Rules(
        normalisation=_normalisation(folder / "normalisation.yml"),
        signs=signs,
        common=common,
        context=_context(folder / "context.yml"),
        topics=_keywords(folder / "topics.yml", topic_ids, complete=True),
        gaps=_keywords(folder / "gaps.yml", set(GAPS), complete=True),
        cues=cues,
        reasons=reasons,
    )


def _read(path: Path, keys: set[str], *, optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    try:
        content = YAML(typ="safe").load(path)
    except OSError as error:
        raise RuleError(
            f"{path.name}: cannot be read ({error.strerror}). Restore the file."
        ) from error
    except YAMLError as error:
        raise RuleError(f"{path.name}: is not valid YAML. Fix: {error}") from error
    if not isinstance(content, dict):
        raise RuleError(f"{path.name}: has to be a mapping with {sorted(keys)}.")
    _check_keys(path, "top level", content, keys, optional)
    return content


def _check_keys(
    path: Path, entry: str, found: Any, required: set[str], optional: Iterable[str] = ()
) -> None:
    if not isinstance(found, dict):
        raise RuleError(f"{path.name}: '{entry}' has to be a mapping with {sorted(required)}.")
    if unknown := sorted(set(map(str, found)) - required - set(optional)):
        allowed = sorted(required | set(optional))
        raise RuleError(f"{path.name}: '{entry}': unknown {unknown}. Use only {allowed}.")
    if missing := sorted(required - set(found)):
        raise RuleError(f"{path.name}: '{entry}': missing {missing}. Add it.")


def _lines(path: Path, entry: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not value:
        raise RuleError(f"{path.name}: '{entry}' needs a list of phrases. Add at least one.")
    for line in value:
        if not isinstance(line, str) or not line.strip():
            raise RuleError(
                f"{path.name}: '{entry}': {line!r} is not text. Put quotes around it (yes, no and "
                "numbers are not text in YAML)."
            )
    return value


def _no_duplicates(path: Path, pairs: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for line, entry in pairs:
        first = seen.setdefault(" ".join(line.lower().split()), entry)
        if first is not entry:
            raise RuleError(
                f"{path.name}: '{entry}': '{line}' stands already in '{first}'. Delete one of them."
            )


def _compiled(
    path: Path, entry: str, lines: list[str], sets: Mapping[str, list[str]]
) -> tuple[Pattern, ...]:
    patterns: dict[Pattern, None] = {}
    for line in lines:
        try:
            patterns.update(dict.fromkeys(compile_pattern(line, sets)))
        except PatternError as error:
            raise RuleError(f"{path.name}: '{entry}': {error}.") from error
    return tuple(patterns)


def _normalisation(path: Path) -> Normalisation:
    content = _read(path, {"words", "keep", "min_letters"})
    _check_keys(path, "words", content["words"], set(map(str, content["words"] or {})))
    words: dict[str, str] = {}
    for standard, variants in content["words"].items():
        for variant in _lines(path, str(standard), variants):
            if variant in words:
                raise RuleError(
                    f"{path.name}: '{standard}': '{variant}' stands already in '{words[variant]}'. "
                    "Delete one of them."
                )
            words[variant] = str(standard)
    size = content["min_letters"]
    if not isinstance(size, int) or size < 4:
        raise RuleError(f"{path.name}: 'min_letters' is {size!r}. Use a whole number from 4 on.")
    return Normalisation(
        MappingProxyType(words), frozenset(_lines(path, "keep", content["keep"])), size
    )


def _signs(path: Path) -> tuple[tuple[SignRule, ...], frozenset[str]]:
    content = _read(path, {"sets", "common", "rules"})
    sets = {name: _lines(path, name, lines) for name, lines in content["sets"].items()}
    rules: list[SignRule] = []
    for rule_id, entry in content["rules"].items():
        _check_keys(path, rule_id, entry, {"flag", "certain", "patterns"}, {"unless"})
        if entry["flag"] not in FLAGS:
            raise RuleError(
                f"{path.name}: '{rule_id}': unknown flag '{entry['flag']}'. Use one of {FLAGS}."
            )
        if not isinstance(entry["certain"], bool):
            raise RuleError(f"{path.name}: '{rule_id}': 'certain' has to be true or false.")
        lines = _lines(path, rule_id, entry["patterns"])
        unless = _lines(path, f"{rule_id}.unless", entry["unless"]) if "unless" in entry else []
        words = {
            w for p in _compiled(path, rule_id, unless, sets) for piece in p for w in piece.words
        }
        patterns = _compiled(path, rule_id, lines, sets)
        rules.append(
            SignRule(
                rule_id, entry["flag"], entry["certain"], patterns, tuple(lines), frozenset(words)
            )
        )
    _no_duplicates(
        path,
        (
            (f"{r.flag}: {line}", r.rule_id + f"[{i}]")
            for r in rules
            for i, line in enumerate(r.lines)
        ),
    )
    if missing := sorted(set(FLAGS) - {rule.flag for rule in rules}):
        raise RuleError(f"{path.name}: no rule for {missing}. Every red flag needs one.")
    common = {
        w
        for p in _compiled(path, "common", _lines(path, "common", content["common"]), sets)
        for piece in p
        for w in piece.words
    }
    return tuple(rules), frozenset(common)


def _context(path: Path) -> tuple[ContextRule, ...]:
    content = _read(path, {"modifiers"})
    rules: list[ContextRule] = []
    for number, entry in enumerate(content["modifiers"]):
        name = f"modifiers[{number}]"
        _check_keys(path, name, entry, {"category", "direction", "phrases"}, {"max_scope", "flags"})
        for key, allowed in (("category", CATEGORIES), ("direction", DIRECTIONS)):
            if entry[key] not in allowed:
                raise RuleError(
                    f"{path.name}: '{name}': unknown {key} '{entry[key]}'. Use one of {allowed}."
                )
        flags = frozenset(entry["flags"]) if "flags" in entry else None
        if flags is not None and (odd := sorted(flags - set(FLAGS))):
            raise RuleError(f"{path.name}: '{name}': unknown flags {odd}. Use {FLAGS}.")
        scope = entry.get("max_scope")
        if scope is not None and (not isinstance(scope, int) or scope < 1):
            raise RuleError(f"{path.name}: '{name}': 'max_scope' has to be 1 or more.")
        for phrase in _lines(path, name, entry["phrases"]):
            rules.append(ContextRule(phrase, entry["category"], entry["direction"], scope, flags))
    _no_duplicates(
        path,
        (
            (f"{rule.category} {rule.direction}: {rule.phrase}", f"phrase {number}")
            for number, rule in enumerate(rules)
        ),
    )
    return tuple(rules)


def _keywords(path: Path, ids: set[str], *, complete: bool) -> tuple[KeywordRule, ...]:
    content = _read(path, {"sets", "keywords"})
    sets = {name: _lines(path, name, lines) for name, lines in (content["sets"] or {}).items()}
    entries = content["keywords"]
    if unknown := sorted(set(entries) - ids):
        raise RuleError(f"{path.name}: unknown ids {unknown}. Use only {sorted(ids)}.")
    if complete and (missing := sorted(ids - set(entries))):
        raise RuleError(f"{path.name}: no keywords for {missing}. Every id needs some.")
    rules = []
    for key, lines in entries.items():
        lines = _lines(path, key, lines)
        rules.append(KeywordRule(key, _compiled(path, key, lines, sets), tuple(lines)))
    _no_duplicates(path, ((line, f"{r.key}[{i}]") for r in rules for i, line in enumerate(r.lines)))
    return tuple(rules)


def _urgency(
    path: Path,
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    content = _read(path, {"cues", "reasons"})
    _check_keys(path, "cues", content["cues"], set(URGENCY_CUES))
    _check_keys(path, "reasons", content["reasons"], set(ROUTINE_REASONS))
    tables = []
    for part in ("cues", "reasons"):
        table = {key: tuple(_lines(path, key, lines)) for key, lines in content[part].items()}
        _no_duplicates(
            path, ((ln, f"{k}[{i}]") for k, v in table.items() for i, ln in enumerate(v))
        )
        tables.append(MappingProxyType(table))
    return tables[0], tables[1]
