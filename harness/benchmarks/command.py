"""The command: measures every peer in a process of its own and prints one table.

This process imports no peer, so that it cannot slow or bloat what it starts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path

from benchmarks import table
from benchmarks.interpreters import Missing, interpreter
from benchmarks.measure import Result, Task
from benchmarks.peers import PEERS, Peer
from benchmarks.streams import CASES, Case
from benchmarks.table import Row

SOURCES = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; 2 where the options choose nothing or a measurement failed."""
    given = _parser().parse_args(arguments)
    chosen = [(case, one) for case in _cases(given) for one in _peers(given, case)]
    if not chosen:
        print("no peer reads any of the chosen streams", file=sys.stderr)
        return 2
    cache = given.cache or default_cache()
    rows: list[Row] = []
    for row in _rows(given, chosen, cache):
        rows.append(row)
        print(f"{len(rows)}/{len(chosen)} {row.case}: {row.peer}", file=sys.stderr, flush=True)
    print(table.markdown(rows, given.chunks, given.budget), end="")
    if given.json:
        given.json.write_text(json.dumps(_document(rows, given), indent=1), encoding="utf-8")
    return 2 if any((row.skipped or "").startswith("failed") for row in rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="harness/benchmarks/run.py",
        description="Measure streamgauge beside client libraries, each in a process of its own.",
    )
    parser.add_argument("--chunks", type=_lengths, default=(10_000, 100_000), metavar="N,N")
    parser.add_argument("--peers", default="*", metavar="GLOB", help="peers by name")
    parser.add_argument("--cases", default="*", metavar="GLOB", help="streams by name")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; the median counts")
    parser.add_argument("--budget", type=float, default=30.0, help="seconds for one call")
    parser.add_argument("--no-memory", action="store_true", help="leave the peak memory out")
    parser.add_argument("--cache", type=Path, help="folder for environments of peers")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    return parser


def _lengths(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in text.split(",")))


def default_cache() -> Path:
    """Where environments are kept between runs: the user's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path("streamgauge") / "benchmarks"


def _cases(given: argparse.Namespace) -> list[Case]:
    return [case for case in CASES if fnmatch(case.name, given.cases)]


def _peers(given: argparse.Namespace, case: Case) -> list[Peer]:
    fits = [one for one in PEERS if fnmatch(one.name, given.peers)]
    return [one for one in fits if one.reads(case.dialect, case.hard)]


def _rows(
    given: argparse.Namespace, chosen: Sequence[tuple[Case, Peer]], cache: Path
) -> Iterator[Row]:
    pythons = {one.name: interpreter(one, cache) for _, one in chosen}
    for case, one in chosen:
        python = pythons[one.name]
        told = python.reason if isinstance(python, Missing) else _run(given, case, one, python)
        result, skipped = (told, None) if isinstance(told, Result) else (None, told)
        yield Row(case.name, case.dialect, case.hard, one.name, result, skipped)


def _run(given: argparse.Namespace, case: Case, one: Peer, python: Path) -> Result | str:
    """Times in one process, peak memory in a fresh one."""
    task = Task(
        peer=one.name,
        case=case.name,
        lengths=given.chunks,
        rounds=given.rounds,
        budget=given.budget,
    )
    result = start(task, python)
    if isinstance(result, Result) and result.over is None and not given.no_memory:
        fresh = start(Task(**{**asdict(task), "memory": True}), python)
        if isinstance(fresh, str):
            return fresh
        result.peak = fresh.peak
    return result


def start(task: Task, python: Path) -> Result | str:
    """The result of a task in a process of its own, or why there is none."""
    done = subprocess.run(
        [str(python), "-m", "benchmarks.measure", json.dumps(asdict(task))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONHASHSEED": "0"},
    )
    if done.returncode:
        words = done.stderr.strip().splitlines() or ["no reason given"]
        return f"failed: {words[-1][:160]}"
    return _result(done.stdout.strip().splitlines()[-1])


_BY_LENGTH = ("chunks", "bytes", "seconds", "baseline", "rounds")


def _result(line: str) -> Result:
    """JSON has no integer keys: lengths come back as text."""
    told = json.loads(line)
    for name in _BY_LENGTH:
        told[name] = {int(length): value for length, value in told[name].items()}
    return Result(**told)


def _document(rows: Sequence[Row], given: argparse.Namespace) -> dict[str, object]:
    return {
        "schema": 1,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "chunks": given.chunks,
        "budget": given.budget,
        "rows": [
            {
                **{name: getattr(row, name) for name in ("case", "peer", "hard", "skipped")},
                "goal": table.goal(row),
                "result": None if row.result is None else asdict(row.result),
            }
            for row in rows
        ],
    }
