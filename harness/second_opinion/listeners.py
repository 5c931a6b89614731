"""The decoders as functions: pieces of bytes in, what each of them hears out.

A listener repairs nothing and adds nothing; it uses each library the way its own page shows.
"""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from second_opinion.place import OpinionError, need, prepared

_SECONDS = 60


class Heard(NamedTuple):
    """One event as a reader gets it. `id` is the one that the event itself carries, or None."""

    name: str
    data: str
    id: str | None = None


Listen = Callable[[Sequence[bytes]], list[Heard]]


@contextmanager
def eventsource_parser() -> Iterator[Listen]:
    """eventsource-parser in node. Raises OpinionError where node or the package is missing."""
    command = [need("node", "listen with"), str(prepared())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield lambda pieces: _asked(process, pieces)
        finally:
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _asked(process: subprocess.Popen[bytes], pieces: Sequence[bytes]) -> list[Heard]:
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Timer(_SECONDS, process.kill)
    late.start()
    try:
        asked = {"pieces": [base64.b64encode(piece).decode("ascii") for piece in pieces]}
        process.stdin.write(json.dumps(asked).encode("ascii") + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    except BrokenPipeError:
        answer = b""
    finally:
        late.cancel()
    if not answer:
        raise OpinionError("node ended without an answer")
    return [Heard(name or "message", data, id) for name, data, id in json.loads(answer)["heard"]]


@contextmanager
def httpx_sse() -> Iterator[Listen]:
    """httpx-sse. An event comes with the last id that any event carried; it may be empty."""
    from importlib import import_module

    try:
        import_module("httpx_sse")
    except ModuleNotFoundError:
        raise OpinionError("httpx-sse is not installed (pip install -e '.[dev]')") from None
    yield _through_httpx


def _through_httpx(pieces: Sequence[bytes]) -> list[Heard]:
    import httpx
    from httpx_sse import EventSource

    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=pieces)
    return [Heard(one.event, one.data, one.id) for one in EventSource(answer).iter_sse()]
