"""Reading one member of a chunk, or saying what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.delta import Delta, Malformed
from streamgauge.dialects.openai_responses import members

VALUE: dict[str, object] = {
    "s": "x",
    "n": 0,
    "yes": True,
    "o": {"a": 1},
    "l": [{}, 1],
    "null": None,
}

Reader = Callable[[members.Object, str, str, list[Delta]], object]
Row = tuple[Reader, str, object, Malformed | None]

ROWS: dict[str, Row] = {
    "a text": (members.text, "s", "x", None),
    "a text that is none": (members.text, "n", None, Malformed("n is not a string", "/at/n")),
    "a text that is missing": (members.text, "z", None, Malformed("z is missing", "/at")),
    "an optional text": (members.optional_text, "s", "x", None),
    "an optional text that is missing": (members.optional_text, "z", None, None),
    "an optional text that is null": (members.optional_text, "null", None, None),
    "an optional text that is none": (
        members.optional_text,
        "l",
        None,
        Malformed("l is not a string", "/at/l"),
    ),
    "an index": (members.index, "n", 0, None),
    "an index left out": (members.index, "z", 0, None),
    "an index that is true": (
        members.index,
        "yes",
        None,
        Malformed("yes is not an integer", "/at/yes"),
    ),
    "an object": (members.object_of, "o", {"a": 1}, None),
    "an object that is null": (
        members.object_of,
        "null",
        None,
        Malformed("null is not an object", "/at/null"),
    ),
    "an array": (members.list_of, "l", [{}, 1], None),
    "an array left out": (members.list_of, "z", [], None),
    "an array that is none": (members.list_of, "s", [], Malformed("s is not an array", "/at/s")),
    "objects of an array": (
        members.objects_of,
        "l",
        [(0, {})],
        Malformed("an entry of l is not an object", "/at/l/1"),
    ),
}


@pytest.mark.parametrize(("reader", "member", "found", "wrong"), ROWS.values(), ids=ROWS.keys())
def test_a_member_is_read(reader: Reader, member: str, found: Any, wrong: Malformed | None) -> None:
    out: list[Delta] = []
    assert reader(VALUE, member, "/at", out) == found
    assert out == ([] if wrong is None else [wrong])


def test_a_name_becomes_a_token_of_a_pointer() -> None:
    assert members.escape("a/b~c") == "a~1b~0c"


PLACES: dict[str, tuple[dict[str, object], int | str | None, list[Delta]]] = {
    "an index": ({"output_index": 2, "item_id": "msg_1"}, 2, []),
    "the id of an event's item": ({"item_id": "msg_1"}, "msg_1", []),
    "the id of an item": ({"item": {"id": "fc_1"}}, "fc_1", []),
    "neither, as zeros that were left out": ({"item": {"id": 3}}, 0, []),
    "a blank id": ({"item_id": ""}, 0, []),
    "an index that is text": (
        {"output_index": "1", "item_id": "msg_1"},
        None,
        [Malformed("output_index is not an integer", "/output_index")],
    ),
}


@pytest.mark.parametrize(("value", "place", "said"), PLACES.values(), ids=PLACES.keys())
def test_an_event_is_for_an_item(
    value: dict[str, object], place: int | str | None, said: list[Delta]
) -> None:
    out: list[Delta] = []
    assert members.place(value, out) == place
    assert out == said
