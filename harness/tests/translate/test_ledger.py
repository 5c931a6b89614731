"""What is remembered of conversations, and for how long."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.message import Part
from streamgauge.translate.ledger import Bounds, Given, Ledger, Use, thought_of, view_of
from tests.dialects.voices import call, text, thought


def use(id: str, **members: Any) -> Use:
    known: dict[str, Any] = {
        "original_id": None, "name": "f", "arguments": {}, "arguments_json": "", "signature": "s",
        "time": 0.0, "request_index": 0, "conversation_id": "one",
    }  # fmt: skip
    return Use(id=id, **{**known, **members})


def test_uses_are_found_by_id_and_listed_in_order() -> None:
    ledger = Ledger()
    for id in ("b", "a"):
        ledger.record(use(id))
    assert [one.id for one in ledger.uses("one")] == ["b", "a"]
    assert ledger.find("one", "a") == use("a")


@pytest.mark.parametrize("id", ["z", None, 7, ["a"]], ids=repr)
def test_what_is_no_known_id_finds_nothing(id: object) -> None:
    ledger = Ledger()
    ledger.record(use("a"))
    assert ledger.find("one", id) is None


def test_conversations_are_kept_apart() -> None:
    ledger = Ledger()
    ledger.record(use("a"))
    ledger.remember("one", ("Hi",), Given(0, (text("Hi"),)))
    assert (ledger.find("two", "a"), ledger.uses("two")) == (None, ())
    assert ledger.recall("two", ("Hi",), 0) is None
    assert [ledger.begin_request(name) for name in ("one", "two", "one")] == [0, 0, 1]


def test_the_conversation_that_was_silent_longest_goes_first() -> None:
    ledger = Ledger(Bounds(conversations=2))
    for name in ("one", "two", "one", "three"):
        ledger.begin_request(name)
    assert ledger.conversations == ("one", "three")


def test_uses_and_answers_are_bounded() -> None:
    ledger = Ledger(Bounds(uses=2, answers=2, alike=1))
    for number in range(4):
        ledger.record(use(str(number)))
        ledger.remember("one", (str(number),), Given(0, ()))
        ledger.remember("one", (str(number),), Given(1, (text("last"),)))
    assert [one.id for one in ledger.uses("one")] == ["2", "3"]
    assert ledger.recall("one", ("1",), 0) is None
    assert ledger.recall("one", ("3",), 0) == (text("last"),)


ALIKE = (Given(1, (thought("one"), text("Hi"))), Given(3, (thought("two"), text("Hi"))))


@pytest.mark.parametrize(
    ("place", "thinks", "found"),
    [(1, "", 0), (3, "", 1), (9, "one", 0), (9, "", 1), (1, "two", 0)],
    ids=["first place", "second place", "same thought", "nothing known", "place beats thought"],
)
def test_of_answers_that_look_alike_the_right_one_comes_back(
    place: int, thinks: str, found: int
) -> None:
    ledger = Ledger()
    for given in ALIKE:
        ledger.remember("one", ("Hi",), given)
    assert ledger.recall("one", ("Hi",), place, thinks) == ALIKE[found].parts


@pytest.mark.parametrize(
    ("original", "kept"),
    [
        ("toolu_01Ab-9", True),
        (None, False),
        ("", False),
        ("functions.f:0", False),
        ("x" * 41, False),
        (7, False),
    ],
    ids=["portable", "none", "blank", "signs that some refuse", "too long", "no text"],
)
def test_an_id_is_kept_where_every_dialect_takes_it(original: object, kept: bool) -> None:
    given = Ledger().client_id("one", original, 0, 0, "anthropic-messages")
    assert (given == original) is kept
    assert kept or given.startswith("toolu_")


def test_an_id_that_is_taken_is_not_given_again() -> None:
    ledger = Ledger()
    ids = [ledger.client_id("one", "call_0", index, 0, "openai-chat") for index in range(3)]
    assert len(set(ids)) == 3
    assert ids[0] == "call_0"


def test_the_same_place_makes_the_same_id() -> None:
    first, second = (Ledger().client_id("one", None, 2, 1, "openai-chat") for _ in range(2))
    assert first == second
    assert first != Ledger().client_id("two", None, 2, 1, "openai-chat")


def test_a_view_is_what_every_history_shows() -> None:
    parts: tuple[Part, ...] = (thought("Hm."), text("a"), call({"x": 1}), text("b"))
    assert view_of(parts, {0: "id"}) == ("ab", ("id", "weather", '{"x": 1}'))
    assert thought_of(parts) == "Hm."
