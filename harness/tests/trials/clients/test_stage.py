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
