"""Runs one slice of fuzzing as a process of its own, and ends it by its own number.

It never outlives its seconds by much, whatever the process does.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from fuzz.contract import BIGGEST
from fuzz.ledger import Entry
from fuzz.place import FuzzError
from fuzz.seeds import write

HANGS = 60
"""Seconds by the clock after which an input counts as hung; its processor time is judged before."""
_MEBIBYTES = 2048
_START = 300
"""Seconds that a process may take to import everything and read its corpus on a busy machine."""
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_STATUS = re.compile(r"^#(\d+)\s.*?cov: (\d+) .*?corp: (\d+)/", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which target, where its corpus and finds are kept, and for how many seconds."""

    target: str
    home: Path
    seconds: int


def fuzz(slice: Slice) -> Entry:
    """Fuzz for a slice; what was done in it. Raises FuzzError where no input was tried at all."""
    found, corpus, seeds = (slice.home / name for name in ("found", "corpus", "seeds"))
    for folder in (found, corpus):
        folder.mkdir(parents=True, exist_ok=True)
    write(slice.target, seeds)
    log = slice.home / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            _command(slice, found, corpus, seeds),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        seconds = _waited(process, slice.seconds + _START)
    return _entry(log, corpus, seconds)


def _command(slice: Slice, found: Path, corpus: Path, seeds: Path) -> list[str]:
    program = str(Path(__file__).with_name("explore.py"))
    return [
        *(sys.executable, program, slice.target, str(found)),
        *(f"-max_total_time={slice.seconds}", f"-max_len={BIGGEST}", f"-timeout={HANGS}"),
        *(f"-rss_limit_mb={_MEBIBYTES}", f"-artifact_prefix={found}{os.sep}"),
        *("-print_final_stats=1", "-verbosity=1", str(corpus), str(seeds)),
    ]


def _waited(process: subprocess.Popen[bytes], seconds: float) -> float:
    """Wait for the process and end it where it is late or we are stopped; its processor time."""
    late = threading.Timer(seconds, lambda: _end(process))
    late.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime
    finally:
        late.cancel()
        if process.returncode is None:
            _end(process)
            process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _entry(log: Path, corpus: Path, seconds: float) -> Entry:
    told = log.read_text(encoding="utf-8", errors="replace")
    statuses = _STATUS.findall(told)
    executed = _EXECUTED.search(told)
    if not statuses and executed is None:
        raise FuzzError(f"no input was tried; see {log}")
    inputs = int(executed[1]) if executed else int(statuses[-1][0])
    edges = int(statuses[-1][1]) if statuses else 0
    kept = sum(1 for _ in corpus.iterdir())
    return Entry(seconds=seconds, inputs=inputs, edges=edges, corpus=kept)
