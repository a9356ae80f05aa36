"""Reads one content file: YAML whose entries know their line, so that an error can name it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.content.errors import ContentError


class _LineLoader(yaml.SafeLoader):
    """SafeLoader that refuses repeated keys and remembers each mapping's line."""


class Entry(dict[str, Any]):
    """A YAML mapping with the line it starts on."""

    line: int = 0


def _construct_mapping(loader: _LineLoader, node: yaml.MappingNode) -> Entry:
    entry = Entry()
    entry.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in entry:
            raise ContentError(
                f"{Path(node.start_mark.name).name}:{key_node.start_mark.line + 1}: "
                f"'{key}' stands twice in one entry. Keep one."
            )
        entry[key] = loader.construct_object(value_node, deep=True)
    return entry


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def read_yaml(path: Path) -> Any:
    """Read a content file.

    Raises:
        ContentError: the file is missing or is no valid YAML; names file and line.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=_LineLoader)
    except FileNotFoundError:
        raise ContentError(f"{path}: this content file is missing. Restore it.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ContentError(f"{path.name}:{line}: no valid YAML: {error.problem}.") from error


def check_keys(
    entry: Any, *, path: Path, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> None:
    """Refuse missing and unknown keys.

    Raises:
        ContentError: names file, line and the keys.
    """
    if not isinstance(entry, Entry):
        raise ContentError(
            f"{path.name}: expected an entry with {sorted(required)}, got {entry!r}."
        )
    missing, unknown = sorted(required - set(entry)), sorted(set(entry) - required - optional)
    if missing or unknown:
        raise ContentError(
            f"{path.name}:{entry.line}: '{entry.get('id', '?')}': missing {missing}, unknown "
            f"{unknown}. An entry has {sorted(required)} and may have {sorted(optional)}."
        )
