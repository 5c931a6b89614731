"""The draft: a body on its way to being small, and when its segments came.

Every step of a reduction is a list of edits. An edit takes bytes out or puts fewer or plainer ones
in their place; arrivals move along with the bytes. Nothing here knows what a body means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

Arrivals = tuple[tuple[int, float], ...]


class Edit(NamedTuple):
    """Put `new` where the bytes from `start` to `end` (half-open) stand."""

    start: int
    end: int
    new: bytes = b""


class Draft(NamedTuple):
    """A body, and where (body offset) and when (milliseconds) each segment came; () if unknown."""

    body: bytes
    arrivals: Arrivals = ()

    def edited(self, edits: Iterable[Edit]) -> Draft:
        """With edits that do not overlap, in any order.

        >>> Draft(b"one two three", ((0, 0.0), (8, 5.0))).edited([Edit(3, 7)])
        Draft(body=b'one three', arrivals=((0, 0.0), (4, 5.0)))
        """
        ordered = sorted(edits)
        body = b"".join(_pasted(self.body, ordered))
        if not self.arrivals:
            return Draft(body)
        # Where a segment lost all of its bytes, the next one begins at the same offset and stays.
        moved = {_moved(offset, ordered): at for offset, at in self.arrivals}
        return Draft(
            body, tuple((offset, at) for offset, at in moved.items() if offset < len(body))
        )


def _pasted(body: bytes, edits: list[Edit]) -> Iterator[bytes]:
    at = 0
    for edit in edits:
        yield body[at : edit.start]
        yield edit.new
        at = edit.end
    yield body[at:]


def _moved(offset: int, edits: list[Edit]) -> int:
    """Where the byte at an offset stands after the edits, or what took its place."""
    shift = 0
    for edit in edits:
        if edit.end > offset:
            inside = max(0, offset - edit.start)
            return min(offset, edit.start) + shift + min(inside, len(edit.new))
        shift += len(edit.new) - (edit.end - edit.start)
    return offset + shift
