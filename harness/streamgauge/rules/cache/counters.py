"""Where the counters of a cache stand in a usage object. It reads, and judges nothing."""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, RESPONSES
from streamgauge.transcript.aggregate import Spent
from streamgauge.transcript.transcript import Transcript

READS = {
    CHAT: (
        "/prompt_tokens_details/cached_tokens",
        "/cached_tokens",
        "/prompt_cache_hit_tokens",
    ),
    RESPONSES: ("/input_tokens_details/cached_tokens",),
    MESSAGES: ("/cache_read_input_tokens",),
    GEMINI: ("/cachedContentTokenCount",),
}
"""Pointers into a usage object at which a dialect's vendors count the tokens read from a cache."""


def value_at(usage: object, pointer: str) -> object:
    """The value at a JSON pointer of plain member names, or None."""
    for name in pointer.split("/")[1:]:
        usage = usage.get(name) if isinstance(usage, Mapping) else None
    return usage


def count_at(usage: object, pointer: str) -> int | None:
    """The whole number at a JSON pointer, or None."""
    found = value_at(usage, pointer)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def last_with(transcript: Transcript, pointer: str) -> Spent:
    """The last usage that has a count at a pointer, else the last usage of all."""
    usages = transcript.folded.usages
    return next(
        (spent for spent in reversed(usages) if count_at(spent.raw, pointer) is not None),
        usages[-1],
    )
