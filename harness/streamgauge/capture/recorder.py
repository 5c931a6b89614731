"""Record exchanges: into memory alone, or into a journal that becomes a cassette.

While it runs, everything lies in `<path>.trace.jsonl`; when it is closed, the cassette is written
beside it, put in place in one step, and the journal goes. The cassette holds the exchanges in the
order of their requests, unless no answer came: that is a fact of a run, and no cassette. A file
that is there is replaced. It never keeps a credential, and never leaves half a cassette.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from streamgauge.capture.cassette_text import cassette_text
from streamgauge.capture.journal import SUFFIX, Journal, recover
from streamgauge.capture.taking import Taking
from streamgauge.exchange import Close, Exchange, Request, Seam

__all__ = ["Recorder", "journal_path", "recover", "seal"]


class Recorder:
    """Takes exchanges, several at once and from any thread; a context manager that seals.

    `path` names the cassette, None keeps nothing on disk. `secrets` are keys to overwrite
    wherever they stand. Raises OSError where the journal cannot be written, FileExistsError where
    another recording is writing it. `is_closed` says
    whether the cassette is sealed.

    >>> from streamgauge.exchange import Head
    >>> with Recorder(None) as recorder:
    ...     taking = recorder.begin(Request(url="https://api.example/v1"))
    ...     taking.head(Head(status=200))
    ...     taking.segment(b"data: 1", 20.5)
    ...     taking.end(Close.CLEAN).arrivals
    ((0, 20.5),)
    """

    def __init__(self, path: Path | None, secrets: Sequence[bytes] = ()) -> None:
        self._path = path
        self._secrets = tuple(secrets)
        self._takings: list[Taking] = []
        self._lock = threading.Lock()
        self.is_closed = False
        self._journal = None if path is None else _journal_of(path)

    def begin(self, request: Request, seam: Seam = Seam.CLIENT) -> Taking:
        """A request is being sent; `seam` says where its answer's segments will be observed."""
        with self._lock:
            if self.is_closed:
                raise ValueError("the recorder is closed")
            taking = Taking(
                len(self._takings),
                request,
                secrets=self._secrets,
                seam=seam,
                write=None if self._journal is None else self._journal.write,
            )
            self._takings.append(taking)
        return taking

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What has ended with an answer so far, in the order of the requests."""
        with self._lock:
            return tuple(
                taking.exchange
                for taking in self._takings
                if taking.exchange is not None and taking.answered and taking.refused is None
            )

    @property
    def begun(self) -> int:
        """How many requests were begun."""
        return len(self._takings)

    @property
    def refused(self) -> tuple[str, ...]:
        """Why exchanges were left out: one line each."""
        with self._lock:
            return tuple(taking.refused for taking in self._takings if taking.refused is not None)

    def close(self) -> None:
        """Seal the cassette. What has not ended by now was cancelled by us."""
        with self._lock:
            was_closed, self.is_closed = self.is_closed, True
        if was_closed:
            return
        for taking in self._takings:
            taking.end(Close.CANCELLED)
        if self._path is not None and self._journal is not None:
            self._seal(self._path, self._journal)

    def _seal(self, path: Path, journal: Journal) -> None:
        """The journal goes only once the cassette is there."""
        journal.close()
        if self.exchanges:
            seal(path, cassette_text(self.exchanges))
        journal.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def journal_path(path: Path) -> Path:
    """Where the journal of a cassette lies.

    >>> journal_path(Path("a/b.yaml")).as_posix()
    'a/b.yaml.trace.jsonl'
    """
    return path.with_name(path.name + SUFFIX)


def _journal_of(path: Path) -> Journal:
    path.parent.mkdir(parents=True, exist_ok=True)
    return Journal(journal_path(path))


def seal(path: Path, text: str) -> None:
    """Put a file in place in one step: whoever looks finds the old one or the new one, whole."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
