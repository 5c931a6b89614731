"""An engine runs while its context lasts, and is gone with all it started."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx
import pytest

from engines.place import EngineError
from engines.serving import Launch, running

SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


def launch(code: str, log: Path, ready: float = 30.0) -> Launch:
    return Launch(
        name="toy/model",
        model="model",
        command=lambda port: [sys.executable, "-c", code, str(port)],
        paths={"openai-chat": "/v1"},
        log=log,
        ready=ready,
    )


def test_an_engine_answers_and_then_is_gone(tmp_path: Path) -> None:
    async def scene() -> int:
        async with running(launch(SERVER, tmp_path / "log")) as engine:
            assert engine.base_url("openai-chat") == f"{engine.url}/v1"
            async with httpx.AsyncClient(trust_env=False) as client:
                assert (await client.get(engine.url)).status_code == 200
            return engine.pid

    pid = asyncio.run(scene())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("code", "ready", "words"),
    [
        ("print('no model'); raise SystemExit(5)", 30.0, "ended with code 5"),
        ("import time; time.sleep(60)", 0.5, "was not ready after 0 s"),
    ],
    ids=["one that ends", "one that never is ready"],
)
def test_an_engine_that_does_not_start_says_why(
    code: str, ready: float, words: str, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with running(launch(code, tmp_path / "log", ready)):
            pytest.fail("it was taken for ready")

    with pytest.raises(EngineError, match=words):
        asyncio.run(scene())
    assert (tmp_path / "log").exists()
