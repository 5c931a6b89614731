"""Parts are handed on one after the other, and none waits longer than it must."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Append, Assign, Kind, Open, ShutPart
from streamgauge.transcript.building import Building, Piece
from streamgauge.translate.arguments import LIMIT, TooLong
from streamgauge.translate.ordering import Ordering


def part(kind: Kind, *texts: str, **members: Any) -> Building:
    pieces = [Piece(0, text, None, "") for text in texts]
    return Building(kind=kind, pieces=pieces, **members)


def words(*texts: str, **members: Any) -> Building:
    return part(Kind.TEXT, *texts, **members)


def called(*texts: str, **members: Any) -> Building:
    return part(Kind.TOOL_CALL, *texts, **{"name": "f", "id": "c", **members})


def told(order: Ordering, parts: list[Building], **how: bool) -> list[Any]:
    return [_short(delta) for delta in order.advance(parts, **how)]


def _short(delta: Any) -> Any:
    match delta:
        case Open():
            return ("open", delta.key)
        case Append():
            return delta.text
        case Assign():
            return (delta.what, delta.value)
        case ShutPart():
            return ("shut", delta.key)


def test_text_goes_on_as_it_grows() -> None:
    order, grows = Ordering(0), words("a")
    assert told(order, [grows]) == [("open", 0), "a"]
    grows.pieces.append(Piece(1, "b", None, ""))
    assert told(order, [grows]) == ["b"]
    assert told(order, [grows], final=True) == [("shut", 0)]


HELD: dict[str, tuple[list[Building], dict[str, bool], list[Any]]] = {
    "text is over when another part begins": (
        [words("a"), called("{")],
        {},
        [("open", 0), "a", ("shut", 0), ("open", 1), "{"],
    ),
    "a part with a key is over when its vendor says so": (
        [words("a", key=0, opened=True), words("b", key=1, opened=True)],
        {},
        [("open", 0), "a"],
    ),
    "a shut part lets the next one speak": (
        [words("a", key=0, opened=True, shut=True), words("b", key=1, opened=True)],
        {},
        [("open", 0), "a", ("shut", 0), ("open", 1), "b"],
    ),
    "a call waits for the end of the one before": (
        [called('{"a"'), called("{}")],
        {},
        [("open", 0), '{"a"'],
    ),
    "a whole call lets the next one speak": (
        [called('{"a": 1}'), called("{")],
        {},
        [("open", 0), '{"a": 1}', ("shut", 0), ("open", 1), "{"],
    ),
    "a whole call may still be followed by blanks": ([called("{}")], {}, [("open", 0), "{}"]),
    "after a stop it is over": (
        [called("{}")],
        {"stopped": True},
        [("open", 0), "{}", ("shut", 0)],
    ),
    "a call waits for its name": ([called("{}", name=None)], {}, []),
    "a value waits for its name": (
        [called("", name=None, has_value=True, value={}, value_text="{}"), words("a")],
        {"stopped": True},
        [],
    ),
    "a value is over at once": (
        [called("", has_value=True, value={"a": 1}, value_text='{"a":1}')],
        {},
        [("open", 0), '{"a":1}', ("shut", 0)],
    ),
    "a value in pieces is over when no more is promised": (
        [called("", partial=[{"jsonPath": "$.a", "numberValue": 1}], awaits_more=True)],
        {},
        [("open", 0)],
    ),
    "a signature stands before the end": (
        [words("a", signature="s")],
        {"final": True},
        [("open", 0), "a", ("signature", "s"), ("shut", 0)],
    ),
    "what has no words takes no number": (
        [part(Kind.BLOB), words("a")],
        {"final": True},
        [("open", 0), "a", ("shut", 0)],
    ),
    "hidden reasoning has no words": (
        [part(Kind.REASONING, redacted=True, extra={"data": "x"}), words("a")],
        {"final": True},
        [("open", 0), "a", ("shut", 0)],
    ),
}


@pytest.mark.parametrize(("parts", "how", "deltas"), HELD.values(), ids=HELD)
def test_each_part_speaks_in_its_turn(
    parts: list[Building], how: dict[str, bool], deltas: list[Any]
) -> None:
    assert told(Ordering(0), parts, **how) == deltas


def test_what_waited_is_said_when_its_turn_comes() -> None:
    order, first, second = Ordering(0), called('{"a"'), called('{"b"')
    told(order, [first, second])
    second.pieces.append(Piece(1, ": 2}", None, ""))
    assert told(order, [first, second]) == []
    first.pieces.append(Piece(2, ": 1}", None, ""))
    assert told(order, [first, second]) == [": 1}", ("shut", 0), ("open", 1), '{"b"', ": 2}"]


@pytest.mark.parametrize(("text", "late"), [("x", True), (" \n", False)], ids=["text", "blanks"])
def test_a_piece_for_a_part_that_is_over_is_late(text: str, late: bool) -> None:
    order, parts = Ordering(0), [called("{}"), words("a")]
    told(order, parts)
    assert not order.late(parts)
    parts[0].pieces.append(Piece(1, text, None, ""))
    told(order, parts)
    assert order.late(parts) is late


def test_what_is_left_out_is_told() -> None:
    order = Ordering(0)
    told(order, [part(Kind.BLOB), words("a", citations=[{}])], final=True)
    assert order.left_out == [
        "a part of the kind blob has no words in the other dialect",
        "citations of a part have no words in the other dialect",
    ]


def test_arguments_have_a_limit() -> None:
    with pytest.raises(TooLong):
        told(Ordering(0), [called("x" * (LIMIT + 1))])
