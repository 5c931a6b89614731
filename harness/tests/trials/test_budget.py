"""Hard caps: what is planned is never less than what is used, and no cap is ever gone over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge import data
from streamgauge.message import UsageTotals
from streamgauge.prompt import Asked, Prompt
from streamgauge.targets.target import Price
from streamgauge.trials.budget import Budget, BudgetSpentError, Caps, Estimate, ceiling, estimate
from streamgauge.trials.trial import Trial

FREE = Price(input=0.0, output=0.0)
UNKNOWN = Price()
PRICED = Price(input=2.0, output=10.0)


def usage(put: int | None, got: int | None) -> UsageTotals:
    return UsageTotals(input_tokens=put, output_tokens=got)


def test_an_estimate_is_length_and_what_may_be_said() -> None:
    prompt = Prompt(asked=Asked(max_tokens=100, choices=2), turns=())
    assert estimate(prompt, b"a" * 300) == Estimate(input=151, output=200)


def test_where_nothing_bounds_the_answer_a_thousand_tokens_are_booked() -> None:
    assert estimate(Prompt(asked=Asked(), turns=()), b"").output == 1024


def test_money_is_by_the_million() -> None:
    assert Estimate(input=1_000_000, output=100_000).money(PRICED) == 3.0


@pytest.mark.parametrize(
    ("caps", "price", "says"),
    [
        (Caps(requests=0), FREE, "the cap of 0 requests is reached"),
        (Caps(tokens=149), FREE, "one more request may go over the cap of 149 tokens"),
        (Caps(money=0.0006), PRICED, "one more request may cost more than 0.0006 in all"),
        (Caps(money=1.0), UNKNOWN, "no price is known: a cap of 1 cannot be kept"),
        (Caps(money=1.0), Price(input=1.0), "no price is known: a cap of 1 cannot be kept"),
    ],
)
def test_a_request_that_may_go_over_a_cap_is_not_sent(caps: Caps, price: Price, says: str) -> None:
    budget = Budget(caps)
    with pytest.raises(BudgetSpentError) as told:
        budget.book(Estimate(input=100, output=50), price)
    assert str(told.value) == says
    assert (budget.requests, budget.tokens, budget.money) == (0, 0, 0.0)


@pytest.mark.parametrize(
    "caps", [Caps(), Caps(requests=1), Caps(tokens=150), Caps(money=0.0007)], ids=str
)
def test_a_cap_may_be_reached(caps: Caps) -> None:
    budget = Budget(caps)
    budget.book(Estimate(input=100, output=50), PRICED)
    assert (budget.requests, budget.tokens) == (1, 150)


@pytest.mark.parametrize(
    ("used", "tokens"),
    [(usage(10, 5), 15), (usage(0, 0), 0), (usage(None, 5), 150), (usage(10, None), 150),
     (None, 150)],
    ids=["told", "nothing", "no input", "no output", "silent"],
)  # fmt: skip
def test_an_answer_settles_what_was_booked(used: UsageTotals | None, tokens: int) -> None:
    budget, most = Budget(Caps()), Estimate(input=100, output=50)
    budget.book(most, PRICED)
    budget.settle(most, PRICED, used)
    assert budget.tokens == tokens


def test_a_request_that_is_sent_again_counts_as_one_more_request_alone() -> None:
    budget = Budget(Caps(requests=2))
    budget.book(Estimate(input=100, output=50), PRICED)
    budget.book_again()
    assert (budget.requests, budget.tokens) == (2, 150)
    with pytest.raises(BudgetSpentError, match="cap of 2 requests"):
        budget.book_again()


def test_what_an_earlier_sitting_used_counts() -> None:
    budget = Budget(Caps(requests=4))
    used = {"input_tokens": 1_000, "output_tokens": 100}
    record = {"metadata": {"live": {"attempts": 3}}, "message": {"usage": used}}
    budget.recall(record, PRICED)
    silent = {"metadata": {"live": {"attempts": 1}}, "message": None}
    budget.recall(silent, PRICED)
    assert (budget.requests, budget.tokens, budget.money) == (4, 1_100, pytest.approx(0.003))
    with pytest.raises(BudgetSpentError):
        budget.book(Estimate(input=1, output=1), FREE)


REQUESTS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1), st.floats(0, 1))
)


@given(REQUESTS, st.integers(0, 3_000), st.floats(0, 0.02), st.integers(0, 20))
def test_nothing_ever_goes_over_a_cap(
    asked: list[tuple[int, int, float, float]], tokens: int, money: float, requests: int
) -> None:
    budget = Budget(Caps(requests=requests, tokens=tokens, money=money))
    for put, got, part, share in asked:
        most = Estimate(input=put, output=got)
        try:
            budget.book(most, PRICED)
        except BudgetSpentError:
            continue
        assert budget.requests <= requests
        assert budget.tokens <= tokens
        assert budget.money <= money + 1e-12
        budget.settle(most, PRICED, usage(int(put * part), int(got * share)))
        assert budget.tokens >= 0


VENDORS = (
    ("moonshot", "openai-chat"),
    ("openai", "openai-responses"),
    ("anthropic", "anthropic-messages"),
    ("google", "gemini"),
)


@pytest.mark.asyncio
@pytest.mark.parametrize(("vendor", "dialect"), VENDORS)
async def test_no_simulated_trial_uses_more_than_its_ceiling(
    trying: Any, target: Any, shipped: Any, vendor: str, dialect: str
) -> None:
    names = [name for name in data.scenarios_data() if name != "cache-pair"]
    tried = await trying(names, vendor=vendor, dialect=dialect)
    used: dict[str, list[int]] = {}
    for record in tried.records.values():
        said = (record.get("message") or {}).get("usage") or {}
        sums = used.setdefault(record["metadata"]["live"]["scenario"], [0, 0, 0])
        sums[0] += record["metadata"]["live"]["attempts"]
        sums[1] += said.get("input_tokens") or 0
        sums[2] += said.get("output_tokens") or 0
    assert len(used) >= 20
    for name, (requests, put, got) in used.items():
        trial = Trial(target=target(vendor, dialect), scenario=shipped(name))
        most = ceiling(trial)
        assert requests <= trial.requests, name
        assert put <= most.input, name
        assert got <= most.output, name


@pytest.mark.asyncio
@pytest.mark.parametrize("most", [0, 1, 5])
async def test_a_run_sends_no_more_requests_than_it_may(trying: Any, most: int) -> None:
    from streamgauge.replay.simulator import Settings
    from streamgauge.replay.simulator.settings import Trouble

    busy = Settings(
        every={2: Trouble.RATE_LIMIT}, retry_after=0.0, first_ms=1.0, tokens_per_second=1e5
    )
    names = ["plain-text", "one-tool", "usage", "unicode"]
    tried = await trying(names, settings=busy, caps=Caps(requests=most))
    assert len(tried.requests) == most
    assert tried.done.skips
    assert all("cap of" in one.reason for one in tried.done.skips)
