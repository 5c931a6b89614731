"""Calls beside their results in a request, whoever serves it."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.history.results import answers_name_calls, calls_are_answered
from streamgauge.rules.rule import Rule

CALL = {"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CALLED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
USER = {"role": "user", "content": "Look."}


def result(id: str) -> dict[str, str]:
    return {"role": "tool", "tool_call_id": id, "content": "42"}


@pytest.mark.parametrize(
    ("rule", "messages", "expected"),
    [
        pytest.param(calls_are_answered, [USER, CALLED, result("a")], [], id="answered"),
        pytest.param(
            calls_are_answered, [USER, CALLED, USER], [("/messages/1", "no result for a")],
            id="not answered",
        ),
        pytest.param(answers_name_calls, [USER, CALLED, result("a")], [], id="named"),
        pytest.param(
            answers_name_calls, [USER, CALLED, result("a"), result("b")],
            [("/messages/3", "a result of b")], id="not named",
        ),
        pytest.param(
            answers_name_calls, [USER, result("b")], [("/messages/1", "a result of b")],
            id="no call at all",
        ),
    ],
)  # fmt: skip
def test_calls_and_results(rule: Rule, messages: Any, expected: Any, judged: Any) -> None:
    assert judged(rule, messages) == expected
