"""What is fuzzed: one function for each reader of hostile bytes, and one for the whole of `check`.

The first byte of an input chooses among the options of its target, the rest is what is read. Each
function returns where the contract holds and raises where it does not.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from xml.etree import ElementTree

from fuzz.contract import require, sound, tiled
from streamgauge.capture.limits import Unreadable
from streamgauge.capture.request import request_from_json
from streamgauge.dialects.catalogue import DIALECTS, named
from streamgauge.door import check, outputs
from streamgauge.door.inputs import Input
from streamgauge.door.judging import Plan, judge_input
from streamgauge.exchange import Close, Exchange, Head, Request
from streamgauge.pipeline import Options, judge_exchange, profiles
from streamgauge.report.run import ReportBytes
from streamgauge.wire import json_array, json_lines, sse
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits
from streamgauge.wire.payload import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing to fuzz: its name, what is tried, and the function that tries it."""

    name: str
    says: str
    run: Callable[[bytes], None]


class _Decoder(Protocol):
    def feed(self, piece: bytes) -> list[Event]: ...
    def close(self) -> list[Event]: ...


_Whole = Callable[[bytes, Limits], Iterable[Event]]
_SIZES = (DEFAULT_LIMITS, Limits(line=40), Limits(event=90), Limits(stream=300))


def _wire(whole: _Whole, decoder: Callable[[Limits], _Decoder]) -> Callable[[bytes], None]:
    """Events tile the body, and any cutting gives the same (laws 1 and 2)."""

    def run(data: bytes) -> None:
        knob, body = _opened(data)
        limits, step = _SIZES[knob % 4], 1 + knob // 4
        found = list(whole(body, limits))
        tiled(found, len(body))
        piecewise = decoder(limits)
        cut = [e for at in range(0, len(body), step) for e in piecewise.feed(body[at : at + step])]
        cut += piecewise.close()
        require(cut == found, f"cut into pieces of {step}, other events come out")

    return run


def _opened(data: bytes) -> tuple[int, bytes]:
    return (data[0], data[1:]) if data else (0, b"")


_HEADS = (
    Head(),
    Head(status=200, headers=(("content-type", "text/event-stream"),)),
    Head(status=400, headers=(("content-type", "application/json"),)),
)


