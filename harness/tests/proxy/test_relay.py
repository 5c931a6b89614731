"""One request through the relay: what is refused, what is handed on, and in whose words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.proxy.handled import Handled
from streamgauge.proxy.relay import Head, Relay
from streamgauge.proxy.upstream import Upstream
from streamgauge.replay.http1 import Incoming
from streamgauge.translate import Translator

ASKED = {"model": "m", "max_tokens": 9, "stream": True, "messages": []}
CHUNK = {"candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP"}]}
EVENTS = {"content-type": "text/event-stream"}

Upstreams = Callable[[httpx.Request], httpx.Response]


def incoming(value: object = ASKED, **members: Any) -> Incoming:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    known: dict[str, Any] = {
        "method": "POST", "target": "/v1/messages", "headers": (("x-api-key", "k"),),
        "body": body, "is_1_1": True, "keeps_open": True,
    }  # fmt: skip
    return Incoming(**{**known, **members})


def relayed(upstream: Upstreams, asked: Incoming) -> tuple[Head, bytes, Handled]:
    """The head and the body that the client gets, and what is known of it afterwards."""
    heads: list[Head] = []
    handled = Handled()

    async def begin(head: Head) -> None:
        heads.append(head)

    async def run() -> bytes:
        async with httpx.AsyncClient(transport=httpx.MockTransport(upstream)) as client:
            translator = Translator(named("anthropic-messages"), named("gemini"))
            there = Upstream(url="http://up.example", facts={})
            relay = Relay(translator, there, client)
            return b"".join([piece async for piece in relay.answer(asked, handled, 0.0, begin)])

    body = asyncio.run(run())
    (head,) = heads
    return head, body, handled


def says(status: int = 200, **members: Any) -> Upstreams:
    return lambda _: httpx.Response(status, **members)


def stream(*values: object) -> Upstreams:
    body = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    return says(content=body.encode(), headers=EVENTS)


def raises(error: Exception) -> Upstreams:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


def test_a_stream_is_handed_on_in_the_words_of_the_client() -> None:
    head, body, handled = relayed(stream(CHUNK), incoming())
    assert (head.status, head.media_type) == (200, "text/event-stream; charset=utf-8")
    assert body.startswith(b"event: message_start")
    assert b'"stop_reason":"end_turn"' in body
    assert (handled.ended, handled.request_index) == ("complete", 0)
    assert bytes(handled.heard.kept).startswith(b"data: ")


def test_an_answer_that_is_no_stream_is_handed_on_whole() -> None:
    head, body, _ = relayed(says(json=CHUNK), incoming({**ASKED, "stream": False}))
    assert head.media_type == "application/json"
    assert json.loads(body)["content"] == [{"type": "text", "text": "Hi"}]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (incoming(target="/v1/chat/completions"), 404),
        (incoming(target="/"), 404),
        (incoming(method="GET"), 405),
        (incoming(b"{"), 400),
        (incoming([1]), 400),
    ],
    ids=["another dialect", "nothing", "another method", "no JSON", "no object"],
)
def test_what_cannot_be_asked_is_refused_and_asks_nobody(asked: Incoming, status: int) -> None:
    head, body, handled = relayed(raises(AssertionError("asked")), asked)
    assert (head.status, handled.ended) == (status, "refused")
    assert json.loads(body)["type"] == "error"


REFUSED: dict[str, tuple[Upstreams, int, str]] = {
    "its own refusal": (
        says(429, json={"error": {"code": 429, "message": "Slow."}}, headers={"retry-after": "7"}),
        429,
        "Slow.",
    ),
    "a page": (says(503, text="<html>"), 503, "the upstream refused without saying why"),
    "a redirect": (
        says(302, headers={"location": "http://x"}),
        502,
        "the upstream answered with status 302",
    ),
    "no events": (says(json=CHUNK), 502, "the upstream answered with no event stream"),
    "out of time": (
        raises(httpx.ReadTimeout("http://up?key=k")),
        504,
        "the upstream did not answer in time",
    ),
    "out of reach": (
        raises(httpx.ConnectError("http://up?key=k")),
        502,
        "the upstream cannot be reached",
    ),
}


@pytest.mark.parametrize(("upstream", "status", "text"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_of_the_upstream_keeps_its_status(
    upstream: Upstreams, status: int, text: str
) -> None:
    head, body, _ = relayed(upstream, incoming())
    assert (head.status, json.loads(body)["error"]["message"]) == (status, text)


def test_when_to_come_back_is_handed_on() -> None:
    head, _, _ = relayed(REFUSED["its own refusal"][0], incoming())
    assert head.headers == (("retry-after", "7"),)


@pytest.mark.parametrize("chunk", [{"candidates": []}, {"error": {"message": "Oh."}}])
def test_a_stream_that_goes_wrong_ends_with_an_error(chunk: object) -> None:
    _, body, handled = relayed(stream(chunk), incoming())
    assert body.startswith(b"event: error")
    assert b"message_stop" not in body
    assert handled.ended == "failed"


def test_a_stream_that_breaks_ends_with_an_error() -> None:
    async def pieces() -> Any:
        yield b'data: {"candidates": [{"content": {"parts": [{"text": "Hi"}]}, '
        yield b'"finishReason": "STOP"}]}\n\n'
        raise httpx.ReadError("reset")

    _, body, _ = relayed(
        lambda _: httpx.Response(200, headers=EVENTS, content=pieces()), incoming()
    )
    assert b'"text":"Hi"' in body
    assert b"event: error" in body
    assert b"message_stop" not in body


def test_a_conversation_is_named_by_its_header() -> None:
    named_by = (("X-Conversation-Id", "mine"),)
    head, _, handled = relayed(stream(CHUNK), incoming(headers=named_by))
    assert handled.conversation == "mine"
    assert head.headers == (("x-conversation-id", "mine"),)


def test_warnings_are_kept() -> None:
    _, _, handled = relayed(stream(CHUNK), incoming({**ASKED, "service_tier": "auto"}))
    assert handled.warnings == ("service_tier of the request has no words in gemini",)
