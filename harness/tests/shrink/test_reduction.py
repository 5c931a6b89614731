"""Twenty planted bugs, each seen in a stream of some kB, come out as a few bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from streamgauge.shrink.pieces import flaws
from streamgauge.shrink.reduction import shrink
from streamgauge.wire import sse
from streamgauge.wire.framing import Framing
from tests.shrink.planted import BUGS, FOLDING, Reader, differs, our_events, our_message
from tests.shrink.written import stream

STREAM = stream()
HARNESS = str(Path(__file__).parents[2])


def test_the_sound_reader_says_what_ours_says() -> None:
    assert len(STREAM) > 8_000
    assert Reader().events(STREAM) == our_events(STREAM)
    assert Reader().message(STREAM) == our_message(STREAM)


def test_there_are_twenty_bugs() -> None:
    assert len({bug.__name__ for bug in BUGS}) == 20


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_shrinks_to_less_than_200_bytes(bug: type[Reader]) -> None:
    shows = differs(bug)
    small = shrink(STREAM, shows)
    assert shows(small)
    assert len(small) < 200, small
    before, after = (flaws(body, Framing.SSE) for body in (STREAM, small))
    assert all(new <= old for new, old in zip(after, before, strict=True))
    if bug in FOLDING:
        assert all(_is_chunk(one.data or b"") for one in sse.events(small) if one.dispatched)


def _is_chunk(data: bytes) -> bool:
    return data == b"[DONE]" or isinstance(json.loads(data), dict)


DOCUMENT = (
    b'{\n  "id": "chatcmpl-7f3a",\n  "choices": [{"n": 12.50}, {"n": 7}, {"say": "a word"}]\n}\n'
)
LINES = b"".join(b'{"number": %d, "say": "\xc3\xa4 word"}\n' % number for number in range(12, 24))

# What is kept of what, and what is left of it.
REDUCTIONS = {
    "an event among many": (b"data: 1\n\ndata: two\n\n: idle\n\n", b"two", b"data: two\n\n"),
    "a member of a document": (DOCUMENT, b'"say"', b'{"choices":[{"say":""}]}'),
    "a number keeps its digits": (DOCUMENT, b"12.5", b'{"choices":[{"n":12.5}]}'),
    "an element of an array": (b'[{"a": 1}\n,\r\n{"b": 2}]\n', b'"b"', b'[{"b":0}]'),
    "a line of JSON": (LINES, b'"number"', b'{"number":0}\n{}\n'),
    "text that is no JSON": (b"<p>one two</p>", b"two", b"<two"),
    "JSON that was cut": (b'data: {"a": "b\n\n', b'"a"', b'data: "a"\n\n'),
    "an array that was cut": (b'[{"a": 12}\n,{"b": 34}\n,{"c": "d', b'"b"', b'[{"b":0}'),
    "a key that stands twice": (
        b'data: {"a":12,"a":34,"b":5}\n\n',
        b'"a":34,',
        b'data: {"a":34,"b":0}\n\n',
    ),
    "a name beside the data": (b"event: ping\nid: 1\ndata: {}\n\n", b"ping", b"event: ping\n\n"),
    "a mark before all": (
        b"\xef\xbb\xbf\r\ndata: 12\r\n\r\n",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbfdata: 0\n\n",
    ),
    "bytes that are not UTF-8": (b"data: a\xffb\xfec\n\n", b"\xfe", b"data: \xfe\n\n"),
    "a character of two halves": (
        b'data: {"a":"x\\ud83c\\udf0ay"}\n\n',
        b"\\udf0a",
        b'data: {"a":"\\ud83c\\udf0a"}\n\n',
    ),
}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_what_is_left(name: str) -> None:
    body, needed, left = REDUCTIONS[name]
    assert shrink(body, lambda one: needed in one) == left


def test_what_is_not_true_from_the_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="not true"):
        shrink(b"data: 1\n\n", lambda body: b"two" in body)


def test_a_reduction_takes_the_same_way_each_time_whatever_the_hashes() -> None:
    code = (
        "from tests.shrink.planted import ArgumentsToTheLastCall as Bug, differs\n"
        "from tests.shrink.written import stream\n"
        "from streamgauge.shrink.reduction import shrink\n"
        "asked, shows = [], differs(Bug)\n"
        "print(shrink(stream(), lambda body: asked.append(1) or shows(body)), len(asked))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": HARNESS},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
