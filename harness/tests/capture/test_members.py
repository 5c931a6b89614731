"""Members are found by name at any depth of escaping, and nothing else is touched."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.members import without_named_values

NAMES = ("api_key", "apiKey", "OPENAI_API_KEY", "Authorization", "access_token", "x-api-key")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"api_key":"abc"}', b'{"api_key":"XXX"}'),
        (b'data: {"a":{"password" : "a\\"b"}}', b'data: {"a":{"password" : "XXXX"}}'),
        (b'{"secret_key":"ends\\\\"}', b'{"secret_key":"XXXXXX"}'),
        (rb'{"x":"{\"api_key\": \"ab\\\"c\"}"}', rb'{"x":"{\"api_key\": \"XXXXXXX\"}"}'),
        (rb'{"x":"{\"api_key\": \"ab"}', rb'{"x":"{\"api_key\": \"XX"}'),
        (rb'{"x":"{\"api_key\": \"ab\\"}', rb'{"x":"{\"api_key\": \"XX\\"}'),
        (b'{"api_key":"cut off\nnext', b'{"api_key":"XXXXXXX\nnext'),
        (b'{"api_key":"cut', b'{"api_key":"XXX'),
        (b'{"API-KEY":"a","id_token":"b"}', b'{"API-KEY":"X","id_token":"X"}'),
    ],
)
def test_values_of_named_members_are_overwritten(data: bytes, expected: bytes) -> None:
    assert without_named_values(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b'{"token":"Hello","logprob":-0.1}',
        b'{"key":"value","author":"A. Person","secret":"garden","next_page_token":"abc"}',
        b'{"api_key":{"type":"string"},"password":null,"access_token":7}',
        b'the "api_key": see below',
        b'{"api_key":""}',
        rb'"api_key\": "mixed"',
    ],
)
def test_other_members_stay(data: bytes) -> None:
    assert without_named_values(data) == data


@given(st.sampled_from(NAMES), st.text(min_size=1), st.integers(0, 3), st.booleans())
def test_no_value_survives_at_any_depth(name: str, value: str, depth: int, ascii_: bool) -> None:
    text, inner = json.dumps({name: value, "z": "kept"}, ensure_ascii=ascii_), ""
    for _ in range(depth):
        text = json.dumps({"arguments": text}, ensure_ascii=ascii_)
    changed = without_named_values(text.encode()).decode()
    assert len(changed.encode()) == len(text.encode())
    for _ in range(depth):
        inner = json.loads(changed)["arguments"]
        changed = inner
    found = json.loads(changed)
    assert set(found[name]) == {"X"}
    assert found["z"] == "kept"


def test_many_unended_values_take_no_long_time() -> None:
    data = rb"\"api_key\":\"" + rb"\\\"api_key\\\":\\\"" * 50_000
    assert len(without_named_values(data)) == len(data)
