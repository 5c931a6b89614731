"""What the house tests read: the project's root, the package's modules as trees, tracked files."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest


class Source(NamedTuple):
    """One module of the package: dotted name, path from the project's root, syntax tree."""

    name: str
    path: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.endswith("/__init__.py")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def sources(root: Path) -> tuple[Source, ...]:
    """Every module of the package."""
    harness = root / "harness"
    return tuple(
        Source(
            name=".".join(path.relative_to(harness).with_suffix("").parts).removesuffix(
                ".__init__"
            ),
            path=path.relative_to(root).as_posix(),
            tree=ast.parse(path.read_text(encoding="utf-8")),
        )
        for path in sorted((harness / "streamgauge").rglob("*.py"))
    )


@pytest.fixture(scope="session")
def tracked(root: Path) -> tuple[Path, ...]:
    """The files that the project consists of: tracked by git, or every file of an unpacked sdist.

    Files that are new and not ignored count as well, so that a fault shows before the commit.
    """
    if not (root / ".git").exists():
        return tuple(sorted(path for path in root.rglob("*") if path.is_file()))
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (root / name for name in listing.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@pytest.fixture(scope="session")
def refuse() -> Callable[[Iterable[str]], None]:
    """Fails with one offender a line, and passes where there is none."""

    def refuse(offenders: Iterable[str]) -> None:
        lines = list(offenders)
        if lines:
            pytest.fail("\n".join([f"{len(lines)} offenders:", *lines]), pytrace=False)

    return refuse
