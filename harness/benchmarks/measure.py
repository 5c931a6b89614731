"""Measures one peer on one kind of stream: the program that each measuring process runs.

Task in (JSON, first argument), result out (JSON, last line of stdout). Every round times, for each
length in turn, `orjson.loads` of the payloads and then the peer, so that a busy machine troubles
both alike. Medians of CPU time are taken: waiting for others does not lengthen it. A call that
takes longer than the budget ends the process with what was measured so far.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

from benchmarks.peers import Peer, Said, peer
from benchmarks.streams import CASES, Case, Stream

WARM_UP = 40
"""Chunks of the stream that loads rules, schemas, profiles and lazy imports before any timing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to measure; `lengths` in chunks, `budget` in seconds for one call of the peer."""

    peer: str
    case: str
    lengths: tuple[int, ...]
    rounds: int = 3
    budget: float = 30.0
    memory: bool = False


@dataclass(slots=True, kw_only=True)
class Result:
    """What was measured, by length: seconds of the peer and of `orjson.loads` beside it.

    `over` is the length at which one call took longer than the budget. `peak` is the most memory
    that the peer took beyond the warm process, in multiples of the body.
    """

    versions: dict[str, str]
    chunks: dict[int, int] = field(default_factory=dict)
    bytes: dict[int, int] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)
    baseline: dict[int, float] = field(default_factory=dict)
    rounds: dict[int, int] = field(default_factory=dict)
    over: int | None = None
    peak: float | None = None


def main() -> None:
    """Run the task of the command line."""
    given = json.loads(sys.argv[1])
    task = Task(**{**given, "lengths": tuple(given["lengths"])})
    say(measured(task))


def say(result: Result) -> None:
    """Print a result as the last line, whatever the peer printed before it."""
    print("\n" + json.dumps(asdict(result)), flush=True)


def measured(task: Task) -> Result:
    """The result of a task, in this process."""
    one, case = peer(task.peer), _case(task.case)
    _prove(one, case.make(WARM_UP))
    result = Result(versions=_versions(one))
    if task.memory:
        result.peak = _peak(one, case, task.lengths[-1])
    else:
        _time(task, one, case, result)
    return result


def _case(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


def _versions(one: Peer) -> dict[str, str]:
    return {name: metadata.version(name) for name in (one.needs, "orjson") if name is not None}


def _prove(one: Peer, stream: Stream) -> None:
    """Warm up, and refuse to measure a peer that reads the stream wrongly."""
    told = one.prepare(stream)()
    if one.read is None:
        return
    said = one.read(told)
    if said.text != stream.text or not _same_calls(said, stream):
        raise ValueError(f"{one.name} does not say what the stream says")


def _same_calls(said: Said, stream: Stream) -> bool:
    """As values: a client that keeps parsed arguments alone cannot give their text back."""
    return [json.loads(text) for text in said.calls] == [json.loads(text) for text in stream.calls]


def _time(task: Task, one: Peer, case: Case, result: Result) -> None:
    streams = {length: case.make(length) for length in task.lengths}
    ready = {length: one.prepare(stream) for length, stream in streams.items()}
    taken: dict[int, list[float]] = {length: [] for length in streams}
    parsed: dict[int, list[float]] = {length: [] for length in streams}
    began = time.perf_counter()
    for count in range(task.rounds):
        if count and time.perf_counter() - began > task.budget:
            break
        for length, stream in streams.items():
            parsed[length].append(_seconds(partial(_parse, stream.payloads)))
            with _limit(task.budget, length, result):
                taken[length].append(_seconds(ready[length]))
            result.chunks[length] = len(stream.payloads)
            result.bytes[length] = len(stream.body)
            result.seconds[length] = statistics.median(taken[length])
            result.baseline[length] = statistics.median(parsed[length])
            result.rounds[length] = len(taken[length])


def _parse(payloads: tuple[bytes, ...]) -> None:
    """The baseline: parse every payload and keep nothing."""
    from orjson import loads

    for payload in payloads:
        loads(payload)


def _seconds(call: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    kept = call()
    taken = time.process_time() - began
    del kept
    return taken


@contextmanager
def _limit(budget: float, length: int, result: Result) -> Iterator[None]:
    """End the whole process when the body of the `with` takes too long: nothing else stops it."""

    def stop() -> None:
        result.over = length
        say(result)
        os._exit(0)

    timer = threading.Timer(budget, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _peak(one: Peer, case: Case, length: int) -> float | None:
    """The most memory beyond the warm process, body included, in multiples of the body.

    The stream is made elsewhere: memory that making it had freed would be taken again unseen. The
    payloads are there before the count begins; only peers that ask for ready chunks use them.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        stream = pool.submit(case.make, length).result()
    size = len(stream.body)
    gc.collect()
    before = _resident("VmRSS")
    if before is None or not _forget_peak():
        return None
    kept = one.prepare(stream)()
    after = _resident("VmHWM")
    del kept
    return None if after is None else (after - before + size) / size


def _resident(which: str) -> int | None:
    """Bytes, as Linux counts them: VmRSS now, VmHWM at most."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith(which + ":")]
    return int(found[0]) * 1024 if found else None


def _forget_peak() -> bool:
    """Let VmHWM count from now on (Linux: proc(5), clear_refs)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
