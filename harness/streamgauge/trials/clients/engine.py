"""Tries clients on cases: asks each wrapper, grades what it says, hands each result on.

One client's cases run one after the other in one process, clients side by side. A client that
dies or hangs is started anew for its next case. It must never write or print.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.replay.sent import Sent as Out
from streamgauge.reply import Answered, Died, Hung, Raised, Reply, SaidCall
from streamgauge.schema import problems
from streamgauge.targets.client import Program, Wrapper
from streamgauge.trials.clients.sent_back import lapse
from streamgauge.trials.clients.sources import Played
from streamgauge.trials.clients.stage import Stage
from streamgauge.verdict.grading import Able, Grade, Sent, grade

_START = 120.0
"""Seconds that a wrapper may take to load its library."""
_PATIENCE = 4
"""So many times what a case may take has the first one, which is not graded."""
_KEY = "sk-loopback-only"
_TOOL_RESULT = "sunny, 21 degrees"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Client:
    """A client library in one of its modes, and what it can tell.

    `edition` names what is installed: another edition is another client.
    """

    name: str
    dialect: str
    program: Program
    able: Able
    edition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one case for one client; `grade` is None where it was skipped, with why.

    `went` are the answers that had been played to their end when the client was graded.
    """

    client: Client
    version: str
    played: Played
    grade: Grade | None
    skipped: str = ""
    reply: Reply | None = None
    requests: tuple[bytes, ...] = ()
    went: tuple[Out, ...] = ()


async def try_clients(
    plan: Mapping[Client, Sequence[Played]],
    done: Callable[[Tried], None],
    *,
    seconds: float = 5.0,
    at_once: int = 2,
) -> None:
    """Try clients on their cases; `done` is called for each pair, in any order.

    `seconds` is how long an answer is waited for, `at_once` how many clients are at work.
    """
    gate = asyncio.Semaphore(at_once)
    cases = {one.case.id: one for mine in plan.values() for one in mine}
    async with Stage(cases) as stage, asyncio.TaskGroup() as group:
        for client, mine in plan.items():
            bench = _Bench(client, stage, seconds, _harmless(mine))
            group.create_task(_through(gate, bench, mine, done))


def planned(clients: Iterable[Client], cases: Sequence[Played]) -> dict[Client, tuple[Played, ...]]:
    """For each client the cases of its dialect."""
    return {
        client: tuple(one for one in cases if one.case.dialect == client.dialect)
        for client in clients
    }


async def _through(
    gate: asyncio.Semaphore, bench: _Bench, mine: Iterable[Played], done: Callable[[Tried], None]
) -> None:
    async with gate:
        try:
            for played in mine:
                done(await bench.tried(played))
        finally:
            await bench.stop()


def _harmless(mine: Sequence[Played]) -> Played | None:
    """A case to warm a client up with."""
    return next((one for one in mine if not one.case.fault and not one.case.needs), None)


