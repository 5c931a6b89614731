"""How the transport closed under a whole answer."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Close, Framing
from streamgauge.rules.ending.transport import transport_closed_cleanly

STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
CUT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'


@pytest.mark.parametrize(
    ("close", "framing", "broken"),
    [
        (Close.CLEAN, Framing.CHUNKED, False),
        (Close.CANCELLED, Framing.CHUNKED, False),
        (Close.EOF, Framing.UNTIL_CLOSE, False),
        (Close.EOF, Framing.CHUNKED, True),
        (Close.EOF, Framing.UNKNOWN, True),
        (Close.RESET, Framing.UNTIL_CLOSE, True),
        (Close.TIMEOUT, Framing.CHUNKED, True),
    ],
)
def test_the_close(court, close, framing, broken) -> None:
    outcome = court(transport_closed_cleanly, STOP, close=close, framing=framing)
    assert bool(outcome.findings) is broken


@pytest.mark.parametrize(
    ("body", "close", "reason"),
    [
        pytest.param(STOP, Close.UNKNOWN, "how the transport closed is unknown", id="unknown"),
        pytest.param(CUT, Close.RESET, "the stream did not reach its end", id="cut"),
    ],
)
def test_it_is_not_asked_of(court, body, close, reason) -> None:
    outcome = court(transport_closed_cleanly, body, close=close)
    assert [one.reason for one in outcome.skipped] == [reason]
