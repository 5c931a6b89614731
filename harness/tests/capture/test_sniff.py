"""Which names are recordings, and what bytes look like."""

from __future__ import annotations

import pytest

from streamgauge.capture.sniff import Kind, kind, wanted


@pytest.mark.parametrize(
    "name",
    ["a.sse", "a.txt", "a.jsonl", "a.json", "a.yaml", "a.yml", "a.har", "a.sse.gz", "b/A.HAR.GZ"],
)
def test_recordings_are_wanted(name: str) -> None:
    assert wanted(name)


@pytest.mark.parametrize(
    "name",
    ["a.png", "a", "a.gz", "a.py", "a.request.json", "A.Request.JSON.gz", "sse", "a.sse.bak"],
)
def test_other_files_are_not(name: str) -> None:
    assert not wanted(name)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.sse", b"data: {}\n\n", Kind.RAW),
        ("a.sse", b"HTTP/1.1 200 OK\r\n\r\ndata: {}\n\n", Kind.INCLUDED),
        ("a.txt", b"HTTP/2 200\r\nx: y\r\n\r\n", Kind.INCLUDED),
        ("a.txt", b"*   Trying 1.2.3.4\n< HTTP/1.1 200 OK\n", Kind.VERBOSE),
        ("a.txt", b"== Info:   Trying 127.0.0.1\n", Kind.TRACE),
        ("a.txt", b"12:00:01.5 => Send header, 9 bytes (0x9)\n", Kind.TRACE),
        ("-", b'{"log": {}}', Kind.JSON),
        ("-", b"\xef\xbb\xbf {}", Kind.JSON),
        ("-", b"---\nhttp_interactions:\n- request:\n", Kind.YAML),
        ("-", b"version: 1\ninteractions:\n- request:\n", Kind.YAML),
        ("-", b"data: interactions:\n\n", Kind.RAW),
        ("a.jsonl", b'{"log": {}}\n', Kind.RAW),
        ("a.json", b"[{}]", Kind.RAW),
        ("a.har", b"", Kind.JSON),
        ("a.yml", b"", Kind.YAML),
        ("a.yaml", b'{"interactions": []}', Kind.JSON),
        ("a.yaml.gz", b"x: 1", Kind.YAML),
    ],
)
def test_the_kind_is_told_by_ending_and_content(name: str, data: bytes, expected: Kind) -> None:
    assert kind(name, data) is expected
