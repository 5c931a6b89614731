"""Size and shape: small functions, small modules, honest names, one test module for each module."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

FUNCTION_LINES = 50
MODULE_LINES = 300
VAGUE = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}

# Module: why it has no test module of its own.
TESTED_ELSEWHERE: dict[str, str] = {
    "streamgauge.dialects.dialect": "values, and a protocol that each dialect's test_live holds",
    "streamgauge.dialects.openai_responses.compose": "test_write: it writes nothing by itself",
    "streamgauge.dialects.openai_responses.done": "test_items: items begin and are done there",
    "streamgauge.dialects.openai_responses.words": "tables, read by every test of the dialect",
    "streamgauge.exchange": "values with one look-up, used by every test of the wing",
}

Refuse = Callable[[Iterable[str]], None]
Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_lines(node: ast.AST, text: str) -> int:
    """Lines of code below a node: docstrings, comments and blank lines are not counted."""
    lines = text.splitlines()
    first, last = _extent(node, lines)
    prose = {n for inner in ast.walk(node) for n in _docstring(inner)}
    numbered = enumerate(lines[first - 1 : last], start=first)
    return sum(1 for n, line in numbered if n not in prose and re.match(r"\s*[^\s#]", line))


def _extent(node: ast.AST, lines: list[str]) -> tuple[int, int]:
    if isinstance(node, ast.Module):
        return 1, len(lines)
    assert isinstance(node, Function)
    return node.body[0].lineno, node.end_lineno or node.lineno


def _docstring(node: ast.AST) -> range:
    if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
        text = node.body[0]
        return range(text.lineno, (text.end_lineno or text.lineno) + 1)
    return range(0)


def long_functions(tree: ast.Module, text: str) -> Iterator[str]:
    """Functions whose body has too many lines."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and (size := code_lines(node, text)) > FUNCTION_LINES:
            yield f"{node.lineno}: {node.name} has {size} lines, {FUNCTION_LINES} are allowed"


def behaves(tree: ast.Module) -> bool:
    """Whether a module does anything; one that only declares values is tested by its users."""
    return any(isinstance(node, Function | ast.Lambda) for node in ast.walk(tree))


def homes(module: str) -> set[str]:
    """The test modules, below `harness/tests`, that may be a module's own.

    A module of a floor has its namesake in the floor's folder, a module of a folder inside a
    floor has it deeper or under a joined name. One that lies in no floor has its namesake in
    the tests of whatever folder fits.
    """
    parts = module.split(".")[1:]
    if len(parts) == 1:
        return {f"*/test_{parts[0]}.py"}
    floor, *rest = parts
    ways = {"/".join([*rest[:-1], f"test_{rest[-1]}.py"]), f"test_{'_'.join(rest)}.py"}
    return {f"{floor}/{way}" for way in ways}


def untested(modules: list[str], tests: Path) -> list[str]:
    """Modules that have no test module of their own."""
    return [
        f"{module}: expected harness/tests/{' or '.join(sorted(homes(module)))}"
        for module in modules
        if module not in TESTED_ELSEWHERE
        and not any(match for home in homes(module) for match in tests.glob(home))
    ]


def test_functions_are_short(sources: tuple[Any, ...], root: Path, refuse: Refuse) -> None:
    refuse(
        f"{source.path}:{fault}"
        for source in sources
        for fault in long_functions(source.tree, (root / source.path).read_text(encoding="utf-8"))
    )


def test_modules_are_short(sources: tuple[Any, ...], root: Path, refuse: Refuse) -> None:
    sizes = {
        source.path: code_lines(source.tree, (root / source.path).read_text(encoding="utf-8"))
        for source in sources
    }
    refuse(f"{path}: {size} lines" for path, size in sizes.items() if size > MODULE_LINES)


def test_every_module_says_what_it_is_for(sources: tuple[Any, ...], refuse: Refuse) -> None:
    refuse(source.path for source in sources if not ast.get_docstring(source.tree))


def test_every_folder_of_modules_is_a_package(sources: tuple[Any, ...], refuse: Refuse) -> None:
    # Without __init__.py a folder still imports, but the import law and finders overlook it.
    folders = {str(Path(source.path).parent) for source in sources}
    refuse(folders - {str(Path(source.path).parent) for source in sources if source.is_package})


def test_no_module_has_a_vague_name(sources: tuple[Any, ...], refuse: Refuse) -> None:
    refuse(s.path for s in sources if VAGUE.intersection(re.split(r"[._]", s.name)))


def test_every_module_has_a_test_module_of_its_own(
    sources: tuple[Any, ...], root: Path, refuse: Refuse
) -> None:
    modules = [s.name for s in sources if not s.is_package and behaves(s.tree)]
    refuse(untested(modules, root / "harness" / "tests"))


def test_every_exception_is_still_needed(sources: tuple[Any, ...]) -> None:
    assert not TESTED_ELSEWHERE.keys() - {source.name for source in sources}


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("def f():\n    pass", 1),
        ('def f():\n    """Prose.\n\n    More.\n    """\n    # why\n\n    return 1', 1),
        ("def f(\n    a,\n    b,\n):\n    return (\n        a\n    )", 3),
        ('def f():\n    x = """\n    data\n    """', 3),
    ],
    ids=["one line", "prose is free", "the head is free", "a text that is data counts"],
)
def test_lines_of_a_function_are_counted_without_prose(code: str, size: int) -> None:
    assert code_lines(ast.parse(code).body[0], code) == size


def test_a_long_function_is_found_wherever_it_hides() -> None:
    body = "\n".join("        x = 1" for _ in range(FUNCTION_LINES + 1))
    code = f"class A:\n    async def f(self):\n{body}"
    assert list(long_functions(ast.parse(code), code)) == ["2: f has 51 lines, 50 are allowed"]


@pytest.mark.parametrize(
    ("code", "active"),
    [
        ("class A:\n    x: int = 1\nB = A | None", False),
        ("class A:\n    def f(self): ...", True),
        ("f = lambda: 1", True),
    ],
    ids=["declarations", "a method", "a lambda"],
)
def test_a_module_that_only_declares_needs_no_test_module(code: str, active: bool) -> None:
    assert behaves(ast.parse(code)) is active


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("streamgauge.wire.sse", "wire/test_sse.py"),
        ("streamgauge.data", "house/test_data.py"),
        ("streamgauge.dialects.a.read", "dialects/a/test_read.py"),
        ("streamgauge.dialects.a.read", "dialects/test_a_read.py"),
    ],
)
def test_a_test_module_is_found_in_its_place_only(module: str, test: str, tmp_path: Path) -> None:
    assert untested([module], tmp_path)
    (tmp_path / test).parent.mkdir(parents=True)
    (tmp_path / test).touch()
    assert not untested([module], tmp_path)
    assert untested(["streamgauge.wire.other"], tmp_path)
