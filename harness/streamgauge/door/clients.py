"""`streamgauge clients`: installs what is asked for, tries it, keeps every result, says the score.

Results go to `clients.jsonl` line by line, and to `clients.html` when all are there.

A client that cannot be installed here is told and left out; the others are tried. It must never
judge: the grades come from `verdict.grading`.
"""

from __future__ import annotations

import asyncio
import shlex
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from streamgauge import __version__, data, schema
from streamgauge.door.environments import Environment, NotHereError, environment
from streamgauge.door.moment import now
from streamgauge.door.trouble import UsageError, spared
from streamgauge.report import clients_html
from streamgauge.report.client_score import Cause, Score, causes, scores
from streamgauge.report.safe_text import shortened
from streamgauge.trials.clients.case import Case, from_data
from streamgauge.trials.clients.engine import Client, Tried, planned, try_clients
from streamgauge.trials.clients.ledger import Key, Ledger, Line, kept, key, line
from streamgauge.trials.clients.roster import Package, chosen, packages, protocol_folder
from streamgauge.trials.clients.sources import played

_FILE = "clients.jsonl"
_PAGE = "clients.html"
_FEW = 10
_NAME = 34
_WIDTH = 78


def run(names: Sequence[str], options: Mapping[str, Any]) -> int:
    """Try the clients that are named; the exit code."""
    return spared(
        lambda: _run(names, options),
        interrupted="interrupted; the same command with --resume goes on",
    )


def _run(names: Sequence[str], options: Mapping[str, Any]) -> int:
    wanted = chosen(packages(data.clients_root()), names)
    if not wanted:
        known = ", ".join(one.name for one in packages(data.clients_root()))
        raise UsageError(f"no client is named {' or '.join(names)}; known: {known}")
    if options["list_"]:
        print("\n".join(_listed(wanted)))
        return 0
    chosen_cases = cases(options["case"])
    clients = list(_clients(wanted, options))
    if not clients:
        raise UsageError("none of these clients can be installed here")
    return _told(_tried(clients, chosen_cases, options), options)


def _listed(wanted: Iterable[Package]) -> Iterator[str]:
    for package in wanted:
        yield f"{package.name}: {package.says}"
        for mode in package.modes:
            yield f"  {mode.name:<{_NAME}} {mode.dialect:<20} {mode.says}"


def cases(globs: Sequence[str]) -> list[Case]:
    """The cases that any glob names, or all. Raises UsageError where there is none."""
    found: list[Case] = []
    for name, table in data.cases_data().items():
        wrong = next(schema.problems("case", table), None)
        if wrong is not None:
            raise data.DataError(f"conformance/cases/{name}.toml: {wrong[0]}: {wrong[1]}")
        found += from_data(table)
    named = [one for one in found if not globs or any(fnmatchcase(one.id, g) for g in globs)]
    if not named:
        raise UsageError(f"no case is named {' or '.join(globs)}")
    return named


def _clients(wanted: Iterable[Package], options: Mapping[str, Any]) -> Iterator[Client]:
    protocol = protocol_folder(data.clients_root())
    for package in wanted:
        try:
            made = environment(package, protocol, here=options["here"], say=_say)
        except NotHereError as error:
            _say(str(error))
            continue
        yield from _modes(made)


def _modes(made: Environment) -> Iterator[Client]:
    for mode in made.package.modes:
        yield Client(
            name=mode.name,
            dialect=mode.dialect,
            program=made.program(mode),
            able=mode.able,
            edition=made.edition,
        )


def _tried(
    clients: Sequence[Client], cases: Sequence[Case], options: Mapping[str, Any]
) -> list[Line]:
    path = Path(options["report_dir"]) / _FILE
    old = _old(path) if options["resume"] else {}
    plan = planned(clients, [played(case) for case in cases])
    keys = {key(client, one): (client, one) for client, mine in plan.items() for one in mine}
    lines = [old[one] for one in keys if one in old]
    rest = {c: [one for one in mine if key(c, one) not in old] for c, mine in plan.items()}
    header = _header(clients, cases)
    ledger = Ledger(path, header, lines)
    with _bar(len(keys), len(lines), quiet=options["quiet"]) as bar:

        def done(tried: Tried) -> None:
            one = line(tried)
            lines.append(one)
            ledger.add(one)
            shown = f"{tried.client.name} {tried.played.case.id}"
            bar.update(bar.task_ids[0], advance=1, preview=shortened(shown, _NAME))

        try:
            asyncio.run(
                try_clients(rest, done, seconds=options["seconds"], at_once=options["jobs"])
            )
        finally:
            ledger.close()
    in_order = {(one.client, one.case): number for number, one in enumerate(keys)}
    lines.sort(key=lambda one: in_order[one["client"], one["case"]])
    path.with_name(_PAGE).write_text(clients_html.render(header, lines), encoding="utf-8")
    return lines


def _old(path: Path) -> dict[Key, Line]:
    try:
        return kept(path)
    except FileNotFoundError:
        raise UsageError(f"{path}: there is nothing to resume") from None


def _header(clients: Sequence[Client], cases: Sequence[Case]) -> Line:
    return {
        "schema": 1,
        "streamgauge": __version__,
        "at": now(),
        "clients": [client.name for client in clients],
        "cases": len(cases),
    }


def _bar(total: int, done: int, *, quiet: bool) -> Bar:
    console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=12),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[preview]}", markup=False),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    )
    bar.add_task("cases", total=total, completed=done, preview="")
    return bar


def _told(lines: Sequence[Line], options: Mapping[str, Any]) -> int:
    if not any(one["kept"] is not None for one in lines):
        raise UsageError("nothing was tried: every case was skipped")
    broken = [one for one in lines if one["kept"] is False]
    if not options["quiet"]:
        print(
            "\n".join((*_table(scores(lines)), "", *_causes(causes(lines)), *_end(lines, options)))
        )
    return int(any(one["level"] == "must" for one in broken))


def _table(found: Sequence[Score]) -> Iterator[str]:
    """A line for each client, at most 80 columns wide."""
    yield f"{'client':<{_NAME}} {'version':<10} {'kept':>8} {'splits':>7}  must/should/may"
    for one in found:
        kept_ones, levels = f"{one.kept}/{one.tried}", "/".join(map(str, one.broken))
        name, version = shortened(one.client, _NAME), shortened(one.version, 10)
        yield f"{name:<{_NAME}} {version:<10} {kept_ones:>8} {one.alike:>7}  {levels}"


def _causes(found: Sequence[Cause]) -> Iterator[str]:
    for one in found[:_FEW]:
        many = f", {one.count} of {one.splits} splits" if one.splits > 1 else ""
        yield from textwrap.wrap(
            f"{one.client} {one.case}: {one.behaviour} ({one.level} {one.duty}{many})", _WIDTH
        )
        says = shortened(one.says, 200)
        yield from textwrap.wrap(says, _WIDTH, initial_indent="  ", subsequent_indent="  ")
        command = f"streamgauge clients {one.client} --case {shlex.quote(one.glob)}"
        yield f"  Reproduce with: {command}"
    if len(found) > _FEW:
        yield f"… and {len(found) - _FEW} more causes, in {_PAGE}"


def _end(lines: Sequence[Line], options: Mapping[str, Any]) -> Iterator[str]:
    counts = Counter("skipped" if one["kept"] is None else one["kept"] for one in lines)
    yield f"{counts[True]} kept, {counts[False]} broken, {counts['skipped']} skipped"
    yield f"{Path(options['report_dir']) / _FILE} · {_PAGE} beside it"


def _say(text: str) -> None:
    print(f"streamgauge: {text}", file=sys.stderr)
