"""A client library on trial: the wrapper program around it, spoken to in JSON lines.

The program is started with its own folder as home, none of our variables and no key. What it does
wrong (noise, a crash, a hang) is a fact about the client and comes back as a value; nothing that
it does raises here. It must never judge what a client says.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamgauge.reply import Died, Hung

_LINE = 16 * 1024 * 1024
"""Bytes that one line of a client may have; a longer one is as good as none."""
_COMPLAINT = 400
_GRACE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How a wrapper is started: the command, its folder, and the variables that it needs."""

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]


class Wrapper:
    """One running wrapper program; an async context manager that ends it however it went."""

    def __init__(self, program: Program) -> None:
        """Nothing is started yet."""
        self._program = program
        self._process: Process | None = None
        self._complaints = bytearray()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Wrapper:
        """Start it. OSError where there is no such program."""
        self._process = await asyncio.create_subprocess_exec(
            *self._program.command,
            cwd=self._program.folder,
            env=dict(self._program.environment),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=_LINE,
            start_new_session=True,
        )
        assert self._process.stderr is not None
        self._listening = asyncio.create_task(self._listen(self._process.stderr))
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it and whatever it started."""
        assert self._process is not None
        assert self._listening is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening

    async def ask(self, said: Mapping[str, Any], seconds: float) -> dict[str, Any] | Hung | Died:
        """Say one thing and wait for the line that answers it."""
        assert self._process is not None
        assert self._process.stdin is not None
        line = json.dumps(said, ensure_ascii=True).encode("ascii") + b"\n"
        try:
            self._process.stdin.write(line)
            await self._process.stdin.drain()
        except OSError:
            return await self._death()
        return await self.hear(seconds)

    async def hear(self, seconds: float) -> dict[str, Any] | Hung | Died:
        """The next JSON object on standard output; whatever else it prints is passed over."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                while line := await self._process.stdout.readline():
                    value = _object(line)
                    if value is not None:
                        return value
        except TimeoutError:
            return Hung(seconds=seconds)
        except ValueError:
            return Died(says=f"a line of more than {_LINE} bytes")
        return await self._death()

    async def _death(self) -> Died:
        assert self._process is not None
        try:
            code = await asyncio.wait_for(self._process.wait(), _GRACE)
        except TimeoutError:
            return Died(says="it closed its output and stayed")
        how = f"ended by signal {-code}" if code < 0 else f"exited with {code}"
        return Died(says=f"the program {how}{_last_line(self._complaints)}")

    async def _listen(self, errors: asyncio.StreamReader) -> None:
        """Keep the last of what it complains of, so that its pipe never fills."""
        while data := await errors.read(65536):
            self._complaints += data
            del self._complaints[: -_COMPLAINT * 4]


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _last_line(complaints: bytes | bytearray) -> str:
    lines = bytes(complaints).decode("utf-8", "replace").strip().splitlines()
    return f": {lines[-1][:_COMPLAINT]}" if lines else ""


def bare_environment(home: Path, path: Sequence[str]) -> dict[str, str]:
    """What a client's program may know of this machine: where programs are, and nothing else."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "NO_PROXY": "*",
        "PATH": os.pathsep.join((*path, os.defpath)),
        "PYTHONUNBUFFERED": "1",
    }
