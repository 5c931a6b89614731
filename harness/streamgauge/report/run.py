"""The run file: one execution as JSON lines, facts only; every report is a view of it.

A header, one line per stream as it is judged, a footer with the counts. No footer means that
the run was cut short. Time, version and exit code come from the door; this module opens no file
and never renders anything.
"""

from __future__ import annotations

import base64
import enum
import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from streamgauge.report.plain_json import dumps
from streamgauge.rules.finding import Level
from streamgauge.verdict.deviations import Excuse
from streamgauge.verdict.judge import Counts, Verdict

SCHEMA = 1
Record = dict[str, Any]
_SAID = ("rule", "level", "says", "expected", "got")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution. `results` are its result lines; `footer` is None where it was cut short.

    `skips` say which scenarios were not tried on which target, and why; a skip is not a pass.
    """

    header: Record
    results: tuple[Record, ...] = ()
    footer: Record | None = None

    @property
    def records(self) -> tuple[Record, ...]:
        """The result records alone."""
        return tuple(line["result"] for line in self.results)

    @property
    def skips(self) -> tuple[Record, ...]:
        """`target`, `scenario` and `reason` of everything that was not tried."""
        return tuple((self.footer or {}).get("skips", ()))


class ReportBytes(enum.Enum):
    """Whose bytes a run keeps: every stream's, those with a must or should finding, or none."""

    ALL = "all"
    BROKEN = "broken"
    NONE = "none"

    def keeps(self, record: Mapping[str, Any]) -> bool:
        """Whether the bytes of a stream with this record are kept; excused findings count."""
        if self is ReportBytes.BROKEN:
            return any(one["level"] != Level.MAY.value for one in record["findings"])
        return self is ReportBytes.ALL


def pack_body(body: bytes, bounds: Sequence[int]) -> Record:
    """The `body` member of a result line.

    `bounds` are the offsets where events start, and last the length of the body: N + 1 for N
    events. They travel as little-endian uint32.
    """
    return {
        "encoding": "zlib+base64",
        "data": _pack(body),
        "bytes": len(body),
        "bounds": _pack(struct.pack(f"<{len(bounds)}I", *bounds)),
    }


def _pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def unpack_body(packed: Mapping[str, Any]) -> tuple[bytes, tuple[int, ...]]:
    """The body and the bounds again. Raises ValueError for what `pack_body` did not make."""
    try:
        if packed["encoding"] != "zlib+base64":
            raise ValueError(f"unknown encoding {packed['encoding']!r}")
        size = packed["bytes"]
        if type(size) is not int or size < 0:
            raise ValueError(f"{size!r} bytes")
        body = _unpack(packed["data"], size)
        offsets = _unpack(packed["bounds"], 4 * (size + 2))
        bounds = struct.unpack(f"<{len(offsets) // 4}I", offsets)
        if len(body) != size:
            raise ValueError(f"at least {len(body)} bytes and not {size}")
    except (KeyError, TypeError, ValueError, zlib.error, struct.error) as error:
        raise ValueError(f"not a packed body: {str(error)[:80]}") from None
    return body, bounds


def _unpack(text: str, limit: int) -> bytes:
    """Never expands to more than one byte over the limit."""
    return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), limit + 1)


