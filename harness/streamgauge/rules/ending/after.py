"""Rules of what comes after the end: nothing, and no second end."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Ended
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM, MESSAGES_STREAM
from streamgauge.rules.rule import CHAT, MESSAGES, RESPONSES, Need, rule
from streamgauge.transcript.chunk import Chunk, State

_BEGINNINGS = frozenset(("message_start", "response.created"))
_KEEPALIVES = frozenset(("ping", "keepalive"))


@rule(
    "ending/nothing-after-end",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT, MESSAGES, RESPONSES},
    needs=(Need.STREAM, Need.END),
)
def nothing_after_end(case: Case) -> Iterator[Evidence]:
    """No event comes after the end: after `[DONE]` in chat, after `message_stop`, after the
    terminal event in Responses, and there after `[DONE]` where a server sends it.

    Why it matters: clients stop reading there. What comes later (usage, text, an error) is lost,
    or is left in the connection for the next request.

    How it breaks in the world: a gateway sends `message_stop` with the first usage and more events
    behind it (higress-group/higress#3733); a bridge lets the end of a tool round through, and the
    real answer follows (jonigl/ollama-mcp-bridge#88). In the recordings nothing ever follows.
    Comments and pings are allowed. A second answer is a matter of `order/one-answer-per-stream`.

    References:

    - [OpenAI API reference, chat streaming](https://platform.openai.com/docs/api-reference/chat-streaming)
    - [Anthropic, streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [higress-group/higress#3733](https://github.com/higress-group/higress/issues/3733)
    """
    marker: str | None = None
    in_chat = case.transcript.dialect.name == CHAT
    done = False
    for chunk in case.transcript.chunks:
        if _type(chunk) in _BEGINNINGS:
            marker, done = None, False
        ended = next((d for d in chunk.deltas if isinstance(d, Ended)), None)
        if ended is not None and ended.sentinel is in_chat and not done:
            marker = marker or ended.marker
        elif marker and chunk.state is not State.SENTINEL and _type(chunk) not in _KEEPALIVES:
            yield case.at(
                chunk, "An event comes after the end", f"nothing after {marker}", _named(chunk)
            )
        if ended is not None and ended.sentinel and case.transcript.dialect.name == RESPONSES:
            marker, done = marker or ended.marker, True


@rule(
    "ending/one-terminal-event",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    needs=(Need.STREAM, Need.END),
)
def one_terminal_event(case: Case) -> Iterator[Evidence]:
    """An answer has one terminal event.

    Why it matters: a client ends its work at the first. The second finds a closed message, and
    clients that count ends, bill twice or call a tool twice.

    How it breaks in the world: translators that end at the finish reason and again at the end of
    the upstream, or at every chunk that has usage (higress-group/higress#3733). No recording has
    two in one answer.

    References:

    - [Anthropic, streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [OpenAI API reference, Responses streaming](https://platform.openai.com/docs/api-reference/responses-streaming)
    - [higress-group/higress#3733](https://github.com/higress-group/higress/issues/3733)
    """
    first: str | None = None
    for chunk in case.transcript.chunks:
        if _type(chunk) in _BEGINNINGS:
            first = None
        for ended in chunk.deltas:
            if not isinstance(ended, Ended) or ended.sentinel:
                continue
            if first is not None:
                yield case.at(chunk, "The answer ends again", f"one end ({first})", ended.marker)
            first = first or ended.marker


def _type(chunk: Chunk) -> str | None:
    found = chunk.value.get("type") if isinstance(chunk.value, dict) else None
    return found if isinstance(found, str) else None


def _named(chunk: Chunk) -> str:
    data = (chunk.event.data or b"")[:120].decode("utf-8", "replace")
    return _type(chunk) or data
