"""How long each target was fuzzed in all, and what came of it: a small JSON file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One target: processor seconds, inputs tried, edges reached and inputs in its corpus."""

    seconds: float = 0.0
    inputs: int = 0
    edges: int = 0
    corpus: int = 0

    def plus(self, more: Entry) -> Entry:
        """The sum of the work, and the latest state."""
        return replace(
            more, seconds=round(self.seconds + more.seconds, 1), inputs=self.inputs + more.inputs
        )


class Ledger:
    """The file; each change is on the disk before anything else happens."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entry(self, target: str) -> Entry:
        """What is known of a target; nothing yet where the file says nothing."""
        return Entry(**self._read().get(target, {}))

    def add(self, target: str, more: Entry) -> Entry:
        """Add a slice of work; the new sum."""
        entry = self.entry(target).plus(more)
        known = self._read() | {target: asdict(entry)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(part, self._path)
        return entry

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            return dict(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
