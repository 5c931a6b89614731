"""Calls and their results: who is answered, and who answers nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.history.calls import ARE_ANSWERED, FOLLOW_CALLS, NAME_CALLS
from streamgauge.message import Part
from streamgauge.prompt import Asked, Role, Turn

HOSTED = (Part(kind=Kind.SERVER_TOOL_CALL, id="a", name="search"),)
POINTER = (Part(kind=Kind.GENERIC, id="fc_0", name="item_reference"),)
WORDS = (Part(kind=Kind.TEXT, content="One moment."),)
NEXT = {"tool-results": "next"}


def call(*ids: object, name: str = "look") -> tuple[Part, ...]:
    return tuple(Part(kind=Kind.TOOL_CALL, id=id, name=name, arguments={}) for id in ids)


def result(id: object = None, name: str | None = None) -> Turn:
    return Turn(role=Role.TOOL, call_id=id, name=name)


@pytest.mark.parametrize(
    ("said", "facts", "expected"),
    [
        pytest.param([call("a"), result("a")], NEXT, [], id="answered"),
        pytest.param([call("a", "b"), result("b"), result("a")], NEXT, [], id="in any order"),
        pytest.param([call("a"), "Go on."], NEXT, [(0, "no result for a")], id="not answered"),
        pytest.param([call("a")], {}, [(0, "no result for a")], id="nothing follows"),
        pytest.param(
            [call("a", "b", "c"), result("b")], NEXT, [(0, "no result for a, c")], id="some of them"
        ),
        pytest.param([call("a"), "Wait.", result("a")], {}, [], id="later"),
        pytest.param(
            [call("a"), "Wait.", result("a")], NEXT, [(0, "no result for a")], id="too late"
        ),
        pytest.param([call("a"), call("b"), result("a"), result("b")], NEXT, [], id="two items"),
        pytest.param([call(None), result(None, "look")], NEXT, [], id="by name"),
        pytest.param([call(None), result("x", "look")], NEXT, [], id="an id of the client's own"),
        pytest.param(
            [call(None, None), result(None, "look")], NEXT, [(0, "no result for look")],
            id="one name, twice",
        ),
    ],
)  # fmt: skip
def test_calls_are_answered(
    said: list[Any], facts: dict[str, object], expected: Any, turns: Any, unkept: Any
) -> None:
    assert unkept(ARE_ANSWERED, turns(*said), facts=facts) == expected


@pytest.mark.parametrize(
    ("said", "facts", "named", "followed"),
    [
        pytest.param([call("a"), result("a")], NEXT, [], [], id="its call"),
        pytest.param([call("a"), result("b")], NEXT, [(1, "a result of b")], [], id="no such call"),
        pytest.param(["Hi", result("b")], NEXT, [], [(1, "a result of b")], id="no call at all"),
        pytest.param(
            [call("a"), result()], NEXT, [(1, "a result without an id")], [], id="no id"
        ),
        pytest.param(
            [call("a"), result("a"), WORDS, result("a")], NEXT, [], [(3, "a result of a")],
            id="behind another answer",
        ),
        pytest.param([call("a"), result("a"), WORDS, result("a")], {}, [], [], id="anywhere"),
        pytest.param([call("a"), WORDS, result("a")], NEXT, [], [], id="behind words of the step"),
        pytest.param([call(None), result(None, "look")], NEXT, [], [], id="by name"),
        pytest.param([call(None), result("x", "look")], NEXT, [], [], id="by name, with an id"),
        pytest.param([HOSTED, result("a")], {}, [], [], id="a tool of the vendor's"),
        pytest.param([HOSTED, result("b")], {}, [(1, "a result of b")], [], id="no such hosted"),
        pytest.param([POINTER, result("a")], {}, [], [], id="a call that is pointed at"),
        pytest.param([call(7), result("7")], NEXT, [], [], id="a number and its text"),
    ],
)  # fmt: skip
def test_results_name_calls(
    said: list[Any], facts: Any, named: Any, followed: Any, *, turns: Any, unkept: Any
) -> None:
    assert unkept(NAME_CALLS, turns(*said), facts=facts) == named
    assert unkept(FOLLOW_CALLS, turns(*said), facts=facts) == followed


def test_calls_that_the_provider_keeps_are_not_missed(
    turns: Callable[..., Any], unkept: Callable[..., Any]
) -> None:
    asked = Asked(extra={"previous_response_id": "resp_0"})
    assert unkept(FOLLOW_CALLS, turns(result("a")), asked) == []
    assert unkept(NAME_CALLS, turns(call("b"), result("a")), asked) == []
