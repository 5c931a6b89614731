"""Rules about how an error is carried: its event name, its framing, the status of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Append, Fragment
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.errors.stated import failures
from streamgauge.rules.finding import Level
from streamgauge.rules.framing.noticed import bare_errors
from streamgauge.rules.order.authorities import CHAT_STREAM, EVENT_STREAM, MESSAGES_STREAM
from streamgauge.rules.rule import ALL, MESSAGES, Need, rule
from streamgauge.rules.schema.members import failed


@rule(
    "errors/error-event-is-named",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES},
    needs=(Need.STREAM, Need.FAILURE),
)
def error_event_is_named(case: Case) -> Iterator[Evidence]:
    """An error of the Messages API comes in an event that is named `error`.

    Not asked where other events of the stream have no names either: such a stream breaks
    `framing/event-is-named`.

    Why it matters: the official client looks at the name. An error without it is passed over
    without a word, and the text so far is returned as the answer.

    How it breaks in the world: gateways write their own errors as bare data, without the name that
    the dialect needs; one passed the errors of its upstream on untranslated
    (envoyproxy/ai-gateway#2546).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, "Error events"
    - <https://github.com/envoyproxy/ai-gateway/issues/2546>
    """
    chunks = case.transcript.chunks
    if any(chunk.event.name is None and not failed(chunk) for chunk in chunks):
        return
    for chunk, _ in failures(case):
        if chunk.event.name != "error":
            got = "no name" if chunk.event.name is None else chunk.event.name
            yield case.at(chunk, "The event of the error has another name", "event: error", got)


@rule(
    "errors/error-is-framed",
    Level.MUST,
    EVENT_STREAM,
    needs=(Need.SSE,),
)
def error_is_framed(case: Case) -> Iterator[Evidence]:
    """An error in an event stream stands in a `data:` line, not bare between the events.

    Why it matters: a line whose field name the standard does not know is ignored. The error is
    thrown away by every correct reader, and the client waits, or takes the cut answer for whole.

    How it breaks in the world: a proxy wrote a bare JSON error into a stream that had begun
    (stacklok/toolhive#6037); servers are known that write `error: …` as a line of its own. Gemini
    was seen to print an overload bare into the stream (vercel/ai#5217); Google's own mock streams
    hold one over several lines.

    References:

    - <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>:
      otherwise the field is ignored
    - <https://github.com/stacklok/toolhive/issues/6037>
    - <https://github.com/vercel/ai/issues/5217>
    """
    transcript = case.transcript
    framed = (*transcript.silent, *(chunk.event for chunk in transcript.chunks))
    for event in sorted(framed, key=lambda event: event.index):
        for start, line in bare_errors(transcript.exchange.body, event):
            yield Evidence(
                "An error stands outside of any data line",
                "data: and the error",
                line[:160].decode("utf-8", "replace"),
                event.index,
                span=(start, start + len(line)),
            )


@rule(
    "errors/status-tells-failure",
    Level.SHOULD,
    CHAT_STREAM,
    dialects=ALL,
    needs=(Need.HEAD, Need.FAILURE),
)
def status_tells_failure(case: Case) -> Iterator[Evidence]:
    """An error that comes before any of the answer is told by the status, not in a stream of 200.

    Why it matters: retries, limits and alarms look at the status. With a 200 a client has no
    `retry-after`, a router does not change the upstream, and a cache may keep the error.

    How it breaks in the world: a shim turned 429 with Retry-After into 200 and an event
    (RunanywhereAI/wally#83); a gateway answered 200 after all its attempts had failed
    (snailyp/gemini-balance#347). Anthropic itself is known to report overload as the first event
    of a 200.

    References:

    - <https://platform.openai.com/docs/guides/error-codes>
    - <https://github.com/RunanywhereAI/wally/issues/83>
    - <https://github.com/sgl-project/sglang/issues/39897>, rule P0.17
    """
    status = case.transcript.exchange.head.status
    if status is None or status >= 400:
        return
    chunk, failure = next(failures(case))
    for before, delta in case.transcript.deltas():
        if before is chunk:
            break
        if isinstance(delta, Fragment) or (isinstance(delta, Append) and delta.text):
            return
    says = "The first thing said is an error, and the status is that of a success"
    yield case.at(chunk, says, "a status of 400 or more", status, pointer=failure.pointer or None)
