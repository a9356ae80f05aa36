"""The one error of this package."""

from __future__ import annotations


class ContentError(ValueError):
    """A content file is broken; the message names the file, the entry and how to mend it."""
