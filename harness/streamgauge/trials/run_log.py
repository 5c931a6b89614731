"""The run file while it grows: appended line by line, put in order at the end.

A killed run keeps every line that was written. Resumed, it goes on below them, and `finish`
rewrites the file at once: the plan's order, each exchange once, a footer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from streamgauge.report import run as run_file
from streamgauge.report.plain_json import dumps
from streamgauge.report.run import Record
from streamgauge.verdict.judge import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A finished exchange of an earlier part of the run."""

    record: Record
    body: Record | None


class RunLog:
    """One run file. Use `open`; then `add` for each result and `finish` once."""

    def __init__(self, path: Path, kept: Mapping[str, Kept]) -> None:
        self._path = path
        self.kept = kept
        self._file: IO[str] | None = None

    @classmethod
    def open(cls, path: Path, header: Record, *, resume: bool) -> RunLog:
        """A new file, or with `resume` the old one's lines and what comes now below them.

        Raises ValueError, one line, where there is no run to resume or it is of another kind; the
        file is then as it was.
        """
        lines = _whole_lines(path) if resume else b""
        log = cls(path, _kept(lines))
        if resume:
            _rewrite(path, lines)
        # Kept open until `close`: a context manager would end with this call.
        log._file = open(path, "a" if resume else "w", encoding="utf-8", newline="\n")  # noqa: SIM115
        if not lines:
            log._write(header)
        return log

    def add(self, record: Record, body: Record | None) -> None:
        """One result, on disk when this returns."""
        self._write(run_file.result(record, body))

    def _write(self, line: Record) -> None:
        assert self._file is not None
        self._file.write(dumps(line) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Leave the file as it is, resumable."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def counts(self) -> Counts:
        """What the finished exchanges come to."""
        counts = Counts()
        for line in {one["result"]["source"]: one for one in _results(self._path)}.values():
            counts = run_file.counted(counts, line["result"])
        return counts

    def finish(self, header: Record, order: Iterable[str], footer: Record) -> None:
        """Rewrite the file in this order of sources and close it."""
        self.close()
        place = {source: number for number, source in enumerate(order)}
        found = {line["result"]["source"]: line for line in _results(self._path)}
        beside = self._path.with_suffix(".part")
        with open(beside, "w", encoding="utf-8", newline="\n") as file:
            file.write(dumps(header) + "\n")
            for source in sorted(found.keys() & place.keys(), key=place.__getitem__):
                file.write(dumps(found[source]) + "\n")
            file.write(dumps(footer) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._path)


def _whole_lines(path: Path) -> bytes:
    """What can be gone on from: the lines of a run, without its footer and without a last line
    that was being written when the run died. Empty where that was the first."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no run to resume") from None
    lines = data[: data.rfind(b"\n") + 1].splitlines(keepends=True)
    if not lines and (_BEGINNING.startswith(data) or data.startswith(_BEGINNING)):
        return b""
    try:
        run_file.read(b"".join(lines))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return b"".join(line for line in lines if json.loads(line).get("kind") != "footer")


_BEGINNING = b'{"kind":"header"'
"""How every run begins, to the byte."""


def _kept(lines: bytes) -> dict[str, Kept]:
    """Every finished exchange among these lines, the last of each source."""
    if not lines:
        return {}
    live = (
        line
        for line in run_file.read(lines).results
        if (line["result"].get("metadata") or {}).get("live")
    )
    return {
        line["result"]["source"]: Kept(record=line["result"], body=line["body"]) for line in live
    }


def _rewrite(path: Path, lines: bytes) -> None:
    beside = path.with_suffix(".part")
    beside.write_bytes(lines)
    os.replace(beside, path)


def _results(path: Path) -> Iterator[Record]:
    with open(path, "rb") as file:
        for line in file:
            value = json.loads(line)
            if value.get("kind") == "result":
                yield value
