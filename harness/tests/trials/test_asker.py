"""From a prompt to a result: what each record says of how it came about, and what is not asked."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.report.run import unpack_body
from streamgauge.trials import asker
from streamgauge.trials.run_log import Kept


@pytest.mark.asyncio
async def test_a_record_says_how_it_came_about(trying: Any) -> None:
    tried = await trying(["forced-tool"], vendor="openai", dialect="openai-chat")
    record = tried.records["openai-simulated/forced-tool"]
    live = record["metadata"]["live"]
    assert {name: live[name] for name in ("target", "scenario", "step", "status", "attempts")} == {
        "target": "openai-simulated", "scenario": "forced-tool", "step": 0, "status": 200,
        "attempts": 1,
    }  # fmt: skip
    assert (live["session_id"], live["call_key"], live["tool_name"], live["cache_token"]) == (
        "openai-simulated/forced-tool", "step-0", "get_weather", "sent",
    )  # fmt: skip
    assert (live["reader"], live["framing"], live["retries"]) == ("client", "chunked", [])
    assert record["metadata"]["chunks"] > 1
    assert record["metadata"]["timings"]["first_ms"]["any"] > 0


@pytest.mark.asyncio
async def test_the_body_of_every_answer_goes_into_the_run(trying: Any) -> None:
    tried = await trying(["plain-text"])
    for result in tried.results:
        body, bounds = unpack_body(result.body)
        assert len(body) == result.record["metadata"]["bytes"]
        assert bounds[-1] <= len(body)


@pytest.mark.asyncio
async def test_the_tool_of_the_step_before_names_the_next(trying: Any) -> None:
    tried = await trying(["tool-result"])
    names = [one["metadata"]["live"]["tool_name"] for one in tried.records.values()]
    assert names[-1] == "get_weather"


@pytest.mark.asyncio
async def test_a_wrong_key_is_refused_in_the_vendors_words(trying: Any) -> None:
    tried = await trying(["bad-key"])
    (record,) = tried.records.values()
    assert (record["metadata"]["live"]["status"], record["verdict"]) == (401, "pass")
    assert record["message"]["error"]["message"] == "Invalid Authentication"


@pytest.mark.asyncio
async def test_an_answer_may_be_let_go_in_mid_stream(trying: Any) -> None:
    tried = await trying(["cancel"])
    (record,) = tried.records.values()
    assert (record["metadata"]["close"], record["ending"]) == ("cancelled", "truncated")
    assert tried.findings() == []


@pytest.mark.asyncio
async def test_with_a_closed_gate_documents_are_judged_and_stream_rules_are_skipped(
    trying: Any,
) -> None:
    gate = {"streams": False, "why_not_streamed": "KIMI_STREAM_ENABLED is not set to true"}
    tried = await trying(["plain-text", "tool-result", "one-tool", "cancel"], about=gate)
    assert tried.findings() == []
    assert len(tried.records) == 4
    for record in tried.records.values():
        assert record["metadata"]["streamed"] is False
        reasons = {one["rule"]: one["reason"] for one in record["rules"]["skipped"]}
        for rule in ("content/answer-is-not-empty", "content/choices-as-asked"):
            assert reasons[rule] == "not streamed: KIMI_STREAM_ENABLED is not set to true"
    assert all(b'"stream":true' not in one.body for one in tried.requests)


def kept(tried: Any) -> dict[str, Kept]:
    return {one.record["source"]: Kept(record=one.record, body=one.body) for one in tried.results}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("vendor", "dialect"),
    [
        ("moonshot", "openai-chat"), ("openai", "openai-responses"),
        ("anthropic", "anthropic-messages"), ("google", "gemini"),
    ],
)  # fmt: skip
async def test_what_was_finished_is_not_asked_again(trying: Any, vendor: str, dialect: str) -> None:
    names = ["plain-text", "agent-loop", "reasoning-then-tool"]
    first = await trying(names, vendor=vendor, dialect=dialect)
    again = await trying(names, vendor=vendor, dialect=dialect, kept=kept(first))
    assert (again.requests, again.results) == ([], [])
    assert again.done.skips == first.done.skips == ()


@pytest.mark.asyncio
async def test_what_is_asked_otherwise_now_is_asked_again(trying: Any, shipped: Any) -> None:
    first = await trying(["plain-text", "usage"])
    step = shipped("usage").steps[0]
    other = replace(shipped("usage"), steps=(replace(step, user="Something else."),))
    again = await trying(["plain-text", other], kept=kept(first))
    assert list(again.records) == [source for source in kept(first) if "/usage" in source]


@pytest.mark.asyncio
async def test_a_result_without_its_body_is_asked_again(trying: Any) -> None:
    first = await trying(["usage"])
    bare = {
        source: Kept(record=copy.deepcopy(one.record), body=None)
        for source, one in kept(first).items()
    }
    again = await trying(["usage"], kept=bare)
    assert len(again.requests) == len(first.requests)


@pytest.mark.asyncio
async def test_a_fault_of_our_own_takes_nothing_else_with_it(
    trying: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = asker.judge_exchange

    def failing(exchange: Any, options: Any) -> Any:
        if "unicode" in exchange.source:
            raise RuntimeError("a bug\nof ours")
        return sound(exchange, options)

    monkeypatch.setattr(asker, "judge_exchange", failing)
    tried = await trying(["usage", "unicode", "cut-text"])
    broken = tried.records["moonshot-simulated/unicode"]
    assert broken["verdict"] == "unreadable"
    assert broken["error"] == (
        "streamgauge failed here, please report it: RuntimeError: a bug of ours"
    )
    assert tried.records["moonshot-simulated/usage"]["verdict"] == "pass"
