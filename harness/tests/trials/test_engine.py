"""Trials run concurrently, within bounds, and what was left undone is said."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.targets.target import Pace
from streamgauge.trials.budget import Caps
from streamgauge.trials.run_log import Kept

QUICK = ["plain-text", "usage", "unicode", "cut-text", "stop-sequence", "json-output"]


@pytest.mark.asyncio
@pytest.mark.parametrize("at_once", [1, 2, 4])
async def test_no_more_are_asked_at_once_than_the_target_bears(trying: Any, at_once: int) -> None:
    tried = await trying(QUICK, about={"pace": Pace(at_once=at_once)})
    assert tried.most_at_once == at_once
    assert tried.findings() == []


@pytest.mark.asyncio
async def test_requests_of_a_target_are_spread_over_the_minute(trying: Any) -> None:
    per_minute = 60 / 0.02
    tried = await trying(QUICK, about={"pace": Pace(at_once=8, per_minute=per_minute)})
    times = sorted(tried.times)
    # The clock of the server is another one: single gaps may be shorter, their sum may not.
    assert times[-1] - times[0] >= 0.02 * (len(times) - 1) - 0.015


@pytest.mark.asyncio
async def test_timed_trials_wait_until_all_else_is_over(trying: Any, shipped: Any) -> None:
    timed = [replace(shipped(name), timed=True, twin=False) for name in ("usage", "cut-text")]
    tried = await trying([*timed, "agent-loop", "unicode"])
    begun = [source.partition("/")[2].partition("#")[0] for source in tried.watcher.begun]
    assert begun[-2:] == ["usage", "cut-text"]
    readers = {
        record["metadata"]["live"]["scenario"]: record["metadata"]["live"]["reader"]
        for record in tried.records.values()
    }
    assert readers["usage"] == readers["cut-text"] == "socket"
    assert readers["unicode"] == "client"


@pytest.mark.asyncio
async def test_a_cap_leaves_the_rest_undone_and_says_so(trying: Any) -> None:
    tried = await trying(["agent-loop"], caps=Caps(requests=2))
    assert len(tried.requests) == len(tried.records) == 2
    assert [skip.record() for skip in tried.done.skips] == [
        {
            "target": "moonshot-simulated",
            "scenario": "agent-loop",
            "reason": "the cap of 2 requests is reached",
        }
    ]


@pytest.mark.asyncio
async def test_what_an_earlier_sitting_sent_counts_against_the_cap(trying: Any) -> None:
    first = await trying(["plain-text", "usage"])
    kept = {
        source: Kept(record=one.record, body=one.body)
        for source, one in ((one.record["source"], one) for one in first.results)
    }
    again = await trying(
        ["plain-text", "usage", "unicode"], kept=kept, caps=Caps(requests=len(kept))
    )
    assert again.requests == []
    assert [skip.scenario for skip in again.done.skips] == ["unicode"]


@pytest.mark.asyncio
async def test_a_provider_that_does_not_answer_is_a_result_and_a_skip(trying: Any) -> None:
    tried = await trying(["agent-loop"], about={"model": "m", "headers": (("x", "a\n"),)})
    (record,) = tried.records.values()
    assert (record["verdict"], record["source"]) == (
        "unreadable",
        "moonshot-simulated/agent-loop#0",
    )
    assert record["error"] == "no answer: the header x cannot be sent: HTTP forbids a sign in it"
    assert [skip.reason for skip in tried.done.skips] == [
        "not gone on with: the header x cannot be sent: HTTP forbids a sign in it"
    ]


@pytest.mark.asyncio
async def test_a_conversation_is_not_gone_on_with_after_a_refusal(trying: Any) -> None:
    def refusing(_: Request) -> Exchange:
        return Exchange(head=Head(status=400), body=b'{"error":{"message":"no","type":"x"}}')

    tried = await trying(["tool-result"], answer=refusing)
    assert len(tried.requests) == 1
    assert [skip.reason for skip in tried.done.skips] == ["step 0 gave nothing to go on from"]


@pytest.mark.asyncio
async def test_a_full_disk_ends_the_run_as_itself(trying: Any) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device", "run.jsonl")

    with pytest.raises(OSError, match="No space left"):
        await trying(QUICK, deliver=full)


@pytest.mark.asyncio
async def test_an_interruption_leaves_cancelled_takings(trying: Any) -> None:
    recorder = Recorder(None)
    begun = asyncio.Event()

    def watch(*_: object) -> None:
        begun.set()

    looking = SimpleNamespace(began=id, piece=watch, ended=id)

    def endless(_: Request) -> Exchange:
        head = Head(status=200, headers=(("content-type", "text/event-stream"),))
        return Exchange(head=head, body=b": hold\n\n", close=Close.TIMEOUT, framing=Framing.CHUNKED)

    running = asyncio.create_task(
        trying(
            ["plain-text"],
            answer=endless,
            watcher=looking,
            begin=lambda _, request, seam: recorder.begin(request, seam=seam),
        )
    )
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (kept,) = recorder.exchanges
    assert (kept.close, kept.body) == (Close.CANCELLED, b": hold\n\n")
