"""`usageMetadata`, normalised."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.gemini.usage import usage
from streamgauge.message import UsageTotals

CASES: dict[str, tuple[dict[str, object], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "a kind of traffic and no counts": ({"trafficType": "ON_DEMAND"}, {}),
    "plain": (
        {"promptTokenCount": 3, "candidatesTokenCount": 5, "totalTokenCount": 8},
        {"input_tokens": 3, "output_tokens": 5},
    ),
    "thoughts are part of the output": (
        {"candidatesTokenCount": 5, "thoughtsTokenCount": 40},
        {"output_tokens": 45, "reasoning_tokens": 40},
    ),
    "thoughts alone": ({"thoughtsTokenCount": 40}, {"output_tokens": 40, "reasoning_tokens": 40}),
    "prompts of tools are part of the input, and so is the cache": (
        {"promptTokenCount": 30, "toolUsePromptTokenCount": 4, "cachedContentTokenCount": 20},
        {"input_tokens": 34, "cache_read_tokens": 20},
    ),
    "zeros stay zeros": (
        {"promptTokenCount": 0, "candidatesTokenCount": 0, "cachedContentTokenCount": 0},
        {"input_tokens": 0, "output_tokens": 0, "cache_read_tokens": 0},
    ),
    "what is no count is no count": (
        {"promptTokenCount": "3", "candidatesTokenCount": True, "thoughtsTokenCount": 1.5},
        {},
    ),
}


@pytest.mark.parametrize(("raw", "totals"), CASES.values(), ids=CASES.keys())
def test_counts_become_totals_and_stay_as_they_were(
    raw: dict[str, object], totals: dict[str, Any]
) -> None:
    assert usage(raw, {}) == UsageTotals(**totals, raw=raw)
