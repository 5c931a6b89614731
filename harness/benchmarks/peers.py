"""Who is measured: our two doors and the client libraries that fold streams too.

Each peer gets the same body and says what it read, in one shape, so that speed is only compared
where the answer is right. A peer's library is imported only where that peer is prepared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from benchmarks.streams import Stream


@dataclass(frozen=True, slots=True)
class Said:
    """What a peer read: the text, the arguments of each tool call."""

    text: str
    calls: tuple[str, ...]


Once = Callable[[], Any]
Read = Callable[[Any], Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One library's way to read a stream.

    `prepare` gives the call that is timed, with all that it needs ready made; `read` turns what
    that call returned into what was said, or is None where the call keeps nothing. `needs` is the
    distribution to install, None for what lies beside this folder; `apart` means that it does not
    fit in beside the others.
    """

    name: str
    prepare: Callable[[Stream], Once]
    read: Read | None
    needs: str | None
    dialects: frozenset[str]
    apart: bool = False

    def reads(self, dialect: str, hard: bool) -> bool:
        """Whether this peer is measured on streams of a kind; hard ones are for us alone."""
        return dialect in self.dialects and (self.needs is None or not hard)


def _pieces(body: bytes) -> Iterator[bytes]:
    """The body in reads of 16 KiB, as a fast network would bring it."""
    for at in range(0, len(body), 16384):
        yield body[at : at + 16384]


def _drained(events: Any) -> int:
    return sum(1 for _ in events)


# Ours.


def _our_aggregate(stream: Stream) -> Once:
    import streamgauge

    return lambda: streamgauge.aggregate(stream.body)


def _our_check(stream: Stream) -> Once:
    import streamgauge

    def once() -> Any:
        judgement = streamgauge.check(stream.body)
        assert judgement.record["verdict"] in ("pass", "warn")
        return judgement.message

    return once


def _our_message(message: Any) -> Said:
    parts = message.choices[0].parts
    return Said(
        "".join(part.content for part in parts if part.kind.value == "text"),
        tuple(part.arguments_json for part in parts if part.kind.value == "tool_call"),
    )


# The OpenAI client.


def _transport(library: Any, stream: Stream) -> Any:
    """An HTTP client of whichever library the SDK is built on, that answers with the stream."""
    http = getattr(library, "httpx2", None) or library.httpx
    head = {"content-type": "text/event-stream"}

    def answer(_request: Any) -> Any:
        return http.Response(200, headers=head, content=_pieces(stream.body))

    return http.Client(transport=http.MockTransport(answer))


def _openai(stream: Stream) -> Any:
    import openai
    import openai._base_client as library

    http = _transport(library, stream)
    return openai.OpenAI(api_key="none", base_url="http://benchmark/v1", http_client=http)


def _openai_iterate(stream: Stream) -> Once:
    client = _openai(stream)
    return lambda: _drained(client.chat.completions.create(model="any", messages=[], stream=True))


_TOOL = {
    "type": "function",
    "function": {
        "name": "save_rows",
        "strict": True,
        "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
    },
}


def _openai_stream(stream: Stream) -> Once:
    client = _openai(stream)
    tools = {"tools": [_TOOL]} if stream.calls else {}

    def once() -> Any:
        with client.chat.completions.stream(model="any", messages=[], **tools) as events:
            _drained(events)
            return events.get_final_completion()

    return once


def _openai_message(completion: Any) -> Said:
    message = completion.choices[0].message
    calls = tuple(call.function.arguments for call in message.tool_calls or ())
    return Said(message.content or "", calls)


# The Anthropic client.


def _anthropic_stream(stream: Stream) -> Once:
    import anthropic
    import anthropic._base_client as library

    http = _transport(library, stream)
    client = anthropic.Anthropic(api_key="none", base_url="http://benchmark", http_client=http)

    def once() -> Any:
        with client.messages.stream(model="any", max_tokens=9, messages=[]) as events:
            _drained(events)
            return events.get_final_message()

    return once


def _anthropic_message(message: Any) -> Said:
    """The client keeps the parsed input only, so the arguments are written anew."""
    text = "".join(block.text for block in message.content if block.type == "text")
    inputs = (block.input for block in message.content if block.type == "tool_use")
    return Said(text, tuple(json.dumps(value) for value in inputs))


# LiteLLM: chunks are ready made, only their folding is timed.


def _litellm_builder(stream: Stream) -> Once:
    litellm: Any = import_module("litellm")
    chunk = import_module("litellm.types.utils").ModelResponseStream
    litellm.suppress_debug_info = True
    chunks = [chunk(**json.loads(payload)) for payload in stream.payloads]
    asked = [{"role": "user", "content": "any"}]
    return lambda: litellm.stream_chunk_builder(chunks, messages=asked)


_CHAT, _MESSAGES = frozenset({"openai-chat"}), frozenset({"anthropic-messages"})
_ALL = _CHAT | _MESSAGES | {"openai-responses", "gemini"}

PEERS = (
    Peer(
        name="streamgauge aggregate",
        prepare=_our_aggregate,
        read=_our_message,
        needs=None,
        dialects=_ALL,
    ),
    Peer(
        name="streamgauge check",
        prepare=_our_check,
        read=_our_message,
        needs=None,
        dialects=_ALL,
    ),
    Peer(
        name="openai iterate",
        prepare=_openai_iterate,
        read=None,
        needs="openai",
        dialects=_CHAT,
    ),
    Peer(
        name="openai .stream()",
        prepare=_openai_stream,
        read=_openai_message,
        needs="openai",
        dialects=_CHAT,
    ),
    Peer(
        name="anthropic .stream()",
        prepare=_anthropic_stream,
        read=_anthropic_message,
        needs="anthropic",
        dialects=_MESSAGES,
    ),
    Peer(
        name="litellm stream_chunk_builder",
        prepare=_litellm_builder,
        read=_openai_message,
        needs="litellm",
        dialects=_CHAT,
        apart=True,
    ),
)


def peer(name: str) -> Peer:
    """The peer of a name."""
    return next(one for one in PEERS if one.name == name)
