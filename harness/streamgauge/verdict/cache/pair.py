"""What a cache is judged by: pairs of a cold and a warm request, as values.

A pair is one prefix that was never sent before (cold) and the same prefix sent again (warm). Who
asks must take pairs in turn, never all cold ones first, and give only complete answers. Nothing
here measures or concludes anything.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

MOST = 24
"""Pairs that are looked at; the rest of a longer list is left out."""


class Counters(NamedTuple):
    """Tokens that an answer says it read from a cache and wrote to one; None where it is silent."""

    read: int | None = None
    written: int | None = None


SILENT = Counters()
"""The counters of an answer that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One cold request and its warm twin.

    `cold_ms` and `warm_ms` are the times to the first token of any channel, None where they are not
    known. `prefix_tokens` is the length of what the two share.
    """

    cold_ms: float | None = None
    warm_ms: float | None = None
    cold: Counters = SILENT
    warm: Counters = SILENT
    prefix_tokens: int | None = None


class Token(enum.Enum):
    """What was done with a token that steers the vendor's cache."""

    CAPTURED = "captured"
    REUSED = "reused"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFacts:
    """What is known of a vendor's cache, in tokens; None where nothing is.

    A prefix below `min_tokens` is not kept at all; one is kept in whole blocks of `block_tokens`.
    """

    min_tokens: int | None = None
    block_tokens: int | None = None

    @classmethod
    def of(cls, facts: Mapping[str, object]) -> CacheFacts:
        """From the profile fact `cache`, a table whose `min` and `block` are tokens."""
        told = facts.get("cache")
        stated = told if isinstance(told, Mapping) else {}
        return cls(min_tokens=_tokens(stated.get("min")), block_tokens=_tokens(stated.get("block")))

    @property
    def shortest(self) -> int:
        """The shortest prefix that can be read from the cache."""
        return max(self.min_tokens or 0, self.block_tokens or 0)


def _tokens(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
