"""The prefix cache: whole blocks, from the start, for a while, as the vendor counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.prefix import PrefixCache, Reading, Terms, terms_of

Hear = Callable[..., Heard]
LONG = " ".join(f"rule {n}" for n in range(1000))
AUTOMATIC = Terms(least=256, block=64, explicit=False)
EXPLICIT = Terms(least=256, block=64, explicit=True)


@pytest.mark.parametrize(
    ("facts", "terms"),
    [
        ({}, Terms(1024, 128, False)),
        ({"cache": {"mode": "explicit", "min": 2048}}, Terms(2048, 128, True)),
        ({"cache": {"mode": "automatic", "min": 256, "block": 1}}, Terms(256, 1, False)),
        ({"cache": {"ttl": 300}}, Terms(1024, 128, False, 300_000.0)),
        ({"cache": False}, None),
        ({"cache": "none"}, None),
    ],
)
def test_terms_are_facts(facts: dict[str, object], terms: Terms | None) -> None:
    assert terms_of(facts) == terms


def test_a_prefix_that_was_read_is_not_read_again(hear: Hear) -> None:
    cache = PrefixCache(AUTOMATIC, 1000)
    cold = cache.read(hear(f"{LONG} First?"), 0)
    warm = cache.read(hear(f"{LONG} Second?"), 10)
    assert (cold.read, cold.written) == (0, 0)
    assert 0 < warm.tokens - warm.read <= 2 * 64
    assert warm.read % 64 == 0


@pytest.mark.parametrize(
    ("said", "model", "at", "life"),
    [
        (f"Other {LONG}", "m", 10, 1000),
        (LONG, "another", 10, 1000),
        (LONG, "m", 2000, 1000),
        ("short", "m", 10, 1000),
    ],
    ids=["another beginning", "another model", "too late", "too short"],
)
def test_nothing_is_read_where_nothing_is_kept(
    hear: Hear, said: str, model: str, at: float, life: float
) -> None:
    cache = PrefixCache(AUTOMATIC, life)
    cache.read(hear(LONG if said != "short" else said, model="m"), 0)
    assert cache.read(hear(said, model=model), at).read == 0


def test_a_hit_keeps_what_it_hit(hear: Hear) -> None:
    cache = PrefixCache(AUTOMATIC, 100)
    reads = [cache.read(hear(LONG), at).read for at in (0, 80, 160, 300)]
    assert reads[0] == 0
    assert reads[1] == reads[2] > 0
    assert reads[3] == 0


def test_a_vendor_without_a_cache_counts_the_prompt_alone(hear: Hear) -> None:
    cache = PrefixCache(None, 1000)
    cache.read(hear(LONG), 0)
    again = cache.read(hear(LONG), 1)
    assert again == Reading(again.tokens, 0, 0)
    assert again.tokens > 2000


MARK = {"cache_control": {"type": "ephemeral"}}


def marked(hear: Hear, question: str) -> Heard:
    blocks = [{"type": "text", "text": LONG, **MARK}]
    messages = [{"role": "user", "content": question}]
    members = {"system": blocks, "messages": messages}
    return hear("x", dialect="anthropic-messages", members=members)


def test_an_explicit_cache_writes_up_to_its_mark_and_reads_it(hear: Hear) -> None:
    cache = PrefixCache(EXPLICIT, 1000)
    cold, warm = (cache.read(marked(hear, q), 0) for q in ("First?", "A wholly other one?"))
    assert cold.written > 0
    assert (cold.read, warm.read, warm.written) == (0, cold.written, 0)


def test_an_explicit_cache_without_a_mark_keeps_nothing(hear: Hear) -> None:
    cache = PrefixCache(EXPLICIT, 1000)
    for _ in range(2):
        assert cache.read(hear(LONG), 0)[1:] == (0, 0)


def test_a_mark_on_the_whole_request_keeps_it_all(hear: Hear) -> None:
    cache = PrefixCache(EXPLICIT, 1000)
    asked = {"dialect": "anthropic-messages", "members": MARK}
    assert cache.read(hear(LONG, **asked), 0).written > 1900
    assert cache.read(hear(LONG, **asked), 0).read > 1900


def test_another_key_is_another_machine(hear: Hear) -> None:
    cache = PrefixCache(AUTOMATIC, 1000)
    keyed = [replace(hear(LONG), cache_key=key) for key in ("a", "b", "a")]
    reads = [cache.read(heard, 0).read for heard in keyed]
    assert reads[:2] == [0, 0]
    assert reads[2] > 1900


def test_the_vendors_own_lifetime_wins(hear: Hear) -> None:
    cache = PrefixCache(AUTOMATIC._replace(life_ms=50.0), 1000)
    assert [cache.read(hear(LONG), at).read > 0 for at in (0, 40, 200)] == [False, True, False]