class _Bench:
    """One client at work."""

    def __init__(
        self, client: Client, stage: Stage, seconds: float, warming: Played | None
    ) -> None:
        self._client = client
        self._stage = stage
        self._seconds = seconds
        self._warming = warming
        self._wrapper: Wrapper | None = None
        self._version = "unknown"
        self._cannot_start: Hung | Died | None = None
        self._number = 0

    async def stop(self) -> None:
        """End its program."""
        if self._wrapper is not None:
            wrapper, self._wrapper = self._wrapper, None
            await wrapper.__aexit__()

    async def tried(self, played: Played) -> Tried:
        """Put one case before it."""
        lacking = sorted(_lacking(played, self._client.able.features))
        nothing = Tried(client=self._client, version=self._version, played=played, grade=None)
        if lacking:
            return replace(nothing, skipped=f"does not tell: {', '.join(lacking)}")
        reply = await self._reply(played)
        if isinstance(reply, Hung | Died):
            await self.stop()
        return self._graded(replace(nothing, version=self._version, reply=reply), reply)

    def _graded(self, tried: Tried, reply: Reply) -> Tried:
        played, name = tried.played, self._client.name
        came = self._stage.requests(played.case.id, name)
        went = self._stage.sent(played.case.id, name)
        answers = self._stage.answers(played.case.id, name)
        self._stage.forget(played.case.id, name)
        return replace(
            tried,
            grade=grade(reply, _given(played, answers), played.case.charge, self._client.able),
            requests=tuple(request.body for request in came),
            went=went,
        )

    async def _reply(self, played: Played) -> Reply:
        if self._wrapper is None and self._cannot_start is None:
            self._cannot_start = await self._start()
        if self._cannot_start is not None:
            return self._cannot_start
        assert self._wrapper is not None
        self._number += 1
        ask = self._ask(played, self._client.name, self._seconds)
        said = await self._wrapper.ask(ask, self._seconds)
        return said if isinstance(said, Hung | Died) else _understood(said, self._number)

    async def _start(self) -> Hung | Died | None:
        wrapper = Wrapper(self._client.program)
        try:
            await wrapper.__aenter__()
        except OSError as error:
            return Died(says=f"cannot be started: {error.strerror}")
        self._wrapper = wrapper
        hello = await wrapper.hear(_START)
        if isinstance(hello, Hung | Died):
            return hello
        wrong = next(problems("client.hello", hello), None)
        if wrong is not None:
            return Died(says=f"its first line is no hello: {wrong[0]} {wrong[1]}")
        self._version = hello["version"]
        if await self._is_warm(wrapper):
            return None
        await self.stop()
        self._warming = None
        return await self._start()

    async def _is_warm(self, wrapper: Wrapper) -> bool:
        """Ask once with time to spare: libraries load their parts when they are first used."""
        if self._warming is None:
            return True
        agent, seconds = f"{self._client.name} warming up", _PATIENCE * self._seconds
        self._number += 1
        said = await wrapper.ask(self._ask(self._warming, agent, seconds), seconds)
        self._stage.forget(self._warming.case.id, agent)
        return not isinstance(said, Hung | Died)

    def _ask(self, played: Played, agent: str, seconds: float) -> dict[str, Any]:
        case = played.case
        return {
            "ask": self._number,
            "case": case.id,
            "base_url": self._stage.url(case.id, agent),
            "api_key": _KEY,
            "model": "simulated",
            "prompt": "What is the weather in Paris?",
            "thinking": "reasoning" in case.needs,
            "tools": _tools(played),
            "tool_result": _TOOL_RESULT,
            "turns": case.turns,
            "seconds": seconds,
        }


_TOLD_BY = {
    Kind.TEXT: "text",
    Kind.REASONING: "reasoning",
    Kind.REFUSAL: "refusal",
    Kind.TOOL_CALL: "tools",
}


def _lacking(played: Played, features: frozenset[str]) -> frozenset[str]:
    """What a client would need to be asked: it must at least tell something of the answer."""
    parts = [part for choice in played.good.message.choices for part in choice.parts]
    said = frozenset(_TOLD_BY[part.kind] for part in parts if part.kind in _TOLD_BY)
    deaf = frozenset[str]() if said & features or not said else said
    return (played.case.needs - features) | deaf


def _tools(played: Played) -> list[dict[str, Any]]:
    """Every tool that the good stream calls, open to any arguments."""
    parts = [part for choice in played.good.message.choices for part in choice.parts]
    names = dict.fromkeys(part.name for part in parts if part.kind is Kind.TOOL_CALL)
    anything = {"type": "object", "properties": {}, "additionalProperties": True}
    return [
        {"name": name, "description": "A tool of the case.", "parameters": anything}
        for name in names
        if isinstance(name, str)
    ]


def _given(played: Played, answers: Sequence[Exchange]) -> Sent:
    """What the client was given; of several answers the last is the one that it tells of."""
    options = Options(dialect=played.case.dialect, vendor=played.good.vendor)
    turns = played.case.turns
    last = answers[-1] if turns > 1 and answers else played.exchange
    judged = judge_exchange(last, options)
    assert judged.transcript is not None
    return Sent(
        message=judged.transcript.folded.message,
        ending=judged.transcript.ending,
        requests=len(answers),
        turns=turns,
        lapse=lapse(answers, options) if turns > 1 else "",
    )


def _understood(said: dict[str, Any], number: int) -> Reply:
    wrong = next(problems("client.said", said), None)
    if wrong is not None:
        return Died(says=f"its answer breaks the protocol: {wrong[0]} {wrong[1]}"[:400])
    if said["ask"] != number:
        return Died(says=f"it answered line {said['ask']} where {number} was asked")
    if "error" in said:
        error = said["error"]
        return Raised(types=tuple(error["types"]), message=error["message"], code=error.get("code"))
    answer = said["answer"]
    calls = tuple(SaidCall(**call) for call in answer.get("calls", ()))
    return Answered(**{**answer, "calls": calls})