def header(
    *,
    version: str,
    created: str,
    rules_digest: str,
    rules: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Record:
    """The first line. `created` is an ISO time in UTC; `rules` maps slugs to their titles."""
    return {
        "kind": "header",
        "schema": SCHEMA,
        "tool": "streamgauge",
        "version": version,
        "created": created,
        "rules_digest": rules_digest,
        "rules": {slug: rules[slug] for slug in sorted(rules)},
        "options": dict(options),
    }


def result(record: Record, body: Record | None = None) -> Record:
    """One line for one stream; `body` comes from `pack_body`."""
    return {"kind": "result", "result": record, "body": body}


def footer(
    counts: Counts,
    *,
    stale: Iterable[Excuse] = (),
    unexercised: Iterable[Excuse] = (),
    skips: Iterable[Mapping[str, str]] = (),
    exit: int,
) -> Record:
    """The last line. `skips` hold `target`, `scenario` and `reason`; only trials have them."""
    return {
        "kind": "footer",
        "counts": counts.record(),
        "deviations": {
            "stale": [one.record() for one in stale],
            "unexercised": [one.record() for one in unexercised],
        },
        "exit": exit,
        **({"skips": left} if (left := [dict(one) for one in skips]) else {}),
    }


def counted(counts: Counts, record: Mapping[str, Any]) -> Counts:
    """The counts with one more result record."""
    findings = ((Level(one["level"]), one["excused"] is not None) for one in record["findings"])
    return counts.plus(Verdict(record["verdict"]), findings)


class Sink(Protocol):
    """What a run is written to: any text file."""

    def write(self, text: str, /) -> object:
        """Takes a line with its end."""

    def flush(self) -> object:
        """Lets go of it, so that a killed run keeps what it knew."""


@dataclass(slots=True, kw_only=True)
class RunWriter:
    """Writes a run line by line and keeps only the counts.

    Call `begin` once, `add` per stream, `end` once. `counts` is what the exit code is made of.
    """

    sink: Sink
    counts: Counts = field(default_factory=Counts)

    def begin(self, header: Record) -> None:
        """Writes the header."""
        self._line(header)

    def add(self, record: Record, body: Record | None = None) -> None:
        """Writes one result; `body` comes from `pack_body`."""
        self.counts = counted(self.counts, record)
        self._line(result(record, body))

    def end(self, footer: Record) -> None:
        """Writes the footer."""
        self._line(footer)

    def _line(self, value: Record) -> None:
        self.sink.write(dumps(value) + "\n")
        self.sink.flush()


def read(data: str | bytes) -> Run:
    """The run of a run file's content; one that was cut short has no footer.

    Raises ValueError, one line, that begins with the number of the bad line.
    """
    values = list(_values(_lines(data)))
    if not values or values[0][1].get("kind") != "header":
        raise ValueError("line 1: not a run: the header is missing")
    _check_header(values[0][1])
    last = values[-1][1]
    closed = last.get("kind") == "footer"
    if closed:
        _check_footer(values[-1][0], last)
    middle = values[1:-1] if closed else values[1:]
    return Run(
        header=values[0][1],
        results=tuple(_checked(number, value) for number, value in middle),
        footer=last if closed else None,
    )


def _lines(data: str | bytes) -> list[str]:
    """A last line without its end was being written when the run died: it is not read."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line}: not UTF-8") from None
    lines = text.split("\n")
    ragged = lines.pop()
    return [*lines, ragged] if ragged.strip() and _is_whole(ragged) else lines


def _is_whole(line: str) -> bool:
    """An editor may have eaten the last line end; then the line is still good."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _values(lines: Iterable[str]) -> Iterator[tuple[int, Record]]:
    for number, line in enumerate(lines, start=1):
        try:
            value = json.loads(line)
        except ValueError:
            raise ValueError(f"line {number}: not JSON") from None
        except RecursionError:
            raise ValueError(f"line {number}: nested too deeply") from None
        if not isinstance(value, dict):
            raise ValueError(f"line {number}: not a JSON object")
        yield number, value


def _check_header(value: Record) -> None:
    if value.get("schema") != SCHEMA:
        raise ValueError(f"line 1: a run of schema {value.get('schema')!r}; this is {SCHEMA}")
    if not isinstance(value.get("rules"), dict) or not isinstance(value.get("options"), dict):
        raise ValueError("line 1: a header needs the objects `rules` and `options`")


def _check_footer(number: int, value: Record) -> None:
    try:
        counts, deviations = value["counts"], value["deviations"]
        numbers = [counts["streams"], value["exit"], *(counts[one.value] for one in Verdict)]
        numbers += [counts["findings"][name] for name in ("must", "should", "may", "excused")]
        lists = [deviations["stale"], deviations["unexercised"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"line {number}: a footer lacks {error}") from None
    if not all(isinstance(one, int) for one in numbers):
        raise ValueError(f"line {number}: a count that is not a whole number")
    if not all(isinstance(one, list) for one in lists):
        raise ValueError(f"line {number}: deviations that are not lists")


def _checked(number: int, value: Record) -> Record:
    if value.get("kind") != "result":
        raise ValueError(f"line {number}: expected a result, got {str(value.get('kind'))[:40]!r}")
    try:
        counted(Counts(), value["result"])
        if not all(isinstance(value["result"][name], str) for name in ("source", "verdict")):
            raise ValueError("a source that is not a string")
        for finding in value["result"]["findings"]:
            _check_finding(finding)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"line {number}: not a result record: {str(error)[:80]}") from None
    return {"body": None, **value}


def _check_finding(finding: Record) -> None:
    """What views lean on; everything else they show as it is."""
    if not all(isinstance(finding[name], str) for name in _SAID):
        raise ValueError("a finding that is not made of strings")
    if not isinstance(finding.get("times", 1), int):
        raise ValueError("a finding whose `times` is no number")
    span = finding.get("span")
    if span is not None and (not isinstance(span, list) or len(span) != 2):
        raise ValueError("a span that is not two numbers")
