"""Members of events are found by pattern and changed."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults.events import said
from streamgauge.faults.members import GONE, Member, Path, changed, members, with_members

BODY = b'data: {"a":[{"b":1},{"b":2}],"c":{"d":null}}\n\ndata: {"c":{"d":3}}\n\ndata: [DONE]\n\n'
EXCHANGE = Exchange(body=BODY)


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ("/a/*/b", [(0, ("a", 0, "b"), 1), (0, ("a", 1, "b"), 2)]),
        ("/c/d /a", [(0, ("c", "d"), None), (0, ("a",), [{"b": 1}, {"b": 2}]), (1, ("c", "d"), 3)]),
        (("/c/*", "/x", "/a/b"), []),
    ],
)
def test_members_are_found(patterns: str, found: list[tuple[int, Path, object]]) -> None:
    assert members(EXCHANGE, patterns) == tuple(Member(*one) for one in found)


def test_members_of_several_events_are_changed_at_once() -> None:
    new = with_members(
        EXCHANGE, {(0, ("a", 0, "b")): 7, (0, ("c", "e")): "new", (1, ("c", "d")): GONE}
    )
    assert [one.json for one in said(new)] == [
        {"a": [{"b": 7}, {"b": 2}], "c": {"d": None, "e": "new"}},
        {"c": {}},
        {},
    ]


def test_elements_are_taken_away_without_taking_others() -> None:
    value = {"a": [1, 2, 3]}
    assert changed(value, {("a", 0): GONE, ("a", 1): GONE}) == {"a": [3]}
    assert value == {"a": [1, 2, 3]}
