"""The door behind `streamgauge serve`: recordings become a server that plays them.

`listen` is the part that any answering callable can use; what there is to answer with is found
first, so that every mistake of the user is one line before anything listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamgauge.capture.limits import Unreadable
from streamgauge.dialects import catalogue as dialects
from streamgauge.door import inputs
from streamgauge.door.simulating import answers
from streamgauge.door.trouble import UsageError
from streamgauge.exchange import Exchange
from streamgauge.faults.catalogue import Chosen, UnknownFault, chosen, faults
from streamgauge.faults.fault import Fault, Setting
from streamgauge.pipeline import profiles
from streamgauge.replay.connection import Answer
from streamgauge.replay.control import Control
from streamgauge.replay.library import Entry, Library, ids, playable
from streamgauge.replay.sent import Sent, log_line
from streamgauge.replay.server import Server
from streamgauge.transcript.identify import identify
from streamgauge.vendors.profile import find


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen, how fast to play (0 = at once), and the file of the log, if any."""

    host: str
    port: int
    speed: float
    log: str | None = None


class NothingToServe(Exception):
    """What the user named cannot be served; one line that says why."""


def run(paths: tuple[str, ...], options: Mapping[str, Any]) -> int:
    """Serve until interrupted; the exit code."""
    if options["translate"]:
        return _translate(paths, options)
    where = Listening(
        host=options["host"],
        port=options["port"],
        speed=options["replay_speed"],
        log=options["log"],
    )
    if "?" in options["fault"]:
        print("\n".join(_described(fault) for fault in faults()))
        return 0
    try:
        spoiling = [chosen(text) for text in options["fault"]]
        if options["simulate"]:
            return _simulate(options["simulate"], paths, spoiling, where)
        if options["cases"]:
            return _cases(options, paths, where)
        control = Control(library(paths, spoiling))
        listen(control.answer, where, note=control.note)
    except (NothingToServe, UnknownFault) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"cannot serve: {error.strerror or error}")
    return 0


def _translate(paths: tuple[str, ...], options: Mapping[str, Any]) -> int:
    others = [*paths, *options["fault"], *([options["simulate"]] if options["simulate"] else ())]
    if others:
        return _fail(f"--translate: an upstream answers, so nothing is done with {others[0]}")
    from streamgauge.door.translating import run as translate

    return translate(options)


def _simulate(
    vendor: str, paths: tuple[str, ...], spoiling: Sequence[Chosen], where: Listening
) -> int:
    profile = find(profiles(), vendor)
    if profile is None:
        known = ", ".join(sorted(one.slug for one in profiles()))
        return _fail(f"--simulate {vendor}: no such vendor; known: {known}")
    if paths:
        return _fail(f"--simulate {vendor}: it makes its own answers and plays no {paths[0]}")
    listen(answers(profile, spoiling=spoiling), where)
    return 0


def _cases(options: Mapping[str, Any], paths: tuple[str, ...], where: Listening) -> int:
    others = [*paths, *options["fault"]]
    if others:
        return _fail(f"--cases: a case is played as it is, so nothing is done with {others[0]}")
    # Imported here: cases need the simulator and the rules, recordings do not.
    from streamgauge.door.clients import cases
    from streamgauge.trials.clients.sources import played

    try:
        chosen_cases = cases([options["cases"]])
    except UsageError as error:
        return _fail(str(error))
    entries = [
        Entry(
            id=case.id,
            exchange=played(case).exchange,
            dialect=case.dialect,
            says=f"{case.says} ({case.charge.duty.value})",
        )
        for case in chosen_cases
    ]
    control = Control(Library(entries))
    listen(control.answer, where, note=control.note)
    return 0


def library(paths: tuple[str, ...], spoiling: Sequence[Chosen]) -> Library:
    """Everything below the paths, playable and spoiled. Raises NothingToServe."""
    found = inputs.find(paths)
    if found.errors:
        raise NothingToServe(found.errors[0])
    if not paths:
        raise NothingToServe("nothing to serve: name recordings, or --simulate VENDOR")
    streams = [pair for one in found.inputs for pair in _streams(one)]
    if not streams:
        raise NothingToServe("nothing to serve: no recording could be read")
    names = ids(exchange.source for exchange, _ in streams)
    return Library(
        [
            _entry(id, exchange, described, spoiling)
            for id, (exchange, described) in zip(names, streams, strict=True)
        ]
    )


def listen(answer: Answer, where: Listening, *, note: Callable[[Sent], None] | None = None) -> None:
    """Serve until SIGINT or SIGTERM, with uvloop where it is installed.

    The first line on standard output is the URL. Raises OSError where it cannot listen or log.
    """
    with _log(where.log) as logged, asyncio.Runner(loop_factory=_loop_factory()) as runner:

        def take(sent: Sent) -> None:
            if note is not None:
                note(sent)
            logged(sent)

        runner.run(_until_stopped(answer, where, take))


async def _until_stopped(answer: Answer, where: Listening, log: Callable[[Sent], None]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = Server(answer, host=where.host, port=where.port, speed=where.speed, log=log)
    async with server:
        print(server.url, flush=True)
        print(f"cases: {server.url}/cases · stop with Ctrl-C", file=sys.stderr, flush=True)
        await stopped.wait()


@contextlib.contextmanager
def _log(path: str | None) -> Iterator[Callable[[Sent], None]]:
    if path is None:
        yield lambda _: None
        return
    known = inputs.secrets()
    with Path(path).open("a", encoding="utf-8") as file:

        def write(sent: Sent) -> None:
            file.write(log_line(sent, known) + "\n")
            file.flush()

        yield write


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        uvloop: Any = importlib.import_module("uvloop")
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _streams(one: inputs.Input) -> list[tuple[Exchange, Mapping[str, Any]]]:
    """The exchanges of an input; one that the user did not name may be unreadable."""
    try:
        described = inputs.description(one) or {}
        return [(exchange, described) for exchange in inputs.read(one, inputs.secrets(), None)]
    except Unreadable as error:
        if one.named:
            raise NothingToServe(f"{one.source}: {error}") from None
        print(f"streamgauge: {one.source}: {error}; left out", file=sys.stderr)
        return []


def _entry(
    id: str, exchange: Exchange, described: Mapping[str, Any], spoiling: Sequence[Chosen]
) -> Entry:
    known = [dialect.name for dialect in dialects.DIALECTS]
    stated = described.get("dialect")
    identity = identify(
        exchange,
        profiles(),
        dialect=stated if stated in known else "auto",
        vendor=str(described.get("vendor", "auto")),
    )
    spoiled = playable(exchange)
    if identity.dialect is not None:
        facts = identity.profile.narrowed(identity.dialect.name).facts
        setting = Setting(dialect=identity.dialect, facts=facts)
        for fault in spoiling:
            spoiled = fault(spoiled, setting)
    elif spoiling:
        print(f"streamgauge: {id}: in no known dialect, so no fault is put in", file=sys.stderr)
    name = None if identity.dialect is None else identity.dialect.name
    return Entry(id=id, exchange=spoiled, dialect=name, says=str(described.get("says", "")))


def _described(fault: Fault) -> str:
    options = ",".join(f"{name}={value}" for name, value in fault.options.items())
    return f"{fault.name}{':' if options else ''}{options}\n    {fault.says}"


def _fail(says: str) -> int:
    print(f"streamgauge: {says}", file=sys.stderr)
    return 2
