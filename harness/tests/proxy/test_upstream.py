"""Where requests go, and the head that they get there."""

from __future__ import annotations

import json

import httpx
import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Headers
from streamgauge.prompt import Asked
from streamgauge.proxy.upstream import Upstream, json_of, key_of
from streamgauge.translate.asking import Asking

KEYS: dict[str, tuple[Headers, str, str | None]] = {
    "a bearer": ((("Authorization", "Bearer k 1"),), "/", "k 1"),
    "in small letters": ((("authorization", "bearer k"),), "/", "k"),
    "the Messages API's": ((("X-Api-Key", "k"),), "/", "k"),
    "the Gemini API's": ((("x-goog-api-key", "k"),), "/", "k"),
    "in the address": ((), "/v1beta/models/m:generateContent?alt=sse&key=k", "k"),
    "none": ((("accept", "*/*"),), "/", None),
    "blank": ((("x-api-key", " "),), "/", None),
    "another scheme": ((("authorization", "Basic abc"),), "/", None),
}


@pytest.mark.parametrize(("headers", "target", "key"), KEYS.values(), ids=KEYS)
def test_a_key_is_found_wherever_a_dialect_puts_it(
    headers: Headers, target: str, key: str | None
) -> None:
    assert key_of(headers, target) == key


def sent(target: str, key: str | None, *, stream: bool = True) -> httpx.Request:
    asking = Asking(
        conversation="c",
        index=0,
        place=0,
        asked=Asked(stream=stream),
        value={"ü": 1},
        path="/p?a=b",
    )
    facts = {"request-headers": {"x-version": "7"}}
    upstream = Upstream(url="http://127.0.0.1:9/base/", facts=facts)
    return upstream.request(httpx.AsyncClient(trust_env=False), named(target), asking, key)


@pytest.mark.parametrize(
    ("target", "header", "value"),
    [
        ("openai-chat", "authorization", "Bearer k"),
        ("anthropic-messages", "x-api-key", "k"),
        ("gemini", "x-goog-api-key", "k"),
    ],
)
def test_the_key_goes_in_the_form_that_the_upstream_wants(
    target: str, header: str, value: str
) -> None:
    headers = sent(target, "k").headers
    assert headers[header] == value
    known = {"authorization", "x-api-key", "x-goog-api-key"} & set(headers)
    assert known == {header}


def test_without_a_key_no_header_is_sent() -> None:
    assert "authorization" not in sent("openai-chat", None).headers


def test_the_rest_of_a_request() -> None:
    request = sent("gemini", None)
    assert str(request.url) == "http://127.0.0.1:9/base/p?a=b"
    assert json.loads(request.content) == {"ü": 1}
    wanted = ("accept", "accept-encoding", "x-version")
    assert [request.headers[name] for name in wanted] == ["text/event-stream", "identity", "7"]
    assert sent("gemini", None, stream=False).headers["accept"] == "application/json"


def test_half_of_a_surrogate_pair_stays_an_escape() -> None:
    assert json_of({"a": "\ud83d", "ü": 1}) == b'{"a": "\\ud83d", "\\u00fc": 1}'
    assert json_of({"ü": 1}) == '{"ü": 1}'.encode()
