"""A request beside a recording is read in both of its forms."""

from __future__ import annotations

import pytest

from streamgauge.capture import Unreadable, request_from_json
from streamgauge.exchange import Request

BODY = b'{"model": "m", "stream": true}'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (BODY, Request(body=BODY)),
        (b"{}", Request(body=b"{}")),
        (b'{"url": "x", "model": "m"}', Request(body=b'{"url": "x", "model": "m"}')),
        (b'{"body": ' + BODY + b"}", Request(body=BODY)),
        (b'{"body": "text"}', Request(body=b"text")),
        (
            b'{"method": "put", "url": "https://h/p?key=abc", "headers": {"A": "b",'
            b' "X-Api-Key": "abc"}, "body": {"n": "\\u00e9"}}',
            Request(
                method="PUT",
                url="https://h/p?key=XXX",
                headers=(("A", "b"), ("X-Api-Key", "XXX")),
                body='{"n": "é"}'.encode(),
            ),
        ),
        (b'{"headers": [["A", "b"]], "body": ""}', Request(headers=(("A", "b"),))),
    ],
    ids=["the body", "empty", "a body with a url", "wrapped", "text", "all fields", "pairs"],
)
def test_a_request_is_read(data: bytes, expected: Request) -> None:
    assert request_from_json(data) == expected


def test_known_keys_are_overwritten() -> None:
    request = request_from_json(b'{"input": "say hunter2hunter2"}', secrets=[b"hunter2hunter2"])
    assert request.body == b'{"input": "say XXXXXXXXXXXXXX"}'


@pytest.mark.parametrize("data", [b"", b"[]", b"nonsense", b"\xff", b'"x"', b"[" * 100_000])
def test_what_is_no_object_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="the request is not"):
        request_from_json(data)
