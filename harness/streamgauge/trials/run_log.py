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
from typing import IO, Any

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

        Raises ValueError, one line, where there is no run to resume or it is of another kind.
        """
        kept = _kept(path) if resume else {}
        log = cls(path, kept)
        if resume:
            _trim(path)
        # Kept open until `close`: a context manager would end with this call.
        log._file = open(path, "a" if resume else "w", encoding="utf-8", newline="\n")  # noqa: SIM115
        if not resume:
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


def _kept(path: Path) -> dict[str, Kept]:
    """Every finished exchange of the file, the last of each source."""
    if not path.exists():
        raise ValueError(f"{path}: there is no run to resume")
    try:
        run = run_file.read(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    live = (line for line in run.results if (line["result"].get("metadata") or {}).get("live"))
    return {
        line["result"]["source"]: Kept(record=line["result"], body=line["body"]) for line in live
    }


def _trim(path: Path) -> None:
    """Drop a footer and a last line that was being written when the run died."""
    beside = path.with_suffix(".part")
    with open(path, "rb") as old, open(beside, "wb") as new:
        for line in old:
            if _is_kept(line):
                new.write(line)
    os.replace(beside, path)


def _is_kept(line: bytes) -> bool:
    try:
        value: Any = json.loads(line)
    except ValueError:
        return False
    return line.endswith(b"\n") and value.get("kind") in ("header", "result")


def _results(path: Path) -> Iterator[Record]:
    with open(path, "rb") as file:
        for line in file:
            value = json.loads(line)
            if value.get("kind") == "result":
                yield value
