"""Where the streams of cases come from: fixtures, the simulator's answers, and cases themselves.

A source gives a good exchange with its request; faults and splits are put on it here, in one
order, so that a case is the same bytes for every client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from streamgauge import data
from streamgauge.dialects import catalogue
from streamgauge.exchange import Close, Exchange, Head
from streamgauge.faults.catalogue import chosen
from streamgauge.faults.fault import Setting
from streamgauge.message import Message
from streamgauge.pipeline import Options, judge_exchange, profiles
from streamgauge.replay.library import playable
from streamgauge.replay.simulator import Simulator
from streamgauge.targets.asking import wire_request
from streamgauge.targets.target import Target
from streamgauge.trials.clients.case import Case
from streamgauge.trials.clients.splitting import split
from streamgauge.trials.scenario import from_data
from streamgauge.trials.trial import opening
from streamgauge.vendors.profile import find


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A stream as it was before anything was done to it, with its vendor."""

    exchange: Exchange
    vendor: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A case as it goes out: the exchange, and the good one that it was made of."""

    case: Case
    good: Good
    exchange: Exchange


def played(case: Case) -> Played:
    """Make a case's exchange. Raises data.DataError for a stream that there is none of."""
    source, exchange, bounds = _whole(replace(case, id=case.group or case.id, split=""))
    return Played(case=case, good=source, exchange=split(exchange, case.split, bounds))


@cache
def _whole(case: Case) -> tuple[Good, Exchange, tuple[int, ...]]:
    """What a case is made of, what it becomes before it is split, and where its events begin."""
    source = (
        written(case.dialect, case.stream, case.vendor, case.written)
        if case.written
        else good(case.dialect, case.stream, case.prompt)
    )
    exchange = playable(source.exchange)
    if case.fault:
        exchange = chosen(case.fault)(exchange, _setting(case.dialect, source.vendor))
    exchange = replace(exchange, framing=case.framing, head=_head(exchange.head, case))
    if exchange.close is Close.UNKNOWN:
        exchange = replace(exchange, close=Close.CLEAN)
    judged = judge_exchange(exchange, Options(dialect=case.dialect, vendor=source.vendor))
    bounds = () if judged.transcript is None else tuple(judged.transcript.bounds)
    return source, exchange, bounds


def _setting(dialect: str, vendor: str) -> Setting:
    profile = find(profiles(), vendor)
    assert profile is not None
    return Setting(dialect=catalogue.named(dialect), facts=profile.narrowed(dialect).facts)


def _head(head: Head, case: Case) -> Head:
    others = tuple(field for field in head.headers if field[0].lower() != "connection")
    stated = (("connection", case.connection),) if case.connection else ()
    return replace(head, headers=(*others, *stated))


@cache
def good(dialect: str, stream: str, prompt: str = "") -> Good:
    """The good stream that a case names; a scenario's user says `prompt` where it is not empty."""
    kind, _, rest = stream.partition(":")
    match kind:
        case "fixture":
            return _fixture(dialect, rest)
        case "simulated":
            vendor, _, scenario = rest.partition("/")
            return _simulated(dialect, vendor, scenario, prompt)
        case _:
            raise data.DataError(f"{stream}: neither fixture:… nor simulated:…")


@cache
def written(dialect: str, name: str, vendor: str, lines: str) -> Good:
    """A stream of these payloads, one a line; one that states its type goes under that name."""
    body = "".join(map(_event, filter(None, lines.split("\n"))))
    head = Head(status=200, headers=(("content-type", "text/event-stream"),))
    exchange = Exchange(source=name, head=head, body=body.encode(), close=Close.CLEAN)
    return _judged(exchange, dialect, vendor)


def _event(payload: str) -> str:
    said = json.loads(payload) if payload.startswith("{") else {}
    named = f"event: {said['type']}\n" if "type" in said else ""
    return f"{named}data: {payload}\n\n"


def _fixture(dialect: str, name: str) -> Good:
    folder = data.fixtures_root() / name
    stated: Mapping[str, object] = data.toml_file(folder / "fixture.toml")
    vendor = str(stated.get("vendor", "unknown"))
    exchange = Exchange(source=name, body=(folder / "stream.sse").read_bytes(), close=Close.CLEAN)
    return _judged(exchange, dialect, vendor)


def _simulated(dialect: str, vendor: str, name: str, words: str) -> Good:
    profile, tables = find(profiles(), vendor), data.scenarios_data()
    if profile is None or name not in tables:
        raise data.DataError(f"simulated:{vendor}/{name}: no such vendor or scenario")
    scenario = from_data(name, tables[name])
    target = Target(
        name=vendor,
        profile=profile,
        dialect=catalogue.named(dialect),
        base_url="http://simulated",
        model="simulated",
        embedded=True,
    )
    step = scenario.steps[0]
    step = replace(step, user=words) if words else step
    prompt = opening(target, step, scenario.system)
    request = wire_request(target, prompt, key="sk-simulated")
    exchange = replace(Simulator(profile).answer(request), source=f"{vendor}/{name}")
    return _judged(replace(exchange, request=request), dialect, vendor)


def _judged(exchange: Exchange, dialect: str, vendor: str) -> Good:
    message = judge_exchange(exchange, Options(dialect=dialect, vendor=vendor)).message
    assert message is not None
    return Good(exchange=exchange, vendor=vendor, message=message)
