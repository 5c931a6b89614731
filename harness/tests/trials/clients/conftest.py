"""A case and the table that it is read from, for all modules here."""

from __future__ import annotations

import os
from pathlib import Path
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


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project that holds the recorded streams' folder; may be missing."""
    root = Path(__file__).resolve().parents[4]
    return Path(os.environ.get("STREAMGAUGE_CORPUS", root / "../shared/corpus")).parent
