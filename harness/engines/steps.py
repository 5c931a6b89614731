"""Runs one step of a build: a command with a log, a time limit and a line of progress.

It never leaves the command's children behind, and what went wrong is one line with the log's name.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

from engines.place import EngineError

COUNT = re.compile(r"^\[\s*(\d+)(?:/(\d+)|%)\]")
"""How ninja (`[12/345]`) and make (`[ 12%]`) say how far they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command: what it does in words, and how long it may take in seconds."""

    words: str
    command: Sequence[str | Path]
    seconds: float
    env: Mapping[str, str] | None = None


def need(program: str, why: str) -> Path:
    """The path of a program, or the reason why nothing can be built without it."""
    found = shutil.which(program)
    if found is None:
        raise EngineError(f"{program} is not installed; it is needed to {why}")
    return Path(found)


def take(step: Step, log: Path, show: TextIO = sys.stderr) -> None:
    """Run the step to its end; its output goes to the log, its progress to `show`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as out:
        print(f"$ {' '.join(map(str, step.command))}", file=out, flush=True)
        with _process(step) as process, _time_limit(process, step.seconds) as late:
            assert process.stdout is not None
            _copy(process.stdout, out, Progress(step.words, show))
            code = process.wait()
    if late.is_set():
        raise EngineError(f"{step.words}: not ready after {step.seconds:.0f} s; see {log}")
    if code:
        raise EngineError(f"{step.words}: failed with code {code}; the last lines are in {log}")


@contextmanager
def _process(step: Step) -> Iterator[subprocess.Popen[str]]:
    """The running command, leader of a group of its own, ended with all it started."""
    with subprocess.Popen(
        [str(word) for word in step.command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=os.environ | dict(step.env or {}),
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                end_group(process.pid)


def end_group(pid: int, how: signal.Signals = signal.SIGTERM) -> None:
    """Signal the group that a process of ours leads; a group that is gone is no fault."""
    try:
        os.killpg(pid, how)
    except ProcessLookupError:
        return


@contextmanager
def _time_limit(process: subprocess.Popen[str], seconds: float) -> Iterator[threading.Event]:
    late = threading.Event()

    def stop() -> None:
        late.set()
        end_group(process.pid, signal.SIGKILL)

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _copy(lines: IO[str], log: TextIO, say: Callable[[str], None]) -> None:
    for line in lines:
        log.write(line)
        say(line)


class Progress:
    """Says how far a step is: in place on a terminal, a line for every tenth elsewhere."""

    def __init__(self, words: str, show: TextIO) -> None:
        self._words = words
        self._show = show
        self._shown = -1
        self._say("started")

    def __call__(self, line: str) -> None:
        percent = read_percent(line)
        if percent is None or percent // self._grain() == self._shown:
            return
        self._shown = percent // self._grain()
        self._say(f"{percent} %")

    def _grain(self) -> int:
        return 1 if self._show.isatty() else 10

    def _say(self, what: str) -> None:
        start, end = ("\r", "") if self._show.isatty() else ("", "\n")
        print(f"{start}{self._words}: {what}", end=end, file=self._show, flush=True)


def read_percent(line: str) -> int | None:
    """How far the builder says it is, in percent.

    >>> read_percent("[12/48] Building CXX object"), read_percent("[  7%] Linking")
    (25, 7)
    >>> read_percent("warning: [1/2] unused") is None
    True
    """
    found = COUNT.match(line)
    if found is None:
        return None
    done, whole = found.groups()
    return int(done) * 100 // max(1, int(whole or 100))
