"""Understanding a request: dialect, key, what is asked, and what is the same request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streamgauge.dialects import catalogue
from streamgauge.exchange import Request
from streamgauge.replay.simulator.heard import Heard, dialect_of, json_of, key_of, understand

Hear = Callable[..., Heard]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/chat/completions", "openai-chat"),
        ("/api/v1/responses?x=1", "openai-responses"),
        ("/v1/messages", "anthropic-messages"),
        ("/v1beta/models/m:streamGenerateContent?alt=sse", "gemini"),
        ("/v1/embeddings", None),
    ],
)
def test_the_path_tells_the_dialect(path: str, name: str | None) -> None:
    found = dialect_of(Request(url=f"http://127.0.0.1:9{path}"), catalogue.DIALECTS)
    assert (found and found.name) == name


def test_a_dialect_that_is_not_served_is_not_found() -> None:
    chat = Request(url="http://127.0.0.1/v1/chat/completions")
    assert dialect_of(chat, [catalogue.named("gemini")]) is None


@pytest.mark.parametrize(
    ("headers", "url", "key"),
    [
        ((("Authorization", "Bearer sk-1"),), "/", "sk-1"),
        ((("x-api-key", "sk-2"),), "/", "sk-2"),
        ((("x-goog-api-key", "sk-3"),), "/", "sk-3"),
        ((), "/?key=sk-4", "sk-4"),
        ((("authorization", "Bearer "),), "/", None),
        ((), "/", None),
    ],
)
def test_the_key_is_found_where_its_dialect_puts_it(
    headers: tuple[tuple[str, str], ...], url: str, key: str | None
) -> None:
    assert key_of(Request(url=f"http://127.0.0.1{url}", headers=headers)) == key


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'"text"'])
def test_what_is_no_object_is_no_request(body: bytes) -> None:
    assert json_of(Request(body=body)) is None


def test_what_is_nested_too_deeply_is_no_request() -> None:
    deep = b"[" * 99 + b"]" * 99
    assert json_of(Request(body=b'{"a":' + deep + b"}")) is not None
    assert json_of(Request(body=b'{"a":[' + deep + b"]}")) is None


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert json_of(Request(body=rb'{"a":"\ud83d","b":"\ud83d\ude00"}')) == {"a": "?", "b": "😀"}


def test_streaming_is_no_part_of_what_is_asked(hear: Hear) -> None:
    assert hear("Hi.").digest == hear("Hi.", stream=False, include_usage=None).digest
    assert hear("Hi.").digest != hear("Ho.").digest


@pytest.mark.parametrize(
    ("method", "stream", "alt_sse"),
    [
        ("streamGenerateContent?alt=sse", True, True),
        ("streamGenerateContent", True, False),
        ("generateContent", False, False),
    ],
)
def test_a_url_may_say_the_model_and_the_manner(method: str, stream: bool, alt_sse: bool) -> None:
    request = Request(url=f"http://127.0.0.1/v1beta/models/gemini-9:{method}")
    value: dict[str, object] = {"contents": [{"role": "user", "parts": [{"text": "Hi."}]}]}
    heard = understand(request, catalogue.named("gemini"), value)
    assert (heard.asked.model, heard.asked.stream) == ("gemini-9", stream)
    assert heard.alt_sse is alt_sse
    assert heard.turns[0].text == "Hi."


@pytest.mark.parametrize(
    "dialect", ["openai-chat", "openai-responses", "anthropic-messages", "gemini"]
)
def test_the_schema_of_an_output_is_found(hear: Hear, dialect: str) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    heard = hear("Hi.", dialect=dialect, json_output=True, json_schema=schema)
    assert isinstance(heard.json_schema, dict)
    assert "a" in heard.json_schema["properties"]


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ({"body": "prompt_cache_key"}, "in the body"),
        ({"header": "X-Conversation"}, "in a header"),
        ({"body": "other"}, ""),
        (None, ""),
    ],
)
def test_the_key_of_the_cache_stands_where_a_fact_says(
    place: dict[str, str] | None, key: str
) -> None:
    request = Request(url="/", headers=(("x-conversation", "in a header"),))
    value: dict[str, object] = {"prompt_cache_key": "in the body", "messages": []}
    facts = {} if place is None else {"cache-key-place": place}
    heard = understand(request, catalogue.named("openai-chat"), value, facts)
    assert heard.cache_key == key
