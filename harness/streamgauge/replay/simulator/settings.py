"""How a simulated provider behaves, as far as its vendor's facts leave it open.

Values only: nothing here is read from a file, an environment or a clock.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


class Trouble(enum.Enum):
    """What a provider can be made to do instead of answering."""

    WRONG_KEY = "wrong-key"
    FORBIDDEN = "forbidden"
    QUOTA = "quota"
    RATE_LIMIT = "rate-limit"
    OVERLOAD = "overload"
    BREAK = "break"


RESERVED: Mapping[str, Trouble] = MappingProxyType(
    {
        "wrong-key": Trouble.WRONG_KEY,
        "sim-forbidden": Trouble.FORBIDDEN,
        "sim-quota": Trouble.QUOTA,
        "sim-rate-limit": Trouble.RATE_LIMIT,
        "sim-overload": Trouble.OVERLOAD,
        "sim-break": Trouble.BREAK,
    }
)
"""Words that ask for trouble wherever they stand in an API key or a model's name."""

NO_MODEL = "no-such-model"
"""A model of which the name holds this does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be set of a simulator.

    `seed` moves jitter only; content follows from the request. The first token of an answer comes
    after `first_ms` and the time to read the prompt, `prefill_tokens_per_second` of those tokens
    that the cache does not hold; then `tokens_per_second`. Both sigmas are those of a lognormal
    factor. A silence longer than `keepalive_ms` is filled as the vendor does it; a request that
    makes the model ponder is answered with a pause of `ponder_ms`.

    `every` names a trouble for each nth request of a run, counted from 1 over all requests that
    may be served: `{3: Trouble.RATE_LIMIT}` refuses the third, the sixth … `keys`, `models`: where
    given, only those are known. `break_after` is how many events come before an error in
    mid-stream. `epoch` is the unix time in seconds at which the run begins.
    """

    seed: int = 0
    first_ms: float = 120.0
    prefill_tokens_per_second: float = 10_000.0
    tokens_per_second: float = 150.0
    first_sigma: float = 0.1
    gap_sigma: float = 0.25
    keepalive_ms: float = 400.0
    ponder_ms: float = 1_500.0
    cache: bool = True
    cache_life_ms: float = 300_000.0
    every: Mapping[int, Trouble] = field(default_factory=dict)
    retry_after: float = 1.0
    keys: frozenset[str] | None = None
    models: frozenset[str] | None = None
    break_after: int = 3
    epoch: int = 1_767_225_600
