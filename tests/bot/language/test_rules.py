from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.language.rules import RULES_DIR, TOPICS_DIR, RuleError, Rules, load_rules
from bot.language.signs import FLAGS, GAPS, ROUTINE_REASONS

FILES = sorted(path.name for path in RULES_DIR.glob("*.yml"))


@pytest.fixture
def load_with(tmp_path) -> Callable[..., Rules]:
    """Load a copy of the rules in which `old` stands as `new`."""

    def load(name: str, old: str, new: str) -> Rules:
        folder = tmp_path / "rules"
        shutil.copytree(RULES_DIR, folder)
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_rules(folder, TOPICS_DIR)

    return load


def test_every_flag_topic_gap_and_reason_has_rules():
    rules = load_rules()
    assert {rule.flag for rule in rules.signs} == set(FLAGS)
    assert {rule.key for rule in rules.topics} == {p.stem for p in TOPICS_DIR.glob("*.yml")}
    assert {rule.key for rule in rules.gaps} == set(GAPS)
    assert set(rules.reasons) == set(ROUTINE_REASONS)


def test_there_are_six_rule_files():
    assert FILES == [
        "context.yml",
        "gaps.yml",
        "normalisation.yml",
        "red_flags.yml",
        "topics.yml",
        "urgency.yml",
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_rules_file_round_trips(name, tmp_path):
    """Written back by a YAML tool, the file still means the same."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES_DIR, folder)
    yaml = YAML()
    yaml.width = 4096
    content = yaml.load(RULES_DIR / name)
    yaml.dump(content, folder / name)
    assert yaml.load(folder / name) == content
    assert load_rules(folder, TOPICS_DIR) == load_rules()


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("red_flags.yml", "    certain: true", "    certian: true", r"'face_droops'.*certian"),
        ("red_flags.yml", "flag: droop", "flag: drop", r"'face_droops': unknown flag 'drop'"),
        (
            "red_flags.yml",
            "    certain: true",
            "    certain: 1",
            r"'certain' has to be true or false",
        ),
        (
            "red_flags.yml",
            "- half a? smile",
            "- <arm> smile",
            r"'face_droops': unknown set '<arm>'",
        ),
        ("red_flags.yml", "- diplopia", "- seizure", None),
        ("red_flags.yml", "- drooped", "- <sagword>", r"stands already in.*Delete one"),
        ("red_flags.yml", "sets:", "sats:", r"red_flags\.yml: 'top level': unknown \['sats'\]"),
        ("context.yml", "category: NEGATED", "category: NEGATE", r"unknown category 'NEGATE'"),
        ("context.yml", "direction: FORWARD", "direction: AHEAD", r"unknown direction 'AHEAD'"),
        ("context.yml", "max_scope: 4", "max_scope: 0", r"'max_scope' has to be 1 or more"),
        ("context.yml", '- "no"', "- 5", r"modifiers\[0\].*Put quotes around it"),
        ("context.yml", "flags: [vision]", "flags: [sight]", r"unknown flags \['sight'\]"),
        ("context.yml", "- without any\n", "- without\n", r"'NEGATED FORWARD: without'"),
        ("topics.yml", "  caffeine:", "  cafeine:", r"topics\.yml: unknown ids \['cafeine'\]"),
        ("topics.yml", "    - als|mnd|amyotrophic", "    - lou gehrig|gehrigs|gehrig's", "already"),
        ("gaps.yml", "  price:", "  prices:", r"gaps\.yml: unknown ids \['prices'\]"),
        ("urgency.yml", "  mild:", "  milde:", r"'cues': unknown \['milde'\]"),
        ("urgency.yml", "  painful: [painful,", "  painful: [painful, painful,", "already"),
        ("normalisation.yml", "min_letters: 6", "min_letters: 2", r"'min_letters' is 2"),
        ("normalisation.yml", "droup, drupe", "droup, droup", r"'droup' stands already"),
        ("urgency.yml", "\ncues:", "\ncues: [", r"urgency\.yml: is not valid YAML"),
    ],
)
def test_a_slip_names_file_entry_and_fix(load_with, name, old, new, message):
    if message is None:
        assert load_with(name, old, new)
        return
    with pytest.raises(RuleError, match=message) as caught:
        load_with(name, old, new)
    assert str(caught.value).startswith(name)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RuleError, match=r"red_flags\.yml: cannot be read"):
        load_rules(tmp_path, TOPICS_DIR)


def test_a_topic_without_keywords_is_named(tmp_path):
    topics = tmp_path / "facts"
    shutil.copytree(TOPICS_DIR, topics)
    Path(topics / "hiccups.yml").write_text("[]", encoding="utf-8")
    with pytest.raises(RuleError, match=r"topics\.yml: no keywords for \['hiccups'\]"):
        load_rules(RULES_DIR, topics)


def test_loaded_rules_are_shared_and_frozen():
    assert load_rules() is load_rules()
    with pytest.raises(TypeError):
        load_rules().normalisation.words["u"] = "me"  # type: ignore[index]
