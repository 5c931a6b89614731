"""Shows a run while it goes: a bar and a live preview of what arrives, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from streamgauge.report.run import Record
from streamgauge.report.safe_text import shortened

_PREVIEW = 40


class Progress:
    """The engine's watcher. Writes to standard error, and nothing where that is no terminal."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[preview]}", markup=False),
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("trying", total=total, preview="")
        self._first: set[str] = set()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def began(self, source: str) -> None:
        """A request goes out."""
        self._bar.update(self._task, preview=shortened(source, _PREVIEW))

    def piece(self, source: str, data: bytes, ms: float) -> None:  # noqa: ARG002
        """The first piece of an answer came."""
        if source not in self._first:
            self._first.add(source)
            self._bar.update(self._task, preview=f"{shortened(source, _PREVIEW)} {ms:.0f} ms")

    def ended(self, record: Record) -> None:
        """A result is there."""
        live = (record.get("metadata") or {}).get("live") or {}
        if "~" not in record["source"] and not live.get("step"):
            self._bar.advance(self._task)
