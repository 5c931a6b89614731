"""Faults of cache counters change every usage that has them, and nothing else."""

from __future__ import annotations

import pytest

from streamgauge.faults import caching
from streamgauge.faults.fault import Fault

CHAT = "caching: chat: hits and misses"
GEMINI = "caching: gemini: details"
SPLIT = "anthropic-messages/cache-writes-that-add-up"


@pytest.mark.parametrize(
    ("fault", "stream", "has", "gone"),
    [
        (caching.cache_beyond_input, CHAT, b'"cached_tokens":1021', b'"cached_tokens":16'),
        (caching.cache_beyond_input, GEMINI, b"TokenCount\":1021", b"TokenCount\":16,"),
        (caching.cache_counts_differ, CHAT, b'miss_tokens":6', b'miss_tokens":5'),
        (caching.cache_counts_differ, GEMINI, b'"tokenCount":17', b'"tokenCount":16'),
        (caching.cache_counter_lost, CHAT, b"cache_miss_tokens", b"cached_tokens"),
        (caching.cache_split_lost, SPLIT, b'_5m_input_tokens":0', b"_5m_input_tokens\": 1"),
    ],
)  # fmt: skip
def test_what_a_usage_says_of_the_cache(
    fault: Fault, stream: str, has: bytes, gone: bytes, good
) -> None:
    one = good(stream)
    body = fault(one.exchange, one.setting).body
    assert has in body
    assert gone not in body


def test_without_counters_there_is_nothing_to_spoil(good) -> None:
    one = good("written: messages: text")
    assert caching.cache_split_lost(one.exchange, one.setting) is one.exchange
