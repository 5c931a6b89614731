"""The verdict: who is heard, what contradicts, what is refused, and when collecting may stop."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from streamgauge import data
from streamgauge.verdict.cache import (
    Answer,
    CacheFacts,
    Counters,
    Pair,
    Reason,
    Token,
    Witness,
    enough,
    rule_on,
    too_short,
)

COUNTERS, LATENCY = Witness.COUNTERS, Witness.LATENCY
Read = int | None
SOONER, SAME, LATER = 280.0, 400.0, 520.0
WILD = [1.0, 3.0, 0.4, 5.0, 0.2, 2.0, 0.7]


def pairs(
    warm_ms: float | None, read: Read = None, number: int = 24, cold_read: Read = None
) -> list[Pair]:
    """Pairs whose cold first token takes 400 ms, give or take little; `read` by the warm one."""
    return [
        Pair(
            cold_ms=None if warm_ms is None else 400.0 + n % 5,
            warm_ms=None if warm_ms is None else warm_ms + n % 3,
            cold=Counters(0 if cold_read is None and read is not None else cold_read),
            warm=Counters(read),
            prefix_tokens=2048,
        )
        for n in range(number)
    ]


def half(read: int) -> list[Pair]:
    return [pair for n in range(12) for pair in (pairs(SAME, read)[n], pairs(SAME, 0)[n])]


def wild(read: Read) -> list[Pair]:
    return [
        Pair(cold_ms=400 * WILD[n % 7], warm_ms=400 * WILD[(n * 3 + 1) % 7], warm=Counters(read))
        for n in range(24)
    ]


DECIDED = [
    ("both-tell-of-a-hit", pairs(SOONER, 2048), Answer.HIT, (COUNTERS, LATENCY)),
    ("counters-alone", pairs(SAME, 2048), Answer.HIT, (COUNTERS,)),
    ("counters-in-noise", wild(2048), Answer.HIT, (COUNTERS,)),
    ("counters-without-times", pairs(None, 2048, 1), Answer.HIT, (COUNTERS,)),
    ("latency-alone", pairs(SOONER), Answer.HIT, (LATENCY,)),
    ("no-hit-by-both", pairs(SAME, 0), Answer.NO_HIT, (COUNTERS, LATENCY)),
    ("no-hit-by-counters", wild(0), Answer.NO_HIT, (COUNTERS,)),
    ("no-hit-by-latency", pairs(SAME), Answer.NO_HIT, (LATENCY,)),
    ("later-is-no-hit", pairs(LATER), Answer.NO_HIT, (LATENCY,)),
]
UNDECIDED = [
    ("nothing", [], Reason.TOO_FEW_PAIRS),
    ("too-few", pairs(SOONER, number=9), Reason.TOO_FEW_PAIRS),
    ("too-noisy", wild(None), Reason.TOO_NOISY),
    ("some-hits", half(2048), Reason.NOT_STICKY),
    ("some-sooner", [*pairs(60)[:12], *pairs(SAME)[:12]], Reason.NOT_STICKY),
    ("cold-was-warm", pairs(SAME, 2048, cold_read=2048), Reason.COLD_WAS_WARM),
    ("sooner-but-counted-as-misses", pairs(SOONER, 0), Reason.DISAGREE),
    ("later-but-counted-as-hits", pairs(LATER, 2048), Reason.DISAGREE),
]


@pytest.mark.parametrize(
    ("taken", "answer", "by"), [row[1:] for row in DECIDED], ids=[row[0] for row in DECIDED]
)
def test_decided(taken: list[Pair], answer: Answer, by: tuple[Witness, ...]) -> None:
    found = rule_on(taken)
    assert (found.answer, found.by, found.reason) == (answer, by, None)


@pytest.mark.parametrize(
    ("taken", "reason"), [row[1:] for row in UNDECIDED], ids=[row[0] for row in UNDECIDED]
)
def test_undecided(taken: list[Pair], reason: Reason) -> None:
    found = rule_on(taken)
    assert (found.answer, found.by, found.reason) == (Answer.INCONCLUSIVE, (), reason)


def test_what_is_finer_than_the_tool_s_own_error_is_refused() -> None:
    assert rule_on(pairs(SOONER), own_error_ms=44.0).answer is Answer.HIT
    assert rule_on(pairs(SOONER), own_error_ms=150.0).reason is Reason.TOO_FINE
    # The counters know nothing of clocks.
    assert rule_on(pairs(SOONER, 2048), own_error_ms=150.0).by == (COUNTERS,)


LONG = CacheFacts(min_tokens=4096)


@pytest.mark.parametrize(
    ("taken", "answer", "reason"),
    [
        (pairs(SAME, 0), Answer.INCONCLUSIVE, Reason.TOO_SHORT),
        (pairs(SAME), Answer.INCONCLUSIVE, Reason.TOO_SHORT),
        (wild(None), Answer.INCONCLUSIVE, Reason.TOO_NOISY),
        (pairs(SAME, 1024), Answer.HIT, None),
        (pairs(SOONER, 0), Answer.INCONCLUSIVE, Reason.DISAGREE),
    ],
    ids=["no-counted-hit", "no-gain", "length-unknown", "hits-all-the-same", "contradiction"],
)
def test_a_prefix_below_the_vendor_s_least(
    taken: list[Pair], answer: Answer, reason: Reason | None
) -> None:
    found = rule_on(taken, LONG)
    assert (found.answer, found.reason) == (answer, reason)


@pytest.mark.parametrize(
    ("tokens", "facts", "short"),
    [
        (1023, CacheFacts(min_tokens=1024), True),
        (1024, CacheFacts(min_tokens=1024), False),
        (200, CacheFacts(block_tokens=256), True),
        (None, CacheFacts(min_tokens=1024), False),
        (1, CacheFacts(), False),
    ],
)
def test_too_short(tokens: int | None, facts: CacheFacts, short: bool) -> None:
    assert too_short(tokens, facts) is short


def test_at_most_twenty_four_pairs_are_looked_at() -> None:
    assert rule_on([*pairs(SAME), *pairs(SOONER)]) == rule_on(pairs(SAME))


@pytest.mark.parametrize(
    ("taken", "stops"),
    [
        ([], False),
        (pairs(SOONER)[:9], False),
        (pairs(SOONER)[:10], True),
        (pairs(SOONER)[:11], False),
        (pairs(SAME)[:10], True),
        (wild(None)[:18], False),
        (wild(None), True),
        (pairs(None, 2048)[:3], False),
        (pairs(None, 2048)[:10], True),
    ],
    ids=[
        "nothing", "before-a-look", "sooner-at-a-look", "between-looks", "same-at-a-look",
        "unclear-at-a-look", "at-most-24", "counters-alone", "counters-alone-at-a-look",
    ],
)  # fmt: skip
def test_collecting_stops_at_looks(taken: list[Pair], stops: bool) -> None:
    assert enough(taken) is stops


def test_collecting_stops_at_once_where_the_prefix_is_too_short() -> None:
    assert enough(pairs(SAME, 0)[:1], LONG)
    assert not enough(pairs(SAME, 1024)[:1], LONG)


SENTENCES = [
    (pairs(SOONER, 2048), "The counters say that 24 of 24 warm requests were read from the cache; "
     "the first token came 30 % sooner (30 % to 30 %)."),
    (pairs(None, 0, 1), "The counters say that 0 of 1 warm requests were read from the cache; "
     "no first token was timed."),
    (pairs(SOONER), "No counter was sent; the first token came 30 % sooner (30 % to 30 %)."),
    (pairs(SOONER)[:3], "No counter was sent, and latency needs 10 pairs (here 3)."),
    (half(2048), "Only 12 of 24 warm requests hit the cache: the route does not stick."),
    ([*pairs(60)[:12], *pairs(SAME)[:12]],
     "Only 12 of 24 warm requests hit the cache: the route does not stick."),
    (pairs(SAME, 9, 2, cold_read=9), "2 of 2 cold requests were read from the cache already."),
    (pairs(LATER, 2048), "The counters say that 24 of 24 warm requests hit, but "
     "the first token came −30 % sooner (−30 % to −29 %)."),
]  # fmt: skip


@pytest.mark.parametrize(("taken", "says"), SENTENCES, ids=[row[1][:40] for row in SENTENCES])
def test_the_verdict_in_a_sentence(taken: list[Pair], says: str) -> None:
    assert rule_on(taken).says == says


def test_other_reasons_have_their_sentence() -> None:
    assert "too noisy" in rule_on(wild(None)).says
    assert "own error" in rule_on(pairs(SOONER), own_error_ms=150.0).says
    assert "too short" in rule_on(pairs(SAME, 0), LONG).says


# As it is written down.


@pytest.mark.parametrize(
    "taken", [row[1] for row in (*DECIDED, *UNDECIDED)], ids=[r[0] for r in (*DECIDED, *UNDECIDED)]
)
def test_the_record_fits_its_schema(taken: list[Pair]) -> None:
    record = rule_on(taken, own_error_ms=3.0, token=Token.REUSED).record()
    Draft202012Validator(data.schema("cache")).validate(json.loads(json.dumps(record)))


def test_the_record_holds_the_pairs() -> None:
    record = rule_on(pairs(SOONER, 2048, 1), token=Token.CAPTURED).record()
    assert record["token"] == "captured"
    assert record["prefix_tokens"] == 2048
    assert record["pairs"] == [
        {"cold_ms": 400.0, "warm_ms": 280.0, "cold_read": 0, "warm_read": 2048}
    ]
