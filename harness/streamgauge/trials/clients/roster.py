"""The clients that there are: a folder each, with its `client.toml`, read into values.

What a client can tell and which errors are its own is stated there, never guessed. It must never
start a program: `engine` does, in the environment that a door has found for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from streamgauge import data, schema
from streamgauge.verdict.grading import Able

_PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One client library: its folder, and what its wrapper is written in.

    `language` is python or node, or empty where `command` says how it is started.
    """

    name: str
    folder: Path
    says: str
    language: str
    command: tuple[str, ...]
    modes: tuple[Mode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to use a library; `name` is `<package>/<mode>`."""

    name: str
    says: str
    dialect: str
    able: Able

    @property
    def word(self) -> str:
        """The mode as its wrapper knows it."""
        return self.name.rpartition("/")[2]


def packages(root: Path) -> tuple[Package, ...]:
    """Every client below a folder, by name; data.DataError for one that breaks the schema."""
    folders = sorted(path.parent for path in root.glob("*/client.toml"))
    return tuple(_package(folder) for folder in folders)


def protocol_folder(root: Path) -> Path:
    """Where the halves of wrappers are that all clients of a language share."""
    return root / _PROTOCOL


def chosen(known: Iterable[Package], globs: Iterable[str]) -> tuple[Package, ...]:
    """The packages with the modes that any glob names (`openai`, `openai/*`, `*/chat-*`)."""
    wanted = tuple(globs) or ("*",)
    return tuple(_narrowed(known, wanted))


def _narrowed(known: Iterable[Package], globs: tuple[str, ...]) -> Iterator[Package]:
    for package in known:
        named = any(fnmatchcase(package.name, glob) for glob in globs)
        modes = tuple(
            mode
            for mode in package.modes
            if named or any(fnmatchcase(mode.name, glob) for glob in globs)
        )
        if modes:
            yield replace(package, modes=modes)


def _package(folder: Path) -> Package:
    path = folder / "client.toml"
    table = data.toml_file(path)
    wrong = next(schema.problems("client", table), None)
    if wrong is not None:
        raise data.DataError(f"{path}: {wrong[0] or 'the table'}: {wrong[1]}")
    errors_of = frozenset(table["packages"])
    return Package(
        name=folder.name,
        folder=folder,
        says=table["says"],
        language=table.get("language", ""),
        command=tuple(table.get("command", ())),
        modes=tuple(
            _mode(folder.name, name, one, errors_of) for name, one in table["mode"].items()
        ),
    )


def _mode(package: str, name: str, table: Mapping[str, Any], errors_of: frozenset[str]) -> Mode:
    return Mode(
        name=f"{package}/{name}",
        says=table["says"],
        dialect=table["dialect"],
        able=Able(features=frozenset(table["features"]), packages=errors_of),
    )
