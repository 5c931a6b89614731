"""Asks one request of a trial and judges the answer: the one way from a prompt to a result.

Books the budget, sends (again, where that is allowed), judges off the event loop, holds the record
against what the scenario expects, and hands the result on. What was finished before is not asked
again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.prompt import Prompt
from streamgauge.report.run import Record, pack_body, unpack_body
from streamgauge.rules.rule import Need
from streamgauge.targets.asking import request_hash, wire_request
from streamgauge.targets.reading import Ask, NoAnswerError, Taking
from streamgauge.targets.target import Price, Target
from streamgauge.trials import expectation
from streamgauge.trials.budget import Budget, Caps, Estimate, estimate
from streamgauge.trials.cache_tokens import CacheTokens, Slot
from streamgauge.trials.retrying import Patience
from streamgauge.trials.run_log import Kept
from streamgauge.trials.scenario import Step
from streamgauge.trials.sending import Sent, send
from streamgauge.trials.throttle import Throttle
from streamgauge.trials.trial import Trial
from streamgauge.verdict.deviations import Excuse, Exercise, Place, exercise
from streamgauge.verdict.record import unreadable

_WRONG_KEY = "sk-streamgauge-wrong-key"
_FREE = Price(input=0.0, output=0.0)


class Reader(Protocol):
    """Sends one request and reads its answer into a taking. Raises NoAnswerError."""

    async def __call__(self, target: Target, ask: Ask, taking: Taking) -> Exchange:
        """The exchange, however it ended."""


class Watcher(Protocol):
    """Looks on while trials run; for progress and preview."""

    def began(self, source: str) -> None:
        """A request is about to be sent."""

    def piece(self, source: str, data: bytes, ms: float) -> None:
        """A piece of a body came, `ms` after the request."""

    def ended(self, record: Record) -> None:
        """A result is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result: its record, and the packed body for the run file."""

    record: Record
    body: Record | None


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the engine is given.

    `begin` starts the recording of one request of a trial; `run` names this run, so that what must
    be new to a provider is new. `own_error_ms` is what the socket reader is off by. `drop` names
    what a bad client would lose of its history.
    """

    readers: Mapping[Seam, Reader]
    begin: Callable[[Trial, Request, Seam], Taking]
    deliver: Callable[[Result], None]
    watcher: Watcher
    run: str = "run"
    own_error_ms: float | None = None
    caps: Caps = field(default_factory=Caps)
    patience: Patience = field(default_factory=Patience)
    excuses: tuple[Excuse, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    rule: tuple[str, ...] = ()
    skip_rule: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request of a trial. `finish` has the last word on the record before it is weighed."""

    trial: Trial
    source: str
    number: int
    step: Step
    prompt: Prompt
    tool_name: str | None = None
    twin_of: Judgement | None = None
    finish: Callable[[Judgement, Record], None] | None = None


class Asker:
    """Asks for one run; what requests share (budget, cache tokens, pace) is kept here."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._budget = Budget(context.caps)
        self._tokens = CacheTokens(context.run)
        self._throttles: dict[str, Throttle] = {}
        self.tried = Exercise()

    def recall(self, trials: Iterable[Trial]) -> None:
        """Book what earlier sittings have used: caps hold for the whole run."""
        for trial in trials:
            for source in trial.sources():
                kept = self._context.kept.get(source)
                if kept is not None:
                    self._budget.recall(kept.record, _price(trial.target))

    async def ask(self, question: Question) -> Judgement:
        """The judgement of the answer. Raises NoAnswerError and BudgetSpentError."""
        trial, source = question.trial, question.source
        slot = Slot.of(trial, question.number, question.tool_name)
        steered = self._tokens.steer(trial.target, slot, question.prompt)
        key = _WRONG_KEY if question.step.wrong_key else trial.target.key
        request = wire_request(trial.target, steered.prompt, key=key, extra=steered.headers)
        kept = self._kept(source, request, trial.target)
        if kept is not None:
            judged = await self._judge(trial, _exchange_of(kept, request, source))
            self._tokens.learn(trial.target, slot, judged)
            return self._finished(question, judged, kept.record["metadata"]["live"], kept)
        ceiling = estimate(steered.prompt, request.body)
        sent = await self._sent(question, request, ceiling)
        judged = await self._judge(trial, replace(sent.exchange, source=source))
        usage = None if judged.message is None else judged.message.usage
        self._budget.settle(ceiling, _price(trial.target), usage)
        live = {
            **_live(question, request, sent),
            **slot.record(),
            "cache_token": self._tokens.learn(trial.target, slot, judged),
        }
        return self._finished(question, judged, live, None)

    def _finished(
        self, question: Question, judged: Judgement, live: Record, kept: Kept | None
    ) -> Judgement:
        record = judged.record
        record["metadata"]["live"] = live
        if question.finish is not None:
            question.finish(judged, record)
        findings = list(expectation.unmet(question.step, record))
        if question.twin_of is not None and not findings:
            findings += expectation.different(
                question.twin_of.record, record, same_twice=question.trial.target.same_twice
            )
        judged = judged.with_findings(findings, self._context.excuses)
        self.tried |= exercise(self._context.excuses, judged.place, judged.outcome)
        final = judged.record
        final["metadata"] = record["metadata"]
        if kept is None or _is_news(final, kept.record):
            self._deliver(final, judged)
        return judged

    async def _sent(self, question: Question, request: Request, ceiling: Estimate) -> Sent:
        target = question.trial.target
        throttle = self._throttles.setdefault(target.name, Throttle(target.pace.per_minute))
        self._context.watcher.began(question.source)
        try:
            return await self._send(question, request, ceiling, throttle)
        except NoAnswerError as error:
            self._deliver(unreadable(question.source, f"no answer: {error}"), None)
            raise

    async def _send(
        self, question: Question, request: Request, ceiling: Estimate, throttle: Throttle
    ) -> Sent:
        context, trial = self._context, question.trial
        seam = Seam.SOCKET if trial.scenario.timed else Seam.CLIENT
        left_after = question.step.cancel_after
        pieces = 0

        def watch(data: bytes, ms: float) -> bool:
            nonlocal pieces
            pieces += 1
            context.watcher.piece(question.source, data, ms)
            return left_after is not None and pieces >= left_after

        async def once(attempt: int) -> Exchange:
            nonlocal pieces
            if attempt == 1:
                self._budget.book(ceiling, _price(trial.target))
            else:
                self._budget.book_again()
            await throttle.turn()
            pieces = 0
            ask = Ask(request=request, timeouts=trial.target.timeouts, watch=watch)
            taking = context.begin(trial, request, seam)
            exchange = await context.readers[seam](trial.target, ask, taking)
            own = context.own_error_ms if seam is Seam.SOCKET else None
            return replace(exchange, own_error_ms=own)

        return await send(once, context.patience, trial.target.narrowed.facts)

    async def _judge(self, trial: Trial, exchange: Exchange) -> Judgement:
        target = trial.target
        options = Options(
            dialect=target.dialect.name,
            vendor=target.profile.slug,
            excuses=self._context.excuses,
            rule=self._context.rule,
            skip_rule=self._context.skip_rule,
            place=Place(source=exchange.source, target=target.name, scenario=trial.scenario.name),
        )
        try:
            return _gated(await asyncio.to_thread(judge_exchange, exchange, options), target)
        except Exception as error:  # whatever it is, the other results must not go with it
            what = " ".join(f"{type(error).__name__}: {error}".split())
            says = f"streamgauge failed here, please report it: {what}"
            self._deliver(unreadable(exchange.source, says), None)
            raise NoAnswerError(says) from None

    def _deliver(self, record: Record, judged: Judgement | None) -> None:
        body = None
        if judged is not None:
            bounds = judged.transcript.bounds if judged.transcript is not None else ()
            body = pack_body(judged.exchange.body, list(bounds))
        self._context.deliver(Result(record=record, body=body))
        self._context.watcher.ended(record)

    def _kept(self, source: str, request: Request, target: Target) -> Kept | None:
        kept = self._context.kept.get(source)
        if kept is None or kept.body is None:
            return None
        same = kept.record["metadata"]["live"]["request"] == request_hash(request, target)
        return kept if same else None


def _gated(judged: Judgement, target: Target) -> Judgement:
    """Where a gate is closed, stream rules are skipped for that reason and not for what came."""
    if target.streams:
        return judged
    why = f"not streamed: {target.why_not_streamed}"
    skipped = tuple(
        replace(one, reason=why) if one.reason == Need.STREAM.value else one
        for one in judged.outcome.skipped
    )
    return replace(judged, outcome=replace(judged.outcome, skipped=skipped))


def _price(target: Target) -> Price:
    """The simulator takes no money."""
    return _FREE if target.embedded else target.price


def _is_news(record: Record, kept: Record) -> bool:
    """Whether the run died between a last warm answer and the verdict over its pairs."""
    return kept["metadata"]["cache"] is None and record["metadata"]["cache"] is not None


def _exchange_of(kept: Kept, request: Request, source: str) -> Exchange:
    """The exchange of a result that was written before, as it was judged then."""
    assert kept.body is not None
    body, _ = unpack_body(kept.body)
    metadata = kept.record["metadata"]
    live, timings = metadata["live"], metadata["timings"]
    return Exchange(
        source=source,
        request=request,
        head=Head(status=live["status"], headers=tuple((n, v) for n, v in live["headers"])),
        body=body,
        arrivals=_arrivals(live["arrivals"]),
        seam=Seam(live["reader"]),
        close=Close(metadata["close"]),
        framing=Framing(live["framing"]),
        own_error_ms=None if timings is None else timings["own_error_ms"],
    )


def _arrivals(text: str | None) -> tuple[tuple[int, float], ...] | None:
    if text is None:
        return None
    pairs = (item.split("@") for item in text.split())
    return tuple((int(offset), float(ms)) for offset, ms in pairs)


def _live(question: Question, request: Request, sent: Sent) -> dict[str, Any]:
    trial, exchange = question.trial, sent.exchange
    head, arrivals = exchange.head, exchange.arrivals
    return {
        "target": trial.target.name,
        "model": trial.target.model,
        "scenario": trial.scenario.name,
        "step": question.number,
        "status": head.status,
        "headers": [list(field) for field in head.headers],
        "attempts": sent.attempts,
        "retries": [dict(one) for one in sent.retries],
        "request": request_hash(request, trial.target),
        "reader": exchange.seam.value,
        "framing": exchange.framing.value,
        "arrivals": None
        if arrivals is None
        else " ".join(f"{offset}@{ms:.3f}" for offset, ms in arrivals),
    }
