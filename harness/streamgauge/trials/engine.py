"""The engine: runs trials against targets, concurrently, within bounds; both doors stand on it.

Plain async. It prints nothing and writes no file: results go to a sink, and what was left undone
is handed back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from streamgauge.pipeline import Judgement
from streamgauge.targets.reading import NoAnswerError
from streamgauge.trials.asker import Asker, Context, Question
from streamgauge.trials.budget import BudgetSpentError
from streamgauge.trials.cache_trial import cache_trial
from streamgauge.trials.conversation import Conversation
from streamgauge.trials.trial import Skip, Trial
from streamgauge.verdict.deviations import Exercise


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was left undone, and what the known deviations were tried on."""

    skips: tuple[Skip, ...]
    tried: Exercise


async def run(trials: Iterable[Trial], context: Context) -> Done:
    """Run every trial. Results go to `context.deliver`.

    Timed trials come when everything else is over, one after the other for each target, so that
    little of ours stands between a byte and its stamp.
    """
    engine = _Engine(context)
    every = tuple(trials)
    engine.asker.recall(every)
    timed: dict[str, list[Trial]] = {}
    for trial in every:
        if trial.scenario.timed:
            timed.setdefault(trial.target.name, []).append(trial)
    await _all(engine.turn(trial) for trial in every if not trial.scenario.timed)
    await _all(engine.in_a_row(row) for row in timed.values())
    return Done(skips=tuple(engine.skips), tried=engine.asker.tried)


async def _all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Everything at once. The first failure ends the rest and is raised as itself: doors know a
    full disk, not a group of errors."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except ExceptionGroup as failed:
        first: Exception = failed
        while isinstance(first, ExceptionGroup):
            first = first.exceptions[0]
        raise first from None


class _Engine:
    def __init__(self, context: Context) -> None:
        self._context = context
        self.asker = Asker(context)
        self._room: dict[str, asyncio.Semaphore] = {}
        self.skips: list[Skip] = []

    async def in_a_row(self, trials: Sequence[Trial]) -> None:
        """Trials of one target, one after the other."""
        for trial in trials:
            await self.turn(trial)

    async def turn(self, trial: Trial) -> None:
        """One trial, when its target has room for it."""
        target = trial.target
        room = self._room.setdefault(target.name, asyncio.Semaphore(target.pace.at_once))
        async with room:
            try:
                if trial.scenario.pairs is not None:
                    await cache_trial(trial, self.asker, self._context)
                else:
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
        last = len(trial.scenario.steps) - 1
        for number in range(last + 1):
            judged = await self._step(trial, talk, number, stream=trial.target.streams)
            if trial.scenario.twin and trial.target.streams:
                await self._step(trial, talk, number, stream=False, twin_of=judged)
            if number < last and not talk.goes_on(judged):
                self._skip(trial, f"step {number} gave nothing to go on from")
                return

    async def _step(
        self,
        trial: Trial,
        talk: Conversation,
        number: int,
        *,
        stream: bool,
        twin_of: Judgement | None = None,
    ) -> Judgement:
        step = trial.scenario.steps[number]
        return await self.asker.ask(
            Question(
                trial=trial,
                source=trial.source(number, whole=twin_of is not None),
                number=number,
                step=step,
                prompt=talk.prompt(number, stream=stream),
                tool_name=step.asked.forced_tool or talk.called,
                twin_of=twin_of,
            )
        )
