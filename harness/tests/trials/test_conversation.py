"""What the next request carries of the answer before, as each vendor demands it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

SIGNING = {"model": "gemini-3-pro-preview"}
"""Older models sign no calls and miss no signature."""


def asked(tried: Any, number: int) -> Any:
    """The JSON of the nth request that was sent."""
    return json.loads(tried.requests[number].body)


@pytest.mark.asyncio
async def test_reasoning_goes_back_with_its_calls(trying: Any) -> None:
    tried = await trying(["agent-loop"], vendor="moonshot")
    assert (tried.findings(), tried.done.skips) == ([], ())
    answers = [m for m in asked(tried, -1)["messages"] if m["role"] == "assistant"]
    assert len(answers) == 3
    with_calls = [m for m in answers if m.get("tool_calls")]
    assert with_calls
    assert all(m["reasoning_content"] for m in with_calls)
    results = [m for m in asked(tried, -1)["messages"] if m["role"] == "tool"]
    assert [m["tool_call_id"] for m in results] == [
        call["id"] for m in with_calls for call in m["tool_calls"]
    ]


@pytest.mark.asyncio
async def test_thoughts_go_back_signed(trying: Any) -> None:
    tried = await trying(["tool-result", "agent-loop"], vendor="anthropic")
    assert (tried.findings(), tried.done.skips) == ([], ())
    blocks = [
        block
        for one in tried.requests
        for message in json.loads(one.body)["messages"]
        if message["role"] == "assistant"
        for block in message["content"]
    ]
    thoughts = [block for block in blocks if block["type"] == "thinking"]
    assert thoughts
    assert all(block["signature"] for block in thoughts)
    assert any(block["type"] == "tool_use" for block in blocks)


@pytest.mark.asyncio
async def test_signatures_of_calls_go_back(trying: Any) -> None:
    tried = await trying(["agent-loop"], vendor="google", about=SIGNING)
    assert (tried.findings(), tried.done.skips) == ([], ())
    calls = [
        part
        for content in asked(tried, -1)["contents"]
        for part in content["parts"]
        if "functionCall" in part
    ]
    assert calls
    assert all(part["thoughtSignature"] for part in calls)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("vendor", "what", "words"),
    [
        ("moonshot", "reasoning", "reasoning_content is missing in assistant tool call message"),
        ("deepseek", "reasoning", "reasoning_content"),
        ("google", "signatures", "thought_signature"),
    ],
)
async def test_a_history_that_lost_something_is_refused_in_the_vendors_words(
    trying: Any, vendor: str, what: str, words: str
) -> None:
    about = SIGNING if vendor == "google" else {}
    tried = await trying(["agent-loop"], vendor=vendor, about=about, drop=frozenset([what]))
    told = [
        (one["metadata"]["live"]["status"], (one["message"]["error"] or {}).get("message") or "")
        for one in tried.records.values()
        if one["metadata"]["live"]["step"]
    ]
    assert told
    assert (told[0][0], words in told[0][1]) == (400, True)
    assert any(rule.startswith("history/") for _, rule, _ in tried.findings())


@pytest.mark.asyncio
async def test_the_twin_is_asked_the_same_but_for_the_stream(trying: Any) -> None:
    tried = await trying(["plain-text"])
    one, two = (asked(tried, number) for number in (0, 1))
    assert (one.pop("stream"), two.pop("stream", False)) == (True, False)
    one.pop("stream_options", None)
    assert one == two


@pytest.mark.asyncio
async def test_results_need_a_call_to_answer(trying: Any, shipped: Any) -> None:
    talk = shipped("tool-result")
    first = replace(talk.steps[0], user='Answer without tools. Say "hi".', expect=None)
    tried = await trying([replace(talk, steps=(first, *talk.steps[1:]))])
    assert len(tried.done.skips) == 1
    assert tried.done.skips[0].reason == "step 0 gave nothing to go on from"


@pytest.mark.asyncio
async def test_reasoning_that_never_was_is_filled_where_all_of_it_is_kept(
    trying: Any, shipped: Any
) -> None:
    talk = shipped("follow-up")
    thoughtless, thinking = (
        replace(step, asked=replace(step.asked, thinking=on))
        for step, on in zip(talk.steps, (False, True), strict=True)
    )
    tried = await trying(
        [replace(talk, steps=(thoughtless, thinking))],
        vendor="moonshot",
        about={"model": "kimi-k3"},
    )
    assert (tried.findings(), tried.done.skips) == ([], ())
    before = [m for m in asked(tried, -1)["messages"] if m["role"] == "assistant"]
    assert [m["reasoning_content"] for m in before] == [" "]
