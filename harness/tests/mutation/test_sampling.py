"""A sample is drawn by what stands at a place, and walks over the floors in turns."""

from __future__ import annotations

from pathlib import Path

from mutation.places import places
from mutation.sampling import FLOORS, PACKAGE, in_turns, modules, population, ranked

ROOT = Path(__file__).parents[3]
TEXT = "".join(f"def f{n}(a):\n    return a + {n}\n" for n in range(20))


def test_a_floor_s_modules_are_named_below_the_package() -> None:
    found = modules(ROOT, "dialects")
    assert found["dialects.gemini.read"] == ROOT / PACKAGE / "dialects/gemini/read.py"


def test_every_floor_has_modules() -> None:
    assert all(modules(ROOT, floor) for floor in FLOORS)


def test_a_population_is_all_places_of_all_modules(tmp_path: Path) -> None:
    folder = tmp_path / PACKAGE / "wire"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("a = 1\n", encoding="utf-8")
    (folder / "b.py").write_text("b = 1 + 1\n", encoding="utf-8")
    assert [place.module for place in population(tmp_path, "wire")] == ["wire.a", *3 * ["wire.b"]]


def test_an_edit_exchanges_only_its_own_places() -> None:
    known = places("m", TEXT)
    edited = places("m", TEXT.replace("a + 7", "a - 7"))
    gone = {place.id for place in known} - {place.id for place in edited}
    assert len(gone) == 2
    before = [place.id for place in ranked(known, 0) if place.id not in gone]
    ids = set(before)
    assert before == [place.id for place in ranked(edited, 0) if place.id in ids]


def test_seeds_draw_in_different_orders() -> None:
    assert ranked(places("m", TEXT), 0) != ranked(places("m", TEXT), 1)


def test_floors_are_walked_in_turns_until_each_is_empty() -> None:
    a, b, c = places("m", "a = 1 + 1\n")
    assert list(in_turns([iter([a, b]), iter([]), iter([c])])) == [a, c, b]
