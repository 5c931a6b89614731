"""What stands around a body goes where it can; the request shrinks where it must stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from streamgauge.exchange import Close, Exchange, Head, Request, Seam
from streamgauge.shrink.search import Budget
from streamgauge.shrink.surroundings import smallest
from streamgauge.wire.framing import Framing

REQUEST = Request(
    url="https://api.example/v1", headers=(("a", "b"),), body=b'{"model": "m-1", "stream": true}'
)
HEAD = Head(status=200, headers=(("content-type", "text/event-stream"), ("x-a", "1")))
FULL = Exchange(
    source="a.har#0",
    request=REQUEST,
    head=HEAD,
    body=b"data: 1\n\ndata: 2\n\n",
    arrivals=((0, 5.0), (9, 70.0)),
    seam=Seam.SOCKET,
    close=Close.RESET,
)
BARE = Exchange(source="a.har#0")

# What is asked of the exchange, and what is left of it.
ASKED: dict[str, tuple[Callable[[Exchange], bool], Exchange]] = {
    "nothing": (lambda one: one.source == "a.har#0", BARE),
    "a body": (lambda one: b"2" in one.body, replace(BARE, body=b"data: 2\n\n")),
    "a time": (
        lambda one: bool(one.arrivals) and one.arrivals[-1][1] == 70.0,
        replace(BARE, body=b"\n", arrivals=((0, 70.0),), seam=Seam.SOCKET),
    ),
    "a header": (
        lambda one: one.head.header("x-a") == "1",
        replace(BARE, head=Head(headers=(("x-a", "1"),))),
    ),
    "a status": (lambda one: one.head.status == 200, replace(BARE, head=Head(status=200))),
    "a close": (lambda one: one.close is Close.RESET, replace(BARE, close=Close.RESET)),
    "a member of the request": (
        lambda one: one.request is not None and b'"stream"' in one.request.body,
        replace(BARE, request=Request(body=b'{"stream":true}')),
    ),
    "the address": (
        lambda one: one.request is not None and "example" in one.request.url,
        replace(BARE, request=Request(url=REQUEST.url)),
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_left(name: str) -> None:
    shows, left = ASKED[name]
    small = smallest(FULL, shows, Framing.SSE, Budget(1000))
    assert small == left


@pytest.mark.parametrize("most", [0, 1, 3, 9])
def test_a_spent_budget_leaves_what_still_shows(most: int) -> None:
    budget = Budget(most)

    def shows(one: Exchange) -> bool:
        return b"2" in one.body and one.head.status == 200

    assert shows(smallest(FULL, shows, Framing.SSE, budget))
    assert budget.spent
    assert budget.asked == most
