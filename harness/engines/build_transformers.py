"""Makes the environment that `transformers serve` runs in: torch, transformers and its server.

The environment is the engine's own, so that its pins never meet ours. pip is used as it is
configured here; where it can choose a torch without CUDA, the folder stays small.
"""

from __future__ import annotations

import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from engines.place import NotBuiltError, folder
from engines.steps import Step, take

NAME = "transformers"
VERSION = "5.23.0"
REQUIREMENTS = ("torch==2.13.0", f"transformers[serving]=={VERSION}")

MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An environment that is ready."""

    home: Path

    @property
    def python(self) -> Path:
        """The Python that has torch and transformers."""
        return self._program("python")

    @property
    def server(self) -> Path:
        """The command whose subcommand `serve` is the engine."""
        return self._program("transformers")

    @property
    def log(self) -> Path:
        """What pip printed."""
        return self.home.with_suffix(".log")

    @property
    def complete(self) -> Path:
        """A mark: everything is installed."""
        return self.home / "complete"

    def _program(self, name: str) -> Path:
        windows = sys.platform == "win32"
        return self.home / (f"Scripts/{name}.exe" if windows else f"bin/{name}")


def built() -> Built:
    """The finished environment, or NotBuiltError."""
    found = Built(home=_home())
    if not found.complete.is_file():
        raise NotBuiltError(NAME)
    return found


def _home() -> Path:
    return folder() / f"{NAME}-{VERSION}-py{sys.version_info.major}.{sys.version_info.minor}"


def build() -> Built:
    """The environment, made where it is not there; pip goes on where it was stopped."""
    result = Built(home=_home())
    if result.complete.is_file():
        return result
    if not result.python.is_file():
        venv.create(result.home, clear=True, with_pip=True)
    pip: list[str | Path] = [result.python, "-m", "pip", "install", "--disable-pip-version-check"]
    for wanted in REQUIREMENTS:
        words = f"install {wanted}"
        take(Step(words=words, command=[*pip, wanted], seconds=30 * MINUTE), result.log)
    result.complete.touch()
    return result
