"""Cassettes of four libraries give the same exchange, and our own keys are honoured."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest
from vcr.request import Request as VcrRequest
from vcr.serialize import serialize
from vcr.serializers import jsonserializer, yamlserializer

from streamgauge.capture import Unreadable, read
from streamgauge.capture.cassette import interactions
from streamgauge.exchange import Close, Exchange, Framing, Request, Seam

BODY = 'data: {"a": "é\u2028"}\r\n\r\ndata: [DONE]\n\n'
URL = "https://api.example/v1/chat/completions"
ASKED = '{"stream": true}'


def vcrpy_cassette(response: dict[str, Any], serializer: Any = yamlserializer) -> bytes:
    """A cassette as vcrpy's own serializer writes it."""
    request = VcrRequest("POST", URL, ASKED, {"content-type": "application/json"})
    return serialize({"requests": [request], "responses": [response]}, serializer).encode()


def answer(body: bytes, headers: dict[str, list[str]], **more: object) -> dict[str, Any]:
    status = {"code": 200, "message": "OK"}
    return {"status": status, "headers": headers, "body": {"string": body}, **more}


STREAM = {"content-type": ["text/event-stream"]}
RUBY = f"""---
http_interactions:
- request:
    method: post
    uri: {URL}
    body:
      encoding: UTF-8
      string: '{ASKED}'
    headers:
      Content-Type:
      - application/json
  response:
    status:
      code: 200
      message: OK
    headers:
      Content-Type:
      - text/event-stream
    body:
      encoding: ASCII-8BIT
      STORED
  recorded_at: Mon, 01 Jan 2024 00:00:00 GMT
recorded_with: VCR 6.2.0
"""
GO = f"""---
version: 2
interactions:
- id: 0
  request:
    proto: HTTP/1.1
    body: '{ASKED}'
    headers: {{Content-Type: [application/json]}}
    url: {URL}
    method: POST
  response:
    body: "data: {{\\"a\\": \\"é\\u2028\\"}}\\r\\n\\r\\ndata: [DONE]\\n\\n"
    headers: {{Content-Type: [text/event-stream]}}
    status: 200 OK
    code: 200
    duration: 1.2s
"""
BASE64 = base64.b64encode(BODY.encode()).decode()


@pytest.mark.parametrize(
    "written",
    [
        vcrpy_cassette(answer(BODY.encode(), STREAM)),
        vcrpy_cassette(answer(BODY.encode(), STREAM), jsonserializer),
        RUBY.replace("STORED", f"string: !binary |-\n        {BASE64}").encode(),
        RUBY.replace("STORED", f"base64_string: {BASE64}").encode(),
        GO.encode(),
    ],
    ids=["vcrpy", "vcrpy as JSON", "Ruby's VCR", "betamax", "go-vcr"],
)
def test_each_library_gives_the_same_exchange(written: bytes) -> None:
    (exchange,) = read("a.yaml", written)
    request = exchange.request
    assert request is not None
    assert (request.method, request.url, request.body) == ("POST", URL, ASKED.encode())
    assert [value for _, value in request.headers] == ["application/json"]
    assert (exchange.head.status, exchange.head.content_type) == (200, "text/event-stream")
    assert (exchange.source, exchange.body, exchange.arrivals) == ("a.yaml", BODY.encode(), None)


@pytest.mark.parametrize("stored", [gzip.compress(BODY.encode(), mtime=0), BODY.encode()])
def test_a_compressed_body_is_read_decoded(stored: bytes) -> None:
    written = vcrpy_cassette(answer(stored, STREAM | {"Content-Encoding": ["gzip"]}))
    assert read("a.yaml", written)[0].body == BODY.encode()


def test_bytes_that_are_no_text_survive() -> None:
    body = b"data: \xff\x00\x85\n\n"
    assert read("a.yaml", vcrpy_cassette(answer(body, {})))[0].body == body


OURS = {"streamgauge": 1, "arrivals": "0@0.0 12@20.5", "seam": "socket", "close": "reset"}


def test_our_own_keys_are_honoured() -> None:
    response = answer(BODY.encode(), STREAM, **OURS, framing="chunked")
    assert read("a.yaml", vcrpy_cassette(response)) == [
        Exchange(
            source="a.yaml",
            request=Request(
                url=URL, headers=(("content-type", "application/json"),), body=ASKED.encode()
            ),
            head=read("a.yaml", vcrpy_cassette(response))[0].head,
            body=BODY.encode(),
            arrivals=((0, 0.0), (12, 20.5)),
            seam=Seam.SOCKET,
            close=Close.RESET,
            framing=Framing.CHUNKED,
        )
    ]


def test_arrivals_may_be_a_list_of_pairs() -> None:
    response = answer(b"abc", {}, streamgauge=1, arrivals=[[0, 1], [2, 3.5]])
    assert read("a.yaml", vcrpy_cassette(response))[0].arrivals == ((0, 1.0), (2, 3.5))


def test_the_keys_of_others_mean_nothing() -> None:
    response = answer(b"abc", {}, arrivals="nonsense", close="whatever")
    exchange = read("a.yaml", vcrpy_cassette(response))[0]
    assert (exchange.arrivals, exchange.close) == (None, Close.UNKNOWN)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"streamgauge": 2}, "another streamgauge format"),
        ({"arrivals": "0@"}, "offset@milliseconds"),
        ({"arrivals": "1 2"}, "offset@milliseconds"),
        ({"arrivals": [[1]]}, "offset@milliseconds"),
        ({"arrivals": {"a": 1}}, "offset@milliseconds"),
        ({"arrivals": "5@1 2@2"}, "offsets"),
        ({"arrivals": "0@1 99999@2"}, "offsets"),
        ({"arrivals": "0@2 1@1"}, "times"),
        ({"arrivals": "0@nan"}, "times"),
        ({"arrivals": "0@-1"}, "times"),
        ({"close": "slammed"}, "`close` is none of clean, eof"),
        ({"seam": "x"}, "`seam` is none of client"),
        ({"framing": "x"}, "`framing` is none of chunked"),
    ],
    ids=str,
)
def test_a_broken_key_of_ours_is_named_with_its_place(more: dict[str, object], says: str) -> None:
    written = vcrpy_cassette(answer(BODY.encode(), {}, **{"streamgauge": 1, **more}))
    with pytest.raises(Unreadable, match=f"interaction 0: .*{says}"):
        read("a.yaml", written)


@pytest.mark.parametrize(
    ("response", "kept"),
    [
        ("{body: {string: ''}}", True),
        ("{body: {string: x}, status: {code: 500}}", True),
        ("{body: null}", False),
        ("{status: {code: 200}}", False),
        ("null", False),
        ("[1]", False),
    ],
)
def test_what_has_a_response_body_is_kept(response: str, kept: bool) -> None:
    written = f"interactions:\n- response: {{body: {{string: a}}}}\n- response: {response}\n"
    assert len(read("a.yaml", written.encode())) == 1 + kept


@pytest.mark.parametrize("document", [None, [], {}, {"interactions": {}}, {"log": []}, "text"])
def test_other_documents_are_no_cassettes(document: object) -> None:
    assert interactions(document) is None
