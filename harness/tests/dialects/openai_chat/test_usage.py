"""Counts in neutral words, wherever a vendor keeps them; absent stays absent, zero stays zero."""

from __future__ import annotations

import pytest

from streamgauge.dialects.openai_chat.usage import totals
from streamgauge.message import UsageTotals

ROWS: dict[str, tuple[dict[str, object], dict[str, object], UsageTotals]] = {
    "nothing": ({}, {}, UsageTotals()),
    "the base": (
        {"prompt_tokens": 9, "completion_tokens": 5},
        {},
        UsageTotals(input_tokens=9, output_tokens=5),
    ),
    "zero": ({"prompt_tokens": 0}, {}, UsageTotals(input_tokens=0)),
    "reasoning inside": (
        {"completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 3}},
        {},
        UsageTotals(output_tokens=5, reasoning_tokens=3),
    ),
    "reasoning beside": (
        {"completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 3}},
        {"reasoning-beside-output": True},
        UsageTotals(output_tokens=8, reasoning_tokens=3),
    ),
    "reasoning beside, without output": (
        {"reasoning_tokens": 3},
        {"reasoning-beside-output": True},
        UsageTotals(reasoning_tokens=3),
    ),
    "cached in the details": (
        {"prompt_tokens_details": {"cached_tokens": 4}, "cached_tokens": 9},
        {},
        UsageTotals(cache_read_tokens=4),
    ),
    "cached at the top": ({"cached_tokens": 4}, {}, UsageTotals(cache_read_tokens=4)),
    "cache hits": ({"prompt_cache_hit_tokens": 4}, {}, UsageTotals(cache_read_tokens=4)),
    "cached in the timings": ({"timings": {"cache_n": 4}}, {}, UsageTotals(cache_read_tokens=4)),
    "none cached is zero": (
        {"prompt_tokens_details": {"cached_tokens": 0}, "prompt_cache_hit_tokens": 4},
        {},
        UsageTotals(cache_read_tokens=0),
    ),
    "cache writes": (
        {"prompt_tokens_details": {"cache_write_tokens": 4}},
        {},
        UsageTotals(cache_write_tokens=4),
    ),
    "cache writes by another name": (
        {"prompt_tokens_details": {"cache_creation_input_tokens": 4}},
        {},
        UsageTotals(cache_write_tokens=4),
    ),
    "wrong types": (
        {"prompt_tokens": "9", "completion_tokens": True, "prompt_tokens_details": [1]},
        {},
        UsageTotals(),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_counts_are_found_where_vendors_keep_them(name: str) -> None:
    raw, facts, expected = ROWS[name]
    found = totals(raw, facts)
    assert found.raw == raw
    assert found == UsageTotals(**{**{f: getattr(expected, f) for f in FIELDS}, "raw": raw})


FIELDS = [
    *("input_tokens", "output_tokens", "reasoning_tokens"),
    *("cache_read_tokens", "cache_write_tokens"),
]
