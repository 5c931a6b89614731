"""The door behind `streamgauge shrink`: a recording in, the smallest fixture of its findings out.

The reduction asks the pipeline again and again; the clock, the signal and the files are here. What
is written is read back and judged once more: nothing is called a fixture that does not bite.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from streamgauge.capture import importers
from streamgauge.capture.limits import Unreadable
from streamgauge.door import inputs
from streamgauge.door.inputs import Input
from streamgauge.door.trouble import UsageError, spared
from streamgauge.exchange import Exchange
from streamgauge.pipeline import Judgement, Options, judge_exchange, profiles
from streamgauge.report.evidence import plural
from streamgauge.report.safe_text import shortened, visible
from streamgauge.rules import catalogue
from streamgauge.shrink.fixture import stored, stream_name, texts
from streamgauge.shrink.interest import Interest, interest, pinned
from streamgauge.shrink.search import Budget
from streamgauge.shrink.surroundings import smallest
from streamgauge.vendors.profile import find

_TYPED = 1_024
"""Bytes of a body that a shell may still be given as one line."""
_EVERY = 0.1
"""Seconds between two looks at the progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """What a reduction came to: the exchange before and after, both judged."""

    before: Judgement
    after: Judgement
    asked: int
    seconds: float
    cut_short: bool


def run(source: str, options: Mapping[str, Any]) -> int:
    """Shrink one exchange of a file; 0, or 2 where that cannot be."""
    return spared(lambda: _done(source, options), interrupted="interrupted; nothing was written")


def _done(source: str, options: Mapping[str, Any]) -> int:
    said = _shrink(source, options)
    if not options["quiet"]:
        print("\n".join(said))
    return 0


def _shrink(source: str, options: Mapping[str, Any]) -> list[str]:
    """Raises UsageError for what cannot be shrunk, before anything is written."""
    _require_known(options)
    out = Path(options["out"] or f"{_stem(source)}.shrunk")
    if out.exists() and not options["force"]:
        raise UsageError(f"{out}: exists; --force writes over it")
    exchange, settled = _chosen(source, options)
    judged = judge_exchange(exchange, settled)
    wanted = _wanted(source, judged, options)
    shrunk = _reduced(judged, wanted, options)
    how = reproduction(shrunk.after, out)
    _write(shrunk.after, wanted, out, how)
    return [*_told(source, shrunk), f"fixture: {out}", f"Reproduce with: {how}"]


def _require_known(options: Mapping[str, Any]) -> None:
    vendor = options["vendor"]
    if vendor != "auto" and find(profiles(), vendor) is None:
        raise UsageError(f"--vendor {vendor}: no such vendor")
    for glob in options["rule"]:
        if not catalogue.chosen((glob,)):
            raise UsageError(f"--rule {glob}: no rule has such a name; try: streamgauge rules")


def _stem(source: str) -> str:
    """A name for the fixture, from the file's name up to its first dot."""
    name = "stdin" if source == "-" else Path(source).name
    return re.sub(r"[^\w-]", "-", name.partition(".")[0]) or "stream"


def _chosen(source: str, options: Mapping[str, Any]) -> tuple[Exchange, Options]:
    """The one exchange, and the dialect and vendor that the user or a fixture named for it."""
    one = Input(source=source, path=None if source == "-" else Path(source), named=True)
    try:
        request = inputs.request_of(options["request_file"]) if options["request_file"] else None
        exchanges = inputs.read(one, inputs.secrets(), request)
        described = inputs.description(one) or {}
    except Unreadable as error:
        raise UsageError(f"{source}: {error}") from None
    number = options["number"]
    if number is None and len(exchanges) > 1:
        last = len(exchanges) - 1
        holds = plural(len(exchanges), "exchange")
        raise UsageError(f"{source}: holds {holds}: choose one by --number 0 … {last}")
    if number is not None and number >= len(exchanges):
        holds = plural(len(exchanges), "exchange")
        raise UsageError(f"--number {number}: {source} holds {holds}, counted from 0")
    dialect, vendor = (
        str(described.get(name, "auto")) if options[name] == "auto" else options[name]
        for name in ("dialect", "vendor")
    )
    return exchanges[number or 0], Options(dialect=dialect, vendor=vendor)


def _wanted(source: str, judged: Judgement, options: Mapping[str, Any]) -> Interest:
    """Raises UsageError where there is nothing to keep."""
    if judged.transcript is None or judged.identity.dialect is None:
        raise UsageError(f"{source}: not an LLM stream that we know; --dialect names one")
    wanted = interest(
        judged,
        options["rule"],
        any_ending=options["any_ending"],
        any_others=options["any_others"],
    )
    if not wanted.needed:
        notes = sorted({one.rule for one in judged.outcome.findings})
        there = f"; there are: {', '.join(notes)} (choose by --rule)" if notes else ""
        chosen = "of these rules" if options["rule"] else "of level must or should"
        raise UsageError(f"{source}: no finding {chosen} to keep{there}")
    return wanted


def _reduced(judged: Judgement, wanted: Interest, options: Mapping[str, Any]) -> Shrunk:
    began = time.monotonic()
    settled, first = pinned(judged), stored(judged.exchange)

    narrow = replace(settled, rule=wanted.rules)

    def shows(exchange: Exchange) -> bool:
        kept = stored(exchange)
        return (
            wanted.is_needed_of(judge_exchange(kept, narrow))
            and wanted.holds(judge_exchange(kept, settled))
            and _comes_back(kept, wanted)
        )

    if not shows(first):
        raise UsageError(
            f"{judged.exchange.source}: these findings need what a fixture cannot hold; "
            "choose others by --rule"
        )
    with _watched(options, began) as over:
        budget = Budget(options["judgements"], over)
        small = stored(smallest(first, shows, wanted.framing, budget))
    seconds = time.monotonic() - began
    return Shrunk(
        before=judged,
        after=judge_exchange(small, settled),
        asked=budget.asked,
        seconds=seconds,
        cut_short=budget.spent,
    )


