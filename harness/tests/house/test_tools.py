"""The tools that must be green are run here, so that plain `pytest` is the whole proof."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
)

TOOLS = {
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "ruff check": ["-m", "ruff", "check", "--output-format", "concise", "."],
    "mypy strict": ["-m", "mypy"],
    "import contracts": ["-c", LINT_IMPORTS, "--no-cache"],
}


@pytest.mark.parametrize("arguments", TOOLS.values(), ids=TOOLS.keys())
def test_the_tool_finds_nothing(arguments: list[str], root: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "harness"), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        pytest.fail(f"{outcome.stdout}\n{outcome.stderr}", pytrace=False)
