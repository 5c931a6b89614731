"""Law 8: no planted key survives, no length changes, and what is no key stays."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.redact import redact, redact_request
from streamgauge.exchange import Exchange, Head, Headers, Request

KEY = "hunter2-hunter2/ü"
ROOT = Path(__file__).parents[3]


def headers_after(*fields: tuple[str, str]) -> Headers:
    return redact(Exchange(head=Head(headers=fields))).head.headers


def url_after(url: str) -> str:
    return redact_request(Request(url=url)).url


def body_after(body: bytes, *secrets: bytes) -> bytes:
    return redact(Exchange(body=body), secrets).body


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "Cookie",
        "set-cookie", "openai-organization", "OpenAI-Project", "anthropic-organization-id",
        "x-amz-security-token", "x-auth-token", "Ocp-Apim-Subscription-Key", "x-my-secret",
        "x-goog-user-project", "x-account-id", "x-org-id", "x-ms-tenant-id", "X-WorkSpace",
        "x-amzn-oidc-accesstoken", "x-amzn-oidc-identity", "x-amz-account-id", "x-project-id",
    ],
)  # fmt: skip
def test_a_credential_header_is_overwritten(name: str) -> None:
    assert headers_after((name, "Bearer é")) == ((name, "XXXXXXXXX"),)


@pytest.mark.parametrize(
    "field",
    [
        ("x-ratelimit-remaining-tokens", "1000"),
        ("anthropic-ratelimit-tokens-reset", "2024"),
        ("x-request-id", "req_0123456789abcdef0123456789abcdef"),
        ("content-type", "text/event-stream; charset=utf-8"),
        ("idempotency-key", "stainless-python-retry-1"),
        ("location", "/v1/responses?stream=true"),
    ],
)
def test_other_headers_stay(field: tuple[str, str]) -> None:
    assert headers_after(field) == (field,)


def test_a_header_that_holds_an_address_is_looked_into() -> None:
    assert headers_after(("location", "https://u:p@h/?key=abc")) == (
        ("location", "https://XXX@h/?key=XXX"),
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/p?key=abc&alt=sse", "https://h/p?key=XXX&alt=sse"),
        ("https://h/p?alt=sse&API-Key=abc", "https://h/p?alt=sse&API-Key=XXX"),
        ("https://h/p?%6bey=abc;access_token=d", "https://h/p?%6bey=XXX;access_token=X"),
        ("https://h/#id_token=abc", "https://h/#id_token=XXX"),
        ("https://me:pass@h/p", "https://XXXXXXX@h/p"),
        ("https://h/?X-Amz-Signature=a%2Fb", "https://h/?X-Amz-Signature=XXXXX"),
        ("https://h/p?keyword=abc&api-version=1", "https://h/p?keyword=abc&api-version=1"),
        ("https://h/a@b?key=", "https://h/a@b?key="),
    ],
)
def test_keys_in_addresses_are_overwritten(url: str, expected: str) -> None:
    assert url_after(url) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'data: {"api_key":"abc"}\n\n', b'data: {"api_key":"XXX"}\n\n'),
        (b"grant=x&client_secret=0123456789abcdef", b"grant=x&client_secret=XXXXXXXXXXXXXXXX"),
        (b"write ?key=value in it", b"write ?key=value in it"),
        (b'{"content":"sk-a1B2c3"}\n{"content":"D4e5F6g7H8i9J0"}',
         b'{"content":"XXXXXXXXX"}\n{"content":"XXXXXXXXXXXXXX"}'),
        (b'{"partial_json":"{\\"api_"}{"partial_json":"key\\":\\"a"}{"partial_json":"b\\"}"}',
         b'{"partial_json":"{\\"api_"}{"partial_json":"key\\":\\"X"}{"partial_json":"X\\"}"}'),
    ],
    ids=["a member", "a form", "prose", "a key over two events", "a member over three events"],
)  # fmt: skip
def test_keys_in_bodies_are_overwritten(body: bytes, expected: bytes) -> None:
    assert body_after(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":"call_a1B2c3D4e5F6g7H8i9J0k1L2","object":"chat.completion.chunk"}',
        b'{"id":"chatcmpl-a1B2c3D4e5F6g7H8i9J0k1L2m3N4"}',
        b'{"signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds+=="}',
        b'{"encrypted_content":"gAAAAABo-sk-a1B2c3D4e5F6g7H8i9J0k1L2m3"}',
        b'{"thoughtSignature":"CiQBcsjafAIzaSyA1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7"}',
        b'{"data":"iVBORw0KGgoAAAANSUhEUgAAAAUA/AKIAABCDEFGH01234567AAA=="}',
        b'{"token":"sk","bytes":[115,107],"logprob":-0.5,"key":"value"}',
    ],
    ids=["tool id", "answer id", "signature", "encrypted", "thought", "image", "logprobs"],
)
def test_what_is_no_credential_stays(body: bytes) -> None:
    assert body_after(body) == body


FORMS = {
    "as it is": KEY,
    "percent-encoded": quote(KEY, safe=""),
    "in JSON": json.dumps(KEY)[1:-1],
    "in JSON in JSON": json.dumps(json.dumps(KEY))[1:-1],
    "in base64": base64.b64encode(f"user:{KEY}".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_known_key_survives_nowhere(form: str) -> None:
    request = Request(
        method=form, url=f"https://h/{form}", headers=((form, f"x{form}"),), body=form.encode()
    )
    exchange = Exchange(
        request=request, head=Head(headers=((f"a{form}", form),)), body=f"data: {form}\n".encode()
    )
    shown = repr(redact(exchange, [KEY.encode()]))
    assert form not in shown
    assert repr(form.encode())[2:-1] not in shown
    assert form[7:-4] not in shown


CHARACTERS = st.characters(codec="ascii", categories=("L", "N"), include_characters="-_.+/=:~")
KEYS = st.text(CHARACTERS, min_size=8, max_size=60).filter(lambda key: set(key) - set("X-_.+/=:~"))
PLACES = st.sampled_from(["header", "request header", "url", "body", "request body", "pieces"])


@given(KEYS, PLACES, st.text(max_size=5), st.text(max_size=5))
def test_a_planted_key_survives_nowhere(key: str, place: str, before: str, after: str) -> None:
    planted = before + key + after
    text = json.dumps({"content": planted})
    half = len(key) // 2
    pieces = "\n".join(f'data: {{"content":"{part}"}}' for part in (key[:half], key[half:]))
    exchange = Exchange(
        request=Request(
            url=planted if place == "url" else "",
            headers=(("x-any", planted),) if place == "request header" else (),
            body=text.encode() if place == "request body" else b"",
        ),
        head=Head(headers=(("x-any", planted),) if place == "header" else ()),
        body=(text if place == "body" else pieces if place == "pieces" else "").encode(),
    )
    cleaned = redact(exchange, [key.encode()])
    assert key not in repr(cleaned)
    assert key[:half] not in repr(cleaned.body) or place != "pieces" or half < 4
    assert len(cleaned.body) == len(exchange.body)


@given(st.binary(), st.lists(st.binary(), max_size=3))
def test_no_length_changes_and_twice_is_once(body: bytes, secrets: list[bytes]) -> None:
    once = redact(Exchange(body=body), secrets)
    assert len(once.body) == len(body)
    assert redact(once, secrets) == once


@given(st.text(), st.text(), st.text())
def test_texts_keep_their_length_in_bytes(url: str, name: str, value: str) -> None:
    request = Request(url=url, headers=((name, value),))
    cleaned = redact_request(request)
    for old, new in ((url, cleaned.url), (value, cleaned.headers[0][1])):
        assert len(old.encode("utf-8", "surrogatepass")) == len(
            new.encode("utf-8", "surrogatepass")
        )


def test_all_else_of_an_exchange_stays() -> None:
    exchange = Exchange(source="a", body=b"data", arrivals=((0, 1.0),), head=Head(status=200))
    assert redact(exchange) == exchange
    assert redact(replace(exchange, request=Request())).request == Request()


@pytest.mark.corpus
def test_no_recorded_stream_is_harmed() -> None:
    """The corpus was scrubbed when it was made, so every byte that changed would be a mistake."""
    corpus = Path(os.environ.get("STREAMGAUGE_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not corpus.is_dir():
        pytest.skip("the recorded streams are not here: set STREAMGAUGE_CORPUS")
    streams = sorted(corpus.glob("streams/*/*/*.*"))
    harmed = [path.name for path in streams if body_after(path.read_bytes()) != path.read_bytes()]
    assert streams
    assert harmed == []
