"""The loopback benchmark works from end to end, in processes of their own, at a tiny length."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import loopback, loopback_roles
from benchmarks.loopback_roles import SIZE, body, piece
from streamgauge.exchange import Exchange, Framing
from streamgauge.replay.server import Server

TINY = ["--chunks", "5", "--gap", "2"]


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = Path(loopback.__file__)
    return subprocess.run(
        [sys.executable, str(script), *TINY, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_piece_is_of_one_size_and_its_own() -> None:
    assert len(piece(999_999, 99_999_999)) == len(piece(0, 0)) == SIZE
    assert len({body(stream, 3) for stream in range(5)}) == 5


def test_the_server_is_measured_beside_a_bare_pair() -> None:
    done = ran("--streams", "2", "--rounds", "1")
    rows = [line.split(" | ")[1:3] for line in done.stdout.splitlines()[2:]]
    assert ["bare", "raw"] in rows
    assert ["ours", "raw"] in rows
    assert ["ours", "httpx"] in rows
    assert "× bare at p99" in done.stderr


def test_a_soak_checks_every_byte() -> None:
    done = ran("--soak", "--streams", "3")
    assert done.returncode == 0
    assert done.stdout.startswith("streams 3, pieces 15, wrong 0\n")
    assert "server's memory: " in done.stdout


def test_a_wrong_byte_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(loopback_roles, "print", counted.append, raising=False)

    async def soaked() -> None:
        wrong = Exchange(body=body(0, 2), framing=Framing.UNTIL_CLOSE)
        async with Server(lambda _: wrong) as server:
            await loopback_roles.soak(server.url, loopback_roles.Work(2, 2, 1.0))

    asyncio.run(soaked())
    assert '"wrong": 1' in counted[0]
