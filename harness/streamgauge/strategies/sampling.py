"""Examples outside of a test: as many as are wanted, and the same ones for the same seed.

Exchanges, messages and whatever else is made of lots follow from the seed and the version of
hypothesis alone. Of other strategies that holds within one program: hypothesis also tries
constants that stand in the modules of a clone, so that another program may draw otherwise. It must
never read or write a database of examples, and never judge what it draws.
"""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

Drawn = TypeVar("Drawn")

_DRAWING = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    # Health checks warn of tests that draw slowly or much; here drawing is all that is wanted.
    suppress_health_check=list(HealthCheck),
)


def sample(strategy: st.SearchStrategy[Drawn], count: int, seed: int = 0) -> list[Drawn]:
    """`count` examples of a strategy, without repeats sought out or avoided.

    ValueError where a count is below 0. Where a strategy has fewer values, they come again.

    >>> sample(st.just(7), 2)
    [7, 7]
    """
    if count < 0:
        raise ValueError(f"no {count} examples can be drawn")
    drawn: list[Drawn] = []
    while len(drawn) < count:
        # A strategy that is exhausted stops early; what is missing comes from the next seed.
        drawn += _round(strategy, count - len(drawn), hash((seed, len(drawn))))
    return drawn


def _round(strategy: st.SearchStrategy[Drawn], count: int, seed: int) -> list[Drawn]:
    drawn: list[Drawn] = []

    @seeded(seed)
    @settings(_DRAWING, max_examples=count)
    @given(strategy)
    def keep(one: Drawn) -> None:
        drawn.append(one)

    keep()
    return drawn[:count]
