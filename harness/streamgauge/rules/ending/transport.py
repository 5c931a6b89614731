"""The rule of how the transport closed under an answer that was whole."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.exchange import Close, Framing
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule

_RFC_9112 = Authority(
    name="RFC 9112, section 8: incomplete messages",
    url="https://www.rfc-editor.org/rfc/rfc9112#section-8",
)
# A reader that hangs up itself (cancelled) says nothing of the server.
_FAULTS = {
    Close.EOF: "the connection closed inside the HTTP message",
    Close.RESET: "the connection was reset",
    Close.TIMEOUT: "the connection stayed open until the reader gave up",
}


@rule(
    "ending/transport-closed-cleanly",
    Level.SHOULD,
    _RFC_9112,
    needs=(Need.STREAM, Need.END, Need.CLOSE),
)
def transport_closed_cleanly(case: Case) -> Iterator[Evidence]:
    """The HTTP message ends in good order once the answer has ended.

    Why it matters: a message that HTTP calls incomplete is an error to the client library, however
    whole the answer in it is: the last piece may be dropped, and a retry is made and paid for. A
    connection that stays open holds clients that wait for its end.

    How it breaks in the world: proxies that close without the last chunk of the chunked coding;
    servers that send the finish reason and then stay silent with the connection open
    (diegosouzapw/OmniRoute#6777), or with comments without end. Asked of answers that reached
    their end; a cut one breaks `ending/end-is-reached`.

    References:

    - [RFC 9112, section 8](https://www.rfc-editor.org/rfc/rfc9112#section-8)
    - [diegosouzapw/OmniRoute#6777](https://github.com/diegosouzapw/OmniRoute/issues/6777)
    """
    exchange = case.transcript.exchange
    # A body without a length or chunks ends with the connection: there that is the clean end.
    if exchange.close is Close.EOF and exchange.framing is Framing.UNTIL_CLOSE:
        return
    if exchange.close in _FAULTS:
        got = _FAULTS[exchange.close]
        yield Evidence("The transport did not close cleanly", "a clean end", got)
