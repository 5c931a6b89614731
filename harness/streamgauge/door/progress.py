"""Shows a run while it goes: a bar and a live preview of what arrives, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from streamgauge.door.preview import Preview
from streamgauge.report.run import Record
from streamgauge.report.safe_text import shortened, visible
from streamgauge.trials.trial import Trial

_NAME = 21
_SAID = 12
"""So wide that a line with its time fits into 80 columns."""
_SEARCHED = 8192
"""Bytes in which a first word is looked for; each piece folds them anew."""


class Progress:
    """The engine's watcher. Writes to standard error, and nothing where that is no terminal."""

    def __init__(
        self,
        trials: Sequence[Trial],
        secrets: Sequence[bytes] = (),
        *,
        kept: int = 0,
        quiet: bool = False,
    ) -> None:
        """`kept` results are there already and will not be asked for."""
        console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=12),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[preview]}", markup=False),
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
        )
        total = sum(trial.requests for trial in trials)
        self._task = self._bar.add_task("requests", total=total, completed=kept, preview="")
        self._dialects = {one: trial.target.dialect for trial in trials for one in trial.sources()}
        self._shows = not self._bar.disable
        self._preview = Preview(secrets)
        self._heads: dict[str, bytearray] = {}

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
        if self._shows:
            self._heads[source] = bytearray()
            self._bar.update(self._task, preview=shortened(source, _NAME))

    def piece(self, source: str, data: bytes, ms: float) -> None:
        """A piece came; shown as soon as the pieces so far say a first word."""
        head = self._heads.get(source)
        if head is None:
            return
        head += data
        said = self._preview.said(bytes(head), self._dialects[source].name)
        if said:
            shown = f"{shortened(source, _NAME)} {ms:.0f} ms {shortened(visible(said), _SAID)}"
            self._bar.update(self._task, preview=shown)
        if said or len(head) > _SEARCHED:
            del self._heads[source]

    def ended(self, record: Record) -> None:
        """A result is there."""
        self._heads.pop(record["source"], None)
        self._bar.advance(self._task)
