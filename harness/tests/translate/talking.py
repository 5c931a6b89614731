"""What the tests of whole conversations share: an upstream that says messages, and its client."""

from __future__ import annotations

import json
from typing import Any

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.message import Message
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.translate import Answering, Translator
from streamgauge.translate.asking import Asking
from streamgauge.wire.encode import encode
from tests.dialects.voices import voice

PAIRS = [
    ("anthropic-messages", "gemini"),
    ("anthropic-messages", "openai-chat"),
    ("gemini", "anthropic-messages"),
    ("gemini", "openai-chat"),
    ("openai-chat", "anthropic-messages"),
    ("openai-chat", "gemini"),
    ("anthropic-messages", "openai-responses"),
    ("gemini", "openai-responses"),
    ("openai-chat", "openai-responses"),
]


def translator(source: str, target: str) -> Translator:
    return Translator(named(source), named(target))


def upstream_says(target: str, asking: Asking, message: Message) -> bytes:
    """The stream of an upstream that answers a translated request, in nobody's manner."""
    dialect = named(target)
    events = dialect.speak(message, voice({}, dialect.request(asking.value)))
    return b"".join(encode(event.name, event.data) for event in events)


def handed_on(answering: Answering, body: bytes, size: int = 64, *, clean: bool = True) -> bytes:
    """What the client gets of a body that comes in pieces."""
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    said = b"".join(answering.feed(piece) for piece in pieces)
    return said + answering.finish(clean=clean)


def judged(source: str, value: Any, url: str, body: bytes) -> Judgement:
    """The judgement on what a client got for its request, from nobody in particular."""
    request = Request(
        url=f"https://api.example{url}",
        headers=(("content-type", "application/json"),),
        body=json.dumps(value).encode(),
    )
    exchange = Exchange(
        request=request,
        head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
        body=body,
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )
    return judge_exchange(exchange, Options(dialect=source, vendor="unknown"))
