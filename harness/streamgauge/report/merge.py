"""One run of several: what was judged in parts, read as a whole.

Rules are united, targets listed, results kept in order; where two runs have the same source, the
later is told apart by its number, unless it is the very same result. The counts and the exit code
are made anew. It never judges again, and opens no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from streamgauge.report.run import SCHEMA, Record, Run, counted
from streamgauge.verdict.judge import Counts, FailOn, Verdict, exit_code

_LISTS = ("targets", "scenarios", "drop_history")


def merged(runs: Sequence[Run], *, version: str, created: str) -> Run:
    """The one run. `created` is an ISO time in UTC.

    Raises ValueError, one line, for what cannot be one run: no run at all, one that was cut short,
    runs that failed at different levels, or that mean something else by one rule's name.
    """
    _require_whole(runs)
    lines = tuple(_results(runs))
    counts = Counts()
    for line in lines:
        counts = counted(counts, line["result"])
    fail_on = _fail_on(runs)
    return Run(
        header={
            "kind": "header",
            "schema": SCHEMA,
            "tool": "streamgauge",
            "version": version,
            "created": created,
            "rules_digest": _digest(runs),
            "rules": _rules(runs),
            "options": {**_options(runs), "fail_on": fail_on.value},
        },
        results=lines,
        footer=_footer(runs, counts, fail_on),
    )


def _require_whole(runs: Sequence[Run]) -> None:
    if not runs:
        raise ValueError("there is no run to merge")
    for number, run in enumerate(runs, 1):
        if run.footer is None:
            raise ValueError(f"run {number} was cut short: go on with it by --resume first")


def _fail_on(runs: Sequence[Run]) -> FailOn:
    said = {str(run.header["options"].get("fail_on", "must")) for run in runs}
    if len(said) > 1:
        raise ValueError(f"the runs fail on different levels: {', '.join(sorted(said))}")
    try:
        return FailOn(said.pop())
    except ValueError as error:
        raise ValueError(f"the runs fail on a level that we do not know: {error}") from None


def _digest(runs: Sequence[Run]) -> str:
    """The runs' own where they agree, else one that no other set of rules has."""
    digests = sorted({str(run.header.get("rules_digest")) for run in runs})
    if len(digests) == 1:
        return digests[0]
    return "sha256:" + hashlib.sha256(" ".join(digests).encode()).hexdigest()


def _rules(runs: Sequence[Run]) -> Record:
    """Every rule of every run. One name must mean one thing."""
    united: Record = {}
    for run in runs:
        for slug, described in run.header["rules"].items():
            if united.setdefault(slug, described) != described:
                raise ValueError(f"the runs do not mean the same by rule {slug[:80]}")
    return {slug: united[slug] for slug in sorted(united)}


def _options(runs: Sequence[Run]) -> Record:
    """What is the same stays; lists are united; what differs is `various`."""
    names = dict.fromkeys(name for run in runs for name in run.header["options"])
    return {name: _option(name, [run.header["options"] for run in runs]) for name in names}


def _option(name: str, options: Sequence[Record]) -> Any:
    if name in _LISTS:
        return _united(one for each in options for one in each.get(name) or ())
    values = _united(each[name] for each in options if name in each)
    return values[0] if len(values) == 1 else "various"


def _united(values: Iterable[Any]) -> list[Any]:
    """Each value once, in order; they need not be hashable."""
    kept: list[Any] = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return kept


def _results(runs: Sequence[Run]) -> Iterator[Record]:
    held: dict[str, Record] = {}
    for number, run in enumerate(runs, 1):
        for line in run.results:
            source = line["result"]["source"]
            if held.get(source) == line:
                continue
            told = _told_apart(source, number, held)
            fresh = {**line, "result": {**line["result"], "source": told}}
            held[told] = fresh
            yield fresh


def _told_apart(source: str, number: int, held: Record) -> str:
    """`a.sse`, and `a.sse (run 2)` for the other one of that name."""
    if source not in held:
        return source
    told, copy = f"{source} (run {number})", 2
    while told in held:
        told, copy = f"{source} (run {number}, {copy})", copy + 1
    return told


def _footer(runs: Sequence[Run], counts: Counts, fail_on: FailOn) -> Record:
    footers = [run.footer or {} for run in runs]
    stale = _united(one for each in footers for one in each["deviations"]["stale"])
    idle = _united(one for each in footers for one in each["deviations"]["unexercised"])
    skips = _united(one for run in runs for one in run.skips)
    footer = {
        "kind": "footer",
        "counts": counts.record(),
        "deviations": {"stale": stale, "unexercised": idle},
        "exit": exit_code(
            counts, fail_on, stale=len(stale), troubles=sum(map(_had_trouble, footers))
        ),
    }
    return {**footer, "skips": skips} if skips else footer


def _had_trouble(footer: Record) -> bool:
    """Whether a run ended with 2 for more than that nothing in it could be judged."""
    counts = footer["counts"]
    judged = sum(counts[verdict.value] for verdict in (Verdict.PASS, Verdict.WARN, Verdict.FAIL))
    return footer["exit"] == 2 and bool(judged or counts[Verdict.UNREADABLE.value])
