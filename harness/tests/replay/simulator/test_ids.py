"""Ids: in the vendor's form, never twice, and the same when an answer is repeated."""

from __future__ import annotations

import re

import pytest

from streamgauge.replay.simulator.ids import giver


@pytest.mark.parametrize(
    ("dialect", "kind", "form"),
    [
        ("anthropic-messages", "message", r"msg_01\w{22}"),
        ("anthropic-messages", "tool", r"toolu_01\w{22}"),
        ("anthropic-messages", "request", r"req_01\w{22}"),
        ("openai-responses", "message", r"resp_[0-9a-f]{48}"),
        ("openai-chat", "request", r"req_[0-9a-f]{32}"),
        ("gemini", "message", r"\w{24}"),
    ],
)
def test_ids_look_like_the_dialects_own(dialect: str, kind: str, form: str) -> None:
    assert re.fullmatch(form, giver(dialect, {}, "seed", 0)(kind))


def test_a_fact_gives_another_form() -> None:
    give = giver("anthropic-messages", {"tool-id-form": "call_{digits:4}"}, "seed", 0)
    assert re.fullmatch(r"call_\d{4}", give("tool"))


def test_ids_differ_and_repeat() -> None:
    one, two = (giver("anthropic-messages", {}, "seed", 0) for _ in range(2))
    first = [one(kind) for kind in ("message", "tool", "tool", "message")]
    assert len(set(first)) == 4
    assert first == [two(kind) for kind in ("message", "tool", "tool", "message")]


def test_calls_are_numbered_on_over_the_conversation() -> None:
    give = giver("openai-chat", {}, "seed", 3)
    assert [give("tool"), give("tool")] == ["seed-tool-3", "seed-tool-4"]
