"""Rules of where things end: the last event, the array, and how large anything may be."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.framing.noticed import noticed
from streamgauge.rules.order.authorities import EVENT_STREAM, JSON
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.wire.event import Event, Oddity
from streamgauge.wire.framing import Framing

_SCANNERS = Authority(
    name="OpenAI's client for Go: readers have limits",
    url="https://github.com/openai/openai-go/issues/368",
)

_FRAMED = frozenset((Framing.SSE, Framing.JSON_ARRAY, Framing.JSON_LINES))


@rule("framing/last-event-is-terminated", Level.MUST, EVENT_STREAM)
def last_event_is_terminated(case: Case) -> Iterator[Evidence]:
    """The last event is whole: a blank line closes it, or in JSON framings its last bracket.

    Why it matters: the standard throws an event away that no blank line closes. Whatever the
    server put there last (the finish reason, the usage, the end marker) never reaches a client
    that keeps to it, while others take it, so the same body means two things.

    How it breaks in the world: connections that break in the middle of an event; servers that
    forget the last line feed (a llama.cpp build did after `[DONE]`); gateways that cut one byte
    too many or crash on such a tail (higress-group/higress#4620). No recording of a provider
    lacks the blank line. Recorders and editors do lose it, so look at how the file was made.

    References:

    - [WHATWG HTML, interpreting an event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
    - [higress-group/higress#4620](https://github.com/higress-group/higress/issues/4620)
    """
    if case.transcript.framing not in _FRAMED:
        return
    for found in noticed(case.transcript, Oddity.UNTERMINATED):
        event = found.event
        if not event.dispatched and not _closes_array(case, event):
            tail = case.transcript.exchange.body[event.start : event.end][-80:]
            got = shown(tail.decode("utf-8", "replace").strip("\r\n"))
            closing = _CLOSING[case.transcript.framing]
            yield Evidence("The last event is not closed", closing, got, event.index)


_CLOSING = {
    Framing.SSE: "a blank line",
    Framing.JSON_ARRAY: "the element's last bracket",
    Framing.JSON_LINES: "a whole JSON document",
}


def _closes_array(case: Case, event: Event) -> bool:
    """Whether this is the tail of an array, which holds no element."""
    return case.transcript.framing is Framing.JSON_ARRAY and event.data is None


@rule("framing/within-limits", Level.SHOULD, _SCANNERS)
def within_limits(case: Case) -> Iterator[Evidence]:
    """No line, event or body is larger than a reader can be asked to hold.

    Why it matters: the standard sets no limit, but every reader has one. Past it an event is
    dropped or the stream ends early, often without an error. streamgauge itself stops reading at
    16 MiB a line, 32 MiB an event and 512 MiB a body, so nothing is known of what lies behind.

    How it breaks in the world: terminal events that repeat the whole answer, images in base64,
    large tool arguments. Readers in Go stop at 64 KiB by default (openai/openai-go#368,
    SamSaffron/term-llm#298, infiniflow/ragflow#15381); one SDK then returned a short answer as
    whole (TencentCloud/tencentcloud-sdk-go#315).

    References:

    - [openai/openai-go#368](https://github.com/openai/openai-go/issues/368)
    - [WHATWG HTML, server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html)
    """
    for found in noticed(case.transcript, *_LIMITS):
        size = found.event.end - found.event.start
        yield Evidence(
            f"The stream has a {found.oddity.value}", "less", f"{size} bytes in this event",
            found.event.index,
        )  # fmt: skip


_LIMITS = (Oddity.LINE_OVER_LIMIT, Oddity.EVENT_OVER_LIMIT, Oddity.STREAM_OVER_LIMIT)


@rule("framing/array-is-closed", Level.MUST, JSON, needs=(Need.ARRAY, Need.END))
def array_is_closed(case: Case) -> Iterator[Evidence]:
    """A streamed JSON array is an array: a bracket opens it, commas part its elements, a bracket
    closes it.

    Why it matters: without `alt=sse` Gemini streams one JSON array, element by element. A client
    that reads the body whole parses it as JSON and gets nothing at all where a comma or the last
    bracket is missing.

    How it breaks in the world: proxies that stop at the chunk with the finish reason; errors
    written between the elements as bare JSON. Asked of answers that reached their end; one that
    was cut off is a matter of `ending/end-is-reached`.

    References:

    - [RFC 8259, section 5](https://www.rfc-editor.org/rfc/rfc8259#section-5)
    - [Gemini, streamGenerateContent](https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent)
    """
    for found in noticed(case.transcript, Oddity.NOT_FRAMED, Oddity.UNTERMINATED):
        body = case.transcript.exchange.body
        end = (found.offset, min(found.event.end, found.offset + 40))
        if found.oddity is Oddity.NOT_FRAMED:
            got = shown(body[slice(*end)].decode("utf-8", "replace"))
            yield Evidence(
                "Bytes stand between the elements that an array does not allow",
                "elements parted by commas", got, found.event.index, span=end,
            )  # fmt: skip
        elif found.event.data is None:
            yield Evidence("The array is not closed", "]", "the end of the body", found.event.index)
