"""Streams in few words, and what they are transcribed to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange, Request
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import detect

Read = Callable[..., Transcript]


def body_of(*chunks: Any) -> bytes:
    """SSE of chunks: a dict is JSON, a pair an event name and its JSON, text is data as it is."""
    return b"".join(_event(chunk) for chunk in chunks)


def _event(chunk: Any) -> bytes:
    name, value = chunk if isinstance(chunk, tuple) else (None, chunk)
    text = value if isinstance(value, str) else json.dumps(value)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def chunk_of(delta: Any, finish: str | None = None, index: int = 0, **more: Any) -> dict[str, Any]:
    """One chat chunk with one choice."""
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "choices": [choice], **more}


def read_body(
    body: bytes,
    dialect: str = "openai-chat",
    facts: Mapping[str, object] | None = None,
    asked: Mapping[str, object] | None = None,
    *,
    exact: bool = False,
    **exchange: Any,
) -> Transcript:
    request = None if asked is None else Request(body=json.dumps(asked).encode())
    grammar = named(dialect)
    return transcribe(
        Exchange(body=body, request=request, **exchange),
        grammar,
        facts or {},
        detect(body),
        asked=None if asked is None else grammar.request(dict(asked)),
        exact=exact,
    )


@pytest.fixture
def body() -> Callable[..., bytes]:
    return body_of


@pytest.fixture
def chunk() -> Callable[..., dict[str, Any]]:
    return chunk_of


@pytest.fixture
def read() -> Read:
    return read_body
