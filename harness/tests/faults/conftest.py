"""The good exchanges that faults spoil: fixtures, written streams, and those of each family."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streamgauge import data
from tests.breakage import recorded
from tests.breakage.good import written
from tests.faults.good import Good, good_from


@pytest.fixture(scope="session")
def goods() -> tuple[Good, ...]:
    """Every good fixture, every richer stream that is written for tests, and what families add.

    A family of faults that needs more adds a module `goods_<family>.py` here with a function
    `goods()`; it is found by its name.
    """
    streams = (*recorded.fixtures(data.fixtures_root()), *written())
    return (*map(good_from, streams), *_of_families())


def _of_families() -> Iterator[Good]:
    for path in sorted(Path(__file__).parent.glob("goods_*.py")):
        yield from importlib.import_module(f"tests.faults.{path.stem}").goods()


@pytest.fixture(scope="session")
def good(goods: tuple[Good, ...]) -> Callable[[str], Good]:
    """The good exchange of a name."""
    by_name = {one.name: one for one in goods}
    return by_name.__getitem__


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project that holds the recorded streams' folder; may be missing."""
    root = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("STREAMGAUGE_CORPUS", root / "../shared/corpus")).parent
