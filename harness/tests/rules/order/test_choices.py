"""Choices and candidates: who speaks, when nothing more may come, which index."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.order.choices import (
    choice_indexes_count,
    nothing_said_after_finish,
    role_comes_first,
    role_once,
    usage_comes_last,
)

CHAT, GEMINI = "openai-chat", "gemini"
GOOD = "role, text, text, stop, usage, done"
TWO = "role 0, role 1, text 1, text 0, stop 0, text 1, stop 1, usage, done"

CASES: dict[str, tuple[Any, str, str, list[tuple[int, str | None, int | None, int]]]] = {
    "silent after the finish": (nothing_said_after_finish, CHAT, GOOD, []),
    "the last piece with the finish": (nothing_said_after_finish, CHAT, "role, last, done", []),
    "finished twice": (nothing_said_after_finish, CHAT, "role, text, stop, stop", []),
    "another answer goes on": (nothing_said_after_finish, CHAT, TWO, []),
    "text after the finish": (
        nothing_said_after_finish,
        CHAT,
        "role, text, stop, text, text, text, done",
        [(3, "/choices/0/delta/content", 0, 3)],
    ),
    "a call after the finish": (
        nothing_said_after_finish,
        CHAT,
        "role, text, stop, call, done",
        [(3, "/choices/0/delta/tool_calls/0/function/arguments", 0, 1)],
    ),
    "candidates that stop last": (nothing_said_after_finish, GEMINI, "text, last", []),
    "a candidate after its stop": (
        nothing_said_after_finish,
        GEMINI,
        "last, text",
        [(1, "/candidates/0/content/parts/0/text", 0, 1)],
    ),
    "a role first": (role_comes_first, CHAT, GOOD, []),
    "a role beside the text": (role_comes_first, CHAT, "spoken, text, stop", []),
    "two roles first": (role_comes_first, CHAT, TWO, []),
    "no role": (
        role_comes_first,
        CHAT,
        "text, text, text, stop",
        [(0, "/choices/0/delta/content", 0, 1)],
    ),
    "a late role": (
        role_comes_first,
        CHAT,
        "think, role, stop",
        [(0, "/choices/0/delta/reasoning_content", 0, 1)],
    ),
    "no role for the second answer": (
        role_comes_first,
        CHAT,
        "role 0, text 0, text 1, stop 0, stop 1",
        [(2, "/choices/0/delta/content", 1, 1)],
    ),
    "a user speaks": (
        role_comes_first,
        CHAT,
        "user, text, stop",
        [(0, "/choices/0/delta/role", 0, 1)],
    ),
    "one role for each": (role_once, CHAT, TWO, []),
    "a role in every chunk": (
        role_once,
        CHAT,
        "role, spoken, spoken, spoken, spoken, stop",
        [(1, "/choices/0/delta/role", 0, 4)],
    ),
    "usage last": (usage_comes_last, CHAT, TWO, []),
    "usage before the finish": (
        usage_comes_last,
        CHAT,
        "role, text, usage, text, stop, done",
        [(3, None, 0, 2)],
    ),
    "text after finish and usage is asked elsewhere": (
        usage_comes_last,
        CHAT,
        "role, stop, usage, text",
        [],
    ),
    "one answer": (choice_indexes_count, CHAT, GOOD, []),
    "two answers in any order": (choice_indexes_count, CHAT, TWO, []),
    "two candidates": (choice_indexes_count, GEMINI, "text 1, text 0, stop 1, stop 0", []),
    "the first answer is missing": (
        choice_indexes_count,
        CHAT,
        "role 1, text 1, stop 1, done",
        [(0, None, None, 1)],
    ),
    "the number of the piece": (
        choice_indexes_count,
        CHAT,
        "spoken 0, text 1, text 2, text 3, stop 4",
        [(1, None, None, 1)],
    ),
}


@pytest.mark.parametrize(
    ("dialect", "indexes", "positions"),
    [
        (CHAT, [0, 1], []),
        (CHAT, [0, 0], ["/choices/1"]),
        (GEMINI, [0, None], ["/candidates/1"]),
        (GEMINI, [None, 1], []),
        (GEMINI, [0, 1, 2], []),
    ],
)
def test_two_answers_of_a_chunk_have_two_indexes(
    dialect: str, indexes: list[Any], positions: list[str], court: Any, streams: Any
) -> None:
    member = "choices" if dialect == CHAT else "candidates"
    said = {"delta": {"content": "ab"}, "content": {"parts": [{"text": "ab"}]}}
    answers = [said if index is None else {**said, "index": index} for index in indexes]
    outcome = court(choice_indexes_count, streams.events([{member: answers}]), dialect)
    assert [finding.pointer for finding in outcome.findings] == positions


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_about_choices(case: Any, court: Any, streams: Any) -> None:
    rule, dialect, words, wanted = case
    outcome = court(rule, streams(dialect, words), dialect)
    assert not outcome.skipped
    assert [(f.event, f.pointer, f.choice, f.times) for f in outcome.findings] == wanted


def test_a_vendor_may_demand_a_chunk_for_the_role_alone(court: Any, streams: Any) -> None:
    facts = {"role-with-content": True}
    assert court(role_comes_first, streams(CHAT, GOOD), CHAT, facts=facts).passed
    for words in ("spoken, stop", "user, text, stop"):
        (finding,) = court(role_comes_first, streams(CHAT, words), CHAT, facts=facts).findings
        assert finding.event == 0


def test_rules_about_usage_are_not_asked_without_any(court: Any, streams: Any) -> None:
    assert court(usage_comes_last, streams(CHAT, "role, stop"), CHAT).skipped


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert role_once.demanded
