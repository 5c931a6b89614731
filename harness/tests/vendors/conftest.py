"""What the vendor tests share: profiles as data, the rules' slugs, recorded streams."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from streamgauge.rules import catalogue


@pytest.fixture(scope="session")
def slugs() -> frozenset[str]:
    """The slugs of all rules."""
    return frozenset(rule.slug for rule in catalogue.rules())


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project that holds the recorded streams' folder; may be missing."""
    root = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("STREAMGAUGE_CORPUS", root / "../shared/corpus")).parent


@pytest.fixture(scope="session")
def recorded(shared: Path) -> list[dict[str, Any]]:
    """The manifest's entries with the path of each stream; skips where it is missing."""
    folder = Path(os.environ.get("STREAMGAUGE_CORPUS", shared / "corpus"))
    manifest = folder / "manifest.jsonl"
    if not manifest.is_file():
        pytest.skip("recorded streams are missing: set STREAMGAUGE_CORPUS")
    entries = map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    return [{**entry, "path": folder / entry["file"]} for entry in entries]
