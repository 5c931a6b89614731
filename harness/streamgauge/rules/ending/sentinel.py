"""Rules of the sentinel `[DONE]`: that it comes, once, as it is written, and where it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM
from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, RESPONSES, Authority, Need, rule
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.event import Oddity

_GOOGLE_GENAI = Authority(
    name="Google's client for Python refuses what is not JSON",
    url="https://github.com/googleapis/python-genai",
)

_EXACT = b"[DONE]"
# What was meant for the sentinel: the word, in whatever brackets and quotes.
_ALIKE = re.compile(rb"[^\w{]*done[^\w}]*", re.IGNORECASE)


@rule(
    "ending/sentinel-is-sent",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT},
    needs=(Need.SSE, Need.END),
)
def sentinel_is_sent(case: Case) -> Iterator[Evidence]:
    """A chat stream ends with `data: [DONE]`.

    Why it matters: it tells a client that nothing more will come, not even usage. Without it
    clients wait for the connection to close, and proxies that count on it report a failure or keep
    the connection.

    How it breaks in the world: Cerebras, Perplexity and Writer never send it (0 of 15, 0 of 4 and
    0 of 5 recorded streams); gateways that pass such an upstream on leave clients waiting
    (decolua/9router#142, diegosouzapw/OmniRoute#6777); Azure's DeepSeek closes after a content
    filter (experientiallabs/experiential#962). Its absence alone does not make an answer
    incomplete, and its presence does not make it whole. A vendor that documents it must send it.

    References:

    - [OpenAI API reference, chat streaming](https://platform.openai.com/docs/api-reference/chat-streaming)
    - [decolua/9router#142](https://github.com/decolua/9router/issues/142)
    """
    transcript = case.transcript
    if case.facts.get("end-marker") == "none" or any(_alike(transcript)):
        return
    if not any(chunk.state is State.SENTINEL for chunk in transcript.chunks) and not _lost(
        transcript
    ):
        last = transcript.chunks[-1].last_event
        got = f"the end of the body after event {last}"
        yield Evidence("The end marker never came", "data: [DONE]", got, last)


def _alike(transcript: Transcript) -> Iterator[tuple[Chunk, bytes]]:
    """Chunks that were meant for the sentinel and are not written like it, with their data."""
    for chunk in transcript.chunks:
        data = chunk.event.data or b""
        if len(data) < 40 and data != _EXACT and _ALIKE.fullmatch(data):
            yield chunk, data


def _lost(transcript: Transcript) -> bool:
    """Whether the sentinel stands where no reader finds it; a rule of framing says so."""
    body = transcript.exchange.body
    return any(
        oddity in (Oddity.UNKNOWN_FIELD, Oddity.UNTERMINATED)
        and _EXACT in body[event.start : event.end]
        for event in transcript.silent
        for oddity, _ in event.oddities
    )


@rule(
    "ending/sentinel-once",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT, RESPONSES},
    needs=(Need.SSE, Need.CHUNKS),
)
def sentinel_once(case: Case) -> Iterator[Evidence]:
    """`[DONE]` comes once.

    Why it matters: what stands behind the first one is not read, or is read as the beginning of
    something else by whoever keeps the connection.

    How it breaks in the world: an engine sends it and the server around it sends another
    (ray-project/ray#62246); a translator sends it at the terminal event and again when the
    upstream closes (Th0rgal/sandboxed.sh#389). No recording has two.

    References:

    - [OpenAI API reference, chat streaming](https://platform.openai.com/docs/api-reference/chat-streaming)
    - [ray-project/ray#62246](https://github.com/ray-project/ray/issues/62246)
    """
    sentinels = [chunk for chunk in case.transcript.chunks if chunk.state is State.SENTINEL]
    for chunk in sentinels[1:]:
        yield case.at(chunk, "The end marker comes again", "one [DONE]", "another [DONE]")


@rule(
    "ending/sentinel-is-exact",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT, RESPONSES},
    needs=(Need.SSE, Need.CHUNKS),
)
def sentinel_is_exact(case: Case) -> Iterator[Evidence]:
    """The end marker is the six characters `[DONE]` and nothing else.

    Why it matters: many clients compare the data with `[DONE]` and parse everything else as JSON.
    A blank behind it, quotes around it or small letters end a good answer with a JSON error.

    How it breaks in the world: local servers send `[DONE]` with a trailing blank
    (mistralai/mistral-vibe#793); frameworks that serialise every event send it as a JSON string.

    References:

    - [OpenAI API reference, chat streaming](https://platform.openai.com/docs/api-reference/chat-streaming)
    - [mistralai/mistral-vibe#793](https://github.com/mistralai/mistral-vibe/pull/793)
    """
    for chunk, data in _alike(case.transcript):
        got = shown(repr(data)[1:])
        yield case.at(chunk, "The end marker is not written [DONE]", "[DONE]", got)


@rule(
    "ending/no-foreign-sentinel",
    Level.MUST,
    _GOOGLE_GENAI,
    dialects={MESSAGES, GEMINI},
    needs=(Need.SSE, Need.CHUNKS),
)
def no_foreign_sentinel(case: Case) -> Iterator[Evidence]:
    """`[DONE]` is not sent in a dialect that does not have it.

    Why it matters: a client of such a dialect parses every event as JSON. Google's client stops
    with an error at it (google-genai 3.4.0, its source); Anthropic's does where the event has a
    name (anthropic 2.12.0, measured). The answer before it was whole.

    How it breaks in the world: gateways append it to whatever they stream. In 317 recorded
    streams of Messages and 214 of Gemini it never comes. In Responses it is contested: OpenAI and
    DeepSeek send none, Open Responses demands it, so that dialect is not asked.

    References:

    - [googleapis/python-genai](https://github.com/googleapis/python-genai)
    - [Anthropic, streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    """
    for chunk in case.transcript.chunks:
        if chunk.state is State.SENTINEL:
            yield case.at(chunk, "An end marker of another dialect came", "JSON", "[DONE]")
