"""The JSON array decoder and its writer."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire import json_array
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits, Oddity

Row = tuple[int, bytes | None, bool, tuple[tuple[Oddity, int], ...]]
OUT, CUT = Oddity.NOT_FRAMED, Oddity.UNTERMINATED

# Rows hold, per event: where it ends, its data, whether it is dispatched, its oddities.
ROWS: dict[str, tuple[bytes, list[Row]]] = {
    "as Gemini sends it": (
        b'[{"a":1}\n,\r\n{"b":2}\n]\n',
        [(8, b'{"a":1}', True, ()), (19, b'{"b":2}', True, ()), (22, None, False, ())],
    ),
    "an empty array": (b"[ ]\n", [(4, None, False, ())]),
    "brackets inside strings": (
        b'[{"a":"]}\\"]"},{}]',
        [(14, b'{"a":"]}\\"]"}', True, ()), (17, b"{}", True, ()), (18, None, False, ())],
    ),
    "nested arrays": (
        b"[[1,[2]],[3]]",
        [(8, b"[1,[2]]", True, ()), (12, b"[3]", True, ()), (13, None, False, ())],
    ),
    "scalars": (
        b'[1, "a,]", null]',
        [
            (2, b"1", True, ()),
            (9, b'"a,]"', True, ()),
            (15, b"null", True, ()),
            (16, None, False, ()),
        ],
    ),
    "cut off inside an element": (
        b'[{"a":1},{"b":',
        [(8, b'{"a":1}', True, ()), (14, b'{"b":', False, ((CUT, 14),))],
    ),
    "cut off inside a string": (b'[{"a":"]', [(8, b'{"a":"]', False, ((CUT, 8),))]),
    "cut off behind an escape": (b'["a\\', [(4, b'"a\\', False, ((CUT, 4),))]),
    "cut off inside a number": (b"[12", [(3, b"12", False, ((CUT, 3),))]),
    "cut off inside a long number": (
        b"[" + b"1" * 300,
        [(301, b"1" * 300, False, ((CUT, 301),))],
    ),
    "cut off behind a comma": (b"[{},\n", [(3, b"{}", True, ()), (5, None, False, ((CUT, 5),))]),
    "cut off behind the bracket": (b"[", [(1, None, False, ((CUT, 1),))]),
    "one object": (b'{"a":1}\n', [(7, b'{"a":1}', True, ()), (8, None, False, ())]),
    "half an object": (b'{"a":', [(5, b'{"a":', False, ((CUT, 5),))]),
    "no comma": (
        b"[{}{}]",
        [(3, b"{}", True, ()), (5, b"{}", True, ((OUT, 3),)), (6, None, False, ())],
    ),
    "two commas": (
        b"[{},,{}]",
        [(3, b"{}", True, ()), (7, b"{}", True, ((OUT, 4),)), (8, None, False, ())],
    ),
    "a comma before the end": (b"[{},]", [(3, b"{}", True, ()), (5, None, False, ((OUT, 3),))]),
    "a comma before all": (b"[,{}]", [(4, b"{}", True, ((OUT, 1),)), (5, None, False, ())]),
    "text behind the end": (b"[{}]x", [(3, b"{}", True, ()), (5, None, False, ((OUT, 4),))]),
    "a bracket too many": (
        b"[{}},{}]",
        [(3, b"{}", True, ()), (7, b"{}", True, ((OUT, 3),)), (8, None, False, ())],
    ),
    "elements that are not JSON": (
        b"[{a:,},{]]",
        [(6, b"{a:,}", True, ()), (9, b"{]", True, ()), (10, None, False, ())],
    ),
    "objects without an array": (
        b"{}\n,{}",
        [(2, b"{}", True, ()), (6, b"{}", True, ((OUT, 4),))],
    ),
    "objects without an array, and a bracket between them": (
        b"{}]{}",
        [(2, b"{}", True, ()), (5, b"{}", True, ((OUT, 2),))],
    ),
    "no JSON at all": (b" oops\n", [(6, b"oops", False, ((OUT, 1),))]),
    "a byte-order mark": (
        b"\xef\xbb\xbf[1]",
        [(5, b"1", True, ((Oddity.BOM, 0),)), (6, None, False, ())],
    ),
    "not UTF-8": (
        b'["\xff"]',
        [(4, b'"\xff"', True, ((Oddity.BAD_UTF8, 2),)), (5, None, False, ())],
    ),
    "blank": (b" \n", [(2, None, False, ())]),
    "nothing": (b"", []),
}


@pytest.mark.parametrize(("body", "expected"), ROWS.values(), ids=ROWS)
def test_events(body: bytes, expected: list[Row]) -> None:
    found = list(json_array.events(body))
    assert [(e.end, e.data, e.dispatched, e.oddities) for e in found] == expected
    assert all(e.data is not None or e.data_start == -1 for e in found)
    assert [e.index for e in found] == [*range(len(found))]


@pytest.mark.parametrize("body", [body for body, _ in ROWS.values()], ids=ROWS)
def test_no_cutting_of_a_row_changes_it(body: bytes) -> None:
    whole = list(json_array.events(body))
    assert decoded(body, [1]) == whole
    for at in range(1, len(body)):
        assert decoded(body, [at, len(body)]) == whole


def decoded(body: bytes, sizes: Iterable[int], limits: Limits = DEFAULT_LIMITS) -> list[Event]:
    decoder, found, at = json_array.Decoder(limits), [], 0
    for size in itertools.cycle(sizes):
        if at >= len(body):
            return found + decoder.close()
        found += decoder.feed(body[at : at + size])
        at += size
    raise AssertionError("sizes are never empty")


PIECES = [
    *(bytes([byte]) for byte in b'[]{},:"\\ \n1a'),
    b'{"a":1}',
    b"[[",
    b"\xef\xbb\xbf",
    b"\xef",
]
bodies = st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join)
arrays = bodies.map(lambda body: b"[" + body)
some_limits = st.just(DEFAULT_LIMITS) | st.builds(
    Limits, event=st.integers(0, 12), stream=st.integers(0, 30)
)


@given(bodies | arrays | st.binary(), some_limits, st.lists(st.integers(1, 5), min_size=1))
def test_events_tile_and_no_cutting_changes_them(
    body: bytes, limits: Limits, sizes: list[int]
) -> None:
    whole = list(json_array.events(body, limits))
    assert [e.start for e in whole] == [0, *(e.end for e in whole)][: len(whole)]
    assert (whole[-1].end if whole else 0) == len(body)
    assert decoded(body, sizes, limits) == whole


@given(bodies | arrays)
def test_data_is_where_it_says(body: bytes) -> None:
    for event in json_array.events(body):
        if event.data is not None:
            assert body[event.data_start :].startswith(event.data)


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
values = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=3), scalars)


@given(st.lists(values, max_size=4), st.sampled_from([",", "\n,\r\n", ", "]))
def test_what_is_written_is_read_back(elements: list[object], between: str) -> None:
    texts = [json.dumps(element) for element in elements]
    *found, last = json_array.events(json_array.encode(texts, between=between))
    assert [e.data for e in found] == [text.encode() for text in texts]
    assert all(e.dispatched and not e.oddities for e in found)
    assert (last.data, last.oddities) == (None, ())


def test_an_element_is_handed_out_with_its_last_byte() -> None:
    decoder = json_array.Decoder()
    assert decoder.feed(b'[{"a":[1') == []
    assert [e.data for e in decoder.feed(b"]}")] == [b'{"a":[1]}']


PAST = {
    "event": (Limits(event=6), [Oddity.EVENT_OVER_LIMIT, None, None]),
    "stream": (Limits(stream=13), [None, Oddity.STREAM_OVER_LIMIT]),
}


@pytest.mark.parametrize(("limits", "expected"), PAST.values(), ids=PAST)
def test_past_a_limit_data_is_dropped(limits: Limits, expected: list[Oddity | None]) -> None:
    found = list(json_array.events(b'["12345678",{}]  ', limits))
    assert [e.oddities[0][0] if e.oddities else None for e in found] == expected
    assert found[-1].end == 17


def test_nesting_as_deep_as_the_body_is_long_needs_no_recursion() -> None:
    (event,) = json_array.events(b"[" * 200_000)
    assert event.oddities == ((CUT, 200_000),)


class Steps(bytes):
    """A piece that counts how often it is asked for a byte: once per bracket, quote or piece."""

    asked = 0

    def __getitem__(self, key: object) -> bytes:  # type: ignore[override]
        Steps.asked += 1
        return bytes.__getitem__(self, key)  # type: ignore[call-overload,no-any-return]


def test_steps_grow_with_the_brackets_and_the_pieces_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = []
    for elements in (1_000, 4_000):
        monkeypatch.setattr(Steps, "asked", 0)
        body = b"[" + b'{"text":"x"},' * elements
        decoder = json_array.Decoder()
        for at in range(0, len(body), 256):
            decoder.feed(Steps(body[at : at + 256]))
        counts.append(Steps.asked)
    assert 3.5 * counts[0] < counts[1] < 4.5 * counts[0]
