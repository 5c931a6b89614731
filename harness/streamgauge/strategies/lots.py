"""Decisions read off drawn bytes: cheap to draw, and small when they shrink.

Hypothesis takes a hundred microseconds for each of its own choices; an exchange needs hundreds.
So it draws bytes once, and every decision takes the next of them. Zeros, and whatever is asked for
after the last byte, are the plainest decision, so that bytes which shrink make plainer streams.
It must never take a decision from anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

Thing = TypeVar("Thing")
Made = TypeVar("Made")


class Lots:
    """Bytes that are used up by decisions.

    >>> lots = Lots(bytes([7, 1]))
    >>> lots.below(5), lots.rarely(2), lots.among("abc")
    (2, True, 'a')
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def below(self, bound: int) -> int:
        """A number from 0, less than the bound; every one about as often as the others."""
        width = 1 if bound <= 64 else (bound.bit_length() + 15) // 8
        taken = self._data[self._at : self._at + width]
        self._at += width
        return int.from_bytes(taken, "big") % bound

    def between(self, least: int, most: int) -> int:
        """A number from least to most, both among them."""
        return least + self.below(most - least + 1)

    def among(self, things: Sequence[Thing]) -> Thing:
        """One of the things; the first is the plainest."""
        return things[self.below(len(things))]

    def rarely(self, one_in: int) -> bool:
        """True one time in so many."""
        return self.below(one_in) == one_in - 1

    def noise(self, least: int, most: int) -> bytes:
        """So many bytes as they were drawn; all of them are there, were it as zeros."""
        size = self.between(least, most)
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken.ljust(size, b"\0")

    def apart(self, size: int) -> Lots:
        """The next so many bytes for one purpose, so that it never starves what comes later."""
        taken = Lots(self._data[self._at : self._at + size])
        self._at += size
        return taken


def drawn(make: Callable[[Lots], Made], size: int = 128) -> st.SearchStrategy[Made]:
    """A strategy of what can be made of so many bytes."""
    return st.binary(min_size=size, max_size=size).map(lambda data: make(Lots(data)))
