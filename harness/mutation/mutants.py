"""A place made a mutant: one of its changes, chosen by the seed and made by cosmic-ray."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import NamedTuple
from warnings import catch_warnings

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from mutation.places import Change, Place, digest


class Mutant(NamedTuple):
    """A module with one change: the lines before and after, and its whole text."""

    id: str
    module: str
    function: str
    operator: str
    before: str
    after: str
    source: str


# A place is drawn before it is judged, and to make its mutant takes longer than to keep it.
@lru_cache(maxsize=8)
def mutant(place: Place, source: str, seed: int) -> Mutant | None:
    """The seed's change of a place, or None where no change of it is another valid program."""
    for change in sorted(place.changes, key=lambda one: digest(str(seed), place.id, one.operator)):
        changed = _changed(change, source)
        if changed is not None:
            operator = change.operator.partition("/")[2]
            lines = _difference(source, changed)
            return Mutant(place.id, place.module, place.function, operator, *lines, changed)
    return None


def _changed(change: Change, source: str) -> str | None:
    try:
        changed = mutate_code(source, get_operator(change.operator)(), change.occurrence)
        tree = ast.parse(changed or source)
        with catch_warnings(action="ignore"):
            compile(tree, "mutant", "exec")
    except (SyntaxError, AttributeError):
        # cosmic-ray fails itself where an exception is caught by a dotted name.
        return None
    return None if ast.dump(tree) == ast.dump(ast.parse(source)) else changed


def _difference(source: str, changed: str) -> tuple[str, str]:
    """The lines that differ, of both."""
    old, new = source.splitlines(), changed.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return "\n".join(old).strip(), "\n".join(new).strip()
