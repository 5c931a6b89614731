"""Telling framings apart by bytes, whole or cut off."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire.framing import Framing, detect

_LENGTHS = struct.pack(">II", 120, 40)
AMAZON = _LENGTHS + struct.pack(">I", zlib.crc32(_LENGTHS)) + b"\x0b:event-type"

ROWS: dict[str, tuple[bytes, Framing]] = {
    "nothing": (b"", Framing.EMPTY),
    "white space": (b" \r\n\n", Framing.EMPTY),
    "a byte-order mark alone": (b"\xef\xbb\xbf", Framing.EMPTY),
    "a data line": (b"data: {}\n\n", Framing.SSE),
    "a data line without space": (b"data:{}\n\n", Framing.SSE),
    "an event line": (b"event: message_start\ndata: {}\n\n", Framing.SSE),
    "comments first": (b": PROCESSING\n\n: PROCESSING\n\n", Framing.SSE),
    "an id first": (b"id: 1\ndata: {}\n\n", Framing.SSE),
    "blank lines first": (b"\n\ndata: {}\n\n", Framing.SSE),
    "a byte-order mark and data": (b"\xef\xbb\xbfdata: {}\n\n", Framing.SSE),
    "CR alone": (b"data: {}\r\rdata: {}\r\r", Framing.SSE),
    "cut off in the first word": (b"dat", Framing.SSE),
    "cut off in the first data": (b'data: {"a', Framing.SSE),
    "an error line between": (b"data: {}\n\nerror: {}\n\n", Framing.SSE),
    "an error line first": (b"error: {}\n\ndata: {}\n\n", Framing.SSE),
    "a bare error over several lines": (b'data: {}\n\n{\n  "error": {}\n}\n', Framing.SSE),
    "a bare error before data": (b'{\n  "error": {}\n}\n\ndata: {}\n\n', Framing.SSE),
    "NUL in data": (b"data: \0\n\n", Framing.SSE),
    "an array": (b'[{"a":1}\n,\r\n{"b":2}]', Framing.JSON_ARRAY),
    "the start of an array": (b"[{", Framing.JSON_ARRAY),
    "an error in an array": (b'[{"error":{}}]', Framing.JSON_ARRAY),
    "lines": (b'{"a":1}\n{"b":2}\n', Framing.JSON_LINES),
    "lines with CRLF and a blank": (b'{"a":1}\r\n\r\n{"b":2}\r\n', Framing.JSON_LINES),
    "an empty object first": (b'{}\n{"a":1}\n', Framing.JSON_LINES),
    "lines cut off": (b'{"a":1}\n{', Framing.JSON_LINES),
    "lines with data inside strings": (
        b'{"a":"data: x"}\n{"b":"\\ndata: y"}\n',
        Framing.JSON_LINES,
    ),
    "a document": (b'{"a":1}', Framing.DOCUMENT),
    "a document and a line end": (b'{"a":1}\n', Framing.DOCUMENT),
    "a pretty document": (b'{\n  "a": {\n    "b": 1\n  }\n}\n', Framing.DOCUMENT),
    "a pretty document without indents": (b'{"a": [\n{\n"b": 1\n}\n]\n}\n', Framing.DOCUMENT),
    "half a document": (b'{"a": {"b', Framing.DOCUMENT),
    "half a pretty document": (b'{\n  "a": {\n', Framing.DOCUMENT),
    "a page": (b"<!DOCTYPE html>\n<html>", Framing.HTML),
    "a page after blanks": (b"\n  <html><body>data: x</body>", Framing.HTML),
    "a page with a script": (b"<html><script>\ndata: 1\n</script>", Framing.HTML),
    "XML": (b'<?xml version="1.0"?>', Framing.HTML),
    "an Amazon event stream": (AMAZON, Framing.BINARY),
    "the first bytes of one": (AMAZON[:9], Framing.BINARY),
    # Two huge lengths and their checksum, which are letters by chance.
    "the head of one that looks like text": (b"AAAA0017i^tk", Framing.BINARY),
    "what is no checksum": (b"AAAA0017i^tl", Framing.UNKNOWN),
    "gzip": (b"\x1f\x8b\x08\x00\x00", Framing.BINARY),
    "a sentence": (b"Internal Server Error", Framing.UNKNOWN),
    "an old error line alone": (b"error: {}\n", Framing.UNKNOWN),
}


@pytest.mark.parametrize(("body", "expected"), ROWS.values(), ids=ROWS)
def test_the_bytes_tell(body: bytes, expected: Framing) -> None:
    assert detect(body, None) is expected


HINTED: dict[str, tuple[bytes, str, Framing]] = {
    "a stream called JSON": (b"data: {}\n\n", "application/json", Framing.SSE),
    "a document called a stream": (
        b'{"a":1}',
        "text/event-stream; charset=utf-8",
        Framing.DOCUMENT,
    ),
    "a page called a stream": (b"<html>", "text/event-stream", Framing.HTML),
    "one line called lines": (b'{"a":1}\n', "Application/X-NDJSON", Framing.JSON_LINES),
    "a pretty document called lines": (
        b'{\n "a": 1\n}',
        "application/x-ndjson",
        Framing.DOCUMENT,
    ),
    "text called a stream": (b"error: {}\n", "text/event-stream", Framing.SSE),
    "text called text": (b"error: {}\n", "text/plain", Framing.UNKNOWN),
}


@pytest.mark.parametrize(("body", "content_type", "expected"), HINTED.values(), ids=HINTED)
def test_the_content_type_only_settles_what_bytes_leave_open(
    body: bytes, content_type: str, expected: Framing
) -> None:
    assert detect(body, content_type) is expected


def test_the_name_of_the_file_settles_a_single_line() -> None:
    assert detect(b'{"a":1}\n', None, "folder/one.JSONL") is Framing.JSON_LINES
    assert detect(b'{"a":1}\n', None, "one.json") is Framing.DOCUMENT


@given(st.binary(), st.none() | st.text())
def test_any_bytes_have_an_answer(body: bytes, content_type: str | None) -> None:
    assert isinstance(detect(body, content_type), Framing)


@given(st.integers(1, 60))
def test_a_stream_cut_anywhere_is_still_one(at: int) -> None:
    body = b'event: message_start\ndata: {"type":"message_start"}\n\ndata: [DONE]\n\n'
    assert detect(body[:at]) is Framing.SSE


@pytest.mark.corpus
def test_recorded_streams_are_told_without_their_content_type(corpus: Path) -> None:
    lines = (corpus / "manifest.jsonl").read_text("utf-8").splitlines()
    expected = {"sse": Framing.SSE, "json-lines": Framing.JSON_LINES}
    for entry in map(json.loads, lines):
        body = (corpus / entry["file"]).read_bytes()
        assert detect(body, None, entry["file"]) is expected[entry["framing"]], entry["id"]
