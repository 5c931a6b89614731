"""Faults of usage as a thing that is sent: whether it comes, when, and where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamgauge.faults import placing
from streamgauge.faults.counting import counts
from streamgauge.faults.events import said
from streamgauge.faults.fault import Fault

CHAT = "written: chat: two choices"
UNASKED = "written: chat: refusal"
RUNNING = "counting: chat: running"
KIMI = "openai-chat/kimi-usage-as-demanded"
MESSAGES = "written: messages: text"
GEMINI = "written: gemini: streamed arguments, counts of their own"


def places(fault: Fault, one) -> list[tuple[int, tuple[str | int, ...]]]:
    """Where usage stands once the fault was there: events and paths."""
    spoiled = fault(one.exchange, one.setting)
    return [(found.event.index, found.path) for found in counts(spoiled, one.setting)]


@pytest.mark.parametrize(("name", "events"), [(CHAT, 11), (MESSAGES, 8), (GEMINI, 5), (RUNNING, 5)])
def test_nothing_is_counted(name: str, events: int, good) -> None:
    one = good(name)
    spoiled = placing.drop_usage(one.exchange, one.setting)
    assert counts(spoiled, one.setting) == []
    assert len(said(spoiled)) == events


@pytest.mark.parametrize(
    ("fault", "name", "found"),
    [
        (placing.move_usage, CHAT, [(8, ("usage",))]),
        (placing.hide_usage, CHAT, [(9, ("choices", 0, "usage"))]),
        (placing.hide_usage, RUNNING, [(3, ("choices", 0, "usage"))]),
        (placing.unasked_usage, UNASKED, [(4, ("usage",))]),
        (placing.usage_between, CHAT, [(2, ("usage",)), (10, ("usage",))]),
        (placing.lose_own_chunk, CHAT, []),
        (placing.lose_own_chunk, KIMI, [(5, ("choices", 0, "usage"))]),
        (placing.lose_choice_usage, KIMI, [(6, ("usage",))]),
    ],
)
def test_where_usage_stands(
    fault: Fault, name: str, found: list[tuple[int, tuple[str | int, ...]]], good
) -> None:
    assert places(fault, good(name)) == found


def test_counts_that_are_there_are_given_unasked(good) -> None:
    one = good(RUNNING)
    *_, before, last = counts(placing.unasked_usage(one.exchange, one.setting), one.setting)
    assert last.event.json["choices"] == []
    assert last.raw == before.raw


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (placing.move_usage, RUNNING),
        (placing.hide_usage, KIMI),
        (placing.hide_usage, MESSAGES),
        (placing.unasked_usage, CHAT),
        (placing.unasked_usage, MESSAGES),
        (placing.usage_between, MESSAGES),
        (placing.lose_own_chunk, RUNNING),
        (placing.lose_choice_usage, CHAT),
    ],
)
def test_where_there_is_nothing_to_spoil_nothing_is(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) == one.exchange


def test_without_a_request_usage_may_have_been_asked_for(good) -> None:
    one = good(UNASKED)
    unknown = replace(one.exchange, request=None)
    assert placing.unasked_usage(unknown, one.setting) is unknown
