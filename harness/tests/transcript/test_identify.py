"""What a body is: dialect and vendor, and from what that follows."""

from __future__ import annotations

import json
import re
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from streamgauge.exchange import Exchange, Head, Request
from streamgauge.transcript.identify import identify
from streamgauge.vendors.profile import Fingerprint, Profile
from streamgauge.wire.framing import Framing


def mark(where: str, pattern: str) -> tuple[Fingerprint, ...]:
    return (Fingerprint(where=where, pattern=re.compile(pattern)),)


CHAT, ALL = ("openai-chat",), ("openai-chat", "openai-responses", "anthropic-messages", "gemini")
PROFILES = (
    Profile(slug="unknown", name="?", dialects=ALL),
    Profile(slug="acme", name="Acme", aliases=("roadrunner",), hosts=("acme.test",), dialects=CHAT),
    Profile(slug="by-id", name="I", dialects=CHAT, fingerprints=mark("id", "^gen-")),
    Profile(slug="by-key", name="K", dialects=CHAT, fingerprints=mark("delta-key", "^mood$")),
    Profile(slug="by-comment", name="C", dialects=CHAT, fingerprints=mark("comment", "PROCESSING")),
    Profile(slug="by-header", name="H", dialects=CHAT, fingerprints=mark("header", "^x-h: 1$")),
    Profile(slug="by-usage", name="U", dialects=CHAT, fingerprints=mark("usage-key", "^queue$")),
    Profile(slug="by-event", name="E", dialects=ALL, fingerprints=mark("event", "^vendor$")),
    Profile(slug="of-messages", name="M", dialects=ALL[2:3], fingerprints=mark("id", "^gen-")),
)


def sse(*values: Any, name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return "".join(f"{head}data: {json.dumps(value)}\n\n" for value in values).encode()


def chat(**members: Any) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"delta": {}}], **members}


BODIES: dict[str, tuple[bytes, str | None]] = {
    "chat": (sse(chat()), "openai-chat"),
    "chat without its object": (sse({"choices": [{"delta": {"content": "a"}}]}), "openai-chat"),
    "chat behind comments": (b": wait\n\n" * 300 + sse(chat()), "openai-chat"),
    "chat as the last event that is looked at": (b": wait\n\n" * 399 + sse(chat()), "openai-chat"),
    "chat behind too many comments": (b": wait\n\n" * 400 + sse(chat()), None),
    "chat behind unreadable chunks": (b"data: {\n\n" * 5 + sse(chat()), "openai-chat"),
    "chat cut before its blank line": (sse(chat())[:-1], "openai-chat"),
    "messages": (sse({"type": "message_start", "message": {}}), "anthropic-messages"),
    "responses": (sse({"type": "response.created", "response": {}}), "openai-responses"),
    "gemini": (sse({"candidates": [{"content": {"parts": []}}]}), "gemini"),
    "gemini as an array": (b'[{"candidates":[{"content":{"parts":[]}}]}', "gemini"),
    "gemini as lines": (b'{"candidates":[{"content":{}}]}\n' * 2, "gemini"),
    "an error of chat alone": (sse({"error": {"message": "no"}}), "openai-chat"),
    "a chat document": (b'{"choices":[{"message":{"content":"a"}}]}', "openai-chat"),
    "a messages document": (b'{"type":"message","content":[]}', "anthropic-messages"),
    "strangers": (sse({"hello": "world"}), None),
    "a document of strangers": (b'{"hello":"world"}', None),
    "a page": (b"<html>", None),
    "nothing": (b"", None),
    "the sentinel alone": (b"data: [DONE]\n\n", None),
}


@pytest.mark.parametrize("name", BODIES)
def test_the_bytes_tell_the_dialect(name: str) -> None:
    body, dialect = BODIES[name]
    found = identify(Exchange(body=body), PROFILES).dialect
    assert (None if found is None else found.name) == dialect


