"""The shape of a JSON text as spans: its objects and arrays with their members, and its scalars.

No value is built, so that whatever a parser would hide (a key that stands twice, the digits of a
number) survives an edit. The text must be valid JSON; for anything else the shape means nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
Path = tuple[bytes, ...]
"""Keys as they are written; every place of an array is `*`."""
ANY = b"*"


class Member(NamedTuple):
    """A member of an object, key and all, or an element of an array."""

    path: Path
    start: int
    end: int


class Box(NamedTuple):
    """An object or array; `start` and `end` span what stands between its brackets."""

    path: Path
    start: int
    end: int
    members: tuple[Member, ...]


class Scalar(NamedTuple):
    """A string, number or word; `text` is how it is written, quotes included."""

    path: Path
    start: int
    end: int
    text: bytes


class Shape(NamedTuple):
    """What a JSON text holds, boxes inside out, and the white space between tokens."""

    boxes: tuple[Box, ...]
    scalars: tuple[Scalar, ...]
    gaps: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Open:
    """A box that is being read."""

    path: Path
    start: int
    keyed: bool
    key: bytes | None = None
    begun: int = -1
    members: list[Member] = field(default_factory=list)

    def step(self) -> Path:
        return (*self.path, self.key if self.keyed and self.key is not None else ANY)

    def finish(self, end: int) -> None:
        """The member that was being read ends here."""
        if self.begun >= 0:
            self.members.append(Member(self.step(), self.begun, end))
        self.key, self.begun = None, -1


def shape(data: bytes, base: int = 0) -> Shape:
    """The shape of a JSON text; offsets count from `base`."""
    boxes: list[Box] = []
    scalars: list[Scalar] = []
    gaps: list[tuple[int, int]] = []
    opened: list[_Open] = []
    last = base
    for token in _TOKEN.finditer(data):
        text, start, end = token.group(), base + token.start(), base + token.end()
        if last < start:
            gaps.append((last, start))
        inner = opened[-1] if opened else None
        if inner is not None and inner.begun < 0 and text not in (b",", b"}", b"]"):
            inner.begun = start
        if text in (b"{", b"["):
            path = inner.step() if inner is not None else ()
            opened.append(_Open(path, end, keyed=text == b"{"))
        elif text in (b"}", b"]") and inner is not None:
            inner.finish(last)
            boxes.append(Box(inner.path, inner.start, start, tuple(inner.members)))
            opened.pop()
        elif text == b"," and inner is not None:
            inner.finish(last)
        elif inner is not None and inner.keyed and inner.key is None:
            inner.key = text
        elif text != b":":
            path = inner.step() if inner is not None else ()
            scalars.append(Scalar(path, start, end, text))
        last = end
    if last < base + len(data):
        gaps.append((last, base + len(data)))
    return Shape(tuple(boxes), tuple(scalars), tuple(gaps))
