"""Parts under construction: what arguments are worth, and where each character came from."""

from __future__ import annotations

import base64
import hashlib
from array import array
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.message import ArgumentsState
from streamgauge.transcript.building import Building, Piece, Trace, decoded
from streamgauge.wire.template import Run

WORTH: dict[str, tuple[str, object, ArgumentsState, int | None]] = {
    "an object": ('{"a": 1}', {"a": 1}, ArgumentsState.COMPLETE, None),
    "a list": ("[]", [], ArgumentsState.COMPLETE, None),
    "null": ("null", None, ArgumentsState.COMPLETE, None),
    "nothing": ("", {}, ArgumentsState.EMPTY, None),
    "white space": (" \n", {}, ArgumentsState.EMPTY, None),
    "cut": ('{"a": "b', None, ArgumentsState.PARTIAL, 8),
    "cut behind a comma": ('{"a":1,', None, ArgumentsState.PARTIAL, 7),
    "broken": ('{"a": b}', None, ArgumentsState.INVALID, 6),
    "two objects": ("{}{}", None, ArgumentsState.INVALID, 2),
    "too deep to be read": ("[" * 200 + "]" * 200, None, ArgumentsState.INVALID, None),
    "cut and too deep": ("[" * 200, None, ArgumentsState.PARTIAL, 200),
    "half of a surrogate pair": ('"\ud83d"', "\ufffd" * 3, ArgumentsState.COMPLETE, None),
}


def call(*texts: str, **members: Any) -> Building:
    pieces = [Piece(at, text, None, "/p") for at, text in enumerate(texts)]
    return Building(kind=Kind.TOOL_CALL, pieces=pieces, **members)


@pytest.mark.parametrize("name", WORTH)
def test_arguments_are_judged_at_the_end(name: str) -> None:
    text, value, state, valid = WORTH[name]
    part = call(text[:3], text[3:]).finish()
    assert (part.arguments_json, part.arguments, part.arguments_state) == (text, value, state)
    assert (None if part.broken is None else part.broken.valid) == valid


def test_a_part_that_begins_is_not_at_its_end() -> None:
    assert not Building(kind=Kind.TEXT).shut
    assert not Building(kind=Kind.TEXT).finish().redacted


def test_arguments_sent_as_a_value_keep_the_text_they_had() -> None:
    part = call("", value={"a": 1}, has_value=True, value_text='{ "a":1}').finish()
    assert (part.arguments, part.arguments_json) == ({"a": 1}, '{ "a":1}')


def test_pieces_win_over_a_value_that_stood_in_the_header() -> None:
    part = call("[]", value={}, has_value=True, value_text="{}").finish()
    assert (part.arguments, part.arguments_json) == ([], "[]")


def test_input_that_is_free_text_is_not_read_as_json() -> None:
    part = call('SELECT "', field="input").finish()
    assert (part.arguments, part.arguments_state) == ('SELECT "', ArgumentsState.COMPLETE)


@pytest.mark.parametrize(
    ("more", "state"), [(True, ArgumentsState.PARTIAL), (False, ArgumentsState.COMPLETE)]
)
def test_arguments_by_path_are_partial_while_more_is_announced(
    more: bool, state: ArgumentsState
) -> None:
    partial: list[object] = [{"jsonPath": "$.a", "stringValue": "x"}]
    part = call(partial=partial, awaits_more=more).finish()
    assert (part.arguments, part.arguments_state) == ({"a": "x"}, state)


BLOBS = {
    "whole": ([base64.b64encode(b"\x89PNG").decode()], b"\x89PNG"),
    "in pieces": ([base64.b64encode(b"abc").decode(), base64.b64encode(b"de").decode()], b"abcde"),
    "without padding": (["YQ"], b"a"),
    "not base64": (["é"], "é".encode()),
}


@pytest.mark.parametrize("name", BLOBS)
def test_a_blob_is_kept_as_its_size_and_digest(name: str) -> None:
    texts, data = BLOBS[name]
    part = Building(kind=Kind.BLOB, blob=texts, mime_type="image/png").finish()
    assert (part.size, part.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_no_blob_has_no_digest() -> None:
    assert Building(kind=Kind.BLOB).finish().sha256 is None


def run_of(first: int, *raws: bytes) -> Run:
    return Run(first, array("q", range(len(raws) + 1)), ("/p",), (list(raws),))


RUN = run_of(1, b"ab", b"\\n", "é".encode())
TRACE = Trace((Piece(0, "x", None, "/p"), Piece(1, "ab\né", RUN, "/p"), Piece(7, "", None, "/q")))


def test_every_piece_is_told_apart() -> None:
    pieces = [(0, "/p", "x"), (1, "/p", "ab"), (2, "/p", "\n"), (3, "/p", "é"), (7, "/q", "")]
    assert list(TRACE.each()) == pieces
    assert (TRACE.first_event, TRACE.last_event) == (0, 7)


@pytest.mark.parametrize(
    ("position", "event"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 7), (99, 7)]
)
def test_every_character_has_its_event(position: int, event: int) -> None:
    found = TRACE.event_at(position)
    assert found is not None
    assert found == (event, "/p" if event < 7 else "/q")


def test_a_trace_that_ends_with_a_run_ends_with_its_last_event() -> None:
    trace = Trace(TRACE.pieces[:2])
    assert trace.last_event == 3
    assert trace.event_at(99) == (3, "/p")


def test_a_part_without_text_came_from_nowhere() -> None:
    trace = Trace(())
    assert (trace.first_event, trace.last_event, trace.event_at(0)) == (None, None, None)


@pytest.mark.parametrize(("raw", "text"), [(b"a", "a"), (b"\xc3\xa9", "é"), (b'\\"\\u00e9', '"é')])
def test_raw_json_text_is_decoded(raw: bytes, text: str) -> None:
    assert decoded(raw) == text