PATHS = {
    "https://x.test/v1/chat/completions?a=/messages": "openai-chat",
    "https://x.test/v1/chat/completions/": "openai-chat",
    "https://x.test/v1/responses": "openai-responses",
    "https://x.test/v1/messages": "anthropic-messages",
    "https://x.test/v1/models/m:streamRawPredict": "anthropic-messages",
    "https://x.test/v1/models/m:streamGenerateContent?alt=sse": "gemini",
    "https://x.test/v1/models/m:generateContent": "gemini",
    "https://x.test/v1/embeddings": None,
    "": None,
    "http://[broken": None,
}


@pytest.mark.parametrize("url", PATHS)
def test_the_path_tells_the_dialect_where_the_bytes_do_not(url: str) -> None:
    found = identify(Exchange(body=b"", request=Request(url=url)), PROFILES).dialect
    assert (None if found is None else found.name) == PATHS[url]


def test_the_bytes_win_over_the_path_and_the_option_over_both() -> None:
    request = Request(url="https://x.test/v1/messages")
    exchange = Exchange(body=sse(chat()), request=request)
    found = identify(exchange, PROFILES).dialect
    assert found is not None
    assert found.name == "openai-chat"
    chosen = identify(exchange, PROFILES, dialect="gemini").dialect
    assert chosen is not None
    assert chosen.name == "gemini"


VENDORS: dict[str, tuple[Exchange, str, str]] = {
    "nothing tells": (Exchange(body=sse(chat())), "unknown", "unknown"),
    "the host": (
        Exchange(body=sse(chat()), request=Request(url="https://api.acme.test/v1")),
        "acme",
        "host",
    ),
    "a host that nobody serves": (
        Exchange(body=sse(chat()), request=Request(url="https://notacme.test/v1")),
        "unknown",
        "unknown",
    ),
    "the host wins over a sign": (
        Exchange(body=sse(chat(id="gen-1")), request=Request(url="https://acme.test:8443/v1")),
        "acme",
        "host",
    ),
    "an id": (Exchange(body=sse(chat(id="gen-1"))), "by-id", "fingerprint"),
    "a member of a delta": (
        Exchange(body=sse({"choices": [{"delta": {"mood": 1}}]})),
        "by-key",
        "fingerprint",
    ),
    "a member of the usage": (
        Exchange(body=sse(chat(usage={"queue": 1}))),
        "by-usage",
        "fingerprint",
    ),
    "a comment": (Exchange(body=b": PROCESSING\n\n" + sse(chat())), "by-comment", "fingerprint"),
    "a header": (
        Exchange(body=sse(chat()), head=Head(headers=(("X-H", "1"),))),
        "by-header",
        "fingerprint",
    ),
    "an event name": (Exchange(body=sse(chat(), name="vendor")), "by-event", "fingerprint"),
    "two signs of two vendors": (
        Exchange(body=b": PROCESSING\n\n" + sse(chat(id="gen-1"))),
        "unknown",
        "unknown",
    ),
    "a sign that counts in another dialect": (
        Exchange(body=sse({"type": "message_start", "message": {"id": "gen-1"}})),
        "of-messages",
        "fingerprint",
    ),
    "signs of the wrong type": (
        Exchange(body=sse(chat(id=["gen-1"], usage=[1], choices={"delta": 1}), chat(choices=[3]))),
        "unknown",
        "unknown",
    ),
    "strangers": (Exchange(body=sse({"id": "gen-1"})), "unknown", "unknown"),
}


@pytest.mark.parametrize("name", VENDORS)
def test_the_vendor_is_told_by_host_then_by_a_sign_of_one(name: str) -> None:
    exchange, slug, source = VENDORS[name]
    found = identify(exchange, PROFILES)
    assert (found.profile.slug, found.vendor_from) == (slug, source)


@pytest.mark.parametrize("word", ["acme", "roadrunner"])
def test_the_option_wins(word: str) -> None:
    found = identify(Exchange(body=sse(chat(id="gen-1"))), PROFILES, vendor=word)
    assert (found.profile.slug, found.vendor_from) == ("acme", "option")


def test_without_any_profile_the_vendor_is_unknown() -> None:
    assert identify(Exchange(), ()).profile.slug == "unknown"


def test_an_identity_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        identify(Exchange(), ()).vendor_from = "host"  # type: ignore[misc]


def test_the_framing_is_told_too() -> None:
    assert identify(Exchange(body=sse(chat())), PROFILES).framing is Framing.SSE
