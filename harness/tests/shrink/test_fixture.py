"""A judgement as the texts of a fixture folder, and the same exchange read back from them."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from streamgauge import data
from streamgauge.door import inputs
from streamgauge.door.inputs import Input
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.pipeline import check
from streamgauge.shrink.fixture import request_text, stored, stream_name, texts
from streamgauge.wire.framing import Framing as Shape

BODY = b'data: {"choices":[{"index":0,"delta":{}}]}\n\n'
BARE = Exchange(source="x", body=BODY)
HEAD = Head(status=429, headers=(("X-A", 'a"\x7f\x1b\n\\'), ("Content-Type", "text/html")))
EXCHANGES = {
    "a body alone": BARE,
    "a head": replace(BARE, head=HEAD),
    "times": replace(BARE, arrivals=((0, 1.5), (9, 20.25)), seam=Seam.SOCKET, own_error_ms=1.0),
    "a close": replace(BARE, close=Close.RESET, framing=Framing.CHUNKED),
    "a request": replace(BARE, request=Request(body=b'{"model":"m","stream":true}')),
    "a request and where it went": replace(
        BARE, request=Request(url="https://api.example/v1", body=b'{"a":"\xc3\xa4"}')
    ),
    "a request with a member body": replace(BARE, request=Request(body=b'{"body":{}}')),
    "a request that is no JSON": replace(BARE, request=Request(body=b"<p>")),
    "a document": replace(BARE, body=b'{"choices":[]}'),
    "a header twice": replace(BARE, head=Head(headers=(("a", "1"), ("A", "2")))),
}


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_folder_gives_back_what_was_stored(name: str, tmp_path: Path) -> None:
    judged = check(stored(EXCHANGES[name]), "openai-chat")
    files = texts(judged, "Says this.", "Reproduce with: a\nor with b")
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    path = tmp_path / stream_name(judged.identity.framing)
    (again,) = inputs.read(Input(source="x", path=path, named=True), (), None)
    assert again == judged.exchange
    assert stored(again) == again


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_description_fits_the_schema_and_the_judgement(name: str) -> None:
    judged = check(stored(EXCHANGES[name]), "openai-chat", "moonshot")
    text = texts(judged, "Says this.", "Reproduce with: a\nor with b")["fixture.toml"].decode()
    said = tomllib.loads(text)
    known = [data.schema(name) for name in ("fixture", "result", "message")]
    registry = Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in known)
    Draft202012Validator(known[0], registry=registry).validate(said)
    assert said["vendor"] == "moonshot"
    assert said["breaks"] == sorted({one.rule for one in judged.outcome.findings})
    assert said["ending"] == judged.record["ending"]
    assert text.startswith("# Reproduce with: a\n# or with b\n")


def test_the_message_is_that_of_the_record() -> None:
    judged = check(BARE, "openai-chat")
    files = texts(judged, "Says this.", "")
    assert json.loads(files["message.json"]) == json.loads(json.dumps(judged.record["message"]))
    assert files["stream.sse"] == BODY


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff"], ids=["empty", "cut", "array", "bytes"]
)
def test_a_request_that_is_no_object_has_no_text(body: bytes) -> None:
    assert request_text(Request(body=body)) is None


def test_streams_are_named_for_what_they_are() -> None:
    names = {stream_name(one) for one in (Shape.JSON_ARRAY, Shape.DOCUMENT)}
    assert names == {"stream.json"}
    assert stream_name(Shape.JSON_LINES) == "stream.jsonl"
    assert stream_name(Shape.HTML) == stream_name(Shape.SSE) == "stream.sse"