def _comes_back(exchange: Exchange, wanted: Interest) -> bool:
    """Whether a file of these bytes is read as these bytes, and not as a log or a cassette."""
    try:
        found = importers.read(stream_name(wanted.framing), exchange.body)
    except Unreadable:
        return False
    return [one.body for one in found] == [exchange.body]


@contextlib.contextmanager
def _watched(options: Mapping[str, Any], began: float) -> Iterator[Callable[[], bool]]:
    """Tells when it is enough: the time is up, or Ctrl-C was pressed. Shows that work goes on."""
    pressed = threading.Event()
    shown = _Progress(quiet=options["quiet"])

    def over() -> bool:
        spent = time.monotonic() - began
        shown.tick(spent, options["seconds"])
        return pressed.is_set() or spent >= options["seconds"]

    with _on_interrupt(pressed):
        yield over
    shown.clear()


@contextlib.contextmanager
def _on_interrupt(pressed: threading.Event) -> Iterator[None]:
    """The first Ctrl-C ends the reduction in good order, the second one everything."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Progress:
    """One line on standard error that says how long there is to go; on a terminal only."""

    def __init__(self, *, quiet: bool) -> None:
        self._shows = not quiet and sys.stderr.isatty()
        self._next = 0.0
        self._asked = 0

    def tick(self, spent: float, seconds: float) -> None:
        self._asked += 1
        if self._shows and spent >= self._next:
            self._next = spent + _EVERY
            line = f"shrinking: {plural(self._asked, 'judgement')}, {spent:.0f} of {seconds:g} s"
            print(f"\r{line}, Ctrl-C keeps the best\x1b[K", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shows:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def reproduction(judged: Judgement, out: Path) -> str:
    """A command that shows the findings: the bytes themselves where they are all that it takes."""
    exchange = judged.exchange
    if not _says_all(exchange) or len(exchange.body) > _TYPED:
        return visible(f"streamgauge check {shlex.quote(str(out))}")
    record = judged.record
    options = f"--dialect {record['dialect']} --vendor {record['vendor']}"
    return f"printf '{printf_format(exchange.body)}' | streamgauge check - {options}"


def _says_all(exchange: Exchange) -> bool:
    """Whether the body alone, given to standard input, is the whole exchange."""
    if exchange != stored(Exchange(source=exchange.source, body=exchange.body)):
        return False
    try:
        found = importers.read("-", exchange.body)
    except Unreadable:
        return False
    return [one.body for one in found] == [exchange.body]


def printf_format(body: bytes) -> str:
    r"""Bytes as a format for POSIX `printf` between single quotes: ASCII, one line.

    >>> printf_format(b"data: 'a\\b' 100%\n\n")
    'data: \\047a\\\\b\\047 100%%\\n\\n'
    """
    special = {0x0A: "\\n", 0x5C: "\\\\", 0x25: "%%"}
    plain = (
        special.get(byte)
        or (chr(byte) if 0x20 <= byte < 0x7F and byte != 0x27 else f"\\{byte:03o}")
        for byte in body
    )
    return "".join(plain)


def _write(judged: Judgement, wanted: Interest, out: Path, how: str) -> None:
    """Write the folder, then read and judge it as `check` will."""
    rules = ", ".join(sorted(rule for rule, _ in wanted.needed))
    says = f"Shrunk from a recording to what still breaks {rules}."
    out.mkdir(parents=True, exist_ok=True)
    for name in (*_STREAMS, "request.json"):
        (out / name).unlink(missing_ok=True)
    for name, content in texts(judged, says, f"Reproduce with: {how}").items():
        (out / name).write_bytes(content)
    path = out / stream_name(wanted.framing)
    try:
        (again,) = inputs.read(Input(source=str(path), path=path, named=True), (), None)
    except Unreadable as error:
        raise UsageError(f"{out}: was written and cannot be read: {error}") from None
    if not wanted.holds(judge_exchange(again, pinned(judged))):
        raise UsageError(f"{out}: was written and does not show the findings: please report it")


_STREAMS = ("stream.sse", "stream.json", "stream.jsonl")


def _told(source: str, shrunk: Shrunk) -> list[str]:
    """Sizes before and after, then what is still found."""
    sizes = [_size(one) for one in (shrunk.before, shrunk.after)]
    work = f"{plural(shrunk.asked, 'judgement')} in {shrunk.seconds:.1f} s"
    ending = shrunk.after.record["ending"]
    lines = [f"{visible(source)}: {sizes[0]} → {sizes[1]}; {work}"]
    lines += ["  stopped early: this is the best so far"] if shrunk.cut_short else []
    lines.append(f"  ending {ending}, dialect {shrunk.after.record['dialect']}, "
                 f"vendor {shrunk.after.record['vendor']}")  # fmt: skip
    found = shrunk.after.outcome.findings
    return [*lines, *(f"  {one.level.value} {one.rule}: {shortened(one.says)}" for one in found)]


def _size(judged: Judgement) -> str:
    events = judged.record["metadata"]["events"]
    request = judged.exchange.request
    beside = "" if request is None else f" and a request of {plural(len(request.body), 'byte')}"
    return f"{plural(len(judged.exchange.body), 'byte')} in {plural(events, 'event')}{beside}"
