"""The import law where import-linter cannot say it: pure floors, sealed dialects, closed doors.

Floors 0 to 5 are values: they reach for no clock, file, socket, randomness or event loop. Which
floor imports which is a contract in `pyproject.toml`; what may be imported from outside the
package, and what may be called, is tested here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

Refuse = Callable[[Iterable[str]], None]

PURE = (
    "streamgauge.delta",
    "streamgauge.exchange",
    "streamgauge.history",
    "streamgauge.message",
    "streamgauge.reply",
    "streamgauge.vendors",
    "streamgauge.wire",
    "streamgauge.dialects",
    "streamgauge.transcript",
    "streamgauge.translate",
    "streamgauge.rules",
    "streamgauge.verdict",
)
DOORS = (
    "streamgauge.__main__",
    "streamgauge.cli",
    "streamgauge.cli_clients",
    "streamgauge.cli_stored",
    "streamgauge.door",
    "streamgauge.pytest_plugin",
)

# Modules of the outside world. A floor that parses text (json, urllib.parse) stays pure.
WORLDLY = {
    "asyncio",
    "click",
    "concurrent",
    "ctypes",
    "fileinput",
    "getpass",
    "glob",
    "http",
    "httpx",
    "httpx2",
    "importlib.resources",
    "jinja2",
    "locale",
    "logging",
    "mmap",
    "multiprocessing",
    "os",
    "pathlib",
    "platform",
    "random",
    "requests",
    "rich",
    "secrets",
    "select",
    "selectors",
    "shutil",
    "signal",
    "socket",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
    "uuid",
    "vcr",
    "websockets",
    "yaml",
}
WORLDLY_CALLS = {"breakpoint", "eval", "exec", "input", "open", "print"}
WORLDLY_METHODS = {"now", "today", "utcnow"}


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every dotted name that a module imports, `from a import b` as `a.b`, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def within(name: str, homes: tuple[str, ...] | set[str]) -> bool:
    return any(name == home or name.startswith(f"{home}.") for home in homes)


def impurities(tree: ast.AST) -> Iterator[str]:
    """What a module of a pure floor must not do, one line each."""
    for name, line in imports(tree):
        if within(name, WORLDLY | {"streamgauge.data"}):
            yield f"{line}: imports {name}"
    for node in ast.walk(tree):
        match node:
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield f"{node.lineno}: is asynchronous"
            case ast.Call(func=ast.Name(id=called)) if called in WORLDLY_CALLS:
                yield f"{node.lineno}: calls {called}()"
            case ast.Call(func=ast.Attribute(attr=called)) if called in WORLDLY_METHODS:
                yield f"{node.lineno}: asks the clock with .{called}()"


def shared_state(tree: ast.AST) -> Iterator[str]:
    """Statements that make a module's globals change."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"{node.lineno}: changes the global {', '.join(node.names)}"


def relative(tree: ast.AST) -> Iterator[str]:
    """Relative imports; ours are absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{node.lineno}: a relative import"


def door_imports(tree: ast.AST) -> Iterator[str]:
    """Imports of a door, which nobody may import."""
    for name, line in imports(tree):
        if within(name, DOORS):
            yield f"{line}: imports the door {name}"


def foreign_dialects(module: str, folders: set[str], tree: ast.AST) -> Iterator[str]:
    """Imports that lead from one dialect's folder into another's."""
    for name, line in imports(tree):
        if within(name, folders) and not any(
            within(module, {f}) and within(name, {f}) for f in folders
        ):
            yield f"{line}: imports {name}"


def _offenders(sources: tuple[Any, ...], check: Callable[[Any], Iterator[str]]) -> Iterator[str]:
    return (f"{source.path}:{fault}" for source in sources for fault in check(source))


def test_floors_0_to_5_are_pure(sources: tuple[Any, ...], refuse: Refuse) -> None:
    floors = tuple(source for source in sources if within(source.name, PURE))
    assert floors
    refuse(_offenders(floors, lambda source: impurities(source.tree)))


def test_no_module_changes_a_global(sources: tuple[Any, ...], refuse: Refuse) -> None:
    refuse(_offenders(sources, lambda source: shared_state(source.tree)))


def test_imports_are_absolute(sources: tuple[Any, ...], refuse: Refuse) -> None:
    refuse(_offenders(sources, lambda source: relative(source.tree)))


def test_nobody_imports_a_door(sources: tuple[Any, ...], refuse: Refuse) -> None:
    inside = tuple(source for source in sources if not within(source.name, DOORS))
    refuse(_offenders(inside, lambda source: door_imports(source.tree)))


def test_no_dialect_imports_another(sources: tuple[Any, ...], refuse: Refuse) -> None:
    folders = {
        ".".join(source.name.split(".")[:3])
        for source in sources
        if source.path.startswith("harness/streamgauge/dialects/") and source.path.count("/") > 3
    }
    assert folders
    inside = tuple(source for source in sources if within(source.name, folders))
    refuse(_offenders(inside, lambda s: foreign_dialects(s.name, folders, s.tree)))


IMPURE = {
    "a clock": "import time",
    "a file": "from pathlib import Path",
    "part of a package": "from os import path",
    "a submodule": "import urllib.request",
    "data of the project": "from streamgauge import data",
    "an opened file": "open('x')",
    "the time of day": "import datetime\ndatetime.datetime.now()",
    "a coroutine": "async def f(): ...",
    "inside a function": "def f():\n    import socket",
}


@pytest.mark.parametrize("code", IMPURE.values(), ids=IMPURE.keys())
def test_the_law_of_purity_bites(code: str) -> None:
    assert list(impurities(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["import json", "import urllib.parse", "import timeit", "x.open()"]
)
def test_the_law_of_purity_lets_parsers_be(code: str) -> None:
    assert not list(impurities(ast.parse(code)))


@pytest.mark.parametrize(
    ("target", "faults"),
    [("a.read", 0), ("dialect", 0), ("b.read", 1), ("b", 1)],
    ids=["its own folder", "what all share", "a module of another", "another"],
)
def test_the_law_of_dialects_bites(target: str, faults: int) -> None:
    tree = ast.parse(f"import streamgauge.dialects.{target}")
    folders = {"streamgauge.dialects.a", "streamgauge.dialects.b"}
    assert len(list(foreign_dialects("streamgauge.dialects.a.read", folders, tree))) == faults


def test_the_laws_of_doors_and_globals_bite() -> None:
    assert list(door_imports(ast.parse("from streamgauge.cli import main")))
    assert list(door_imports(ast.parse("from streamgauge import cli")))
    assert list(shared_state(ast.parse("def f():\n    global x\n    x = 1")))
    assert list(relative(ast.parse("from . import x")))
