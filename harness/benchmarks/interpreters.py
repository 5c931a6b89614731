"""Finds the Python that can run a peer: this one, or one whose libraries do not fit in beside ours.

Those are made on demand in a cache folder outside the tree, with pip as it is configured here.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers import Peer


class Missing(NamedTuple):
    """Why a peer cannot be measured here."""

    reason: str


def interpreter(one: Peer, cache: Path) -> Path | Missing:
    """The Python to measure a peer with, or why there is none."""
    if one.needs is not None and one.apart:
        return _apart(one.needs, cache)
    if one.needs is not None and find_spec(one.needs) is None:
        return Missing(f"{one.needs} is not installed (pip install -e '.[bench]')")
    return Path(sys.executable)


def _apart(needs: str, cache: Path) -> Path | Missing:
    """A virtual environment of the peer's own; `complete` is written when all is installed."""
    home = cache / f"{needs}-py{sys.version_info.major}.{sys.version_info.minor}"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete = home / "complete"
    if complete.exists():
        return python
    venv.create(home, clear=True, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, needs, "orjson"], capture_output=True, text=True, check=False)
    if done.returncode:
        words = done.stderr.strip().splitlines() or ["pip gave no reason"]
        return Missing(f"pip could not install {needs}: {words[-1][:120]}")
    complete.touch()
    return python