def _stream(dialect: str) -> Callable[[bytes], None]:
    """Any body in this dialect, by each vendor in turn, exactly and by template (law 9)."""

    def run(data: bytes) -> None:
        knob, body = _opened(data)
        vendors = _vendors(dialect)
        vendor, head = vendors[knob % len(vendors)], _HEADS[knob // len(vendors) % len(_HEADS)]
        exchange = Exchange(body=body, head=head, close=(Close.CLEAN, Close.RESET)[knob % 2])
        options = Options(dialect=dialect, vendor=vendor)
        quick = sound(judge_exchange(exchange, options))
        exact = sound(judge_exchange(exchange, replace(options, exact=True)))
        require(quick == exact, "read exactly, it says something else")

    return run


@cache
def _vendors(dialect: str) -> tuple[str, ...]:
    return tuple(sorted(profile.slug for profile in profiles() if dialect in profile.dialects))


_ASKED = Request(body=b'{"stream":false}')


def _document(data: bytes) -> None:
    """Any bytes as the one JSON document that an answer without streaming is."""
    knob, body = _opened(data)
    dialect = DIALECTS[knob % len(DIALECTS)].name
    head = _HEADS[knob // len(DIALECTS) % len(_HEADS)]
    exchange = Exchange(body=body, head=head, request=_ASKED if knob < 128 else None)
    sound(judge_exchange(exchange, Options(dialect=dialect)))


def _request(data: bytes) -> None:
    """Any bytes as the request of a good answer: what was asked, and the turns before it."""
    knob, body = _opened(data)
    dialect = DIALECTS[knob % len(DIALECTS)]
    vendors = _vendors(dialect.name)
    vendor = vendors[knob // len(DIALECTS) % len(vendors)]
    request = Request(body=body)
    with contextlib.suppress(Unreadable):
        request = request_from_json(body)
    payload = parse(request.body)
    if payload.readable:
        asked = dialect.request(payload.value)
        require(asked.stream in (True, False, None), "stream is neither asked for nor not")
        list(dialect.turns(payload.value))
    options = Options(dialect=dialect.name, vendor=vendor)
    sound(judge_exchange(Exchange(body=_ANSWERS[dialect.name], request=request), options))


_ANSWERS: Mapping[str, bytes] = {
    "openai-chat": b'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":'
    b'{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    "openai-responses": b'data: {"type":"response.completed","response":{}}\n\n',
    "anthropic-messages": b'data: {"type":"message_stop"}\n\n',
    "gemini": b'data: {"candidates":[{"finishReason":"STOP"}]}\n\n',
}

NAMES = ("a.sse", "a.txt", "a.jsonl", "a.json", "a.yaml", "a.har", "a.sse.gz", "-")
"""What a file may be called; the first byte of an input for `check` chooses among them."""
_FORMATS = ("text", "json", "jsonl", "github")


def _check(data: bytes) -> None:
    """A file, from its bytes to the printed lines; what cannot be read is one line.

    An odd half of the choices goes on to the run and every report of it.
    """
    knob, content = _opened(data)
    path = _desk() / NAMES[knob % len(NAMES)]
    path.write_bytes(content)
    form = _FORMATS[knob // len(NAMES) % len(_FORMATS)]
    with contextlib.redirect_stdout(io.StringIO()):
        _print(path, form) if knob < 128 else _report(path, form)


def _print(path: Path, form: str) -> None:
    printer = outputs.printer({"quiet": False, "format_": form, "notes": True}, few=True)
    for each in judge_input(Input(source=path.name, path=path, named=True), _PLAN):
        says = str(each.record.get("error") or "")
        require("please report it" not in says, says)
        printer.result(each.record)


def _report(path: Path, form: str) -> None:
    """The command itself, with every report; those that programs read must be readable."""
    reports = path.parent / "reports"
    options = {**_OPTIONS, "format_": form, "report_dir": str(reports)}
    with contextlib.redirect_stderr(io.StringIO()):
        code = check.run((str(path),), options)
    require(code in (0, 1, 2), f"the exit code is {code}")
    run = (reports / "run.jsonl").read_text(encoding="utf-8")
    require("please report it" not in run, "a fault of ours in run.jsonl")
    ElementTree.parse(reports / "junit.xml")
    json.loads((reports / "report.json").read_text(encoding="utf-8"))
    page = (reports / "report.html").read_text(encoding="utf-8")
    require(page.rstrip().endswith("</html>"), "the page is cut")


_OPTIONS: Mapping[str, Any] = {
    **{"dialect": "auto", "vendor": "auto", "rule": (), "skip_rule": (), "request_file": None},
    **{"report": "html,json,junit,markdown", "report_bytes": "all", "deviations": None},
    **{"update_deviations": None, "fail_on": "must", "jobs": 1, "quiet": False, "notes": True},
}

_PLAN = Plan(
    dialect="auto",
    vendor="auto",
    rule=(),
    skip_rule=(),
    excuses=(),
    secrets=(),
    request=None,
    keep=ReportBytes.ALL,
)


@cache
def _desk() -> Path:
    """A folder for the one file of `check`; gone when the process ends."""
    made = TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    atexit.register(made.cleanup)
    return Path(made.name)


def _targets() -> Iterator[Target]:
    for module, name, says in (
        (sse, "wire-sse", "text/event-stream, whole and in pieces"),
        (json_array, "wire-json-array", "a JSON array, whole and in pieces"),
        (json_lines, "wire-json-lines", "JSON lines, whole and in pieces"),
    ):
        yield Target(name=name, says=says, run=_wire(module.events, module.Decoder))
    for dialect in DIALECTS:
        says = f"any body as {dialect.name}, quickly and exactly"
        yield Target(name=dialect.name, says=says, run=_stream(named(dialect.name).name))
    yield Target(name="documents", says="answers that are not streamed", run=_document)
    yield Target(name="requests", says="requests and the turns in them", run=_request)
    yield Target(name="check", says="files of every kind, to the printed lines", run=_check)


TARGETS: Mapping[str, Target] = {target.name: target for target in _targets()}
