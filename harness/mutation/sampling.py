"""Which places are tried: a seeded sample of each floor, in turns, chosen by what stands there.

The sample of 500 holds the sample of 400, and an edit of the code exchanges only its own places.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mutation.places import Place, digest, places

FLOORS = ("wire", "dialects", "transcript", "rules")
PACKAGE = Path("harness/streamgauge")


def modules(tree: Path, floor: str) -> dict[str, Path]:
    """The modules of a floor by dotted name, without the package's own."""
    root = tree / PACKAGE
    files = sorted((root / floor).rglob("*.py"))
    return {".".join(file.relative_to(root).with_suffix("").parts): file for file in files}


def population(tree: Path, floor: str) -> list[Place]:
    """All places of a floor."""
    return [
        place
        for module, file in modules(tree, floor).items()
        for place in places(module, file.read_text(encoding="utf-8"))
    ]


def ranked(found: list[Place], seed: int) -> list[Place]:
    """Places in the order in which a seed draws them."""
    return sorted(found, key=lambda place: digest(str(seed), place.id))


def in_turns(drawn: list[Iterator[Place]]) -> Iterator[Place]:
    """One of each floor after the other, so that a run cut short is a fair sample of each."""
    while drawn:
        for floor in list(drawn):
            place = next(floor, None)
            if place is None:
                drawn.remove(floor)
            else:
                yield place
