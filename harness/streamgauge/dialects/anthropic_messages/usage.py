"""Token counts of the Messages API → the neutral totals.

`input_tokens` on the wire counts neither cache reads nor cache writes; ours counts both (types of
the official Python client 2.12.0). It must never make a number up: absent stays None.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.typed import as_count
from streamgauge.message import UsageTotals


def usage(raw: Mapping[str, object], _: Facts) -> UsageTotals:
    """The totals of merged usage fields, the last value of each."""
    read = as_count(raw.get("cache_read_input_tokens"))
    written = as_count(raw.get("cache_creation_input_tokens"))
    plain = as_count(raw.get("input_tokens"))
    details = raw.get("output_tokens_details")
    thought = details.get("thinking_tokens") if isinstance(details, dict) else None
    return UsageTotals(
        input_tokens=None if plain is None else plain + (read or 0) + (written or 0),
        output_tokens=as_count(raw.get("output_tokens")),
        reasoning_tokens=as_count(thought),
        cache_read_tokens=read,
        cache_write_tokens=written,
        raw=dict(raw),
    )
