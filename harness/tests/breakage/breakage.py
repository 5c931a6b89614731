"""What a breakage is: a named way to spoil good streams, and who must notice it.

For each dialect a breakage names the rules of which one must be broken by what it makes. Where
none need be, it says why: `invisible: …` when the stream is legal and says something else, so that
nobody can tell; `harmless: …` when it says the same. Both may stand beside rules, where it depends
on the place. A dialect that is not named has nothing to break.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.breakage.streams import (
    CHAT,
    GEMINI,
    MESSAGES,
    RESPONSES,
    Path,
    Stream,
    get,
    pointer,
    put,
    sites,
)

NAMES = {"chat": CHAT, "messages": MESSAGES, "responses": RESPONSES, "gemini": GEMINI}
_SAYS = re.compile(r"\b(invisible|harmless): ")


class Broken(NamedTuple):
    """One stream, broken at one place."""

    place: str
    stream: Stream


Maker = Callable[[Stream], Iterable[Broken]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """One way to break streams. `rules`, `invisible` and `harmless` go by dialect."""

    name: str
    make: Maker
    rules: Mapping[str, tuple[str, ...]]
    invisible: Mapping[str, str]
    harmless: Mapping[str, str]

    def concerns(self, dialect: str) -> bool:
        """Whether this can be done to a stream of the dialect at all."""
        return any(dialect in one for one in (self.rules, self.invisible, self.harmless))


def breakage(name: str, make: Maker, **noticed: str) -> Breakage:
    """A breakage; `noticed` says by short dialect name `slug slug invisible: why harmless: why`."""
    said: dict[str, dict[str, str]] = {"rules": {}, "invisible": {}, "harmless": {}}
    for short, text in noticed.items():
        slugs, *reasons = _SAYS.split(text)
        for word, why in zip(["rules", *reasons[::2]], [slugs, *reasons[1::2]], strict=True):
            if why.strip():
                said[word][NAMES[short]] = why.strip(" ;")
    rules = {dialect: tuple(slugs.split()) for dialect, slugs in said["rules"].items()}
    return Breakage(
        name=name,
        make=make,
        rules=rules,
        invisible=said["invisible"],
        harmless=said["harmless"],
    )


Patterns = Mapping[str, tuple[str, ...]]
SAME = object()


def each_site(stream: Stream, patterns: Patterns) -> Iterator[tuple[int, Path, Any]]:
    """(event, path, value) of every place that the dialect's patterns lead to."""
    for at, event in enumerate(stream.events):
        for pattern in patterns.get(stream.dialect, ()):
            for path in sites(event.value, pattern):
                yield at, path, get(event.value, path)


def edit(stream: Stream, at: int, path: Path, new: Any) -> Stream:
    """The stream with one value changed."""
    event = stream.events[at]
    return stream.put(at, event.holding(put(event.value, path, new)))


def at_each(patterns: Patterns, change: Callable[[Any], Any]) -> Maker:
    """Change the values at the patterns, one at a time; `SAME` leaves one out."""

    def make(stream: Stream) -> Iterator[Broken]:
        for at, path, old in each_site(stream, patterns):
            new = change(old)
            if new is not SAME:
                yield Broken(f"event {at} {pointer(path)}", edit(stream, at, path, new))

    return make


def at_all(patterns: Patterns, change: Callable[[Any], Any]) -> Maker:
    """Change the values at the patterns, all together."""

    def make(stream: Stream) -> Iterator[Broken]:
        broken, changed = stream, False
        for at, path, old in each_site(stream, patterns):
            new = change(old)
            if new is not SAME:
                broken, changed = edit(broken, at, path, new), True
        if changed:
            yield Broken("everywhere", broken)

    return make
