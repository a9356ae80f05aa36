"""The content base loads, and a slip in it names file, line and entry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content import FACETS, ContentError
from bot.content.facts import CONTENT_DIR, load_content
from bot.dialogue.texts import load_disagreements, load_replies

TOPIC = (
    "- {id: tea, kind: cause, name: tea, label: Tea, ask: 'Is it tea?', related: [],"
    " default_facet: what}\n"
)
SOURCE = "- {id: '000', title: A title, publisher: null, descriptive: false}\n"
FACT = "- {id: tea-calms, facet: what, text: 'Tea may calm.', sources: ['000']}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content base of one source, one topic and one fact."""
    (tmp_path / "facts").mkdir()
    (tmp_path / "sources.yml").write_text(SOURCE)
    (tmp_path / "topics.yml").write_text(TOPIC)
    (tmp_path / "facts/tea.yml").write_text(FACT)
    return tmp_path


def test_the_real_content_loads() -> None:
    base = load_content()
    assert (len(base.facts), len(base.topics), len(base.sources)) == (294, 47, 5)
    assert {fact.topic for fact in base.facts.values()} == set(base.topics)
    assert all(topic.default_facet in FACETS for topic in base.topics.values())


def test_every_disagreement_has_two_facts_and_a_topic_that_can_reach_one() -> None:
    base = load_content()
    items = load_disagreements()
    assert len(items) >= 9
    for item in items:
        assert len(item.facts) >= 2, item.id
        for topic in item.topics:
            lead = {fact for ids in base.topics[topic].lead.values() for fact in ids}
            reachable = [f for f in item.facts if base.facts[f].serves(topic) or f in lead]
            assert reachable, (item.id, topic)


def test_the_small_content_is_fine(folder: Path) -> None:
    assert load_content(folder).facts["tea-calms"].topic == "tea"


@pytest.mark.parametrize(
    ("name", "old", "new", "error"),
    [
        ("facts/tea.yml", "facet: what", "facet: wot", r"tea\.yml:1: 'tea-calms': facet 'wot'"),
        ("facts/tea.yml", "facet:", "fazet:", r"tea\.yml:1: 'tea-calms': missing \['facet'\]"),
        ("facts/tea.yml", "['000']", "[]", r"tea\.yml:1: 'tea-calms': .*at least one source"),
        ("facts/tea.yml", "['000']", "['9']", r"tea\.yml:1: 'tea-calms': unknown sources \['9'\]"),
        ("facts/tea.yml", "'Tea may calm.'", "' '", r"tea\.yml:1: 'tea-calms': the text is empty"),
        ("facts/tea.yml", "}", ", also_topics: [x]}", r"tea\.yml:1: 'tea-calms': .*also_topics"),
        ("facts/tea.yml", FACT, FACT + FACT, r"tea\.yml:2: id 'tea-calms' is taken"),
        ("facts/tea.yml", "}", ", facet: why}", r"tea\.yml:1: 'facet' stands twice"),
        ("facts/tea.yml", "}", "", r"tea\.yml:\d+: no valid YAML"),
        ("facts/tea.yml", FACT, "- tea\n", r"tea\.yml: expected an entry"),
        ("topics.yml", "label: Tea", "label: Tea in very many kinds", r"topics\.yml:1: 'tea'.*20"),
        ("topics.yml", "default_facet: what", "default_facet: wot", r"topics\.yml:1: 'tea'.*wot"),
        ("topics.yml", "kind: cause", "kind: drink", r"topics\.yml:1: 'tea'.*drink"),
        ("topics.yml", "related: []", "related: [milk]", r"topics\.yml:1: 'tea'.*milk"),
        ("topics.yml", TOPIC, TOPIC + TOPIC, r"topics\.yml:2: 'tea' stands twice"),
        ("topics.yml", "}", ", lead: {what: [milk]}}", r"topics\.yml: 'tea': lead .*milk"),
        ("topics.yml", "id: tea", "id: coffee", r"topics\.yml and facts/ disagree"),
        ("sources.yml", SOURCE, SOURCE + SOURCE, r"sources\.yml:2: source '000' stands twice"),
        ("sources.yml", "title:", "titel:", r"sources\.yml:1: '000': missing \['title'\]"),
    ],
)
def test_a_slip_names_file_and_entry(
    folder: Path, name: str, old: str, new: str, error: str
) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ContentError, match=error):
        load_content(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "sources.yml").unlink()
    with pytest.raises(ContentError, match=r"sources\.yml: this content file is missing"):
        load_content(folder)


def test_replies_with_an_unknown_section_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "replies.yml"
    shutil.copy(CONTENT_DIR / "replies.yml", path)
    path.write_text(path.read_text(encoding="utf-8") + "surprise: yes\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"replies\.yml:.*unknown \['surprise'\]"):
        load_replies(path)


def test_a_disagreement_about_an_unknown_fact_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "disagreements.yml"
    path.write_text("- {id: x, topics: [caffeine], facets: [what], facts: [no-fact], text: Hm.}\n")
    with pytest.raises(ContentError, match=r"disagreements\.yml:1: 'x': unknown \{'no-fact'\}"):
        load_disagreements(path)
