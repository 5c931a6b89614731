"""Which call a piece belongs to, for every style in which vendors send calls.

The letters are those of the table of styles in docs/dialects.md. Rows: the facts of the vendor,
the `tool_calls` of each chunk, the calls (id, name, arguments as text), and what was noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.transcript.note import Noted
from streamgauge.transcript.transcript import Transcript

Call = tuple[object, object, str]
Row = tuple[list[list[Any]], list[Call], list[Noted]]


def piece(index: Any = 0, id: Any = ..., name: Any = ..., arguments: Any = ..., **more: Any) -> Any:
    """One entry of `tool_calls`; what is left out is absent."""
    given = {"index": index, "id": id, **more}
    inner = {"name": name, "arguments": arguments}
    function = {key: value for key, value in inner.items() if value is not ...}
    call = {key: value for key, value in given.items() if value is not ...}
    return {**call, "function": function} if function else call


STYLES: dict[str, Row] = {
    "A: a header, then pieces": (
        [[piece(0, "a", "f", "")], [piece(0, arguments='{"x"')], [piece(0, arguments=":1}")]],
        [("a", "f", '{"x":1}')],
        [],
    ),
    "A: the header has the first piece": (
        [[piece(0, "a", "f", '{"')], [piece(0, arguments='x":1}')]],
        [("a", "f", '{"x":1}')],
        [],
    ),
    "A: two calls, one after the other": (
        [
            *([piece(0, "a", "f", "")], [piece(0, arguments="{}")]),
            *([piece(1, "b", "g", "")], [piece(1, arguments="[]")]),
        ],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [],
    ),
    "A: two calls, interleaved": (
        [
            *([piece(0, "a", "f", "")], [piece(1, "b", "g", "")]),
            *([piece(0, arguments="{}")], [piece(1, arguments="[]")]),
        ],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [Noted.INTERLEAVED, Noted.INTERLEAVED],
    ),
    "B: a header, then one piece": (
        [[piece(0, "a", "f", "")], [piece(0, arguments="{}")]],
        [("a", "f", "{}")],
        [],
    ),
    "C: each call whole in its chunk": (
        [[piece(0, "a", "f", "{}")], [piece(1, "b", "g", "[]")]],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [],
    ),
    "D: all calls whole in one chunk": (
        [[piece(0, "a", "f", "{}"), piece(1, "b", "g", "[]")]],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [],
    ),
    "E: an empty id on later pieces": (
        [[piece(0, "a", "f", "")], [piece(0, "", arguments="{}")], [piece(0, "", arguments="")]],
        [("a", "f", "{}")],
        [Noted.ID_BLANK_AGAIN, Noted.ID_BLANK_AGAIN],
    ),
    "F: an empty name on later pieces": (
        [[piece(0, "a", "f", "")], [piece(0, name="", arguments="{}")]],
        [("a", "f", "{}")],
        [Noted.NAME_BLANK_AGAIN],
    ),
    "G: no index, calls known by their ids": (
        [[piece(..., "a", "f", "{}")], [piece(..., "b", "g", "[]")]],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [Noted.INDEX_MISSING, Noted.INDEX_MISSING],
    ),
    "G: no index and an empty id": (
        [[piece(..., "", "f", "{}"), piece(..., "", "g", "[]")]],
        [("", "f", "{}"), ("", "g", "[]")],
        [Noted.INDEX_MISSING, Noted.ID_MISSING] * 2,
    ),
    "G: no index, then pieces of the last call": (
        [[piece(..., "a", "f", "")], [piece(..., arguments="{}")]],
        [("a", "f", "{}")],
        [Noted.INDEX_MISSING, Noted.INDEX_MISSING],
    ),
    "H: the first index is 1": (
        [[piece(1, "a", "f", "")], [piece(1, arguments="{}")]],
        [("a", "f", "{}")],
        [],
    ),
    "I: arguments as a value": (
        [[piece(0, "a", "f", {"x": 1})]],
        [("a", "f", '{"x": 1}')],
        [Noted.ARGUMENTS_NOT_TEXT],
    ),
    "K: a new id on every piece": (
        [[piece(0, "a", "f", "{")], [piece(0, "b", arguments="}")]],
        [("a", "f", "{"), ("b", None, "}")],
        [Noted.INDEX_REUSED, Noted.NAME_MISSING],
    ),
    "the id again on every piece": (
        [[piece(0, "a", "f", "{")], [piece(0, "a", "f", "}")]],
        [("a", "f", "{}")],
        [Noted.ID_AGAIN, Noted.NAME_AGAIN],
    ),
    "the id and the name late": (
        [[piece(0, arguments="{")], [piece(0, "a", "f", "}")]],
        [("a", "f", "{}")],
        [Noted.ID_MISSING, Noted.ORPHAN, Noted.ID_LATE, Noted.NAME_LATE],
    ),
    "another name later": (
        [[piece(0, "a", "f", "{")], [piece(0, name="g", arguments="}")]],
        [("a", "f", "{}")],
        [Noted.NAME_CHANGED],
    ),
    "two calls under one index": (
        [[piece(0, "a", "f", "{}")], [piece(0, "b", "g", "[]")]],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [Noted.INDEX_REUSED],
    ),
    "a piece of the second call under a used index": (
        [[piece(0, "a", "f", "{}")], [piece(0, "b", "g", "[")], [piece(0, arguments="]")]],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [Noted.INDEX_REUSED],
    ),
    "a piece of no call": (
        [[piece(0, "a", "f", "{}")], [piece(3, arguments="[]")]],
        [("a", "f", "{}"), (None, None, "[]")],
        [Noted.ID_MISSING, Noted.ORPHAN],
    ),
    "an index that is no count": (
        [[piece(-1, "a", "f", "{}")], [piece("0", "b", "g", "{}")], [piece(True, "c", "h", "{}")]],
        [("a", "f", "{}"), ("b", "g", "{}"), ("c", "h", "{}")],
        [Noted.INDEX_NOT_COUNT] * 3,
    ),
    "an index that is a list": (
        [[piece([0], "a", "f", "{}")]],
        [("a", "f", "{}")],
        [Noted.INDEX_NOT_COUNT],
    ),
    "an id and a name that are no text": (
        [[piece(0, 7, ["f"], "{}")]],
        [(7, ["f"], "{}")],
        [Noted.ID_NOT_STRING, Noted.NAME_NOT_STRING],
    ),
}
BY_INDEX: dict[str, Row] = {
    "K: a new id on every piece": (
        [[piece(0, "a", "f", "{")], [piece(0, "b", arguments="}")]],
        [("a", "f", "{}")],
        [Noted.ID_AGAIN],
    ),
    "two indexes": (
        [[piece(0, "a", "f", "{}")], [piece(1, "b", "g", "[]")]],
        [("a", "f", "{}"), ("b", "g", "[]")],
        [],
    ),
}
Read = Callable[..., Transcript]


def assert_calls(read: Read, body: Any, chunk: Any, row: Row, facts: dict[str, object]) -> None:
    chunks, calls, notes = row
    for exact in (True, False):
        sent = body(*(chunk({"tool_calls": entries}) for entries in chunks))
        transcript = read(sent, facts=facts, exact=exact)
        parts = [part for _, _, part, _ in transcript.parts()]
        assert [(part.id, part.name, part.arguments_json) for part in parts] == calls
        assert [note.noted for note in transcript.folded.notes] == notes


@pytest.mark.parametrize("name", STYLES)
def test_pieces_go_to_the_call_that_they_name(name: str, read: Read, body: Any, chunk: Any) -> None:
    assert_calls(read, body, chunk, STYLES[name], {})


@pytest.mark.parametrize("name", BY_INDEX)
def test_the_index_alone_decides_where_a_profile_says_so(
    name: str, read: Read, body: Any, chunk: Any
) -> None:
    assert_calls(read, body, chunk, BY_INDEX[name], {"tool-call-key": "index"})


def test_what_must_be_sent_back_stays_with_its_call(read: Read, body: Any, chunk: Any) -> None:
    """Style J; the member may come in a piece of its own."""
    signed = {"google": {"thought_signature": "s"}}
    chunks = [piece(0, "a", "f", "{}"), piece(0, extra_content=signed)]
    transcript = read(body(*(chunk({"tool_calls": [one]}) for one in chunks)))
    assert [part.extra for _, _, part, _ in transcript.parts()] == [{"extra_content": signed}]


def test_a_legacy_call_has_neither_id_nor_index(read: Read, body: Any, chunk: Any) -> None:
    chunks = [{"name": "f", "arguments": ""}, {"arguments": "{}"}]
    transcript = read(body(*(chunk({"function_call": one}) for one in chunks)))
    (part,) = (part for _, _, part, _ in transcript.parts())
    assert (part.name, part.arguments_json) == ("f", "{}")
    assert [note.noted for note in transcript.folded.notes] == [Noted.ID_MISSING]
