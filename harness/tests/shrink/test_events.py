"""One step of a reduction by itself: what it takes away, and what it must leave."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streamgauge.shrink.draft import Draft
from streamgauge.shrink.events import drop_events, drop_kinds_of_events
from streamgauge.shrink.search import Budget, Search
from streamgauge.wire.framing import Framing, detect

# A body, what must stay in it, and what is left.
STEPS: dict[str, tuple[bytes, list[bytes], bytes]] = {
    "many events": (b"data: 1\n\n: a\n\ndata: 2\n\ndata: 3\n\n", [b"2"], b"data: 2\n\n"),
    "two that need each other": (
        b"data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n",
        [b"1", b"4"],
        b"data: 1\n\ndata: 4\n\n",
    ),
    "elements of an array": (b"[1 ,\n2, 3]", [b"2"], b"[2]"),
    "the last element": (b"[1,2,3]\n", [b"3"], b"[3]\n"),
    "elements of a cut array": (b"[12,\n34,\n{", [b"34", b"{"], b"[34,\n{"),
    "lines of JSON": (b'{"a":1}\n{"b":2}\n{"c":3}\n', [b"a", b"c"], b'{"a":1}\n{"c":3}\n'),
    "a document is one event": (b'{"a": 1}', [b"a"], b'{"a": 1}'),
}


@pytest.mark.parametrize("name", STEPS)
def test_what_a_step_leaves(name: str) -> None:
    body, needed, left = STEPS[name]
    framing = detect(body)

    def shows(draft: Draft) -> bool:
        return all(one in draft.body for one in needed)

    search = Search(Draft(body), shows, framing, Budget(1000))
    drop_events(search)
    assert search.best.body == left


def looked_through(body: bytes, shows: Callable[[bytes], bool]) -> tuple[bytes, int]:
    """What is left when events went by kind, and how many questions that took."""
    budget = Budget(1000)
    search = Search(Draft(body), lambda draft: shows(draft.body), Framing.SSE, budget)
    drop_kinds_of_events(search)
    return search.best.body, budget.asked


def test_events_that_look_alike_go_together() -> None:
    words = b"".join(b'data: {"say":%d}\n\n' % number for number in range(100))
    body = b'data: {"on":1}\n\n' + words + b'data: {"off":1}\n\n'
    left, asked = looked_through(body, lambda one: b"on" in one and b"off" in one)
    assert left == b'data: {"on":1}\n\ndata: {"off":1}\n\n'
    assert asked < 10


def test_what_opens_goes_with_what_closes_it() -> None:
    parts = [f'data: {{"part":{n},"{word}":1}}\n\n' for word in ("on", "off") for n in (3, 4, 5)]

    def shows(body: bytes) -> bool:
        found = [body.count(b'"part":%d,' % number) for number in (3, 4, 5)]
        return found[1] == 2 and 1 not in found

    left, _ = looked_through("".join(parts).encode(), shows)
    assert left == (parts[1] + parts[4]).encode()
