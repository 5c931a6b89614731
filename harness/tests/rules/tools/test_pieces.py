"""How the pieces of a call come, and the copies of a finished one."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.tools.pieces import (
    arguments_arrive_in_pieces,
    arguments_copies_agree,
    continuations_are_bare,
    header_has_empty_arguments,
)

_ = ...
CALL = "/choices/0/delta/tool_calls/0"
HEAD = (0, "call_a", "look", "")
LONG = '{"text":"' + "word " * 60 + '"}'
AT_MOST = '{"text":"' + "w" * 245 + '"}'


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([HEAD, (0, _, _, "{}")], [], id="a header and pieces"),
        pytest.param([(0, "call_a", "look", "{}")], [(0, f"{CALL}/function", 1)], id="whole"),
        pytest.param([(0, "call_a", "look", _)], [(0, f"{CALL}/function", 1)], id="no member"),
        pytest.param([(0, _, "look", "")], [(0, f"{CALL}/function", 1)], id="no id"),
        pytest.param([HEAD, (1, "call_b", "find", "{")], [(1, f"{CALL}/function", 1)], id="second"),
    ],
)
def test_header_has_empty_arguments(
    chat: Any, places: Any, pieces: list[Any], expected: list[Any]
) -> None:
    assert places(header_has_empty_arguments, chat(*pieces)) == expected


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param([(0, _, _, "{}")], [], id="bare"),
        pytest.param([(0, "", _, "{}")], [(1, CALL, 1)], id="id and type"),
        pytest.param([(0, _, None, c) for c in '{"a":1}'], [(1, CALL, 7)], id="a null name"),
        pytest.param([(1, "call_b", "find", "")], [], id="another call"),
    ],
)
def test_continuations_are_bare(
    chat: Any, places: Any, later: list[Any], expected: list[Any]
) -> None:
    assert places(continuations_are_bare, chat(HEAD, *later)) == expected


def test_what_vendors_must_demand_is_not_asked_otherwise() -> None:
    assert header_has_empty_arguments.demanded
    assert continuations_are_bare.demanded


@pytest.mark.parametrize(
    ("pieces", "count"),
    [([LONG], 1), ([LONG[:9], LONG[9:]], 0), ([*LONG], 0), ([AT_MOST], 0), ([AT_MOST + " "], 1)],
    ids=["whole", "two pieces", "a run of pieces", "at most", "a sign more"],
)
def test_arguments_arrive_in_pieces(
    chat: Any, messages: Any, places: Any, pieces: list[str], count: int
) -> None:
    body = chat(HEAD, *[(0, _, _, piece) for piece in pieces])
    assert len(places(arguments_arrive_in_pieces, body)) == count
    body = messages(("toolu_0", "look", pieces))
    assert len(places(arguments_arrive_in_pieces, body, "anthropic-messages")) == count


@pytest.mark.parametrize(
    ("pieces", "done", "expected"),
    [
        (['{"a":', "1}"], None, []),
        (['{"a":', "1}"], "", [(3, "/arguments", 1)]),
        (['{"a":', "1}"], '{"a":2}', [(3, "/arguments", 1)]),
        ([], "", []),
    ],
    ids=["equal", "an empty copy", "another text", "nothing at all"],
)
def test_arguments_copies_agree(
    responses: Any, places: Any, pieces: list[str], done: str | None, expected: list[Any]
) -> None:
    body = responses(*pieces, done=done)
    assert places(arguments_copies_agree, body, "openai-responses") == expected
