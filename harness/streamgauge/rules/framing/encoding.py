"""Rules of the bytes under the lines: UTF-8, and nothing in front of it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.framing.noticed import Found, noticed
from streamgauge.rules.order.authorities import EVENT_STREAM, JSON
from streamgauge.rules.rule import rule
from streamgauge.wire.event import Oddity


@rule("framing/body-is-utf8", Level.MUST, EVENT_STREAM)
def body_is_utf8(case: Case) -> Iterator[Evidence]:
    """The body is valid UTF-8 throughout.

    Why it matters: readers put U+FFFD in the place of what they cannot decode, or give up: the
    official Python clients raise an error and the rest of the answer is lost (openai 3.54.0 and
    anthropic 2.12.0, measured).

    How it breaks in the world: servers and gateways that cut a stream of bytes where a character
    goes on, and decode or send each piece by itself (ggml-org/llama.cpp#28926, katanemo/plano#980,
    api7/aisix#111). A body that is cut off inside a character is not counted here: that it was cut
    is the fault, and `framing/last-event-is-terminated` says so.

    References:

    - [WHATWG HTML, parsing an event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
    - [RFC 8259, section 8.1](https://www.rfc-editor.org/rfc/rfc8259#section-8.1)
    """
    body = case.transcript.exchange.body
    for found in noticed(case.transcript, Oddity.BAD_UTF8):
        if _is_cut(body, found):
            continue
        got = body[found.offset : found.offset + 4].hex(" ")
        yield Evidence(
            "Bytes are not UTF-8", "UTF-8", got, found.event.index,
            span=(found.offset, found.offset + 1), times=found.times,
        )  # fmt: skip


def _is_cut(body: bytes, found: Found) -> bool:
    """Whether the bytes are the first part of a character at the very end of the body."""
    if len(body) - found.offset > 3:
        return False
    try:
        codecs.utf_8_decode(body[found.offset :], "strict", False)
    except UnicodeDecodeError:
        return False
    return True


@rule("framing/no-byte-order-mark", Level.SHOULD, JSON)
def no_byte_order_mark(case: Case) -> Iterator[Evidence]:
    """The body does not begin with a byte-order mark.

    Why it matters: the standard of event streams lets readers drop one mark, but most do not. It
    then becomes part of the first field's name, and the first event is lost without a word: the
    official Python clients (openai 3.54.0, anthropic 2.12.0), httpx-sse and others do that
    (measured). JSON sent over a network must not have the mark at all.

    How it breaks in the world: servers on platforms whose text writers add the mark by default.
    No recorded stream of a provider has one.

    References:

    - [RFC 8259, section 8.1](https://www.rfc-editor.org/rfc/rfc8259#section-8.1)
    - [WHATWG HTML, parsing an event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
    """
    for found in noticed(case.transcript, Oddity.BOM):
        yield Evidence(
            "The body begins with a byte-order mark", "the first field", "EF BB BF",
            found.event.index, span=(0, 3),
        )  # fmt: skip
