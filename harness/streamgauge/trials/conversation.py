"""The conversation of a trial: what was said so far, and what the next request must carry of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from streamgauge import history
from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.message import Choice
from streamgauge.pipeline import Judgement
from streamgauge.prompt import Asked, Prompt, Role, Turn
from streamgauge.trials.scenario import Step
from streamgauge.trials.trial import Trial, prompt

_NO_RESULT = "ok"


class Conversation:
    """Grows by one answer a step. `drop` names what a bad client loses of the history."""

    def __init__(self, trial: Trial, drop: frozenset[str]) -> None:
        self._trial = trial
        self._drop = drop
        system = trial.scenario.system
        self._turns = [Turn(role=Role.SYSTEM, text=system)] if system else []
        self._answer: Choice | None = None
        self._taken = -1

    def prompt(self, number: int, *, stream: bool) -> Prompt:
        """The prompt of a step; asked twice for the same step it is the same."""
        step = self._trial.scenario.steps[number]
        if number > self._taken:
            self._turns += self._further(step)
            self._taken = number
        return prompt(self._trial.target, step, tuple(self._turns), stream=stream)

    @property
    def called(self) -> str | None:
        """The first tool that the answer before called, if it called one."""
        parts = () if self._answer is None else self._answer.parts
        names = (part.name for part in parts if part.kind is Kind.TOOL_CALL)
        return next((name for name in names if isinstance(name, str)), None)

    def goes_on(self, judged: Judgement) -> bool:
        """Take the answer in; whether there is one to go on from.

        A half answer is none: what the vendor made of it in the next request would be our fault.
        Neither is one without a call, where results are all that comes next.
        """
        message = judged.message if judged.record["ending"] == "complete" else None
        choices = message.choices if message is not None else ()
        self._answer = choices[0] if choices and choices[0].parts else None
        if self._answer is None:
            return False
        steps = self._trial.scenario.steps[self._taken + 1 :]
        waits = bool(steps) and bool(steps[0].results) and steps[0].user is None
        return not waits or any(part.kind is Kind.TOOL_CALL for part in self._answer.parts)

    def _demands(self, step: Step) -> tuple[Facts, Asked]:
        """The vendor's facts, and what the next request asks for on the wire: both decide."""
        target = self._trial.target
        facts = target.narrowed.facts
        bare = prompt(target, step, tuple(self._turns), stream=target.streams)
        said = target.dialect.request({**target.dialect.build(bare, facts), **target.members})
        # Gemini names the model in the address and not in the JSON.
        return facts, replace(said, model=target.model)

    def _further(self, step: Step) -> Iterator[Turn]:
        if self._answer is not None:
            turn = history.next_turn(self._answer, *self._demands(step))
            yield history.without(turn, self._drop) if self._drop else turn
            yield from _results(self._answer, step)
        if step.user is not None:
            yield Turn(role=Role.USER, text=step.user)


def _results(answer: Choice, step: Step) -> Iterator[Turn]:
    for part in answer.parts:
        if part.kind is Kind.TOOL_CALL:
            text = step.results.get(str(part.name), step.results.get("*", _NO_RESULT))
            yield Turn(role=Role.TOOL, text=text, call_id=part.id, name=part.name)
