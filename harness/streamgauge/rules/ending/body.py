"""Rules of the body as a whole: that there is one, and that it is a stream."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM, MESSAGES_STREAM
from streamgauge.rules.rule import Need, rule
from streamgauge.transcript.chunk import State
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.event import Oddity
from streamgauge.wire.framing import Framing


@rule("ending/answer-is-not-empty", Level.MUST, MESSAGES_STREAM, needs=(Need.STREAM, Need.STAYED))
def answer_is_not_empty(case: Case) -> Iterator[Evidence]:
    """A stream has at least one event with something in it.

    Why it matters: an empty body under a good status looks like a success with nothing to say.
    Clients return an empty answer, hang, or fail in places that do not name the cause (the
    official Anthropic client raises an assertion error).

    How it breaks in the world: a load balancer that gives up and closes; DeepSeek's empty 200
    after a row of blank lines (deepseek-ai/DeepSeek-V3#599); a server that answers a context
    overflow with `[DONE]` alone; keep-alive comments and then the end; text under
    `text/event-stream` that has no event in it (sourcegraph/cody#3479). Asked where the status is
    not a failure: a body need not repeat what the status says.

    References:

    - [Anthropic, streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [sourcegraph/cody#3479](https://github.com/sourcegraph/cody/issues/3479)
    - [pydantic/pydantic-ai#3238](https://github.com/pydantic/pydantic-ai/issues/3238)
    """
    transcript = case.transcript
    status = transcript.exchange.head.status
    if status is not None and status >= 400:
        return
    if not says_something(transcript):
        got = _emptiness(transcript)
        yield Evidence("The stream holds no answer", "at least one chunk", got)


def says_something(transcript: Transcript) -> bool:
    """Whether there is a chunk, or the beginning of one at the end of the body."""
    if any(chunk.state is not State.SENTINEL for chunk in transcript.chunks):
        return True
    return any(
        oddity is Oddity.UNTERMINATED and event.data
        for event in transcript.silent
        for oddity, _ in event.oddities
    )


def _emptiness(transcript: Transcript) -> str:
    if not transcript.exchange.body.strip():
        return f"an empty body ({len(transcript.exchange.body)} bytes)"
    if transcript.chunks:
        return "the end marker alone"
    return f"no dispatched event in {len(transcript.exchange.body)} bytes"


_UNWANTED = frozenset((Framing.HTML, Framing.BINARY))


@rule("ending/body-is-a-stream", Level.MUST, CHAT_STREAM, needs=())
def body_is_a_stream(case: Case) -> Iterator[Evidence]:
    """The answer to a request for a stream is a stream.

    Why it matters: a client that reads events finds none in a JSON document, an HTML page or plain
    text. It returns an empty answer or fails with an error about JSON, and what the body said is
    lost.

    How it breaks in the world: servers that ignore `stream: true` and send one document
    (mistralai/mistral-vibe#619); xAI and others that send an error document with status 200; login
    and error pages of proxies; errors as pretty-printed JSON that clients read line by line
    (openai/openai-python#649). Where no request is known, a stream is taken to have been asked
    for. A document under a failing status is a refusal, as it should be; its shape is a matter of
    `errors/refusal-has-standard-shape`.

    References:

    - [OpenAI API reference, chat streaming](https://platform.openai.com/docs/api-reference/chat-streaming)
    - [mistralai/mistral-vibe#619](https://github.com/mistralai/mistral-vibe/issues/619)
    """
    transcript = case.transcript
    framing = transcript.framing
    # A request that does not say `stream` asks for a document.
    if transcript.asked is not None and not transcript.asked.stream:
        return
    if transcript.streamed:
        return
    status = transcript.exchange.head.status
    if framing not in _UNWANTED and status is not None and status >= 400:
        return
    start = transcript.exchange.body[:60].decode("utf-8", "replace")
    got = shown(f"{framing.value}: {start}")
    yield Evidence("The body is not a stream", "a stream of events", got)
