"""Find the recorded answer to a request: by what was asked, and how often it was asked before.

Two requests ask the same if method, address and JSON body say the same. The order of members, the
spelling of numbers, keys in the address and members that change with every call do not matter.
Nothing depends on the order in which different requests come, so requests that run at once never
get each other's answers. Answers are looked up, never searched for. It must never match by
likeness: a request that nobody recorded has no answer.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from streamgauge.capture.credentials import QUERY_NAMES
from streamgauge.capture.importers import read
from streamgauge.capture.redact import redact_request
from streamgauge.capture.sniff import wanted
from streamgauge.exchange import Exchange, Request

VOLATILE: Final = frozenset(
    {
        # Who asks, and under which label; the answer is the same without.
        *("user", "user_id", "safety_identifier", "metadata", "request_id", "trace_id"),
        # Keys of caches and sessions, which runners make anew for each run.
        *("prompt_cache_key", "session_id", "conversation_id", "client_metadata"),
    }
)
"""Members at the top of a request that change from call to call without changing what is asked."""


class Asked(NamedTuple):
    """What a request asks: `what` without the host, and the host that it asks."""

    host: str
    what: str


def canonical(request: Request) -> Asked:
    """What a request asks, in one spelling.

    >>> one = Request(url="https://h/v1?key=abc", body=b'{"n": 1.0, "stream": true}')
    >>> other = Request(url="https://H/v1", body=b'{"stream":true,"n":1,"user":"u"}')
    >>> canonical(one) == canonical(other)
    True
    """
    host, place = _address(request.url)
    text = "\n".join([request.method.upper(), place, _body(request.body)])
    return Asked(host, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


class Answers:
    """Recorded exchanges, found by request; safe to use from several threads.

    A request that was recorded several times gets its answers in their order, and then from the
    first again. One that was recorded of several hosts gets those of its own host, or of all where
    it asks another, such as a server that replays. `secrets` are keys that were overwritten in the
    recording and may stand in a request.
    """

    def __init__(self, exchanges: Iterable[Exchange], secrets: Sequence[bytes] = ()) -> None:
        self._secrets = tuple(secrets)
        self._found: dict[Asked, list[Exchange]] = defaultdict(list)
        self._times: dict[Asked, int] = defaultdict(int)
        self._lock = threading.Lock()
        for exchange in exchanges:
            if exchange.request is not None:
                asked = canonical(redact_request(exchange.request, self._secrets))
                self._found[asked].append(exchange)
                self._found[Asked("", asked.what)].append(exchange)

    def answer(self, request: Request) -> Exchange | None:
        """The answer to the next request of this kind; None where nobody recorded one."""
        asked = canonical(redact_request(request, self._secrets))
        with self._lock:
            if asked not in self._found:
                asked = Asked("", asked.what)
            if asked not in self._found:
                return None
            found, times = self._found[asked], self._times[asked]
            self._times[asked] = times + 1
            return found[times % len(found)]


def recorded_in(folder: Path, secrets: Sequence[bytes] = ()) -> Iterator[Exchange]:
    """The exchanges of all recordings below a folder, by name. Raises `Unreadable` and OSError."""
    for path in sorted(folder.rglob("*")):
        if wanted(path.name) and path.is_file():
            yield from read(str(path), path.read_bytes(), secrets=secrets)


def _address(url: str) -> tuple[str, str]:
    """The host, and the path with its query but for keys; a broken address is taken as it is."""
    try:
        parts = urlsplit(url)
        fields = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "", url
    kept = sorted((name, value) for name, value in fields if not _is_key(name))
    return parts.netloc.rpartition("@")[2].lower(), json.dumps([parts.path or "/", kept])


def _is_key(name: str) -> bool:
    return re.sub(r"[-_.\[\]]", "", name).lower() in QUERY_NAMES


def _body(body: bytes) -> str:
    """JSON in one spelling; anything else as its bytes are."""
    try:
        document = json.loads(body, parse_float=_number)
        if isinstance(document, dict):
            document = {name: document[name] for name in document if name not in VOLATILE}
        return json.dumps(document, sort_keys=True)
    except (ValueError, RecursionError):
        return body.hex()


def _number(written: str) -> int | float:
    """1.0 and 1e0 are 1: clients in different languages write the same number differently."""
    value = float(written)
    return int(value) if value.is_integer() else value
