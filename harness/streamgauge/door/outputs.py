"""Where findings go: standard output in one format, and files in a folder, one per view."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from streamgauge.report import run as run_file

_FILES = {
    "html": "report.html",
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "report.md",
}


class Printer(Protocol):
    """Prints a run as it goes. `needs_run` says whether it wants the whole run at the end."""

    needs_run: bool

    def result(self, record: dict[str, Any]) -> None:
        """One stream was judged."""

    def close(self, footer: Mapping[str, Any], run: str) -> None:
        """The run is over; `run` is its text where `needs_run` asked for it."""


class Nowhere:
    """A sink for a run that nobody keeps."""

    def write(self, text: str, /) -> object:
        """Forget a piece of the run."""
        return len(text)

    def flush(self) -> object:
        """Nothing waits."""
        return None


def printer(options: Mapping[str, Any], *, few: bool) -> Printer:
    """The printer for `--format`."""
    if options["quiet"]:
        return _Silent()
    match options["format_"]:
        case "jsonl":
            return _Lines()
        case "json":
            return _Document()
        case "github":
            return _Github()
        case _:
            return _Text(few=few, notes=bool(options["notes"]))


class _Silent:
    needs_run = False

    def result(self, record: dict[str, Any]) -> None:
        pass

    def close(self, footer: Mapping[str, Any], run: str) -> None:
        pass


class _Lines:
    needs_run = False

    def result(self, record: dict[str, Any]) -> None:
        from streamgauge.report import jsonl

        sys.stdout.write(jsonl.line(record).rstrip("\n") + "\n")

    def close(self, footer: Mapping[str, Any], run: str) -> None:  # noqa: ARG002
        sys.stdout.flush()


class _Document:
    needs_run = True

    def result(self, record: dict[str, Any]) -> None:
        pass

    def close(self, footer: Mapping[str, Any], run: str) -> None:  # noqa: ARG002
        from streamgauge.report import json

        sys.stdout.write(json.render(run_file.read(run)))


class _Github:
    needs_run = False

    def result(self, record: dict[str, Any]) -> None:
        from streamgauge.report import github

        for line in github.commands(record):
            print(line)

    def close(self, footer: Mapping[str, Any], run: str) -> None:  # noqa: ARG002
        from streamgauge.report import github

        for line in github.closing(footer):
            print(line)


class _Text:
    needs_run = False

    def __init__(self, *, few: bool, notes: bool) -> None:
        from streamgauge.report.terminal import Show, Terminal, console_for

        show = Show.PASSING if few else Show.PROBLEMS
        show |= Show.NOTES if notes else Show.PROBLEMS
        self._view = Terminal(console=console_for(sys.stdout), show=show)

    def result(self, record: dict[str, Any]) -> None:
        self._view.result(record)

    def close(self, footer: Mapping[str, Any], run: str) -> None:  # noqa: ARG002
        self._view.close(footer)


def wanted_views(text: str, error: type[Exception]) -> list[str]:
    """The views that `--report` names; raises `error` for an unknown one."""
    views = [name.strip() for name in text.split(",") if name.strip()]
    for name in views:
        if name not in _FILES:
            raise error(f"--report {name}: no such view; known: {', '.join(_FILES)}")
    return views


def make_folder(folder: Path, error: type[Exception]) -> None:
    """Make the folder for reports; raises `error` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise error(f"--report-dir {folder}: {reason.strerror}") from None


def written(folder: Path) -> list[Path]:
    """What runs and their views are called in a folder, where they are there."""
    paths = (folder / name for name in ("run.jsonl", *_FILES.values()))
    return [path for path in paths if path.is_file()]


def write_views(folder: Path, views: list[str], run: run_file.Run | None = None) -> list[str]:
    """Render each view of a run, of the one in the folder if none is given; the paths written."""
    run = run or run_file.read((folder / "run.jsonl").read_bytes())
    written = []
    for name in views:
        view = importlib.import_module(f"streamgauge.report.{name}")
        path = folder / _FILES[name]
        path.write_text(view.render(run), encoding="utf-8", newline="\n")
        written.append(str(path))
    return written
