"""Keeps Rasa's console to what a person can act on, and its start short."""

from __future__ import annotations

import sys
import warnings


def silence_deprecations() -> None:
    """Ignore deprecations from here on. Sanic switches them on when it is imported, so it is first.

    They tell the authors of Rasa 3.6 about its locked libraries; our own are errors in the tests.
    """
    import sanic  # noqa: F401

    for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
        warnings.simplefilter("ignore", category)


def skip_jax() -> None:
    """Keep TensorFlow from importing jax, which it can do without: a second less at every start."""
    sys.modules["jax"] = None  # type: ignore[assignment]  # how Python spells "not installed"
