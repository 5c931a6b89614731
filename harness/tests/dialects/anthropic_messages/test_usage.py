"""Token counts of the Messages API, normalised."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.anthropic_messages.usage import usage
from streamgauge.message import UsageTotals

CASES: dict[str, tuple[dict[str, object], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "plain": (
        {"input_tokens": 3, "output_tokens": 5},
        {"input_tokens": 3, "output_tokens": 5},
    ),
    "zeros stay zeros": (
        {
            "input_tokens": 0,
            "output_tokens": 0,
            "cache_read_input_tokens": 0,
            "cache_creation_input_tokens": 0,
        },
        {"input_tokens": 0, "output_tokens": 0, "cache_read_tokens": 0, "cache_write_tokens": 0},
    ),
    "input counts what the cache gave and took": (
        {"input_tokens": 3, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20},
        {"input_tokens": 123, "cache_read_tokens": 100, "cache_write_tokens": 20},
    ),
    "no input is not made up from the cache": (
        {"cache_read_input_tokens": 100},
        {"cache_read_tokens": 100},
    ),
    "thinking is part of the output": (
        {"output_tokens": 50, "output_tokens_details": {"thinking_tokens": 40}},
        {"output_tokens": 50, "reasoning_tokens": 40},
    ),
    "what is no count is no count": (
        {"input_tokens": "3", "output_tokens": True, "output_tokens_details": []},
        {},
    ),
}


@pytest.mark.parametrize(("raw", "totals"), CASES.values(), ids=CASES.keys())
def test_counts_become_totals_and_stay_as_they_were(
    raw: dict[str, object], totals: dict[str, Any]
) -> None:
    assert usage(raw, {}) == UsageTotals(**totals, raw=raw)
