"""Where the node package is kept, how it gets there, and how we say that it is missing.

The folder lies outside the tree: `STREAMGAUGE_SECOND_OPINION` names it, or it is in the user's
cache. What is installed is what `package-lock.json` names, to the byte.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

HOW_TO_PREPARE = "python harness/second_opinion/run.py prepare"
PACKAGE = "eventsource-parser"

_HERE = Path(__file__).resolve().parent
_FILES = ("listen.mjs", "package.json", "package-lock.json")
_SECONDS = 300


class OpinionError(Exception):
    """The decoder cannot be had here; the message is one line that says what to do."""


def folder() -> Path:
    """The folder for this very package and program; it need not exist yet."""
    digest = sha256()
    for name in _FILES:
        digest.update((_HERE / name).read_bytes())
    return _kept() / digest.hexdigest()[:12]


def _kept() -> Path:
    named = os.environ.get("STREAMGAUGE_SECOND_OPINION")
    if named:
        return Path(named).expanduser().resolve()
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError:
        raise OpinionError(
            "platformdirs is not installed (pip install -e '.[dev]'); "
            "or name a folder in STREAMGAUGE_SECOND_OPINION"
        ) from None
    return user_cache_path("streamgauge") / "second-opinion"


def version() -> str:
    """The version of the package that is pinned."""
    pinned = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))
    return str(pinned["dependencies"][PACKAGE])


def prepared() -> Path:
    """The program that listens. Raises OpinionError where it is not prepared."""
    need("node", "listen with")
    home = folder()
    if not (home / "node_modules" / PACKAGE / "package.json").is_file():
        raise OpinionError(f"{PACKAGE} {version()} is not here; run `{HOW_TO_PREPARE}`")
    return home / "listen.mjs"


def prepare() -> Path:
    """Install the pinned package with npm, unless it is there; the program that listens."""
    home, npm = folder(), need("npm", "install it with")
    need("node", "listen with")
    if not (home / "node_modules").is_dir():
        part = home.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name in _FILES:
            shutil.copy(_HERE / name, part / name)
        _install(npm, part)
        shutil.rmtree(home, ignore_errors=True)
        part.rename(home)
    return prepared()


def _install(npm: str, home: Path) -> None:
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    log = home / "npm.log"
    with log.open("wb") as out:
        try:
            code = subprocess.run(
                command,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise OpinionError(f"npm ci was not ready after {_SECONDS} s; see {log}") from None
    if code:
        raise OpinionError(f"npm ci failed with code {code}; see {log}")


def need(program: str, why: str) -> str:
    """The path of a program, or OpinionError."""
    found = shutil.which(program)
    if found is None:
        raise OpinionError(f"{program} is not installed; it is needed to {why}")
    return found
