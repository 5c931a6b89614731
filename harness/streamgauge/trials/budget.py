"""Hard caps on a run: requests, tokens, money. What is planned is counted before it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streamgauge.message import UsageTotals
from streamgauge.prompt import Prompt
from streamgauge.targets.target import Price
from streamgauge.trials.trial import Trial, opening

_BYTES_A_TOKEN = 2.0
"""Below what tokenizers make of JSON and of most languages, so that the estimate is not too low."""
_UNSAID_OUTPUT = 1024
_TOKENS_A_WORD = 2.0
_MILLION = 1_000_000


class BudgetSpentError(Exception):
    """The next request would go over a cap; one line says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that a run may use, earlier sittings included; None is no cap.

    Money is in the currency of the prices; a cap on it can be kept only where prices are known.
    """

    requests: int | None = None
    tokens: int | None = None
    money: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one request may use at most, in tokens."""

    input: int
    output: int

    def money(self, price: Price) -> float:
        """The cost ceiling; nothing where the price is unknown."""
        return (self.input * (price.input or 0) + self.output * (price.output or 0)) / _MILLION


def estimate(prompt: Prompt, body: bytes) -> Estimate:
    """A ceiling for one request, from its length and its `max_tokens`."""
    output = (prompt.asked.max_tokens or _UNSAID_OUTPUT) * (prompt.asked.choices or 1)
    return Estimate(input=int(len(body) / _BYTES_A_TOKEN) + 1, output=output)


def ceiling(trial: Trial) -> Estimate:
    """The most that a trial may use: every step carries what was said before it."""
    target, scenario = trial.target, trial.scenario
    facts = target.narrowed.facts
    sums: list[Estimate] = []
    for step in scenario.steps:
        prompt = opening(target, step, scenario.system)
        one = estimate(prompt, json.dumps(target.dialect.build(prompt, facts)).encode())
        before = sums[-1].input + sums[-1].output if sums else 0
        before += sum(int(len(said) / _BYTES_A_TOKEN) + 1 for said in step.results.values())
        sums.append(Estimate(input=one.input + before, output=one.output))
    each = Estimate(input=sum(one.input for one in sums), output=sum(one.output for one in sums))
    prefix = int(trial.prefix_words * _TOKENS_A_WORD)
    each = Estimate(input=each.input + prefix, output=each.output)
    times = trial.requests // len(sums)
    return Estimate(input=each.input * times, output=each.output * times)


class Budget:
    """Counts what is spent. A request is booked at its ceiling and settled by its usage."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self.requests = 0
        self.tokens = 0
        self.money = 0.0

    def book(self, ceiling: Estimate, price: Price) -> None:
        """Before a request. Raises BudgetSpentError where it would go over a cap."""
        tokens = self.tokens + ceiling.input + ceiling.output
        money = self.money + ceiling.money(price)
        caps = self._caps
        self._require_room_for_one()
        if caps.tokens is not None and tokens > caps.tokens:
            raise BudgetSpentError(f"one more request may go over the cap of {caps.tokens} tokens")
        if caps.money is not None and None in (price.input, price.output):
            raise BudgetSpentError(f"no price is known: a cap of {caps.money:g} cannot be kept")
        if caps.money is not None and money > caps.money:
            raise BudgetSpentError(f"one more request may cost more than {caps.money:g} in all")
        self.requests, self.tokens, self.money = self.requests + 1, tokens, money

    def book_again(self) -> None:
        """Before the same request is sent again, for which a refusal cost nothing but a request.

        Raises BudgetSpentError.
        """
        self._require_room_for_one()
        self.requests += 1

    def _require_room_for_one(self) -> None:
        most = self._caps.requests
        if most is not None and self.requests + 1 > most:
            raise BudgetSpentError(f"the cap of {most} requests is reached")

    def recall(self, record: Mapping[str, Any], price: Price) -> None:
        """Count a result of an earlier sitting of this run."""
        self.requests += record["metadata"]["live"]["attempts"]
        usage = (record.get("message") or {}).get("usage") or {}
        used = Estimate(
            input=usage.get("input_tokens") or 0, output=usage.get("output_tokens") or 0
        )
        self.tokens += used.input + used.output
        self.money += used.money(price)

    def settle(self, ceiling: Estimate, price: Price, usage: UsageTotals | None) -> None:
        """After an answer: what it really used, where it says so."""
        if usage is None or usage.input_tokens is None or usage.output_tokens is None:
            return
        put, got = usage.input_tokens, usage.output_tokens
        really = Estimate(input=put, output=got)
        self.tokens += put + got - ceiling.input - ceiling.output
        self.money += really.money(price) - ceiling.money(price)
