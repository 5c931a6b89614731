"""One answer for one request: sent again, within bounds, while nothing has been answered yet."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import stamina

from streamgauge.exchange import Exchange
from streamgauge.trials.budget import BudgetSpentError
from streamgauge.trials.retrying import LONGEST_WAIT, Patience, asked_wait, passes

_MOST_JITTER = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The answer that counts, and what came before it: (status, seconds waited) of each."""

    exchange: Exchange
    attempts: int
    retries: tuple[Mapping[str, object], ...]


class _RefusedError(Exception):
    """An error answer that may pass; carries the exchange and the seconds to wait."""

    def __init__(self, exchange: Exchange, wait: float) -> None:
        super().__init__(f"status {exchange.head.status}")
        self.exchange = exchange
        self.wait = wait


def _backoff(error: Exception) -> float | bool:
    return error.wait if isinstance(error, _RefusedError) else False


async def send(
    once: Callable[[int], Awaitable[Exchange]], patience: Patience, facts: Mapping[str, object]
) -> Sent:
    """Ask until an answer counts or the patience is over; the last refusal then counts.

    `once` is handed the number of the attempt, from 1. An error in the middle of a stream came
    after the first byte and is never asked again: only whole error answers, with their own status,
    are. Where the budget has no room for another attempt, the refusal counts as well.
    """
    refused: list[Exchange] = []
    waits: list[float] = []
    try:
        async for attempt in stamina.retry_context(
            on=_backoff, attempts=patience.attempts, timeout=None, wait_jitter=0
        ):
            with attempt:
                exchange = await once(len(refused) + 1)
                if _may_pass(exchange, facts):
                    refused.append(exchange)
                    asked = asked_wait(exchange, facts)
                    waits.append(_wait(asked, patience, len(refused)))
                    raise _RefusedError(exchange, waits[-1])
    except _RefusedError as error:
        return _sent(error.exchange, refused[:-1], waits)
    except BudgetSpentError:
        if not refused:
            raise
        return _sent(refused[-1], refused[:-1], waits)
    return _sent(exchange, refused, waits)


def _sent(exchange: Exchange, before: list[Exchange], waits: list[float]) -> Sent:
    pairs = zip(before, waits, strict=False)
    retries = tuple({"status": one.head.status, "waited_s": round(s, 3)} for one, s in pairs)
    return Sent(exchange=exchange, attempts=len(before) + 1, retries=retries)


def _may_pass(exchange: Exchange, facts: Mapping[str, object]) -> bool:
    """Whether it is worth to ask again, and soon enough."""
    return passes(exchange, facts) and (asked_wait(exchange, facts) or 0.0) <= LONGEST_WAIT


def _wait(asked: float | None, patience: Patience, attempts: int) -> float:
    """What the provider asks for and a little, else twice as long each time, with full jitter."""
    if asked is not None:
        return asked + random.uniform(0, min(0.1 * asked, _MOST_JITTER))
    most = min(patience.most, patience.first * 2**attempts)
    return random.uniform(min(patience.first, most), most)
