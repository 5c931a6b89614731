"""The command as users call it, in this process; and recordings of every verdict to call it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from streamgauge.cli import main

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
