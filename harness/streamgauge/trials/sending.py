"""One answer for one request: sent again, within bounds, while nothing has been answered yet."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import stamina

from streamgauge.exchange import Exchange
from streamgauge.trials.retrying import Patience, named_wait, passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The answer that counts, and what came before it: (status, seconds waited) of each."""

    exchange: Exchange
    attempts: int
    retries: tuple[Mapping[str, object], ...]


class _RefusedError(Exception):
    """An error answer that may pass; carries the exchange."""

    def __init__(self, exchange: Exchange, wait: float) -> None:
        super().__init__(f"status {exchange.head.status}")
        self.exchange = exchange
        self.wait = wait


def _backoff(error: Exception) -> float | bool:
    return error.wait if isinstance(error, _RefusedError) else False


async def send(
    once: Callable[[], Awaitable[Exchange]], patience: Patience, facts: Mapping[str, object]
) -> Sent:
    """Ask until an answer counts or the patience is over; the last refusal then counts.

    An error in the middle of a stream came after the first byte and is never asked again: only
    whole error answers, with their own status, are.
    """
    retries: list[Mapping[str, object]] = []
    attempts = 0
    try:
        async for attempt in stamina.retry_context(
            on=_backoff, attempts=patience.attempts, timeout=None, wait_jitter=0
        ):
            with attempt:
                attempts += 1
                exchange = await once()
                if passes(exchange, facts):
                    wait = _wait(exchange, patience, attempts)
                    if attempts < patience.attempts:
                        status = exchange.head.status
                        retries.append({"status": status, "waited_s": round(wait, 3)})
                    raise _RefusedError(exchange, wait)
    except _RefusedError as error:
        exchange = error.exchange
    return Sent(exchange=exchange, attempts=attempts, retries=tuple(retries))


def _wait(exchange: Exchange, patience: Patience, attempts: int) -> float:
    """What the provider asks for, else twice as long each time, with full jitter."""
    named = named_wait(exchange.head)
    if named is not None:
        return named + random.uniform(0, min(0.1 * named, 1.0))
    return random.uniform(patience.first / 2, min(patience.most, patience.first * 2**attempts))
