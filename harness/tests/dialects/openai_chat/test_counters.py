"""Token counts in the vendor's names: read back, they are the same counts."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.dialects.openai_chat.counters import counted, counters
from streamgauge.dialects.openai_chat.usage import totals
from streamgauge.message import UsageTotals
from streamgauge.pipeline import profiles
from tests.dialects.openai_chat.spoken import facts_of

SPENT = UsageTotals(
    input_tokens=40,
    output_tokens=30,
    reasoning_tokens=12,
    cache_read_tokens=16,
    cache_write_tokens=8,
)
VENDORS = sorted(profile.slug for profile in profiles() if DIALECT.name in profile.dialects)


def of(vendor: str, spent: UsageTotals = SPENT) -> Any:
    return counters(spent, facts_of(vendor))


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_counted_is_read_back(vendor: str) -> None:
    facts, usage = facts_of(vendor), of(vendor)
    read = totals(usage, facts)
    assert (read.input_tokens, read.output_tokens) == (40, 30)
    assert read.cache_read_tokens == (None if facts.get("cache-counters") == [] else 16)
    assert read.reasoning_tokens == (None if facts.get("reasoning-counters") == [] else 12)


def test_hits_and_misses_add_up_to_the_prompt() -> None:
    usage = of("deepseek")
    assert (usage["prompt_cache_hit_tokens"], usage["prompt_cache_miss_tokens"]) == (16, 24)
    assert usage["prompt_tokens_details"] == {"cached_tokens": 16}


def test_reasoning_beside_the_output_is_not_counted_in_it() -> None:
    usage = of("xai")
    assert (usage["completion_tokens"], usage["total_tokens"]) == (18, 70)


def test_promised_counters_are_zero_where_nothing_was_counted() -> None:
    usage = of("moonshot", UsageTotals(input_tokens=1, output_tokens=2))
    assert usage["prompt_tokens_details"] == {"cached_tokens": 0}
    assert usage["completion_tokens_details"] == {"reasoning_tokens": 0}


def test_counters_that_nobody_promises_are_left_out() -> None:
    plain = counters(UsageTotals(input_tokens=1, output_tokens=2), {})
    assert plain == {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def test_writes_are_counted_where_the_vendor_names_them() -> None:
    assert of("openai")["prompt_tokens_details"]["cache_write_tokens"] == 8
    assert "cache_write_tokens" not in of("moonshot")["prompt_tokens_details"]


def test_counts_that_nobody_normalised_stay_as_they_came() -> None:
    assert of("openai", UsageTotals(raw={"own": 1})) == {"own": 1}


def test_a_hoisted_member_stands_beside_usage() -> None:
    members = counted(SPENT, facts_of("llama-cpp"))
    assert members["timings"] == {"cache_n": 16}
    assert "timings" not in members["usage"]  # type: ignore[operator]
