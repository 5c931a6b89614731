"""Moonshot's numbered stream rules are on: a stream that keeps them passes, one that breaks a
number is told so by the rule that has this number as its authority."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge import data, pipeline
from streamgauge.exchange import Exchange, Head, Request

Chunks = list[dict[str, Any]]

USAGE = {
    "prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 1},
}  # fmt: skip
ASKED = {
    "model": "kimi-k3", "stream": True, "stream_options": {"include_usage": True},
    "stop": ["END"], "messages": [{"role": "user", "content": "Look it up."}],
    "tools": [{"type": "function", "function": {"name": "lookup", "parameters": {}}}],
}  # fmt: skip


def chunk(delta: dict[str, Any], finish: str | None = None, **choice: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-0123456789abcdef01234567", "object": "chat.completion.chunk",
        "created": 1, "model": "kimi-k3",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish, **choice}],
    }  # fmt: skip


def call(**fields: Any) -> dict[str, Any]:
    return chunk({"tool_calls": [{"index": 0, **fields}]})


ROLE, THINK, CLOSE, TEXT, HEADER, PIECE, REST, FINISH, COUNTED = range(9)
GOOD: Chunks = [
    chunk({"role": "assistant", "content": ""}),
    chunk({"reasoning_content": "I look."}),
    chunk({"reasoning_content": ""}),
    chunk({"content": "One moment."}),
    call(id="lookup_0", type="function", function={"name": "lookup", "arguments": ""}),
    call(function={"arguments": '{"q":'}),
    call(function={"arguments": "1}"}),
    chunk({}, "tool_calls", usage=USAGE),
    {**chunk({}), "choices": [], "usage": USAGE},
]


def exchange(chunks: Chunks, *, tail: str = "data: [DONE]\n\n", **changed: Any) -> Exchange:
    """An answer of api.moonshot.ai; `changed` may hold status, headers or asked."""
    body = "".join(f"data: {json.dumps(one)}\n\n" for one in chunks) + tail
    headers = {
        "content-type": "text/event-stream", "x-msh-usage-prompt-tokens": "9",
        "x-msh-usage-cached-tokens": "0", **changed.get("headers", {}),
    }  # fmt: skip
    asked = json.dumps({**ASKED, **changed.get("asked", {})}).encode()
    return Exchange(
        body=body.encode(),
        head=Head(status=changed.get("status", 200), headers=tuple(headers.items())),
        request=Request(url="https://api.moonshot.ai/v1/chat/completions", body=asked),
    )


def edited(position: int, change: Callable[[dict[str, Any]], object]) -> Chunks:
    """The good stream with one chunk changed in place."""
    chunks = copy.deepcopy(GOOD)
    change(chunks[position])
    return chunks


def delta(position: int, **members: Any) -> Chunks:
    """The good stream with members set in one delta."""
    return edited(position, lambda one: one["choices"][0]["delta"].update(members))


def without(*positions: int) -> Chunks:
    return [one for position, one in enumerate(GOOD) if position not in positions]


def among(position: int, *more: dict[str, Any]) -> Chunks:
    """The good stream with chunks put in before a position."""
    return [*GOOD[:position], *more, *GOOD[position:]]


def fragment(position: int, **members: Any) -> Chunks:
    """The good stream with members set in one piece of the call."""
    return edited(position, lambda one: one["choices"][0]["delta"]["tool_calls"][0].update(members))


def finish(reason: str) -> Chunks:
    return edited(FINISH, lambda one: one["choices"][0].update(finish_reason=reason))


UNCOUNTED = {name: USAGE[name] for name in ("prompt_tokens", "completion_tokens", "total_tokens")}
SECOND = [
    chunk({"tool_calls": [{"index": 2, "id": "lookup_1", "type": "function",
                           "function": {"name": "lookup", "arguments": ""}}]}),
    chunk({"tool_calls": [{"index": 2, "function": {"arguments": "{}"}}]}),
]  # fmt: skip

BROKEN = [
    ("P0.1", exchange(without(COUNTED))),
    ("P0.2", exchange(edited(FINISH, lambda one: one["choices"][0].update(usage=UNCOUNTED)))),
    ("P0.3", exchange(without(REST))),
    ("P0.4", exchange(edited(FINISH, lambda one: one["choices"][0].pop("usage")))),
    ("P0.8", exchange(edited(TEXT, lambda one: one["choices"].append(
        {"index": 1, "delta": {"role": "assistant", "content": ""}, "finish_reason": "stop"})))),
    ("P0.9", exchange(without(ROLE))),
    ("P0.10", exchange(delta(THINK, content="One"))),
    ("P0.11", exchange(delta(TEXT, content="One m\ufffd"))),
    ("P0.12", exchange(delta(TEXT, reasoning_content=None))),
    ("P0.13", exchange(fragment(HEADER, function={"name": "lookup", "arguments": " "}))),
    ("P0.14", exchange(fragment(PIECE, type="function"))),
    ("P0.15", exchange(finish("because"))),
    ("P0.16", exchange(edited(TEXT, lambda one: one["choices"][0].pop("finish_reason")))),
    ("P0.17", exchange(GOOD, status=503)),
    ("P0.18", exchange(GOOD, headers={"x-msh-usage-prompt-tokens": "8"})),
    ("P1.1", exchange(delta(TEXT, content="One END"))),
    ("P1.2", exchange(GOOD, tail="")),
    ("P1.3", exchange(edited(COUNTED, lambda one: one.update(id="chatcmpl-" + "a" * 24)))),
    ("P1.5", exchange(delta(TEXT, role="assistant"))),
    ("P1.6", exchange(delta(FINISH, role="assistant"))),
    ("P1.7", exchange(without(CLOSE))),
    ("P1.8", exchange(among(FINISH, *SECOND))),
    ("P1.9", exchange(among(PIECE, *SECOND))),
    ("P1.10", exchange(delta(FINISH, content=""))),
    ("P1.11", exchange(delta(FINISH, content="!"))),
    ("P1.13", exchange(finish("engine_overloaded"))),
    ("P1.14", exchange(edited(TEXT, lambda one: one.update(created=2)))),
    ("P1.15", exchange(edited(TEXT, lambda one: one.update(usage=USAGE)))),
    ("P1.16", exchange([*GOOD[:HEADER], {"error": {"message": "No.", "type": "server_error"}}])),
    ("P1.17", exchange(GOOD, asked={"logprobs": True})),
    ("P2.1", exchange([{**one, "id": "chatcmpl-0"} for one in GOOD])),
    ("P2.2", exchange(fragment(HEADER, id="call_a"))),
    ("P2.3", exchange(GOOD, asked={"stream_options": {"include_usage": False}})),
]  # fmt: skip


def numbered(number: str) -> set[str]:
    """The rules that have a Kimi rule's number as their authority."""
    rules = data.profiles_data()["moonshot"]["dialect"]["openai-chat"]["rules"]
    return {
        slug
        for slug, claim in rules.items()
        if number in str(claim.get("authority", "")).replace(",", " ").split()
    }


def test_a_stream_that_keeps_the_rules_breaks_none() -> None:
    judged = pipeline.check(exchange(GOOD))
    assert judged.identity.profile.slug == "moonshot"
    assert [(one.rule, one.says, one.got) for one in judged.outcome.findings] == []
    asked = set(judged.outcome.passed)
    assert numbered("P0.18") | numbered("P1.7") <= asked


@pytest.mark.parametrize(("number", "broken"), BROKEN, ids=[number for number, _ in BROKEN])
def test_a_broken_number_is_told_by_its_rule(number: str, broken: Exchange) -> None:
    judged = pipeline.check(broken)
    assert numbered(number) & set(judged.outcome.broken)


def test_only_moonshot_is_held_to_its_numbers() -> None:
    judged = pipeline.check(exchange(delta(TEXT, reasoning_content=None)), vendor="openai")
    assert not numbered("P0.12") & set(judged.outcome.broken)
