"""Any bytes become exchanges or one clear line, and what comes out is redacted."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streamgauge.capture import Limits, Unreadable, read
from streamgauge.capture.sniff import ENDINGS
from streamgauge.exchange import Exchange

BODY = b'data: {"i":0}\n\ndata: [DONE]\n\n'
CASSETTE = b"interactions:\n- request: {uri: 'http://h/'}\n  response: {body: {string: abc}}\n"
HAR = json.dumps({"log": {"entries": [{"response": {"content": {"text": "abc"}}}]}}).encode()
TWO = CASSETTE + CASSETTE.partition(b"\n")[2]


@pytest.mark.parametrize(
    ("name", "data", "body"),
    [
        ("a.sse", BODY, BODY),
        ("a.txt", BODY, BODY),
        ("-", BODY, BODY),
        ("a.sse", b"", b""),
        ("a.sse", b"\xef\xbb\xbf" + BODY, b"\xef\xbb\xbf" + BODY),
        ("a.jsonl", b'{"a":1}\n{"a":2}\n', b'{"a":1}\n{"a":2}\n'),
        ("a.json", b'{"choices":[]}', b'{"choices":[]}'),
        ("a.json", b'[{"candidates":[', b'[{"candidates":['),
        ("a.json", b'{"log":{"entries":', b'{"log":{"entries":'),
        ("a.json", b'{"entries":[],"log":1}', b'{"entries":[],"log":1}'),
        ("a.yaml", CASSETTE, b"abc"),
        ("-", CASSETTE, b"abc"),
        ("a.txt", CASSETTE, b"abc"),
        ("a.har", HAR, b"abc"),
        ("-", HAR, b"abc"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_file_of_one_exchange_has_a_plain_name(
    name: str, data: bytes, body: bytes, packed: bool
) -> None:
    source = f"{name}.gz" if packed and name != "-" else name
    (exchange,) = read(source, gzip.compress(data, mtime=0) if packed else data)
    assert (exchange.source, exchange.body) == (source, body)


def test_several_exchanges_are_numbered() -> None:
    assert [exchange.source for exchange in read("a.yml", TWO)] == ["a.yml#0", "a.yml#1"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.yaml", b"services: {}", "not a cassette: no `interactions`"),
        ("a.yaml", b"", "not a cassette: no `interactions`"),
        ("a.yaml", b"{", "not a cassette: no `interactions`"),
        ("a.yaml", b"interactions: []", "no interaction has a response body"),
        ("a.har", b"data: {}", "not a HAR: no log.entries"),
        ("a.har", CASSETTE, "not a HAR: no log.entries"),
        ("a.txt", b"== Info: Trying", "curl -iN"),
        ("a.txt", "data: {}".encode("utf-16"), "UTF-16"),
        ("a.sse.gz", BODY, "not gzip"),
        ("a.sse.gz", b"", "not gzip"),
        ("a.sse", gzip.compress(BODY, mtime=0)[:-3], "ends early"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read(name, data)


def test_the_number_of_exchanges_is_limited() -> None:
    assert len(read("a.yml", TWO, limits=Limits(exchanges=2))) == 2
    with pytest.raises(Unreadable, match="more than 1 exchanges"):
        read("a.yml", TWO, limits=Limits(exchanges=1))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.sse", b"data: correct-horse\n\n"),
        ("a.txt", b"HTTP/1.1 200 OK\r\nx: correct-horse\r\n\r\ncorrect-horse"),
        ("a.txt", b"> GET /correct-horse HTTP/1.1\r\n> \r\n< HTTP/1.1 200 OK\r\n< \r\nx"),
        ("a.yaml", CASSETTE.replace(b"http://h/", b"http://h/correct-horse")),
        ("a.har", HAR.replace(b"abc", b"correct-horse")),
    ],
)
def test_a_known_key_never_leaves_the_importer(name: str, data: bytes) -> None:
    assert "correct-horse" not in repr(read(name, data, secrets=[b"correct-horse"]))
    assert "XXXXXXXXXXXXX" in repr(read(name, data, secrets=[b"correct-horse"]))


NAMES = st.sampled_from(["-", "a", *(f"a{end}{gz}" for end in ENDINGS for gz in ("", ".gz"))])
VALID = st.sampled_from(
    [
        BODY,
        TWO,
        HAR,
        gzip.compress(BODY, mtime=0),
        b"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
        b"> GET / HTTP/1.1\r\n> Host: h\r\n> \r\n< HTTP/2 200\r\n< a: b\r\n< \r\nbody\n* end\n",
        b"interactions:\n- response: {body: {string: abc}, headers: {content-encoding: [deflate]},"
        b" streamgauge: 1, arrivals: 0@0 1@2, close: eof, status: {code: 200}}\n",
    ]
)
TOKENS = st.sampled_from(
    [b"\r\n", b"\n", b"{", b"[", b"&a ", b"*a", b"!!binary ", b"< ", b"> ", b"* ", b"HTTP/1.1 200",
     b"null", b"0", b'"', b": ", b"- ", b"\x00", b"\xff", b"\x1f\x8b", b"gzip", b"9" * 30]
)  # fmt: skip


def outcome(name: str, data: bytes) -> list[Exchange] | str:
    """The exchanges, or the one line that says why there are none."""
    try:
        return read(name, data, limits=Limits(inflated_bytes=1_000_000, nodes=10_000))
    except Unreadable as error:
        return str(error)


def is_sound(result: list[Exchange] | str) -> bool:
    match result:
        case str():
            return bool(result) and "\n" not in result
        case found:
            return bool(found) and all(isinstance(exchange, Exchange) for exchange in found)


@given(NAMES, st.binary(max_size=400))
@example("a.txt", b"< HTTP/1.1 200")
@example("a.yaml", b"interactions:\n- response: {body: {string: x}, headers: {? [a] : b}}")
def test_arbitrary_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    assert is_sound(outcome(name, data))


@given(NAMES, VALID, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20), TOKENS)))
def test_broken_recordings_are_read_or_refused(
    name: str, data: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    for place, length, token in edits:
        data = data[:place] + token + data[place + length :]
    assert is_sound(outcome(name, data))
    assert is_sound(outcome(name, gzip.compress(data, mtime=0)))
