"""The engine: runs trials against targets, concurrently, within bounds; both doors stand on it.

Plain async. It asks through readers and recorders that it is given, judges each answer off the
event loop, and hands every result to a sink. It prints nothing and writes no file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from streamgauge.exchange import Exchange, Head, Request, Seam
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.report.run import Record, pack_body, unpack_body
from streamgauge.targets.asking import request_hash, wire_request
from streamgauge.targets.reading import Ask, NoAnswerError, Taking
from streamgauge.targets.target import Target
from streamgauge.trials import expectation
from streamgauge.trials.budget import Budget, BudgetSpentError, Caps, estimate
from streamgauge.trials.conversation import Conversation
from streamgauge.trials.retrying import Patience
from streamgauge.trials.run_log import Kept
from streamgauge.trials.sending import Sent, send
from streamgauge.trials.trial import Skip, Trial
from streamgauge.verdict.deviations import Excuse, Place
from streamgauge.verdict.record import unreadable


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
    """What the engine is given. `begin` starts the recording of one request of a trial;
    `drop` names what a bad client would lose of its history."""

    readers: Mapping[Seam, Reader]
    begin: Callable[[Trial, Request, Seam], Taking]
    deliver: Callable[[Result], None]
    watcher: Watcher
    caps: Caps = field(default_factory=Caps)
    patience: Patience = field(default_factory=Patience)
    excuses: tuple[Excuse, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    rule: tuple[str, ...] = ()
    skip_rule: tuple[str, ...] = ()


async def run(trials: Iterable[Trial], context: Context) -> tuple[Skip, ...]:
    """Run every trial; what was left undone and why. Results go to `context.deliver`.

    Timed trials run one after the other when everything else is over, so that nothing of ours
    stands between a byte and its stamp.
    """
    engine = _Engine(context)
    every = tuple(trials)
    async with asyncio.TaskGroup() as group:
        for trial in every:
            if not trial.scenario.timed:
                group.create_task(engine.turn(trial))
    for trial in every:
        if trial.scenario.timed:
            await engine.turn(trial)
    return tuple(engine.skips)


class _Engine:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._budget = Budget(context.caps)
        self._room: dict[str, asyncio.Semaphore] = {}
        self.skips: list[Skip] = []

    async def turn(self, trial: Trial) -> None:
        """One trial, when its target has room for it."""
        target = trial.target
        room = self._room.setdefault(target.name, asyncio.Semaphore(target.pace.at_once))
        async with room:
            try:
                await self._steps(trial)
            except BudgetSpentError as error:
                self._skip(trial, str(error))
            except NoAnswerError as error:
                self._skip(trial, f"not gone on with: {error}")

    def _skip(self, trial: Trial, reason: str) -> None:
        skip = Skip(target=trial.target.name, scenario=trial.scenario.name, reason=reason)
        self.skips.append(skip)

    async def _steps(self, trial: Trial) -> None:
        talk = Conversation(trial, self._context.drop)
        for number in range(len(trial.scenario.steps)):
            judged = await self._step(trial, talk, number, whole=not trial.target.streams)
            if trial.scenario.twin and trial.target.streams:
                await self._step(trial, talk, number, whole=True, twin_of=judged)
            if number + 1 < len(trial.scenario.steps) and not talk.goes_on(judged):
                self._skip(trial, f"step {number} gave nothing to go on with")
                return

    async def _step(
        self,
        trial: Trial,
        talk: Conversation,
        number: int,
        *,
        whole: bool,
        twin_of: Judgement | None = None,
    ) -> Judgement:
        source = trial.source(number, whole=twin_of is not None)
        prompt = talk.prompt(number, stream=not whole)
        step = trial.scenario.steps[number]
        key = "sk-streamgauge-wrong-key" if step.wrong_key else trial.target.key
        request = wire_request(trial.target, prompt, key=key)
        kept = self._kept(source, request)
        if kept is not None:
            return await self._judged(trial, source, _exchange_of(kept, request, source))
        ceiling = estimate(prompt, request.body)
        self._budget.book(ceiling, trial.target.price)
        self._context.watcher.began(source)
        try:
            sent = await self._send(trial, source, request, step.cancel_after)
        except NoAnswerError as error:
            self._deliver(unreadable(source, f"no answer: {error}"), None)
            raise
        judged = await self._judged(trial, source, sent.exchange)
        live = _live(trial, number, request, sent)
        record = judged.record
        record["metadata"]["live"] = live
        self._budget.settle(ceiling, trial.target.price, (record["message"] or {}).get("usage"))
        findings = list(expectation.unmet(step, record))
        if twin_of is not None and not findings:
            findings += expectation.different(twin_of.record, record)
        judged = judged.with_findings(findings, self._context.excuses)
        final = judged.record
        final["metadata"]["live"] = live
        self._deliver(final, judged)
        return judged

    async def _send(
        self, trial: Trial, source: str, request: Request, cancel_after: int | None
    ) -> Sent:
        context = self._context
        seam = Seam.SOCKET if trial.scenario.timed else Seam.CLIENT
        pieces = 0

        def watch(data: bytes, ms: float) -> bool:
            nonlocal pieces
            pieces += 1
            context.watcher.piece(source, data, ms)
            return cancel_after is not None and pieces >= cancel_after

        async def once() -> Exchange:
            ask = Ask(request=request, timeouts=trial.target.timeouts, watch=watch)
            taking = context.begin(trial, request, seam)
            return await context.readers[seam](trial.target, ask, taking)

        return await send(once, context.patience, trial.target.narrowed.facts)

    async def _judged(self, trial: Trial, source: str, exchange: Exchange) -> Judgement:
        target = trial.target
        place = Place(source=source, target=target.name, scenario=trial.scenario.name)
        options = Options(
            dialect=target.dialect.name,
            vendor=target.profile.slug,
            excuses=self._context.excuses,
            rule=self._context.rule,
            skip_rule=self._context.skip_rule,
            place=place,
        )
        return await asyncio.to_thread(judge_exchange, replace(exchange, source=source), options)

    def _deliver(self, record: Record, judged: Judgement | None) -> None:
        body = None
        if judged is not None:
            bounds = judged.transcript.bounds if judged.transcript is not None else ()
            body = pack_body(judged.exchange.body, list(bounds))
        self._context.deliver(Result(record=record, body=body))
        self._context.watcher.ended(record)

    def _kept(self, source: str, request: Request) -> Kept | None:
        kept = self._context.kept.get(source)
        if kept is None or kept.record["metadata"]["live"]["request"] != request_hash(request):
            return None
        return kept if kept.body is not None else None


def _exchange_of(kept: Kept, request: Request, source: str) -> Exchange:
    """The exchange of a result that was written before, as far as the next request needs it."""
    assert kept.body is not None
    body, _ = unpack_body(kept.body)
    live = kept.record["metadata"]["live"]
    head = Head(status=live["status"], headers=(("content-type", live["content_type"] or ""),))
    return Exchange(source=source, request=request, head=head, body=body)


def _live(trial: Trial, number: int, request: Request, sent: Sent) -> dict[str, Any]:
    return {
        "target": trial.target.name,
        "model": trial.target.model,
        "scenario": trial.scenario.name,
        "step": number,
        "status": sent.exchange.head.status,
        "content_type": sent.exchange.head.header("content-type"),
        "attempts": sent.attempts,
        "retries": [dict(one) for one in sent.retries],
        "request": request_hash(request),
        "reader": sent.exchange.seam.value,
    }
