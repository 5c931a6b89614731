"""Faults of order move events about, and leave what they say as it was."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Append, Role
from streamgauge.exchange import Exchange
from streamgauge.faults import ordering
from streamgauge.faults.events import inserted, said, with_json
from streamgauge.faults.fault import Fault
from streamgauge.faults.spoken import each

CHAT = "written: chat: two choices"
MESSAGES = "written: messages: text"
RESPONSES = "written: responses: thoughts, text, two calls"
GEMINI = "written: gemini: thoughts, text, two calls"
ONE, TWO, THREE = "Tea gröws on hills, ", "and the best of it ", "is picked by hand in spring."


def spoil(fault: Fault, one, **options: Any) -> Exchange:
    return fault(one.exchange, one.setting, **options)


def texts(exchange: Exchange) -> list[str]:
    return [event.json["delta"]["text"] for event in said(exchange) if "text_delta" in str(event)]


@pytest.mark.parametrize(
    ("fault", "results"),
    [
        (ordering.drop_delta, [[ONE, THREE]]),
        (ordering.duplicate_delta, [[ONE, TWO, TWO, THREE]]),
        (ordering.swap_events, [[ONE, THREE, TWO], [TWO, ONE, THREE]]),
    ],
    ids=["drop", "duplicate", "swap"],
)
def test_pieces_of_a_text_are_moved_about(fault: Fault, results: list[list[str]], good) -> None:
    one = good(MESSAGES)
    found = {tuple(texts(spoil(fault, one, seed=seed))) for seed in range(9)}
    assert sorted(found) == sorted(map(tuple, results))


@pytest.mark.parametrize(
    ("fault", "name", "first"),
    [
        (ordering.begin_twice, MESSAGES, ["message_start", "message_start", "content_block_start"]),
        (ordering.begin_twice, RESPONSES, ["response.created", "response.created"]),
        (ordering.drop_start, MESSAGES, ["content_block_start"]),
        (ordering.drop_start, RESPONSES, ["response.in_progress"]),
    ],
)
def test_an_answer_begins_badly(fault: Fault, name: str, first: list[str], good) -> None:
    found = [event.json.get("type") for event in said(spoil(fault, good(name)))]
    assert found[: len(first)] == first


def test_a_prompt_is_blocked_behind_some_of_the_answer(good) -> None:
    *_, before, last = said(spoil(ordering.block_after_answer, good(GEMINI)))
    assert "candidates" in before.json
    assert "candidates" not in last.json
    assert last.json["promptFeedback"] == {"blockReason": "SAFETY"}
    assert "usageMetadata" in last.json


def test_answers_that_finish_apart_are_not_blocked(good) -> None:
    one = good("written: gemini: two candidates")
    *_, last = said(one.exchange)
    first = {**last.json, "candidates": last.json["candidates"][:1]}
    second = {**last.json, "candidates": last.json["candidates"][1:]}
    apart = inserted(with_json(one.exchange, {last.index: second}), last.index, None, first)
    assert ordering.block_after_answer(apart, one.setting) is apart


def test_one_number_is_skipped(good) -> None:
    one = good(RESPONSES)
    gaps = set()
    for seed in range(40):
        events = said(spoil(ordering.skip_sequence_number, one, seed=seed))
        numbers = [event.json["sequence_number"] for event in events]
        (gap,) = set(range(len(numbers) + 1)) - set(numbers)
        gaps.add(gap)
        assert numbers == sorted(numbers)
    assert len(gaps) > 5


@pytest.mark.parametrize(
    ("fault", "roles"),
    [
        (ordering.drop_role, []),
        (ordering.wrong_role, ["user"] * 2),
        (ordering.repeat_role, ["assistant"] * 8),
    ],
    ids=["none", "another", "again and again"],
)
def test_roles_of_two_answers(fault: Fault, roles: list[str], good) -> None:
    one = good(CHAT)
    assert [role.role for _, role in each(spoil(fault, one), one.setting, Role)] == roles


@pytest.mark.parametrize("name", [CHAT, "written: gemini: two candidates"])
def test_answers_are_numbered_from_one(name: str, good) -> None:
    one = good(name)
    spoiled = spoil(ordering.shift_choices, one)
    assert {delta.choice for _, delta in each(spoiled, one.setting, Append)} == {1, 2}


@pytest.mark.parametrize("name", [CHAT, GEMINI])
def test_a_piece_of_text_comes_behind_the_finish(name: str, good) -> None:
    one = good(name)
    before = [event.json for event in said(one.exchange)]
    after = [event.json for event in said(spoil(ordering.text_after_finish, one))]
    assert sorted(map(str, after)) == sorted(map(str, before))
    at = next(n for n, value in enumerate(after) if value != before[n])
    assert "spring." in str(before[at])
    assert any("spring." in str(value) for value in after[at + 1 :])


@pytest.mark.parametrize(
    ("name", "type"), [(MESSAGES, "rumour"), (RESPONSES, "response.rumour.added")]
)
def test_an_event_that_nobody_knows_comes(name: str, type: str, good) -> None:
    spoiled = said(spoil(ordering.unknown_event, good(name)))
    (found,) = [n for n, event in enumerate(spoiled) if event.name == type]
    assert spoiled[found].json["type"] == type
    assert found > 0
    numbers = [event.json.get("sequence_number", n) for n, event in enumerate(spoiled)]
    assert numbers == list(range(len(spoiled)))


def test_a_part_that_nobody_knows_comes(good) -> None:
    spoiled = spoil(ordering.unknown_event, good(GEMINI))
    assert spoiled.body.count(b'{"rumour":"more"}') == 1


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (ordering.drop_delta, "written: chat: refusal"),
        (ordering.begin_twice, CHAT),
        (ordering.block_after_answer, CHAT),
        (ordering.skip_sequence_number, MESSAGES),
        (ordering.drop_role, MESSAGES),
        (ordering.repeat_role, GEMINI),
        (ordering.shift_choices, RESPONSES),
        (ordering.text_after_finish, MESSAGES),
        (ordering.unknown_event, CHAT),
    ],
)
def test_where_there_is_nothing_to_spoil_nothing_is(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert spoil(fault, one) == one.exchange
