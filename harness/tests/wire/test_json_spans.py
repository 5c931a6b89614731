"""Where in a JSON text the value of a pointer stands, to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire.json_spans import locate

TEXT = b' {"a" : [1, {"b": "x\\"y"}, []], "c/d~e": null, "\xc3\xa9\\n": {"": -1.5e3}, "t":"{[,:"}'
PLACES: dict[str, bytes] = {
    "": TEXT.strip(),
    "/a": b'[1, {"b": "x\\"y"}, []]',
    "/a/0": b"1",
    "/a/1": b'{"b": "x\\"y"}',
    "/a/1/b": b'"x\\"y"',
    "/a/2": b"[]",
    "/c~1d~0e": b"null",
    "/é\n": b'{"": -1.5e3}',
    "/é\n/": b"-1.5e3",
    "/t": b'"{[,:"',
}
MISSING = ["/b", "/a/3", "/a/b", "/a/0/0", "a", "/", "/c", "/a/-"]


@pytest.mark.parametrize("pointer", PLACES)
def test_a_value_is_found_to_the_byte(pointer: str) -> None:
    start, end = locate(TEXT, {pointer})[pointer]
    assert TEXT[start:end] == PLACES[pointer]


@pytest.mark.parametrize("pointer", MISSING)
def test_a_miss_is_left_out(pointer: str) -> None:
    assert locate(TEXT, {pointer}) == {}


def test_a_value_alone_is_the_root() -> None:
    assert locate(b' "a" ', {""}) == {"": (1, 4)}


def test_the_last_of_two_equal_keys_counts_as_it_does_for_readers() -> None:
    assert locate(b'{"a":1,"a":22}', {"/a"}) == {"/a": (11, 13)}


KEYS = st.sampled_from(["a", "b/c", "~", "", '"', "é", "0", "\n"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)


def walk(value: Any, pointer: str = "") -> dict[str, Any]:
    out = {pointer: value}
    pairs = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, inner in pairs:
        out |= walk(inner, pointer + "/" + str(key).replace("~", "~0").replace("/", "~1"))
    return out


@given(value=JSON, ascii_=st.booleans(), indent=st.sampled_from([None, 2]))
def test_every_value_is_found_where_it_stands(value: Any, ascii_: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_, indent=indent).encode()
    places = walk(value)
    found = locate(text, places.keys())
    assert {pointer: json.loads(text[s:e]) for pointer, (s, e) in found.items()} == places


@given(st.binary(max_size=60))
def test_what_is_not_json_raises_nothing(data: bytes) -> None:
    for start, end in locate(data, {"", "/a", "/0"}).values():
        assert 0 <= start <= end <= len(data)


@given(st.lists(st.sampled_from([*b'{}[],:"\\ a1']), max_size=30).map(bytes))
def test_what_nearly_is_json_raises_nothing(data: bytes) -> None:
    locate(data, {"", "/a", "/0"})


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    assert locate(b'"' + b"\\" * 500_001, {"/a"}) == {}
    assert locate(b'"' * 500_001, {"/a"}) == {}
