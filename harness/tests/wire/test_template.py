"""Templates: what may vary between look-alikes, and what must not."""

from __future__ import annotations

import time

import pytest

from streamgauge.wire import sse
from streamgauge.wire.template import Run, Template, cut, follow

HEAD = b'data: {"created":1,"text":"'
TAIL = b'"}\n\n'
FIRST = HEAD + b"a" + TAIL


def template_of(first: bytes, *holes: str) -> Template | None:
    return cut(first, sse.scan(first, 0, 0), holes or ("/text",))


def run_of(first: bytes, rest: bytes, *holes: str) -> Run | None:
    template = template_of(first, *holes)
    assert template is not None
    return follow(first + rest, len(first), 1, template)


STRINGS: dict[str, tuple[bytes, bool]] = {
    "letters": (b"bc", True),
    "other letters": ("é😀\u2028".encode(), True),
    "DEL": (b"\x7f", True),
    "brackets": (b"{[,:]}", True),
    "each short escape": (b'\\"\\\\\\/\\b\\f\\n\\r\\t', True),
    "an escape of a character": (b"\\u00e9\\u0000\\uFFFF", True),
    "an escape near the surrogates": (b"\\ud7ff\\ue000", True),
    "a pair of surrogates": (b"\\ud83d\\ude00", False),
    "half of a pair": (b"\\uD83D", False),
    "the other half": (b"\\udfff", False),
    "nothing": (b"", False),
    "an escape that there is not": (b"\\x", False),
    "half an escape": (b"\\u12", False),
    "a backslash at the end": (b"\\", False),
    "a line feed": (b"\n", False),
    "a tab": (b"\t", False),
    "a NUL": (b"\0", False),
    "a quote that ends it": (b'b","x":"c', False),
}


@pytest.mark.parametrize("name", STRINGS)
def test_a_hole_takes_what_is_one_whole_string(name: str) -> None:
    text, taken = STRINGS[name]
    run = run_of(FIRST, HEAD + text + TAIL)
    assert (run is not None) == taken
    if run is not None:
        assert run.column("/text") == [text]


INTEGERS = {b"0": True, b"2": True, b"1700000000": True, b"9" * 15: True, b"9" * 16: False}
INTEGERS |= {b"01": False, b"-1": False, b"1.5": False, b"1e3": False, b"1E3": False, b'"1"': False}


@pytest.mark.parametrize("text", INTEGERS)
def test_a_number_may_vary_as_a_short_count(text: bytes) -> None:
    rest = FIRST.replace(b":1,", b":" + text + b",")
    run = run_of(FIRST, rest, "/text", "/created")
    assert (run is not None) == INTEGERS[text]
    assert run is None or run.column("/created") == [text]


OTHERS: dict[str, bytes] = {
    "another member": FIRST.replace(b"created", b"updated"),
    "another value outside the hole": FIRST.replace(b":1,", b":2,"),
    "another order": b'data: {"text":"b","created":1}\n\n',
    "white space inside": FIRST.replace(b",", b", "),
    "no space behind data": FIRST.replace(b"data: ", b"data:"),
    "another field": FIRST.replace(b"data", b"Data"),
    "a comment before": b": x\n" + FIRST,
    "an event name": b"event: x\n" + FIRST,
    "another line ending": FIRST.replace(b"\n", b"\r\n"),
    "no blank line": FIRST[:-1],
    "a tab as padding": FIRST.replace(b"}", b"\t}"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_differs_outside_the_holes_is_no_look_alike(name: str) -> None:
    assert run_of(FIRST, OTHERS[name]) is None


def test_padding_before_the_last_brace_may_vary() -> None:
    """Some vendors hide the length of their text so."""
    run = run_of(FIRST, b"".join(FIRST.replace(b"}", b" " * n + b"}") for n in (0, 3, 1)))
    assert run is not None
    assert len(run) == 3


def test_a_run_knows_its_bounds_and_its_columns() -> None:
    rest = b"".join(HEAD + text + TAIL for text in (b"b", b"cc", b"\\n"))
    run = run_of(FIRST, rest + b"data: [DONE]\n\n")
    assert run is not None
    size = len(FIRST)
    assert list(run.bounds) == [size, 2 * size, 3 * size + 1, 4 * size + 2]
    assert (run.first, len(run), run.holes) == (1, 3, ("/text",))
    assert run.column("/text") == [b"b", b"cc", b"\\n"]
    assert run.column("/created") is None


ENDINGS: dict[str, tuple[bytes, bytes, int]] = {
    # One CR more belongs to the blank line behind; an LF completes the last line ending.
    "CR, then the next event": (b"\r\r", b"", 2),
    "CR, then an LF": (b"\r\r", b"\n", 0),
    "LF CR, then an LF": (b"\n\r", b"\n", 0),
    "CR LF, then an LF": (b"\r\n\r\n", b"\n", 1),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_an_event_ends_where_the_standard_ends_it(name: str) -> None:
    ending, between, length = ENDINGS[name]
    first = FIRST[:-2] + ending
    run = run_of(first, first + between + first)
    assert (0 if run is None else len(run)) == length


UNFIT: dict[str, bytes] = {
    "no data": b"event: x\n\n",
    "several data lines": b'data: {"text":\ndata: "a"}\n\n',
    "not there": b'data: {"other":"a"}\n\n',
    "empty": b'data: {"text":""}\n\n',
    "a list": b'data: {"text":["a"]}\n\n',
    "null": b'data: {"text":null}\n\n',
    "a surrogate": b'data: {"text":"\\ud83d"}\n\n',
    "a fraction": b'data: {"text":1.5}\n\n',
}


@pytest.mark.parametrize("name", UNFIT)
def test_no_template_is_cut_from_an_event_that_cannot_serve(name: str) -> None:
    assert template_of(UNFIT[name]) is None


def test_noise_that_is_no_hole_is_a_literal() -> None:
    first = b'data: {"text":"a","created":1.5,"p":""}\n\n'
    template = template_of(first, "/text", "/created", "/p", "/missing")
    assert template is not None
    assert template.holes == ("/text",)


HOSTILE: dict[str, bytes] = {
    "backslashes": HEAD + b"\\" * 300_001,
    "escapes without an end": HEAD + b"\\n" * 150_000,
    "letters without an end": HEAD + b"a" * 300_000,
    "letters and a control character": HEAD + b"ab\\n" * 100_000 + b"\0" + TAIL,
    "padding without an end": HEAD + b'a"' + b" " * 300_000,
    "digits without an end": b'data: {"created":' + b"1" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_pattern_never_goes_back_over_hostile_input(name: str) -> None:
    began = time.process_time()
    assert run_of(FIRST, HOSTILE[name], "/text", "/created") is None
    assert time.process_time() - began < 1
