"""What the schema tests share: composing, judging by two validators, editing a chunk.

Every judgement here is made twice, by jsonschema and by jsonschema-rs, and must come out the
same. So each row of each table also tests that the fast validator may stand for the other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import referencing

from streamgauge import data

Violation = tuple[str, str]


def _named(name: str, overlays: Sequence[str] = ()) -> dict[str, Any]:
    """A schema with the definitions of overlays put in place of its own; the later wins."""
    schema = data.schema(name)
    for overlay in overlays:
        schema["$defs"] |= data.schema(f"overlays/{overlay}")["$defs"]
    return schema


@cache
def _records() -> tuple[tuple[str, dict[str, Any]], ...]:
    """The schemas that refer to each other, by their `$id`."""
    schemas = (data.schema(name) for name in data.schema_names())
    return tuple((one["$id"], one) for one in schemas if "$id" in one)


@cache
def _fast(name: str, overlays: tuple[str, ...]) -> Any:
    registry = jsonschema_rs.Registry(list(_records()))
    return jsonschema_rs.validator_for(_named(name, overlays), registry=registry)


@cache
def _reference(name: str, overlays: tuple[str, ...]) -> Any:
    resources = ((uri, referencing.Resource.from_contents(one)) for uri, one in _records())
    registry: Any = referencing.Registry().with_resources(resources)
    return jsonschema.Draft202012Validator(_named(name, overlays), registry=registry)


def _pointer(path: Sequence[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _fast_violations(name: str, value: object, overlays: tuple[str, ...] = ()) -> set[Violation]:
    errors = _fast(name, overlays).iter_errors(value)
    return {(_pointer(one.instance_path), one.kind.name) for one in errors}


@pytest.fixture(scope="session")
def composed() -> Callable[..., dict[str, Any]]:
    """(schema name, overlays) → the schema document."""
    return _named


@pytest.fixture(scope="session")
def fast_violations() -> Callable[..., set[Violation]]:
    """(schema name, value, overlays) → violations by jsonschema-rs alone, for many chunks."""
    return _fast_violations


@pytest.fixture(scope="session")
def violations() -> Callable[..., set[Violation]]:
    """(schema name, value, overlays) → (pointer, keyword) of each violation, judged twice."""

    def judge(name: str, value: object, overlays: tuple[str, ...] = ()) -> set[Violation]:
        fast = _fast_violations(name, value, overlays)
        errors = _reference(name, overlays).iter_errors(value)
        reference = {(_pointer(list(one.absolute_path)), str(one.validator)) for one in errors}
        assert fast == reference, "the two validators differ"
        assert _fast(name, overlays).is_valid(value) == (not reference)
        return reference

    return judge


@pytest.fixture(scope="session")
def edited() -> Callable[..., Any]:
    """(value, JSON pointer, new value) → a copy with that member set; `...` takes it away."""

    def edit(value: Any, pointer: str, new: object) -> Any:
        if pointer == "":
            return new
        changed = json.loads(json.dumps(value))  # no two places share a value
        *steps, last = (int(one) if one.isdigit() else one for one in pointer[1:].split("/"))
        place = changed
        for step in steps:
            place = place[step]
        if new is ...:
            del place[last]
        else:
            place[last] = new
        return changed

    return edit


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of recorded streams; skips where it is missing."""
    root = Path(__file__).resolve().parents[3]
    folder = Path(os.environ.get("STREAMGAUGE_CORPUS", root / "../shared/corpus"))
    if not (folder / "manifest.jsonl").is_file():
        pytest.skip("recorded streams are missing: set STREAMGAUGE_CORPUS")
    return folder
