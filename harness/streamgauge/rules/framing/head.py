"""Rules of the response head that a stream comes with."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import EVENT_STREAM
from streamgauge.rules.rule import Need, rule
from streamgauge.rules.schema.members import failed
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import Framing

_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/json")
_TYPES = {
    Framing.SSE: ("text/event-stream",),
    Framing.JSON_ARRAY: ("application/json",),
    Framing.JSON_LINES: _LINES,
}


@rule(
    "framing/content-type-is-event-stream",
    Level.MUST,
    EVENT_STREAM,
    needs=(Need.STREAM, Need.HEADERS),
)
def content_type_is_event_stream(case: Case) -> Iterator[Evidence]:
    """The content type of the answer names the framing that the body has: `text/event-stream` for
    server-sent events, `application/json` for a streamed JSON array.

    Why it matters: a browser's EventSource refuses any other type, proxies buffer and compress
    what they do not take for a stream, and careful clients read the type before the body, so that
    an error document is not parsed as events.

    How it breaks in the world: Ollama was reported to send streams under another type
    (ollama/ollama#8991); Open WebUI functions show an answer without the type as plain text
    (owndev/Open-WebUI-Functions#54); tools that expect events gave up on Foundry
    (microsoft/foundry-dev-tools#195). Every recording whose type is known has the right one.

    References:

    - [WHATWG HTML, processing the response](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model)
    - [ollama/ollama#8991](https://github.com/ollama/ollama/issues/8991)
    """
    head = case.transcript.exchange.head
    wanted = _TYPES.get(case.transcript.framing)
    if wanted is not None and head.content_type not in wanted:
        got = head.header("content-type") or "no content-type header"
        yield Evidence("The content type does not name the body's framing", wanted[0], got)


@rule("framing/status-is-ok", Level.MUST, EVENT_STREAM, needs=(Need.STREAM, Need.STATUS))
def status_is_ok(case: Case) -> Iterator[Evidence]:
    """A stream comes with status 200.

    Why it matters: clients decide by the status whether to read events or an error document. A
    stream under a failing status is thrown away, and one under another good status is refused by
    what follows the standard.

    How it breaks in the world: gateways commit a status before they know what the upstream says,
    or pass on a status with a body that does not belong to it (RunanywhereAI/wally#83,
    snailyp/gemini-balance#347). An array with nothing but an error in it is Gemini's way to
    refuse a stream, and no stream.

    References:

    - [WHATWG HTML, processing the response](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model)
    """
    status = case.transcript.exchange.head.status
    if status is not None and status >= 400 and _is_refusal(case.transcript):
        return
    if status != 200:
        yield Evidence("The body is a stream, the status is not 200", "200", str(status))


def _is_refusal(transcript: Transcript) -> bool:
    """Whether a body of JSON holds errors alone."""
    return transcript.framing is not Framing.SSE and all(map(failed, transcript.chunks))
