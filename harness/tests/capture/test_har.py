"""HAR entries become exchanges."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from streamgauge.capture import Unreadable, read
from streamgauge.capture.har import entries
from streamgauge.exchange import Framing

BODY = 'data: {"a": "é"}\n\n'


def entry(content: dict[str, Any], **response: Any) -> dict[str, Any]:
    return {
        "request": {
            "method": "POST",
            "url": "https://api.example/v1/chat/completions",
            "headers": [{"name": "content-type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": '{"stream": true}'},
        },
        "response": {
            "status": 200,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Encoding", "value": "br"}],
            "content": content,
            **response,
        },
        "timings": {"wait": 100, "receive": 900},
    }


def har(*found: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(found)}}).encode()


PLAIN = {"mimeType": "text/event-stream", "text": BODY}
ENCODED = {"text": base64.b64encode(BODY.encode()).decode(), "encoding": "base64"}


@pytest.mark.parametrize("content", [PLAIN, ENCODED], ids=["text", "base64"])
@pytest.mark.parametrize("name", ["a.har", "a.json", "-"])
def test_an_entry_is_one_exchange(content: dict[str, Any], name: str) -> None:
    (exchange,) = read(name, har(entry(content)))
    assert exchange.request is not None
    assert exchange.request.body == b'{"stream": true}'
    assert exchange.request.url == "https://api.example/v1/chat/completions"
    assert (exchange.source, exchange.body) == (name, BODY.encode())
    assert (exchange.head.status, exchange.arrivals) == (200, None)
    assert exchange.framing is Framing.UNTIL_CLOSE


def test_entries_without_content_are_left_out() -> None:
    empty = [entry({}), entry({"text": ""}), {"response": None}, {}, 7, entry({"text": None})]
    (exchange,) = read("a.har", har(*empty, entry(PLAIN, status=0), *empty))
    assert exchange.head.status is None


def test_a_byte_order_mark_is_no_hindrance() -> None:
    assert read("a.har", b"\xef\xbb\xbf" + har(entry(PLAIN)))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a HAR: no log.entries"),
        (b"[]", "not a HAR: no log.entries"),
        (b'{"log": {}}', "not a HAR: no log.entries"),
        (b"[" * 100_000, "not a HAR: no log.entries"),
        (har(), "no entry has content"),
        (har(entry({"text": "a", "encoding": "base64"})), "entry 0: .* not base64"),
    ],
    ids=["empty", "a list", "no entries", "too deep", "no entry", "no base64"],
)
def test_what_is_no_har_is_said_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read("a.har", data)


@pytest.mark.parametrize("document", [None, {}, {"log": 1}, {"log": {"entries": {}}}])
def test_other_documents_have_no_entries(document: object) -> None:
    assert entries(document) is None
