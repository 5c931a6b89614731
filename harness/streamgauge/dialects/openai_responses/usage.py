"""Normalises the usage of an answer.

The dialect counts as the result record does: `input_tokens` includes cached ones, `output_tokens`
includes reasoning (openai-responses wire facts, section 5). It must never invent a count: what is
absent, or not a whole number, is None.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.typed import as_count, as_object
from streamgauge.message import UsageTotals


def usage(raw: Mapping[str, object], _facts: Facts) -> UsageTotals:
    """Totals from the merged usage fields; the dialect leaves nothing for a profile to say."""
    read = _details(raw, "input_tokens_details")
    wrote = _details(raw, "output_tokens_details")
    return UsageTotals(
        input_tokens=_count(raw, "input_tokens"),
        output_tokens=_count(raw, "output_tokens"),
        reasoning_tokens=_count(wrote, "reasoning_tokens"),
        cache_read_tokens=_count(read, "cached_tokens"),
        cache_write_tokens=_count(read, "cache_write_tokens"),
        raw=dict(raw),
    )


def _details(raw: Mapping[str, object], member: str) -> Mapping[str, object]:
    return as_object(raw.get(member))


def _count(raw: Mapping[str, object], member: str) -> int | None:
    return as_count(raw.get(member))
