"""The page is what the results say, and the stored page is fresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation import counting, page, results
from mutation.results import Result
from mutation.sampling import FLOORS

STORED = Path(__file__).parents[3] / "docs/mutation.md"
MORE = {"function": "f", "before": "if a | b:", "after": "if a\n  ^ b:"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    survived = Result("wire.a", "1", "AddNot", "survived", **MORE)
    killed = survived._replace(id="2", now="killed", by="harness/tests/wire/test_a.py::test_it")
    results.write("wire", [survived, killed, survived._replace(id="3")], tmp_path)
    results.keep_places("wire", 9, tmp_path)
    (tmp_path / "why.toml").write_text('[equivalent]\n1 = "no matter"\n', encoding="utf-8")
    return tmp_path


def test_a_page_tells_what_became_of_each_survivor(folder: Path) -> None:
    text = page.made(folder, folder / "why.toml")
    change = "`if a \\| b:` → `if a ^ b:`"
    assert f"| `wire.a` `f` 1 | {change} | equivalent: no matter |" in text
    assert f"| `wire.a` `f` 2 | {change} | killed by `test_a.py::test_it` |" in text
    assert f"| `wire.a` `f` 3 | {change} | **open** |" in text


def test_a_page_tells_the_rates_at_first_and_now(folder: Path) -> None:
    text = page.made(folder, folder / "why.toml")
    assert "| wire | 9 | 3 | at first | 0 | 0 | 3 | 0.0 % | 0.0 % to 56.1 % |" in text
    assert "| wire | 9 | 3 | now | 1 | 0 | 2 | 33.3 % | 6.1 % to 79.2 % |" in text
    assert "| wire | 1 | now | 1 | 50.0 % | 9.5 % to 90.5 % | missed |" in text


def test_the_stored_page_is_fresh() -> None:
    assert STORED.read_text(encoding="utf-8") == page.made()


@pytest.mark.parametrize("floor", FLOORS)
def test_a_whole_sample_reaches_the_goal(floor: str) -> None:
    count = counting.now(results.read(floor).values(), results.equivalent())
    if count.tried < page.SIZE:
        pytest.skip(f"{count.tried} of {page.SIZE} mutants were tried so far")
    assert count.rate_of_telling.low >= page.GOAL
