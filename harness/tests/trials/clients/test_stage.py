"""The stage: what each client asked and got, kept apart by case and name."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from streamgauge.trials.clients.case import from_data
from streamgauge.trials.clients.sources import played
from streamgauge.trials.clients.stage import Stage


@pytest.mark.asyncio
async def test_requests_are_kept_apart(table: dict[str, Any]) -> None:
    one = played(next(from_data({"case": {"a": table}})))
    async with Stage({one.case.id: one}) as stage, httpx.AsyncClient(trust_env=False) as client:
        for agent, times in (("x/y z", 2), ("z", 1)):
            for _ in range(times):
                url = stage.url(one.case.id, agent)
                answer = await client.post(f"{url}/chat/completions", content=agent)
                assert answer.content == one.exchange.body
        assert [r.body for r in stage.requests(one.case.id, "x/y z")] == [b"x/y z"] * 2
        assert len(stage.requests(one.case.id, "z")) == 1
        stage.forget(one.case.id, "z")
        assert stage.requests(one.case.id, "z") == ()
        assert stage.sent(one.case.id, "z") == ()


@pytest.mark.asyncio
async def test_what_is_no_case_is_not_found() -> None:
    async with Stage({}) as stage, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(stage.url("no", "one"))).status_code == 404


@pytest.mark.asyncio
async def test_the_second_request_of_two_turns_is_answered_by_the_simulator(
    table: dict[str, Any],
) -> None:
    one = played(next(from_data({"case": {"a": {**table, "turns": 2}}})))
    body = {"model": "m", "messages": [{"role": "tool", "tool_call_id": "x", "content": "y"}]}
    head = {"authorization": "Bearer sk"}
    async with Stage({one.case.id: one}) as stage, httpx.AsyncClient(trust_env=False) as client:
        url = f"{stage.url(one.case.id, 'z')}/chat/completions"
        first, second = [await client.post(url, json=body, headers=head) for _ in range(2)]
        answers = stage.answers(one.case.id, "z")
    assert first.content == one.exchange.body
    assert second.status_code == 400
    assert [answer.head.status for answer in answers] == [200, 400]
    assert answers[1].request is not None
    assert answers[1].request.url == "/chat/completions"
