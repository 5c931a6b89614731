"""A wrapper program that is good, noisy, silent, dead, or more than one line can hold."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from streamgauge.reply import Died, Hung
from streamgauge.targets.client import Program, Wrapper, bare_environment

ECHO = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


def program(source: str, folder: Path) -> Program:
    return Program(
        command=(sys.executable, "-c", source),
        folder=folder,
        environment=bare_environment(folder, ()),
    )


async def told(source: str, folder: Path, seconds: float = 20.0) -> dict[str, Any] | Hung | Died:
    async with Wrapper(program(source, folder)) as wrapper:
        return await wrapper.ask({"ask": 1, "text": "é\u2028"}, seconds)


@pytest.mark.asyncio
async def test_a_line_comes_back(tmp_path: Path) -> None:
    assert await told(ECHO, tmp_path) == {"ask": 1, "text": "é\u2028"}


@pytest.mark.asyncio
async def test_noise_is_passed_over(tmp_path: Path) -> None:
    noisy = f"print('loading', 7); print('[1]'); print('\\xff{{')\n{ECHO}"
    assert await told(noisy, tmp_path) == {"ask": 1, "text": "é\u2028"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import sys; sys.exit(3)", "the program exited with 3"),
        ("import os; os.kill(os.getpid(), 9)", "the program ended by signal 9"),
        ("input(); raise KeyError('x')", "the program exited with 1: KeyError: 'x'"),
        ("print('x' * (17 << 20))", "a line of more than 16777216 bytes"),
    ],
)
async def test_a_death_is_told(source: str, says: str, tmp_path: Path) -> None:
    assert await told(source, tmp_path) == Died(says=says)


@pytest.mark.asyncio
async def test_silence_has_an_end_and_so_has_the_program(tmp_path: Path) -> None:
    assert await told("input(); input()", tmp_path, seconds=0.2) == Hung(seconds=0.2)


@pytest.mark.asyncio
async def test_a_full_pipe_of_complaints_stops_nobody(tmp_path: Path) -> None:
    source = f"import sys; sys.stderr.write('x' * (1 << 20)); sys.stderr.flush()\n{ECHO}"
    assert isinstance(await told(source, tmp_path), dict)


@pytest.mark.asyncio
async def test_a_program_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    wrapper = Wrapper(Program(command=("no-such-program",), folder=tmp_path, environment={}))
    with pytest.raises(FileNotFoundError):
        await wrapper.__aenter__()


@pytest.mark.asyncio
async def test_a_program_knows_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    shows = "import json, os\ninput(); print(json.dumps(dict(os.environ)))"
    told_it = await told(shows, tmp_path)
    assert isinstance(told_it, dict)
    assert "sk-secret" not in json.dumps(told_it)
    assert told_it["HOME"] == str(tmp_path)
