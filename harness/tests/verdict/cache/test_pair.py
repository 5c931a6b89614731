"""What is known of a vendor's cache, from its profile."""

from __future__ import annotations

import pytest

from streamgauge.verdict.cache.pair import CacheFacts


@pytest.mark.parametrize(
    ("facts", "expected", "shortest"),
    [
        ({}, CacheFacts(), 0),
        (
            {"cache": {"min": 1024, "block": 128}},
            CacheFacts(min_tokens=1024, block_tokens=128),
            1024,
        ),
        ({"cache": {"block": 256}}, CacheFacts(block_tokens=256), 256),
        ({"cache": "none"}, CacheFacts(), 0),
        ({"cache": {"min": "1024", "block": True}}, CacheFacts(), 0),
    ],
    ids=["nothing", "both", "a-block", "no-cache", "not-numbers"],
)  # fmt: skip
def test_facts(facts: dict[str, object], expected: CacheFacts, shortest: int) -> None:
    assert CacheFacts.of(facts) == expected
    assert expected.shortest == shortest
