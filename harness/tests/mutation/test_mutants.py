"""A mutant is a valid program that differs in one place, the same one for the same seed."""

from __future__ import annotations

from mutation.mutants import mutant
from mutation.places import places

SOURCE = "def f(a, b):\n    if a < b:\n        return a + 1\n    return g(*a)\n"


def test_every_mutant_differs_in_its_line_alone() -> None:
    for place in places("m", SOURCE):
        made = mutant(place, SOURCE, 0)
        assert made is not None
        assert made.source != SOURCE
        assert made.source.replace(made.after, made.before, 1) == SOURCE
        compile(made.source, "m", "exec")


def test_a_seed_makes_the_same_mutant_again() -> None:
    first = [mutant(place, SOURCE, 3) for place in places("m", SOURCE)]
    assert first == [mutant(place, SOURCE, 3) for place in places("m", SOURCE)]


def test_seeds_differ() -> None:
    places_ = places("m", SOURCE)
    made = {tuple(mutant(place, SOURCE, seed) for place in places_) for seed in range(5)}
    assert len(made) > 1


def test_what_leaves_no_valid_program_is_no_mutant() -> None:
    # cosmic-ray takes the stars for a power, and no other operator can stand in their place.
    source = "a = {b: c, **d}\n"
    assert [mutant(place, source, 0) for place in places("m", source)] == [None]


def test_what_cosmic_ray_cannot_change_is_no_mutant() -> None:
    source = "try:\n    pass\nexcept (a.B, C):\n    pass\n"
    made = [mutant(place, source, 0) for place in places("m", source)]
    assert [one and one.after for one in made] == [None, "except (a.B, CosmicRayTestingException):"]


def test_a_removed_decorator_is_told_by_its_line() -> None:
    source = "@first\ndef f():\n    pass\n"
    (one,) = (mutant(place, source, 0) for place in places("m", source))
    assert one is not None
    assert (one.operator, one.before, one.after) == ("RemoveDecorator", "@first", "")
