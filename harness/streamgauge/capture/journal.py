"""The journal of a recording: one JSON line for each thing that happened, written as it happens.

A recording that is killed leaves its journal, and `recover` makes exchanges of it. Lines of
several requests stand in the order of time and carry the request's number. What is written here
was redacted before; the journal itself never looks at a byte. It is not a cassette and lives only
until that is sealed.

    {"trace": 1}
    {"n": 0, "begin": {"method": …, "url": …, "headers": [[…, …]], "body": …}, "seam": "client"}
    {"n": 0, "head": {"status": 200, "headers": [[…, …]]}, "framing": "chunked"}
    {"n": 0, "at": [0, 20.5], "text": "data: …"}      body offset and milliseconds of a segment
    {"n": 0, "end": "clean", "text": "…"}             what redaction had held back

Bytes that are no UTF-8 stand under `base64` instead of `text`. `"decoded": true` in a segment says
that the body came in a content coding, and stands here without it. What a line brings follows what
the lines before it brought; `at` may lie beyond, where redaction holds bytes back.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from streamgauge.capture.limits import Unreadable
from streamgauge.capture.redact import redact
from streamgauge.capture.unpacking import stored_decoded
from streamgauge.exchange import Close, Exchange, Framing, Head, Headers, Request, Seam

SUFFIX: Final = ".trace.jsonl"
_FORMAT: Final = 1


class Journal:
    """An open journal; each line is handed to the system before `write` returns.

    A line therefore outlives the process, though not a loss of power.
    """

    def __init__(self, path: Path) -> None:
        """Begin a journal; one that a killed recording left there is moved aside first.

        Raises FileExistsError where another recording is writing it.
        """
        _move_aside(path)
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("xb", buffering=0)
        _claim(self._file)
        self.write({"trace": _FORMAT})

    def write(self, line: Mapping[str, object]) -> None:
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            self._file.write(data.encode("utf-8", "backslashreplace") + b"\n")

    def close(self) -> None:
        self._file.close()

    def remove(self) -> None:
        """Take it away: the cassette is sealed."""
        self.path.unlink(missing_ok=True)


def begun(number: int, request: Request, seam: Seam) -> dict[str, object]:
    """The line of a request that was sent; it is redacted already."""
    asked = {"method": request.method, "url": request.url, "headers": request.headers}
    return {"n": number, "begin": asked | _bytes(request.body), "seam": seam.value}


def headed(number: int, head: Head, framing: Framing) -> dict[str, object]:
    """The line of an answer's head."""
    shown = {"status": head.status, "headers": head.headers}
    return {"n": number, "head": shown, "framing": framing.value}


def arrived(number: int, at: tuple[int, float], shown: bytes, decoded: bool) -> dict[str, object]:
    """The line of a segment: where it begins, and the bytes that may be shown by now.

    `decoded` says that the body came in a content coding and these bytes are without it.
    """
    return {"n": number, "at": at, **({"decoded": True} if decoded else {}), **_bytes(shown)}


def ended(number: int, close: Close, shown: bytes) -> dict[str, object]:
    """The line of an end, with the bytes that were held back until then."""
    return {"n": number, "end": close.value, **_bytes(shown)}


def _bytes(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode("utf-8")} if data else {}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def _move_aside(path: Path) -> None:
    """Give a journal that was left behind a name of its own; nothing recorded is overwritten."""
    if path.exists():
        with path.open("rb") as left:
            _claim(left)
    number = 0
    while path.exists():
        number += 1
        aside = path.with_name(f"{path.name.removesuffix(SUFFIX)}.left-{number}{SUFFIX}")
        if not aside.exists():
            os.rename(path, aside)


def _claim(file: IO[bytes]) -> None:
    """Lock a journal for as long as it is open, where the system can; a killed process lets go."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FileExistsError(f"{file.name}: another recording is writing it") from None


def recover(path: Path, secrets: Sequence[bytes] = ()) -> tuple[Exchange, ...]:
    """The exchanges of a journal, in the order of their requests, those without an answer left out.

    One whose end is missing is `cancelled`: the reader went away, and how the server would have
    closed nobody knows. Raises `Unreadable` for a file that is no journal, and OSError.
    """
    found: dict[int, _Found] = {}
    for line in _lines(path.read_bytes()):
        number = line["n"]
        found.setdefault(number, _Found()).take(line)
    answered = [found[number] for number in sorted(found) if found[number].head is not None]
    return tuple(redact(one.exchange(), secrets) for one in answered)


def _lines(data: bytes) -> Iterator[dict[str, Any]]:
    """Whole lines; the last may have been cut when the process was killed."""
    first, *others = data.split(b"\n")
    if _parsed(first) != {"trace": _FORMAT}:
        raise Unreadable("not a journal that this version reads: its first line is another")
    for line in others:
        parsed = _parsed(line)
        if isinstance(parsed, dict) and type(parsed.get("n")) is int:
            yield parsed


def _parsed(line: bytes) -> object:
    try:
        parsed: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return parsed


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the lines of one request have said so far."""

    request: Request | None = None
    seam: Seam = Seam.UNKNOWN
    head: Head | None = None
    framing: Framing = Framing.UNKNOWN
    body: bytearray = field(default_factory=bytearray)
    arrivals: list[tuple[int, float]] = field(default_factory=list)
    close: Close = Close.CANCELLED
    decoded: bool = False

    def take(self, line: dict[str, Any]) -> None:
        """Add a line. Raises `Unreadable` if it says something that no journal says."""
        try:
            self._take(line)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Unreadable(f"a line of request {line['n']} is damaged") from None

    def _take(self, line: dict[str, Any]) -> None:
        match line:
            case {"begin": dict() as asked, "seam": seam}:
                self.seam = Seam(seam)
                self.request = Request(
                    method=str(asked["method"]),
                    url=str(asked["url"]),
                    headers=_pairs(asked["headers"]),
                    body=_read_bytes(asked),
                )
            case {"head": dict() as head, "framing": framing}:
                self.framing = Framing(framing)
                self.head = Head(status=head["status"], headers=_pairs(head["headers"]))
            case _:
                self._take_bytes(line)

    def _take_bytes(self, line: dict[str, Any]) -> None:
        if "at" in line:
            offset, ms = line["at"]
            self.arrivals.append((int(offset), float(ms)))
            self.decoded = self.decoded or "decoded" in line
        self.body += _read_bytes(line)
        if "end" in line:
            self.close = Close(line["end"])

    def exchange(self) -> Exchange:
        """What was found; arrivals of bytes that were held back and lost are left out."""
        size = len(self.body)
        head = self.head or Head()
        return Exchange(
            request=self.request,
            head=stored_decoded(head) if self.decoded else head,
            body=bytes(self.body),
            arrivals=tuple(pair for pair in self.arrivals if pair[0] < size),
            seam=self.seam,
            close=self.close,
            framing=self.framing,
        )


def _pairs(fields: Any) -> Headers:
    return tuple((str(name), str(value)) for name, value in fields)


def _read_bytes(line: dict[str, Any]) -> bytes:
    if "base64" in line:
        return base64.b64decode(line["base64"], validate=True)
    return str(line.get("text", "")).encode("utf-8")
