"""A conversation as the duties look at it."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.history.talk import Talk, calls, of_model
from streamgauge.message import Part
from streamgauge.prompt import Asked, Role, Turn

CALL = Part(kind=Kind.TOOL_CALL, id="a")
WORDS = Part(kind=Kind.TEXT, content="Hello.")
RESULT = Turn(role=Role.TOOL, call_id="a")


def talk(turns: tuple[Turn, ...], asked: Asked | None = None, **facts: Any) -> Talk:
    return Talk(turns=turns, asked=asked or Asked(), facts=facts)


@pytest.mark.parametrize(
    ("pattern", "model", "fits"),
    [
        (None, None, True),
        (None, "m-1", True),
        ("^m-", "m-1", True),
        ("^m-", "n-1", False),
        ("^m-", None, False),
        ("^(?!m-0)", "m-1", True),
    ],
)
def test_a_pattern_fits_a_model(pattern: object, model: str | None, fits: bool) -> None:
    assert of_model(pattern, Asked(model=model)) is fits


def test_an_index_is_the_vendors_or_else_the_place(turns: Any) -> None:
    said = talk((Turn(role=Role.SYSTEM), *turns("Hi", (WORDS,)), Turn(role=Role.USER)))
    assert [said.index(place) for place in range(4)] == [0, 0, 1, 3]


def test_the_current_turn_begins_behind_the_users_last_words(turns: Any) -> None:
    assert talk(turns("Hi", (CALL,), RESULT, "And?", (CALL,))).current() == 4
    assert talk(turns((CALL,), RESULT)).current() == 0


def test_items_beside_each_other_are_one_step(turns: Any) -> None:
    said = talk(turns("Hi", (WORDS,), (CALL,), RESULT, (CALL,)))
    assert [said.behind(place) for place in (1, 2, 4)] == [3, 3, 5]
    assert [place for place, _ in said.calling()] == [2, 4]
    assert said.last_spoken() == 4
    assert talk(()).last_spoken() is None


def test_turns_of_one_message_are_counted() -> None:
    one = [Turn(role=Role.TOOL, call_id=id, position=1) for id in "abc"]
    assert [talk(tuple(one)).beside(place) for place in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("asked", "keeps"),
    [
        (Asked(extra={"thinking_keep": "all"}), True),
        (Asked(extra={"thinking_keep": "none"}, model="k-3"), False),
        (Asked(model="k-3"), True),
        (Asked(model="k-2"), False),
    ],
)
def test_all_is_kept_as_asked_or_as_the_model_does(asked: Asked, keeps: bool) -> None:
    assert talk((), asked, **{"keeps-all-unasked": "^k-3"}).keeps_all is keeps


def test_calls_are_the_clients_own() -> None:
    server = Part(kind=Kind.SERVER_TOOL_CALL, id="b")
    assert calls(Turn(role=Role.ASSISTANT, parts=(WORDS, CALL, server))) == (CALL,)
