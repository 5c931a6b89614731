"""The search: asks whether a smaller draft is still interesting, and keeps the best.

`fewest` is delta debugging in its leanest form: take away halves, quarters and so on down to single
units, from the end, since what comes later in a stream leans on what came before. Source:
"Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2),
2002 <https://www.st.cs.uni-saarland.de/papers/tse2002/>.
It must never accept a draft without having asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from streamgauge.shrink.draft import Draft
from streamgauge.shrink.pieces import flaws
from streamgauge.wire.framing import Framing

T = TypeVar("T")
_FEW = 12
"""Units of which every run is tried; their number grows with the square."""
Interest = Callable[[Draft], bool]


class Spent(Exception):
    """There is no time, or no judgement, left."""


class Budget:
    """How often may still be asked: `most` times, and not once `over` says that it is over."""

    def __init__(self, most: int, over: Callable[[], bool] = lambda: False) -> None:
        self.most = most
        self.asked = 0
        self.spent = False
        self._over = over

    def spend(self) -> None:
        """Before each question; raises Spent."""
        if self.asked >= self.most or self._over():
            self.spent = True
            raise Spent
        self.asked += 1


class Search:
    """The best draft so far. `framing` is that of the first, and of every other."""

    def __init__(
        self, draft: Draft, interesting: Interest, framing: Framing, budget: Budget
    ) -> None:
        self.best = draft
        self.framing = framing
        self._interesting = interesting
        self._budget = budget
        self._refused: set[int] = set()

    def take(self, draft: Draft) -> bool:
        """Whether a draft is interesting; then it is the best from now on. Raises Spent."""
        if draft == self.best:
            return True
        key = hash(draft)
        if key in self._refused:
            return False
        self._budget.spend()
        if self._interesting(draft):
            self.best = draft
            return True
        self._refused.add(key)
        return False

    def take_sound(self, draft: Draft) -> bool:
        """As `take`, for edits that could break what was whole: what is less sound is refused."""
        before, after = (flaws(body, self.framing) for body in (self.best.body, draft.body))
        return all(new <= old for new, old in zip(after, before, strict=True)) and self.take(draft)


def fewest(units: Sequence[T], holds: Callable[[Sequence[T]], bool]) -> list[T]:
    """A small part of the units, in their order, of which `holds` is still true.

    It is taken for granted that all of them hold. What is returned was asked, or is all of them.

    >>> fewest("abcdefgh", lambda kept: "b" in kept and "g" in kept)
    ['b', 'g']
    """
    kept = list(units)
    if not kept or holds([]):
        return []
    size = len(kept) // 2
    while size:
        end = len(kept)
        while end > 0:
            start = max(0, end - size)
            fewer = kept[:start] + kept[end:]
            if fewer and holds(fewer):
                kept = fewer
            end = start
        size //= 2
    return _without_a_run(kept, holds) if len(kept) <= _FEW else kept


def _without_a_run(kept: list[T], holds: Callable[[Sequence[T]], bool]) -> list[T]:
    """Without the longest run that can go: brackets and what is between them only go together."""
    for size in range(len(kept) - 1, 1, -1):
        for start in range(len(kept) - size + 1):
            fewer = kept[:start] + kept[start + size :]
            if holds(fewer):
                return _without_a_run(fewer, holds)
    return kept
