"""Where a module can be mutated: cosmic-ray's operators, applied to its syntax tree.

A place is one spot of code and one kind of change. Where cosmic-ray knows several changes of a
kind (`==` to `<`, `is` and others) the place counts once, so that no comparison weighs ten times.
What only a type checker reads is left out: nothing runs there. A place is known by what stands
there, not by its line number, so that an edit elsewhere leaves it what it was.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.plugins import get_operator, operator_names


class Change(NamedTuple):
    """One change that cosmic-ray can make: its operator, and which of its places in the module."""

    operator: str
    occurrence: int


class Place(NamedTuple):
    """A spot of a module and a kind of change, with the changes that there are."""

    id: str
    module: str
    function: str
    kind: str
    changes: tuple[Change, ...]


class _Spot(NamedTuple):
    start: tuple[int, int]
    stop: tuple[int, int]
    kind: str
    function: str


def digest(*words: str) -> str:
    """Ten hex digits that stand for some words."""
    return blake2b("\0".join(words).encode(), digest_size=5).hexdigest()


def places(module: str, source: str) -> list[Place]:
    """All places of a module, in the order of its text."""
    spots: dict[_Spot, list[Change]] = defaultdict(list)
    nodes = list(ast_nodes(get_ast(source)))
    told: dict[str, list[tuple[_Spot, int]]] = {}
    for name in _operators():
        origin = _origin(name)
        if origin not in told:
            told[origin] = list(_spots(name, nodes))
        for spot, occurrence in told[origin]:
            spots[spot].append(Change(name, occurrence))
    lines = source.splitlines()
    seen: Counter[str] = Counter()
    found = []
    for spot in sorted(spots):
        line = digest(module, spot.function, spot.kind, *_around(lines, spot))
        seen[line] += 1
        id = digest(line, str(seen[line]))
        found.append(Place(id, module, spot.function, spot.kind, tuple(spots[spot])))
    return found


def _around(lines: list[str], spot: _Spot) -> tuple[str, str]:
    """The text of a spot's line, and what stands before it there."""
    line = lines[spot.start[0] - 1]
    return line.strip(), line[: spot.start[1]].strip()


def _origin(name: str) -> str:
    """What an operator looks for: those that replace one binary operator look for the same."""
    return name.rpartition("_")[0] if "/ReplaceBinaryOperator_" in name else name


def _spots(name: str, nodes: list[Any]) -> Iterator[tuple[_Spot, int]]:
    operator = get_operator(name)()
    kind = name.partition("/")[2].partition("_")[0]
    occurrence = 0
    for node in nodes:
        for start, stop in operator.mutation_positions(node):
            if not _only_for_types(node):
                yield _Spot(start, stop, kind, _function(node)), occurrence
            occurrence += 1


@cache
def _operators() -> list[str]:
    """The operators that need no arguments; the others ask for names of variables."""
    return [name for name in sorted(operator_names()) if not get_operator(name).arguments()]


def _function(node: Any) -> str:
    """The dotted name of what a node stands in; empty for a module's own lines."""
    names = []
    while node is not None:
        if node.type in ("funcdef", "classdef"):
            names.append(node.name.value)
        node = node.parent
    return ".".join(reversed(names))


def _only_for_types(node: Any) -> bool:
    """Whether a node is an annotation, or under `if TYPE_CHECKING`."""
    while node is not None:
        if node.type == "if_stmt" and node.children[1].get_code(False) == "TYPE_CHECKING":
            return True
        if node.parent is not None and _annotates(node, node.parent):
            return True
        node = node.parent
    return False


def _annotates(node: Any, parent: Any) -> bool:
    if parent.type in ("annassign", "tfpdef"):
        return parent.children[parent.children.index(node) - 1] == ":"
    return parent.type == "funcdef" and node is parent.annotation
