"""The golden run and its renderings: a change of what a report says shows up in review."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "reports" / "golden"
FILES = ("run.jsonl", "report.md", "junit.xml")
STREAMS = (
    "text-complete",
    "arguments-cut-in-string",
    "cut-inside-an-event",
    "chunk-cut-in-mid-field",
)
# The bytes are left out: how well they compress depends on the zlib of the machine.
OPTIONS = ("--report", "markdown,junit", "--report-bytes", "none", "-q")
HOW = "to write it anew: python harness/tests/report/test_golden.py"


def render(folder: Path) -> None:
    """Judge the golden streams as a user would and write the reports into a folder."""
    names = [f"{name}.sse" for name in STREAMS]
    command = [sys.executable, "-m", "streamgauge", "check", *names, *OPTIONS]
    known = {"SOURCE_DATE_EPOCH": "1767225600", "PYTHONPATH": str(ROOT / "harness"), "PATH": ""}
    with tempfile.TemporaryDirectory() as place:
        # Away from their descriptions the streams are what a user has: nothing excuses them.
        for name in STREAMS:
            stream = ROOT / "fixtures" / "openai-chat" / name / "stream.sse"
            shutil.copy(stream, Path(place) / f"{name}.sse")
        command += ["--report-dir", str(folder)]
        done = subprocess.run(command, cwd=place, env=known, check=False)
    assert done.returncode == 1, "three of the four streams are broken"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    render(folder)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_the_golden_file_is_what_the_run_gives(fresh: Path, name: str) -> None:
    assert (fresh / name).read_bytes() == (GOLDEN / name).read_bytes(), HOW


if __name__ == "__main__":
    render(GOLDEN)
