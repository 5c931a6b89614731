"""When a request is sent again: what a provider asks for is obeyed, on a clock that is a value."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from streamgauge.exchange import Close, Exchange, Framing, Head, Headers, Request
from streamgauge.trials.budget import BudgetSpentError
from streamgauge.trials.retrying import Patience
from streamgauge.trials.sending import Sent, send

FACTS = {"errors": {"quota": {"status": 429, "type": "empty", "transient": False}}}


def answer(status: int, headers: Headers = (), kind: str = "busy", **more: Any) -> Exchange:
    body = json.dumps({"error": {"type": kind}}).encode()
    return Exchange(**{"head": Head(status=status, headers=headers), "body": body, **more})


OK = answer(200)
Virtually = Callable[..., Any]


def sent(
    virtually: Virtually, answers: Sequence[Exchange], patience: Patience | None = None
) -> tuple[Sent, list[float]]:
    """What counts, and when each request went out, in seconds."""
    times: list[float] = []

    async def all_of_it() -> Sent:
        async def once(number: int) -> Exchange:
            assert number == len(times) + 1
            times.append(asyncio.get_running_loop().time())
            return answers[min(number, len(answers)) - 1]

        return await send(once, patience or Patience(attempts=3), FACTS)

    return virtually(all_of_it()), times


def waits(times: Sequence[float]) -> list[float]:
    return [after - before for before, after in itertools.pairwise(times)]


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ((("Retry-After", "7"),), 7.0, 7.71),
        ((("retry-after", "30"),), 30.0, 31.01),
        ((("retry-after", "60"),), 60.0, 61.01),
        ((("retry-after-ms", "1500"),), 1.5, 1.66),
        ((("retry-after-ms", "1500"), ("retry-after", "9")), 1.5, 1.66),
        ((("retry-after", "0"),), 0.0, 0.01),
        ((), 0.5, 1.01),
        ((("retry-after", "soon"),), 0.5, 1.01),
    ],
)
def test_the_wait_that_was_asked_for_is_kept(
    virtually: Virtually, headers: Headers, least: float, most: float
) -> None:
    found, times = sent(virtually, [answer(429, headers), OK])
    (wait,) = waits(times)
    assert least <= wait <= most
    assert (found.exchange, found.attempts) == (OK, 2)
    assert found.retries == ({"status": 429, "waited_s": pytest.approx(wait, abs=0.01)},)


@pytest.mark.parametrize("asked", ["61", "3600", "1e9", "inf"])
def test_who_asks_for_more_than_a_minute_is_not_asked_again(
    virtually: Virtually, asked: str
) -> None:
    busy = answer(429, (("retry-after", asked),))
    found, times = sent(virtually, [busy, OK])
    assert (found.exchange, found.attempts, found.retries, times) == (busy, 1, (), [0.0])


@pytest.mark.parametrize("attempts", [1, 2, 3, 5])
def test_there_are_never_more_attempts_than_the_bound(virtually: Virtually, attempts: int) -> None:
    busy = answer(503)
    found, times = sent(virtually, [busy], Patience(attempts=attempts))
    assert (found.exchange, found.attempts) == (busy, attempts)
    assert len(times) == attempts
    assert len(found.retries) == attempts - 1


def test_without_a_named_wait_each_is_up_to_twice_the_one_before(virtually: Virtually) -> None:
    patience = Patience(attempts=8, first=1.0, most=20.0)
    _, times = sent(virtually, [answer(500)], patience)
    tops = [2.0, 4.0, 8.0, 16.0, 20.0, 20.0, 20.0]
    assert all(1.0 <= wait <= top for wait, top in zip(waits(times), tops, strict=True))


NOT_AGAIN: dict[str, Exchange] = {
    "an answer": OK,
    "an empty account": answer(429, kind="empty"),
    "a wrong key": answer(401),
    "a bad request": answer(400),
    "a stream that was cut": answer(200, close=Close.EOF, framing=Framing.CHUNKED),
    "a stream that was reset": answer(200, close=Close.RESET, framing=Framing.CHUNKED),
    "a stream that fell silent": answer(200, close=Close.TIMEOUT, framing=Framing.CHUNKED),
    "an error in mid-stream": answer(200, body=b'data: {"error":{"type":"busy","code":503}}\n\n'),
    "a stream with a wait in its head": answer(200, (("retry-after", "1"),)),
}


@pytest.mark.parametrize("name", NOT_AGAIN)
def test_what_counts_at_once_is_never_asked_again(virtually: Virtually, name: str) -> None:
    found, times = sent(virtually, [NOT_AGAIN[name], OK])
    assert (found.exchange, found.attempts, len(times)) == (NOT_AGAIN[name], 1, 1)


def test_a_refusal_counts_where_the_budget_has_no_room_for_more(virtually: Virtually) -> None:
    busy = answer(503)

    async def once(number: int) -> Exchange:
        if number > 1:
            raise BudgetSpentError("the cap of 1 requests is reached")
        return busy

    found = virtually(send(once, Patience(), FACTS))
    assert (found.exchange, found.attempts, found.retries) == (busy, 1, ())


def test_a_budget_without_room_for_the_first_says_so(virtually: Virtually) -> None:
    async def once(_: int) -> Exchange:
        raise BudgetSpentError("the cap of 0 requests is reached")

    with pytest.raises(BudgetSpentError):
        virtually(send(once, Patience(), FACTS))


@pytest.mark.asyncio
async def test_over_http_the_server_sees_the_wait_that_it_asked_for(trying: Any) -> None:
    seen: list[Request] = []

    def busy_at_first(request: Request) -> Exchange:
        seen.append(request)
        head = Head(status=429, headers=(("retry-after-ms", "40"),))
        return Exchange(head=head, body=b'{"error":{"type":"rate_limit_reached_error"}}')

    tried = await trying(["usage"], answer=busy_at_first)
    (record,) = tried.records.values()
    assert all(wait >= 0.040 for wait in waits(tried.times))
    assert (len(seen), record["metadata"]["live"]["attempts"]) == (3, 3)
    assert [one["status"] for one in record["metadata"]["live"]["retries"]] == [429, 429]


@pytest.mark.asyncio
@pytest.mark.parametrize("close", [Close.EOF, Close.RESET, Close.TIMEOUT], ids=lambda c: c.value)
async def test_over_http_a_broken_stream_is_asked_for_once(trying: Any, close: Close) -> None:
    from streamgauge.targets.target import Timeouts

    def breaking(_: Request) -> Exchange:
        head = Head(status=200, headers=(("content-type", "text/event-stream"),))
        return Exchange(
            head=head, body=b'data: {"choices":[]}\n\n', close=close, framing=Framing.CHUNKED
        )

    about = {"timeouts": Timeouts(connect=5.0, read=0.2)}
    tried = await trying(["plain-text"], answer=breaking, about=about)
    # Once with and, where it went on, once without streaming: each source was asked for once.
    assert len(tried.requests) == len(tried.watcher.begun) == len(tried.records)
    assert {r["metadata"]["live"]["attempts"] for r in tried.records.values()} == {1}
