"""Token counts of the Messages API → the neutral totals.

`input_tokens` on the wire counts neither cache reads nor cache writes; ours counts both (types of
the official Python client 2.12.0). It must never make a number up: absent stays None.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts
from streamgauge.message import UsageTotals


def usage(raw: Mapping[str, object], _: Facts) -> UsageTotals:
    """The totals of merged usage fields, the last value of each."""
    read = _count(raw.get("cache_read_input_tokens"))
    written = _count(raw.get("cache_creation_input_tokens"))
    plain = _count(raw.get("input_tokens"))
    details = raw.get("output_tokens_details")
    thought = details.get("thinking_tokens") if isinstance(details, dict) else None
    return UsageTotals(
        input_tokens=None if plain is None else plain + (read or 0) + (written or 0),
        output_tokens=_count(raw.get("output_tokens")),
        reasoning_tokens=_count(thought),
        cache_read_tokens=read,
        cache_write_tokens=written,
        raw=dict(raw),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
