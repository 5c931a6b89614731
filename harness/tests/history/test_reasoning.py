"""Reasoning that must come back: with calls, on every turn, first in a tool loop."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.history import Duty
from streamgauge.history.reasoning import COMES_FIRST, IS_FOLLOWED, ON_EVERY_TURN, WITH_CALLS
from streamgauge.message import Part
from streamgauge.prompt import Asked, Role, Turn

CALL = Part(kind=Kind.TOOL_CALL, id="a", name="look")
WORDS = Part(kind=Kind.TEXT, content="One moment.")
RESULT = Turn(role=Role.TOOL, call_id="a")
THINKS, SILENT = Asked(thinking=True), Asked(thinking=False)
KEEPS = Asked(thinking=True, extra={"thinking_keep": "all"})
READS = {"reasoning-fields": ["reasoning_content"]}


def thought(content: str = "I look.", **more: Any) -> Part:
    return Part(kind=Kind.REASONING, content=content, **{"field": "reasoning_content", **more})


NONE = [(1, "no reasoning")]


@pytest.mark.parametrize(
    ("duty", "asked", "facts", "parts", "expected"),
    [
        pytest.param(WITH_CALLS, THINKS, {}, [CALL], NONE, id="a call alone"),
        pytest.param(WITH_CALLS, THINKS, {}, [thought(), CALL], [], id="with its thought"),
        pytest.param(WITH_CALLS, THINKS, {}, [WORDS], [], id="no call"),
        pytest.param(WITH_CALLS, SILENT, {}, [CALL], [], id="not thinking"),
        pytest.param(WITH_CALLS, Asked(), {}, [CALL], [], id="thinking is unknown"),
        pytest.param(
            WITH_CALLS, Asked(), {"thinks-unasked": True}, [CALL], NONE, id="thinking unasked"
        ),
        pytest.param(
            WITH_CALLS, THINKS, {}, [thought(""), CALL], [(1, "empty reasoning")], id="empty"
        ),
        pytest.param(WITH_CALLS, THINKS, {}, [thought(" "), CALL], [], id="one space"),
        pytest.param(
            WITH_CALLS, THINKS, {"reasoning-replay-empty": "accepted"}, [thought(""), CALL], [],
            id="empty, which is enough there",
        ),
        pytest.param(WITH_CALLS, THINKS, READS, [thought(), CALL], [], id="under its name"),
        pytest.param(
            WITH_CALLS, THINKS, READS, [thought(field="reasoning"), CALL],
            [(1, "reasoning in reasoning alone")], id="under a name that is not read",
        ),
        pytest.param(WITH_CALLS, THINKS, {}, [thought("", redacted=True), CALL], [], id="redacted"),
        pytest.param(ON_EVERY_TURN, KEEPS, {}, [WORDS], NONE, id="all kept, words alone"),
        pytest.param(ON_EVERY_TURN, KEEPS, {}, [CALL], [], id="all kept, a call is not asked"),
        pytest.param(ON_EVERY_TURN, THINKS, {}, [WORDS], [], id="not all kept"),
        pytest.param(
            ON_EVERY_TURN, Asked(thinking=True, model="k-3"), {"keeps-all-unasked": "^k-3"},
            [WORDS], NONE, id="a model that keeps all",
        ),
        pytest.param(COMES_FIRST, THINKS, {}, [thought(), CALL], [], id="the thought is first"),
        pytest.param(COMES_FIRST, THINKS, {}, [CALL], [(1, "tool_call first")], id="a call first"),
        pytest.param(
            COMES_FIRST, THINKS, {}, [WORDS, thought(), CALL], [(1, "text first")], id="words first"
        ),
        pytest.param(COMES_FIRST, SILENT, {}, [CALL], [], id="a call first, not thinking"),
        pytest.param(IS_FOLLOWED, THINKS, {}, [thought(), CALL], [], id="followed"),
        pytest.param(
            IS_FOLLOWED, THINKS, {}, [thought(id="rs_0")], [(1, "a thought that nothing follows")],
            id="not followed",
        ),
    ],
)  # fmt: skip
def test_reasoning_is_owed(
    duty: Duty,
    asked: Asked,
    facts: Any,
    parts: list[Part],
    expected: Any,
    *,
    turns: Any,
    unkept: Any,
) -> None:
    assert unkept(duty, turns("Look.", tuple(parts), RESULT), asked, facts) == expected


def test_a_tool_loop_that_ended_owes_no_thought(turns: Any, unkept: Any) -> None:
    assert unkept(COMES_FIRST, turns("Look.", (CALL,), RESULT, "Again."), THINKS) == []


def test_a_thought_may_be_followed_by_the_next_item(turns: Any, unkept: Any) -> None:
    assert unkept(IS_FOLLOWED, turns("Look.", (thought(),), (CALL,), RESULT), THINKS) == []
