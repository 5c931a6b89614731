"""Which tool use came back changed, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from streamgauge.prompt import Role, Turn
from streamgauge.translate.ledger import Ledger, Use
from streamgauge.translate.round_trip import verify_round_trip
from tests.dialects.voices import call

A = call({"n": 1}, name="f", id="a")
B = call({"n": 2}, name="g", id="b")


def ledger() -> Ledger:
    known = Ledger()
    for part in (A, B):
        known.record(
            Use(
                id=str(part.id),
                original_id=None,
                name=str(part.name),
                arguments=part.arguments,
                arguments_json="",
                signature=None,
                time=0,
                request_index=0,
                conversation_id="one",
            )
        )
    return known


def said(*parts: Any, position: int = 1) -> Turn:
    return Turn(role=Role.ASSISTANT, parts=parts, position=position)


def result(id: str, position: int = 2) -> Turn:
    return Turn(role=Role.TOOL, text="ok", call_id=id, position=position)


CHANGES: dict[str, tuple[list[Turn], list[tuple[int | None, str]]]] = {
    "all is well": ([said(A, B), result("a"), result("b")], []),
    "a shortened history": ([said(B), result("b")], []),
    "another id": (
        [said(replace(A, id="x"), B)],
        [(1, "the id of the use of f was a, and is x now")],
    ),
    "another name": ([said(replace(A, name="h"))], [(1, "the name was f, and is h now")]),
    "other arguments": (
        [said(replace(A, arguments={"n": 3}))],
        [(1, "the arguments are not those of the call")],
    ),
    "another order": ([said(B), said(A, position=3)], [(3, "stands after a later use")]),
    "a call that nobody made": (
        [said(A, B, call({"n": 9}, name="f", id="z"))],
        [(1, "no use of this conversation has this id")],
    ),
    "a result without a call": (
        [said(B), result("a")],
        [(2, "is answered, but no call has this id")],
    ),
}


@pytest.mark.parametrize(("turns", "changes"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_with_its_place(
    turns: list[Turn], changes: list[tuple[int | None, str]]
) -> None:
    found = verify_round_trip(ledger(), "one", turns)
    assert [(change.position, change.says) for change in found] == changes


def test_a_changed_id_names_the_one_that_it_was() -> None:
    (change,) = verify_round_trip(ledger(), "one", [said(replace(A, id="x"))])
    assert (change.id, change.was) == ("x", "a")


def test_a_conversation_that_nobody_remembers_is_not_judged() -> None:
    assert verify_round_trip(ledger(), "two", [said(A), result("z")]) == ()
