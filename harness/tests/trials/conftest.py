"""A clock that is a value, and a way to try scenarios on a simulated provider over real HTTP."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest

from streamgauge import data
from streamgauge.dialects import catalogue
from streamgauge.door.simulating import answers
from streamgauge.exchange import Exchange, Request
from streamgauge.pipeline import profiles
from streamgauge.replay.server import Server
from streamgauge.replay.simulator import Settings
from streamgauge.report.run import Record
from streamgauge.targets.target import Pace, Target
from streamgauge.trials import engine
from streamgauge.trials.asker import Context, Result
from streamgauge.trials.engine import Done
from streamgauge.trials.live import Live
from streamgauge.trials.retrying import Patience
from streamgauge.trials.scenario import Scenario, from_data
from streamgauge.trials.trial import plan
from streamgauge.vendors.profile import find

T = TypeVar("T")


class _Virtual(asyncio.SelectorEventLoop):
    """Nobody waits: where the loop would sleep, its clock moves on."""

    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now = 0.0

    def time(self) -> float:
        return self.now


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: _Virtual) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout:
            self._loop.now += timeout
        return super().select(0)


@pytest.fixture
def virtually() -> Callable[[Coroutine[Any, Any, T]], T]:
    """Run a coroutine on a virtual clock that begins at 0."""

    def run(work: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=_Virtual) as runner:
            return runner.run(work)

    return run


QUICK = Settings(first_ms=1.0, prefill_tokens_per_second=1e6, tokens_per_second=1e5, ponder_ms=2.0)


def target(vendor: str = "moonshot", dialect: str | None = None, **more: Any) -> Target:
    """A simulated target without an address."""
    profile = find(profiles(), vendor)
    assert profile is not None
    spoken = catalogue.named(dialect or profile.dialects[0])
    return Target(
        **{
            "name": f"{vendor}-simulated",
            "profile": profile,
            "dialect": spoken,
            "base_url": "http://127.0.0.1:1/v1",
            "model": profile.narrowed(spoken.name).facts.get("default-model") or "simulated",
            "key": "sk-simulated",
            "pace": Pace(at_once=8),
            "same_twice": True,
            "embedded": True,
            **more,
        }
    )


@pytest.fixture(name="target")
def _target() -> Callable[..., Target]:
    return target


def shipped(name: str) -> Scenario:
    """A scenario of `conformance/scenarios`."""
    return from_data(name, data.scenarios_data()[name])


@pytest.fixture(name="shipped")
def _shipped() -> Callable[[str], Scenario]:
    return shipped


class Watcher:
    """Counts what it is shown."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def began(self, source: str) -> None:
        self.begun.append(source)

    def piece(self, source: str, data: bytes, ms: float) -> None:
        pass

    def ended(self, record: Record) -> None:
        pass


@dataclass
class Tried:
    """What came of it: results in the order of their delivery, and what the server saw."""

    done: Done | None = None
    results: list[Result] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    most_at_once: int = 0
    watcher: Watcher = field(default_factory=Watcher)

    @property
    def records(self) -> dict[str, Record]:
        return {one.record["source"]: one.record for one in self.results}

    def findings(self) -> list[tuple[str, str, str]]:
        """(source, rule, got) of every finding that is not a mere note."""
        return [
            (source, one["rule"], one["got"])
            for source, record in self.records.items()
            for one in record["findings"]
            if one["level"] != "may"
        ]


Try = Callable[..., Awaitable[Tried]]


@pytest.fixture
def trying() -> Try:
    """`await trying([scenario], vendor=…, settings=…)`; `answer` stands in for the simulator.

    What else is named goes into the engine's context.
    """

    async def tried(
        scenarios: Iterable[Scenario | str],
        *,
        vendor: str = "moonshot",
        dialect: str | None = None,
        settings: Settings = QUICK,
        speed: float = 1.0,
        answer: Callable[[Request], Exchange] | None = None,
        about: Mapping[str, Any] | None = None,
        **context: Any,
    ) -> Tried:
        out = Tried()
        own = target(vendor, dialect, **(about or {}))
        simulated = answer or answers(own.profile, settings)
        now = 0

        def noted(request: Request) -> Any:
            out.requests.append(request)
            out.times.append(time.monotonic())
            return simulated(request)

        async def counted(request: Request) -> Exchange:
            nonlocal now
            now += 1
            out.most_at_once = max(out.most_at_once, now)
            try:
                await asyncio.sleep(0.003)
                return noted(request)
            finally:
                now -= 1

        async with Server(counted, speed=speed) as server:
            own = replace(own, base_url=server.url + "/v1")
            named = [shipped(one) if isinstance(one, str) else one for one in scenarios]
            trials, _ = plan([own], named)
            async with Live([own], ()) as live:
                out.done = await engine.run(
                    trials,
                    Context(
                        **{
                            "readers": live.readers,
                            "begin": live.begin,
                            "deliver": out.results.append,
                            "watcher": out.watcher,
                            "patience": Patience(attempts=3, first=0.001, most=0.004),
                            **context,
                        }
                    ),
                )
        return out

    return tried
