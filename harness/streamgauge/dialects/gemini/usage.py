"""`usageMetadata` → the neutral totals.

`promptTokenCount` holds the cached tokens already, `candidatesTokenCount` does not hold the
thoughts: total = prompt + candidates + thoughts + toolUsePrompt (seen in every recorded chunk
that has all of them). It must never make a number up: absent stays None.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.typed import as_count
from streamgauge.message import UsageTotals


def usage(raw: Mapping[str, object], _: Facts) -> UsageTotals:
    """The totals of merged usage fields; the API has no count of cache writes."""
    return UsageTotals(
        input_tokens=_sum(raw, "promptTokenCount", "toolUsePromptTokenCount"),
        output_tokens=_sum(raw, "candidatesTokenCount", "thoughtsTokenCount"),
        reasoning_tokens=as_count(raw.get("thoughtsTokenCount")),
        cache_read_tokens=as_count(raw.get("cachedContentTokenCount")),
        raw=dict(raw),
    )


def _sum(raw: Mapping[str, object], *members: str) -> int | None:
    """The sum of the counts that are there; None where none is."""
    counts = [count for member in members if (count := as_count(raw.get(member))) is not None]
    return sum(counts) if counts else None
