"""The search: as few units as hold, no question twice, and an end when the budget is spent."""

from __future__ import annotations

import pytest

from streamgauge.shrink.draft import Draft
from streamgauge.shrink.search import Budget, Search, Spent, fewest
from streamgauge.wire.framing import Framing


@pytest.mark.parametrize(
    "needed", ["", "a", "m", "z", "az", "mn", "bdfhjl", "abcdefghijklmnopqrstuvwxyz"]
)
def test_what_is_needed_is_left_and_nothing_else(needed: str) -> None:
    units = "abcdefghijklmnopqrstuvwxyz"
    assert "".join(fewest(units, lambda kept: set(needed) <= set(kept))) == needed


def test_nothing_of_nothing_is_nothing() -> None:
    assert fewest([], lambda kept: pytest.fail(f"was asked about {kept}")) == []


def test_a_run_goes_as_a_whole_where_no_half_of_it_can() -> None:
    def balanced(kept: object) -> bool:
        text = "".join(kept)  # type: ignore[call-overload]
        return text.startswith("{") and text.endswith("}") and text.count("'") % 4 == 0

    assert "".join(fewest("{'a':'b'}", balanced)) == "{}"


def test_few_are_found_among_many_with_few_questions() -> None:
    asked: list[int] = []

    def holds(kept: object) -> bool:
        asked.append(1)
        return 700 in kept  # type: ignore[operator]

    assert fewest(range(1000), holds) == [700]
    assert len(asked) < 40


def search(interesting: bytes, most: int) -> Search:
    draft = Draft(b'data: {"a": 1}\n\n')
    return Search(draft, lambda one: interesting in one.body, Framing.SSE, Budget(most))


def test_the_best_is_what_was_taken_last() -> None:
    looking = search(b"1", most=9)
    assert looking.take(Draft(b"data: 12\n\n"))
    assert not looking.take(Draft(b"data: 3\n\n"))
    assert looking.best == Draft(b"data: 12\n\n")


def test_no_draft_is_asked_about_twice() -> None:
    looking = search(b"a", most=1)
    assert looking.take(looking.best)
    assert [looking.take(Draft(b"b")) for _ in range(3)] == [False] * 3
    with pytest.raises(Spent):
        looking.take(Draft(b"c"))


@pytest.mark.parametrize(
    "body",
    [b'data: {"a": \n\n', b'data: {"a": 1}\n', b'data: {"a": "\xff"}\n\n'],
    ids=["JSON broken", "end open", "UTF-8 broken"],
)  # fmt: skip
def test_what_is_less_sound_is_not_even_asked_about(body: bytes) -> None:
    looking = search(b"a", most=0)
    assert not looking.take_sound(Draft(body))
    with pytest.raises(Spent):
        looking.take_sound(Draft(b'data: {"a":1}\n\n'))


def test_a_budget_ends_by_time_too_and_says_so() -> None:
    budget = Budget(9, lambda: budget.asked == 2)
    budget.spend()
    budget.spend()
    assert not budget.spent
    with pytest.raises(Spent):
        budget.spend()
    assert (budget.asked, budget.spent) == (2, True)
