"""kill -9 in the middle of a run: whatever the moment, the run can be gone on with.

Moments are chosen by what stands in the run file, never by a clock. STREAMGAUGE_LONG=1 tries
fifty of them, else a few are.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

SCENARIOS = ("plain-text", "tool-result", "agent-loop", "unicode", "reasoning-then-tool", "usage")
MOMENTS = 50 if os.environ.get("STREAMGAUGE_LONG") else 3
PATIENCE = 120.0
SEED = 20261122


def command(folder: Path, *more: str) -> list[str]:
    chosen = [word for name in SCENARIOS for word in ("--scenario", name)]
    # How fast a loaded machine is must not decide what was right.
    said = ["run", "--vendor", "moonshot", *chosen, "--skip-rule", "timing/*", "-q"]
    said += ["--report-dir", str(folder), *more]
    return [sys.executable, "-m", "streamgauge.cli", *said]


def environment() -> dict[str, str]:
    root = Path(__file__).resolve().parents[2]
    return {**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1"}


def whole(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, *more),
        env=environment(),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def killed(folder: Path, size: int) -> bool:
    """Run until so many bytes are written, then kill; whether the kill came before the end."""
    path = folder / "run.jsonl"
    with subprocess.Popen(
        command(folder),
        env=environment(),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_size >= size:
                    break
            time.sleep(0.0005)
        process.kill()
    return process.returncode == -9


def lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a run file."""
    text = path.read_bytes()
    return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]


def results(path: Path) -> list[dict[str, Any]]:
    return [line["result"] for line in lines(path) if line["kind"] == "result"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], int, int]:
    """The sources of a run that nobody kills, the size of its header, and its own."""
    folder = tmp_path_factory.mktemp("undisturbed")
    done = whole(folder)
    assert (done.returncode, done.stderr) == (0, "")
    path = folder / "run.jsonl"
    header = path.read_bytes().index(b"\n") + 1
    return [one["source"] for one in results(path)], header, path.stat().st_size


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_killed_run_is_gone_on_with(
    tmp_path: Path, undisturbed: tuple[list[str], int, int], moment: int
) -> None:
    sources, header, size = undisturbed
    at = random.Random(SEED + moment).randint(header, int(0.95 * size))
    was_killed = killed(tmp_path, at)
    before = {one["source"]: one for one in results(tmp_path / "run.jsonl")}
    # Shown by -s: whether the kill came in time, and how much there was to keep.
    print(f"moment {moment}: killed={was_killed} at={at} kept={len(before)}/{len(sources)}")
    done = whole(tmp_path, "--resume")
    assert (done.returncode, done.stderr) == (0, "")
    after = results(tmp_path / "run.jsonl")
    assert [one["source"] for one in after] == sources
    assert {one["verdict"] for one in after} == {"pass"}
    # What was finished is kept as it was, times and all, and not asked for again.
    assert {one["source"]: one for one in after if one["source"] in before} == before
    assert was_killed or len(before) == len(sources)
    footer = lines(tmp_path / "run.jsonl")[-1]
    assert (footer["kind"], footer["exit"]) == ("footer", 0)
