"""Makes a whole exchange small: first what stands around the body, then the body, then the request.

Whatever the findings do not need goes: the request, the head, the times, how it closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from streamgauge.exchange import Close, Exchange, Head, Seam
from streamgauge.shrink.draft import Draft
from streamgauge.shrink.reduction import reduced
from streamgauge.shrink.search import Budget, Spent, fewest
from streamgauge.wire.framing import Framing

Asked = Callable[[Exchange], bool]
_Change = Callable[[Exchange], Exchange]


def smallest(exchange: Exchange, shows: Asked, framing: Framing, budget: Budget) -> Exchange:
    """The smallest exchange of which `shows` was true before the budget was spent.

    `shows` must be true of the exchange itself; `framing` is that of its body.
    """
    exchange = _lighter(exchange, shows, budget)
    exchange = _smaller_body(exchange, shows, framing, budget)
    # With less of a body, less around it may do.
    exchange = _lighter(exchange, shows, budget)
    return _smaller_request(exchange, shows, budget)


def _smaller_body(exchange: Exchange, shows: Asked, framing: Framing, budget: Budget) -> Exchange:
    def put(draft: Draft) -> Exchange:
        return replace(exchange, body=draft.body, arrivals=draft.arrivals or None)

    draft = Draft(exchange.body, exchange.arrivals or ())
    return put(reduced(draft, lambda one: shows(put(one)), framing, budget))


def _smaller_request(exchange: Exchange, shows: Asked, budget: Budget) -> Exchange:
    request = exchange.request
    if request is None:
        return exchange

    def put(draft: Draft) -> Exchange:
        return replace(exchange, request=replace(request, body=draft.body))

    asked = Draft(request.body)
    return put(reduced(asked, lambda one: shows(put(one)), Framing.DOCUMENT, budget))


def _lighter(exchange: Exchange, shows: Asked, budget: Budget) -> Exchange:
    """Without what it can do without; unchanged where the budget is spent on the way."""
    best = exchange

    def holds(kept: Sequence[_Change]) -> bool:
        nonlocal best
        budget.spend()
        lighter = exchange
        for change in changes:
            lighter = lighter if change in kept else change(lighter)
        if not shows(lighter):
            return False
        best = lighter
        return True

    changes = [*_CHANGES, *(_no_header(name) for name, _ in exchange.head.headers)]
    changes = [change for change in changes if change(exchange) != exchange]
    with suppress(Spent):  # the best so far is an answer too
        fewest(changes, holds)
    return best


def _no_request(exchange: Exchange) -> Exchange:
    return replace(exchange, request=None)


def _no_address(exchange: Exchange) -> Exchange:
    request = exchange.request
    return exchange if request is None else replace(exchange, request=replace(request, url=""))


def _no_request_headers(exchange: Exchange) -> Exchange:
    request = exchange.request
    return exchange if request is None else replace(exchange, request=replace(request, headers=()))


def _no_status(exchange: Exchange) -> Exchange:
    return replace(exchange, head=replace(exchange.head, status=None))


def _no_arrivals(exchange: Exchange) -> Exchange:
    return replace(exchange, arrivals=None, seam=Seam.UNKNOWN)


def _no_close(exchange: Exchange) -> Exchange:
    return replace(exchange, close=Close.UNKNOWN)


def _no_header(name: str) -> _Change:
    def change(exchange: Exchange) -> Exchange:
        headers = tuple(one for one in exchange.head.headers if one[0] != name)
        return replace(exchange, head=Head(status=exchange.head.status, headers=headers))

    return change


_CHANGES: tuple[_Change, ...] = (
    _no_request,
    _no_address,
    _no_request_headers,
    _no_status,
    _no_arrivals,
    _no_close,
)
