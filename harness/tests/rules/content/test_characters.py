"""Characters that were lost or cut, as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.content.characters import characters_are_whole

TEXT = "/choices/0/delta/content"
ARGUMENTS = "/choices/0/delta/tool_calls/0/function/arguments"


def say(content: str) -> str:
    """A chunk as text, so that escapes stand as they are."""
    return '{"choices":[{"index":0,"delta":{"content":"' + content + '"}}]}'


def call(arguments: str) -> str:
    delta = '{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"'
    return '{"choices":[{"index":0,"delta":' + delta + arguments + '"}}]}}]}'


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([say("plain"), say(" 🙂")], [], id="whole"),
        pytest.param([say("a"), say("b\\ufffd\\ufffd")], [(1, TEXT, 2)], id="replaced-twice"),
        pytest.param([say("a\\ud83d")], [(0, TEXT, 1)], id="half-a-pair"),
        pytest.param([say("\\ud83d"), say("\\ude42")], [(0, TEXT, 2)], id="pair-over-two-chunks"),
        pytest.param([call("\ufffd")], [(0, ARGUMENTS, 1)], id="in-arguments"),
        pytest.param(
            [say("\\ufffd"), say("\\ud83d")], [(0, TEXT, 1), (1, TEXT, 1)], id="lost-and-cut"
        ),
    ],
)
def test_a_broken_character_is_found_where_it_came(
    found: Callable[..., Any], chunks: list[str], expected: list[Any]
) -> None:
    assert found(characters_are_whole, chunks) == expected


def test_a_replacement_character_that_the_request_holds_is_no_fault(
    found: Callable[..., Any],
) -> None:
    request = {"messages": [{"role": "user", "content": "what is \ufffd?"}]}
    assert found(characters_are_whole, [say("it is \ufffd")], request=request) == []


def test_bytes_that_are_no_text_are_left_to_framing(court: Callable[..., Any]) -> None:
    body = b'data: {"choices":[{"index":0,"delta":{"content":"a\xff"}}]}\n\n'
    assert court(characters_are_whole, body).broken == ()


def test_it_is_not_asked_where_nothing_was_said(found: Callable[..., Any]) -> None:
    assert found(characters_are_whole, ["[DONE]"]) == "nothing was said"
