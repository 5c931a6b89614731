"""The command as users call it, in this process; and recordings of every verdict to call it on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from streamgauge.cli import main
from streamgauge.door.simulating import answers
from streamgauge.exchange import Request
from streamgauge.pipeline import profiles
from streamgauge.replay.server import Server
from streamgauge.replay.simulator import Settings
from streamgauge.vendors.profile import find

Run = Callable[..., Result]


def _chunk(delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    chunk = {
        "id": "chatcmpl-0",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk)}\n\n"


GOOD = (
    _chunk({"role": "assistant", "content": ""})
    + _chunk({"content": "Good "})
    + _chunk({"content": "morning."})
    + _chunk({}, "stop")
    + "data: [DONE]\n\n"
).encode()
CUT = GOOD.split(b"data: ")[0] + b"data: " + b"data: ".join(GOOD.split(b"data: ")[1:3])
STREAMS = {
    "good": GOOD,
    "cut": CUT,
    "stranger": b"data: hello\n\ndata: world\n\n",
    "page": b"<html>503</html>",
}


@pytest.fixture
def streams() -> dict[str, bytes]:
    """Bodies by what they are: a good stream, a cut one, one that is no LLM's, and a page."""
    return STREAMS


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("check", …)` in an empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*arguments: str, input: bytes | None = None) -> Result:
        result = CliRunner().invoke(main, list(arguments), input=input)
        crashed = result.exception is not None and not isinstance(result.exception, SystemExit)
        assert not crashed, result.exc_info
        return result

    return call


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has, nobody's key, gate or option is set."""
    monkeypatch.setenv("MINE_KEY", "")
    for name in list(os.environ):
        if name.startswith("STREAMGAUGE_") or re.search("_KEY$|_TOKEN$|_ENABLED$", name):
            monkeypatch.delenv(name)


class Providers:
    """Simulated providers on loopback, in a thread of their own, so that a process may ask them."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stack = contextlib.AsyncExitStack()
        self._thread.start()
        self.asked: list[Request] = []

    def simulated(self, slug: str, **settings: Any) -> str:
        """The base URL of a new simulator that is this vendor, and plays at once."""
        profile = find(profiles(), slug)
        assert profile is not None
        facts = profile.narrowed(profile.dialects[0]).facts
        base = urlsplit(str(facts.get("base-url", ""))).path.rstrip("/")
        return self.answering(answers(profile, Settings(**settings))) + base

    def answering(self, answer: Callable[[Request], Any], speed: float = 0.0) -> str:
        """The URL of a new server that answers so."""

        def noted(request: Request) -> Any:
            self.asked.append(request)
            return answer(request)

        server = Server(noted, speed=speed)
        self._wait(self._stack.enter_async_context(server))
        return server.url

    def close(self) -> None:
        """End every server."""
        self._wait(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


@pytest.fixture
def providers(no_keys: None) -> Iterator[Providers]:  # noqa: ARG001
    """Simulated providers for one test."""
    made = Providers()
    yield made
    made.close()
