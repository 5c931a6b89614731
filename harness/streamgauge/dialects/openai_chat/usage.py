"""Token counts of chat/completions in neutral words.

`prompt_tokens` includes cached tokens and `completion_tokens` includes reasoning, but for vendors
whose profile says that reasoning is counted beside the completion. Cached tokens stand under four
names (docs/dialects.md has the table).
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.typed import as_count, as_object
from streamgauge.message import UsageTotals


def totals(raw: Mapping[str, object], facts: Facts) -> UsageTotals:
    """Normalise merged usage fields once."""
    output = _count(raw, "completion_tokens")
    reasoning = _first(
        _count(_inner(raw, "completion_tokens_details"), "reasoning_tokens"),
        _count(raw, "reasoning_tokens"),
    )
    if facts.get("reasoning-beside-output") is True and output is not None and reasoning:
        output += reasoning
    prompt = _inner(raw, "prompt_tokens_details")
    return UsageTotals(
        input_tokens=_count(raw, "prompt_tokens"),
        output_tokens=output,
        reasoning_tokens=reasoning,
        cache_read_tokens=_first(
            _count(prompt, "cached_tokens"),
            _count(raw, "cached_tokens"),
            _count(raw, "prompt_cache_hit_tokens"),
            _count(_inner(raw, "timings"), "cache_n"),
        ),
        cache_write_tokens=_first(
            _count(prompt, "cache_write_tokens"),
            _count(prompt, "cache_creation_input_tokens"),
            _count(prompt, "cache_creation_tokens"),
        ),
        raw=dict(raw),
    )


def _inner(raw: Mapping[str, object], key: str) -> Mapping[str, object]:
    return as_object(raw.get(key))


def _count(raw: Mapping[str, object], key: str) -> int | None:
    return as_count(raw.get(key))


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
