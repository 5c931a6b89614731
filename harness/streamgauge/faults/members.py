"""The members of JSON events: found by pattern, changed, taken away, added.

A pattern is a JSON pointer in which `*` stands for every element of an array, such as
`/choices/*/delta/content`. Nothing here knows a dialect.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from streamgauge.exchange import Exchange
from streamgauge.faults.events import said, with_json

Path: TypeAlias = tuple[str | int, ...]


class Member(NamedTuple):
    """One member: the index of its event, the path to it, and its value."""

    event: int
    path: Path
    value: Any


class _Gone:
    """Stands for the value of a member that is taken away."""


GONE = _Gone()


def members(exchange: Exchange, patterns: str | Sequence[str]) -> tuple[Member, ...]:
    """Every member that the patterns lead to, event by event; several stand apart by blanks."""
    wanted = patterns.split() if isinstance(patterns, str) else patterns
    return tuple(
        Member(event.index, path, value_at(event.json, path))
        for event in said(exchange)
        for pattern in wanted
        for path in paths(event.json, pattern)
    )


def with_members(exchange: Exchange, new: Mapping[tuple[int, Path], object]) -> Exchange:
    """Some members with other values, by event and path; `GONE` takes one away.

    A path may lead to a member that is not there yet, but not through one.
    """
    changes: dict[int, dict[Path, object]] = {}
    for (event, path), value in new.items():
        changes.setdefault(event, {})[path] = value
    values = {event.index: event.json for event in said(exchange) if event.index in changes}
    return with_json(
        exchange, {index: changed(values[index], each) for index, each in changes.items()}
    )


def changed(value: object, new: Mapping[Path, object]) -> object:
    """A copy of a JSON value with other members."""
    value = copy.deepcopy(value)
    gone = []
    for path, member in new.items():
        if member is GONE:
            gone.append(path)
        else:
            value_at(value, path[:-1])[path[-1]] = member
    # From behind, for elements of an array are named in its order and keep their numbers so.
    for path in reversed(gone):
        del value_at(value, path[:-1])[path[-1]]
    return value


def value_at(value: Any, path: Path) -> Any:
    """The value at a path that is there."""
    for key in path:
        value = value[key]
    return value


def paths(value: object, pattern: str) -> Iterator[Path]:
    """Where a pattern leads in a value.

    >>> list(paths({"a": [{"b": 1}, {}]}, "/a/*/b"))
    [('a', 0, 'b')]
    """
    found: list[Path] = [()]
    for step in pattern.split("/")[1:]:
        found = [(*path, key) for path in found for key in _keys(value_at(value, path), step)]
    yield from found


def _keys(value: object, step: str) -> Sequence[str | int]:
    if step == "*":
        return range(len(value)) if isinstance(value, list) else ()
    return (step,) if isinstance(value, dict) and step in value else ()
