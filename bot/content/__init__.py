"""Reviewed words with ids and sources, and the only readers of these files."""

from bot.content.errors import ContentError
from bot.content.facts import FACETS, Content, Fact, Source, Topic, content, load_content

__all__ = [
    "FACETS",
    "Content",
    "ContentError",
    "Fact",
    "Source",
    "Topic",
    "content",
    "load_content",
]
