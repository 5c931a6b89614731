"""Places are found where code runs, once for each kind, and known by what stands there."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mutation.places import places


def found(source: str) -> list[tuple[str, str, int]]:
    """Places as (function, kind, changes)."""
    return [(p.function, p.kind, len(p.changes)) for p in places("m", dedent(source))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = 1\n", [("", "NumberReplacer", 2)]),
        ("a = b + c\n", [("", "ReplaceBinaryOperator", 11)]),
        ("def f(a: int | None) -> int | None:\n    return a\n", []),
        ("a: int | None = b\n", []),
        ("if TYPE_CHECKING:\n    a = 1 + 1\n", []),
        (
            "class A:\n    def f(self):\n        break_ = True\n",
            [("A.f", "ReplaceTrueWithFalse", 1)],
        ),
    ],
    ids=["number", "sum", "annotations", "annotated value", "for the type checker", "method"],
)
def test_places_are_where_code_runs(source: str, expected: list[tuple[str, str, int]]) -> None:
    assert found(source) == expected


def test_a_comparison_is_one_place_with_several_changes() -> None:
    kinds = {kind: changes for _, kind, changes in found("if a == b:\n    pass\n")}
    assert kinds.keys() == {"AddNot", "ReplaceComparisonOperator"}
    assert kinds["ReplaceComparisonOperator"] > 3


def test_an_edit_elsewhere_leaves_a_place_what_it_was() -> None:
    source = "def f(a):\n    return a + 1\n"
    moved = f"import os\n\n\ndef g():\n    pass\n\n\n{source}"
    assert [p.id for p in places("m", source)] == [p.id for p in places("m", moved)]


def test_equal_lines_are_different_places() -> None:
    ids = [p.id for p in places("m", "def f(a):\n    a = a + 1\n    a = a + 1\n")]
    assert len(ids) == len(set(ids)) == 4


def test_the_same_line_of_another_module_is_another_place() -> None:
    assert {p.id for p in places("m", "a = 1\n")}.isdisjoint(p.id for p in places("n", "a = 1\n"))
