"""Rules of the lines of an event stream: what fields there are, how they are written and ended."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.framing.noticed import (
    Found,
    at_line,
    bare_errors,
    events,
    line,
    noticed,
)
from streamgauge.rules.order.authorities import EVENT_STREAM, KIMI_STREAM
from streamgauge.rules.rule import CHAT, Authority, Need, rule
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.event import Event, Oddity

_OPENAI_PYTHON = Authority(
    name="OpenAI's client for Python parses empty data as JSON",
    url="https://github.com/openai/openai-python/issues/2722",
)

_ENDINGS = {Oddity.LF: "LF", Oddity.CRLF: "CR LF", Oddity.CR: "CR"}


@rule("framing/line-endings-are-consistent", Level.MAY, EVENT_STREAM, needs=(Need.SSE,))
def line_endings_are_consistent(case: Case) -> Iterator[Evidence]:
    """All lines of a stream end alike.

    Why it matters: the standard allows LF, CR LF and CR, and lets them be mixed, but many readers
    look for one kind of blank line only. Where the kinds change inside a stream such readers glue
    events together, hold them back or lose them.

    How it breaks in the world: gateways that add lines of their own to what passes through. Readers
    hung on `data: …` LF, CR LF (openai/openai-node#2309), on fields parted by CR LF
    (vercel/ai#6197), and on anything but two LF (hey-api/hey-api#3054, miruamel/xuan#194). In the
    recordings no stream mixes them; Gemini and Perplexity use CR LF throughout.

    References:

    - [WHATWG HTML, parsing an event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
    """
    if not any(True for _ in noticed(case.transcript, *_ENDINGS)):
        return
    usual: Oddity | None = None
    for event, times in events(case.transcript):
        for ending, offset in _endings(event):
            usual = usual or ending
            if ending is not usual:
                yield Evidence(
                    "The ends of lines change inside the stream", f"{_ENDINGS[usual]} as before",
                    _ENDINGS[ending], event.index, span=(offset, offset + 1), times=times,
                )  # fmt: skip
                break


def _endings(event: Event) -> list[tuple[Oddity, int]]:
    """The kinds of line endings of one event; a dispatched event without any has LF."""
    found = [(oddity, offset) for oddity, offset in event.oddities if oddity in _ENDINGS]
    return found or ([(Oddity.LF, event.end - 1)] if event.dispatched else [])


_NO_FIELD = "A line is no field that the standard knows, so every reader drops it"


@rule("framing/every-line-is-a-field", Level.SHOULD, EVENT_STREAM, needs=(Need.SSE,))
def every_line_is_a_field(case: Case) -> Iterator[Evidence]:
    """Every line is blank, a comment, or one of the fields `data`, `event`, `id` and `retry`.

    Why it matters: a reader ignores any other line. What a server wrote there never arrives, and
    nobody is told. Google's own Python client even stops with an error at lines that it does not
    expect (google-genai 3.4.0).

    How it breaks in the world: JSON over several lines behind one `data:`; a payload without
    `data:` (huggingface/chat-ui#1744); `,data: [DONE]` where a gateway joined a list
    (Portkey-AI/gateway#1537); a stray header between events (`:HTTP_STATUS/429` is a comment, but
    `HTTP_STATUS: 429` would be lost). Errors outside `data:` are a matter of
    `errors/error-is-framed`.

    References:

    - [WHATWG HTML, interpreting an event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
    - [Portkey-AI/gateway#1537](https://github.com/Portkey-AI/gateway/pull/1537)
    """
    for found in noticed(case.transcript, Oddity.UNKNOWN_FIELD):
        if not _is_error(case.transcript, found) and not _is_cut(case.transcript, found):
            yield at_line(case.transcript, found, _NO_FIELD, "data:, event:, id:, retry: or ':'")


def _is_error(transcript: Transcript, found: Found) -> bool:
    """Whether the line is part of an error that was sent outside `data:`."""
    return any(True for _ in bare_errors(transcript.exchange.body, found.event))


def _is_cut(transcript: Transcript, found: Found) -> bool:
    """Whether the body ends inside the line: then it may have become a field."""
    return line(transcript, found.offset)[1] == len(transcript.exchange.body)


@rule("framing/one-data-line-per-event", Level.MAY, EVENT_STREAM, needs=(Need.SSE,))
def one_data_line_per_event(case: Case) -> Iterator[Evidence]:
    """An event has one `data:` line.

    Why it matters: several are legal, and the standard joins them with a line feed. Clients for
    language models were written against one line an event, and many parse each line by itself.

    How it breaks in the world: servers that pretty-print JSON, or that put raw text with line
    feeds into events; clients then join without the line feed (mpetazzoni/sse.js#30) or fail at
    the first half. In more than two thousand recordings one stream does it, and that is plain text.

    References:

    - [WHATWG HTML, interpreting an event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
    - [mpetazzoni/sse.js#30](https://github.com/mpetazzoni/sse.js/issues/30)
    """
    for found in noticed(case.transcript, Oddity.SEVERAL_DATA_LINES):
        yield at_line(case.transcript, found, "An event has several data lines", "one data line")


@rule("framing/data-has-space", Level.MAY, EVENT_STREAM, needs=(Need.SSE,))
def data_has_space(case: Case) -> Iterator[Evidence]:
    """A space follows the colon of `data:`.

    Why it matters: the standard makes the space optional, but clients that look for lines
    beginning `data: ` see an empty answer where it is missing, and take a healthy stream for a
    broken one. Google's Python client raises an error (google-genai 3.4.0).

    How it breaks in the world: Kimi Code's endpoint sends `data:{…}` (nullclaw/nullclaw#509), while
    Moonshot's rules for other hosts demand the space; Spring servers leave it out
    (openai/openai-python#559); gateways and clients lost whole answers
    (tashfeenahmed/freellmapi#1087, davidmigloz/langchain_dart#790). No recording lacks it.

    References:

    - [WHATWG HTML, interpreting an event stream](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
    - [Moonshot's numbered rules, as SGLang cites them](https://github.com/sgl-project/sglang/issues/39897)
    """
    for found in noticed(case.transcript, Oddity.NO_SPACE):
        yield at_line(case.transcript, found, "No space follows `data:`", "data: …")


@rule(
    "framing/only-data-lines",
    Level.SHOULD,
    KIMI_STREAM,
    dialects={CHAT},
    needs=(Need.SSE,),
    demanded=True,
)
def only_data_lines(case: Case) -> Iterator[Evidence]:
    """The stream has `data:` lines and no others: no name, no id, no reconnection time, no comment.

    Why it matters: chat streams have no event names. A browser hands a named event to listeners of
    that name alone, so a client that waits for messages never sees it.

    How it breaks in the world: Groq names its errors (`event: error`); frameworks name every event
    by default; routers send comments to keep a connection alive. All of that is legal in the
    standard, but Moonshot's test for the hosts it lists fails on any line, blank ones apart, that
    does not begin `data: `.

    References:

    - [Moonshot's numbered rules, as SGLang cites them](https://github.com/sgl-project/sglang/issues/39897)
    """
    for event, times in events(case.transcript):
        fields = ["event"] if event.name is not None else []
        fields += [_OTHERS[oddity] for oddity, _ in event.oddities if oddity in _OTHERS]
        for field in fields:
            says = f"A line is {_ARTICLED[field]}"
            got = f"{field}: line" if field else "a line that begins with a colon"
            yield Evidence(says, "data: lines only", got, event.index, times=times)


_OTHERS = {Oddity.ID: "id", Oddity.RETRY: "retry", Oddity.COMMENT: ""}
_ARTICLED = {"event": "an event name", "id": "an id", "retry": "a retry time", "": "a comment"}


@rule("framing/data-is-not-empty", Level.MUST, _OPENAI_PYTHON, needs=(Need.SSE,))
def data_is_not_empty(case: Case) -> Iterator[Evidence]:
    """An event that is dispatched has something in its data.

    Why it matters: empty data is dispatched like any other, and clients parse it as JSON. The
    official OpenAI client for Python raises a JSON error and the answer is lost.

    How it breaks in the world: `data:` with nothing behind it as a keep-alive
    (netease-lcap/wave-agent#1326); a proxy's `retry` line that some readers dispatch
    (openai/openai-python#2943); a comment with a blank line behind it after an event with an id
    (theopenco/llmgateway#2334). A keep-alive is a comment line, or an event that the dialect knows.

    References:

    - [openai/openai-python#2722](https://github.com/openai/openai-python/issues/2722)
    - [WHATWG HTML, authoring notes](https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes)
    """
    for chunk in case.transcript.chunks:
        if chunk.event.data == b"":
            yield case.at(chunk, "The data of an event is empty", "a JSON chunk", "nothing")


@rule("framing/no-reconnect-fields", Level.MAY, EVENT_STREAM, needs=(Need.SSE,))
def no_reconnect_fields(case: Case) -> Iterator[Evidence]:
    """No line sets an event id or a reconnection time.

    Why it matters: `id` and `retry` serve a browser that reconnects with a GET. An answer to a POST
    is never resumed that way, and the fields trip readers: after an id the official OpenAI client
    dispatches every blank line as an event (openai 3.54.0, measured).

    How it breaks in the world: proxies that inject `retry` (openai/openai-python#2943), frameworks
    that number events. Open Responses advises against `id`.

    References:

    - [WHATWG HTML, the Last-Event-ID header](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header)
    - [openai/openai-python#2943](https://github.com/openai/openai-python/issues/2943)
    """
    for found in noticed(case.transcript, Oddity.ID, Oddity.RETRY):
        says = f"A line sets the {_MEANS[found.oddity]}"
        yield at_line(case.transcript, found, says, "no id: and no retry: line")


_MEANS = {Oddity.ID: "last event id", Oddity.RETRY: "reconnection time"}
