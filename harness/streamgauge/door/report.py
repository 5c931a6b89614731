"""The door behind `streamgauge report`: stored runs in; views, one run, or a difference out."""

from __future__ import annotations

import gzip
import importlib
import shutil
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from streamgauge import __version__
from streamgauge.capture.inflate import GZIP_MAGIC
from streamgauge.door import outputs
from streamgauge.door.moment import now
from streamgauge.door.trouble import UsageError, spared
from streamgauge.report import run as run_file
from streamgauge.report.merge import merged
from streamgauge.report.plain_json import dumps
from streamgauge.report.run import Run
from streamgauge.schema import problems

_BIGGEST = 2 * 1024 * 1024 * 1024
_NAME = "run.jsonl"
_NARROWEST, _WIDEST = 40, 100


def render(paths: Sequence[str], options: Mapping[str, Any]) -> int:
    """Show stored runs as views and on standard output; 0, or 2 where that cannot be."""
    return _told(lambda: _render(paths, options), paths)


def diff(a: str, b: str, options: Mapping[str, Any]) -> int:
    """Print what differs: 0 nothing, 1 something, 2 where they cannot be compared."""
    return _told(lambda: _diff(a, b, options), (a, b))


def merge(paths: Sequence[str], out: str, options: Mapping[str, Any]) -> int:
    """Write one run of several; 0, or 2 where they cannot be one."""
    return _told(lambda: _merge(paths, out, options), paths)


def _told(act: Callable[[], int], paths: Sequence[str]) -> int:
    def blamed() -> int:
        try:
            return act()
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            fault = next(_faults(paths), None)
            if fault is None:
                raise
            raise UsageError(fault) from None

    return spared(blamed, interrupted="interrupted")


def _faults(paths: Sequence[str]) -> Iterator[str]:
    """Where runs break the schema of runs: asked for once a view has stumbled, for it is slow."""
    for path in paths:
        run = stored(path)
        for number, line in enumerate((run.header, *run.results), 1):
            for pointer, says in problems("run", line):
                yield f"{path}: line {number}: {pointer or 'the line'}: {says[:200]}"


def stored(path: str) -> Run:
    """The run of a file, or of the folder that `--report-dir` named; gzip is read too.

    Raises UsageError, one line, for what is no run.
    """
    place = Path(path)
    if place.is_dir():
        inside = [place / _NAME, place / f"{_NAME}.gz"]
        place = next((one for one in inside if one.is_file()), inside[0])
    try:
        content = _bytes(place)
        return run_file.read(content)
    except FileNotFoundError:
        raise UsageError(f"{place}: no such run") from None
    except (EOFError, ValueError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{place}: {error}") from None


def _bytes(place: Path) -> bytes:
    with place.open("rb") as file:
        if file.read(2) != GZIP_MAGIC:
            file.seek(0)
            return file.read()
    with gzip.open(place) as unpacked:
        content = unpacked.read(_BIGGEST + 1)
    if len(content) > _BIGGEST:
        raise ValueError(f"more than {_BIGGEST:,} bytes when unpacked")
    return content


def _one(paths: Sequence[str]) -> Run:
    """The only run, or all as one."""
    runs = [stored(path) for path in paths]
    if len(runs) == 1:
        return runs[0]
    try:
        return merged(runs, version=__version__, created=now())
    except ValueError as error:
        raise UsageError(str(error)) from None


def _render(paths: Sequence[str], options: Mapping[str, Any]) -> int:
    views = outputs.wanted_views(options["report"], UsageError)
    run = _one(paths)
    if views:
        folder = Path(options["report_dir"])
        outputs.make_folder(folder, UsageError)
        written = outputs.write_views(folder, views, run)
        if not options["quiet"]:
            print(f"report: {', '.join(written)}", file=sys.stderr)
    if options["format_"] is not None:
        sys.stdout.write(_view(options["format_"], run))
    elif not views:
        sys.stdout.write(_view("text", run))
    return 0


def _view(name: str, run: Run) -> str:
    """One view as text; the modules of `report` have the names of the formats."""
    if name == "text":
        from streamgauge.report import terminal

        return terminal.render(run, _width())
    view = importlib.import_module(f"streamgauge.report.{name}")
    text: str = view.render(run)
    return text


def _diff(a: str, b: str, options: Mapping[str, Any]) -> int:
    from streamgauge.report import diff_text
    from streamgauge.report.diff import difference

    found = difference(stored(a), stored(b))
    match options["format_"]:
        case "json":
            text = dumps(found.record(), indent=2) + "\n"
        case "markdown":
            text = diff_text.markdown(found)
        case _:
            text = diff_text.render(found, _width())
    if not options["quiet"]:
        sys.stdout.write(text)
    if not found.pairs and not found.is_empty:
        print("streamgauge: the two runs have nothing in common", file=sys.stderr)
        return 2
    return 0 if found.is_empty else 1


def _merge(paths: Sequence[str], out: str, options: Mapping[str, Any]) -> int:
    place = Path(out)
    if place.exists() and not options["force"]:
        raise UsageError(f"{out}: exists; --force writes over it")
    run = _one(paths)
    lines = [run.header, *run.results, *([run.footer] if run.footer is not None else [])]
    content = "".join(dumps(line) + "\n" for line in lines).encode("utf-8")
    # A fixed time in the gzip header: the same runs give the same bytes.
    place.write_bytes(gzip.compress(content, mtime=0) if place.suffix == ".gz" else content)
    if not options["quiet"]:
        print(f"run: {out}, {len(run.results)} streams", file=sys.stderr)
    return 0


def _width() -> int:
    return max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST))
