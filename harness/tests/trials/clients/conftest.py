"""A case and the table that it is read from, for all modules here."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def table() -> dict[str, Any]:
    """The smallest table of a case."""
    return {
        "says": "A short text.",
        "duty": "equal",
        "authority": "https://example.org/",
        "streams": {"openai-chat": "simulated:openai/plain-text"},
    }
