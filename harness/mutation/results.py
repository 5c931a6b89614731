"""What became of each mutant, on disk: one JSON line each, a file for each floor.

The lines hold no time and no path of a machine, and stand in an order that does not depend on
the run. A line of a mutant that was killed at once is short; of one that survived at first it
holds the change as well, and the test that kills it now.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "results"
EQUIVALENT = Path(__file__).parent / "equivalent.toml"


class Result(NamedTuple):
    """What became of a mutant at first, and now; `by` is the test that kills it now."""

    module: str
    id: str
    operator: str
    first: str
    function: str = ""
    before: str = ""
    after: str = ""
    now: str = ""
    by: str = ""

    @property
    def outcome(self) -> str:
        """What becomes of it now."""
        return self.now or self.first


def read(floor: str, folder: Path = FOLDER) -> dict[str, Result]:
    """A floor's results by the mutants' ids; none where there is no file."""
    file = folder / f"{floor}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {one.id: one for one in (Result(**json.loads(line)) for line in lines)}


def write(floor: str, results: Iterable[Result], folder: Path = FOLDER) -> None:
    """Write a floor's results; the file is whole at any time."""
    text = "".join(_line(one) + "\n" for one in sorted(results))
    fresh = folder / f"{floor}.jsonl.new"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(folder / f"{floor}.jsonl")


def places(folder: Path = FOLDER) -> dict[str, int]:
    """How many places each floor has; what the sample was drawn from."""
    file = folder / "places.json"
    found: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def keep_places(floor: str, count: int, folder: Path = FOLDER) -> None:
    """Keep how many places a floor has."""
    known = {**places(folder), floor: count}
    text = json.dumps(known, indent=2, sort_keys=True) + "\n"
    (folder / "places.json").write_text(text, encoding="utf-8")


def _line(result: Result) -> str:
    short = {name: value for name, value in result._asdict().items() if value}
    return json.dumps(short, ensure_ascii=False)


def equivalent(file: Path = EQUIVALENT) -> Mapping[str, str]:
    """By the id of a mutant, why it cannot be told from the module itself."""
    stored: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {id: str(why) for id, why in stored["equivalent"].items()}
