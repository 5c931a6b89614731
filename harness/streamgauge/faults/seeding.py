"""Chooses the place where a fault acts, by the content of the exchange and a seed.

Equal bytes and an equal seed give the same place in any order of calls, in any process. There is
no state here, and no random generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

from streamgauge.exchange import Exchange

T = TypeVar("T")


def pick(exchange: Exchange, seed: int, items: Sequence[T]) -> T:
    """One of the items, of which there must be at least one (else ValueError).

    >>> pick(Exchange(body=b"data: {}"), 0, ["a", "b", "c"])
    'b'
    """
    if not items:
        raise ValueError("there is nothing to pick from")
    digest = blake2b(exchange.body, key=str(seed).encode()[:64], digest_size=8).digest()
    return items[int.from_bytes(digest, "big") % len(items)]
