"""Usage of an answer in the words of the result record."""

from __future__ import annotations

import pytest

from streamgauge.dialects.openai_responses.usage import usage
from streamgauge.message import UsageTotals

FULL: dict[str, object] = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
    "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 2},
    "total_tokens": 14,
}
BARE: dict[str, object] = {"input_tokens": 9, "output_tokens": 5}
ODD: dict[str, object] = {"input_tokens": "9", "output_tokens": True, "input_tokens_details": []}

ROWS = {
    "every count": (
        FULL,
        UsageTotals(
            input_tokens=9,
            output_tokens=5,
            reasoning_tokens=2,
            cache_read_tokens=4,
            cache_write_tokens=0,
            raw=FULL,
        ),
    ),
    "absent stays absent": (BARE, UsageTotals(input_tokens=9, output_tokens=5, raw=BARE)),
    "what is no count is none": (ODD, UsageTotals(raw=ODD)),
}


@pytest.mark.parametrize(("raw", "totals"), ROWS.values(), ids=ROWS.keys())
def test_usage_is_normalised(raw: dict[str, object], totals: UsageTotals) -> None:
    assert usage(raw, {}) == totals
