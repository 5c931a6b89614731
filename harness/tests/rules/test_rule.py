"""A rule is a function with its page; the decorator only says what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError

import pytest

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import ALL, CHAT, Authority, Need, Rule, rule

BOOK = Authority(name="A book", url="https://book.example")


@rule("order/holds", Level.MUST, BOOK, dialects={CHAT}, needs=(Need.CALLS,), demanded=True)
def holds(_: Case) -> Iterator[Evidence]:
    """It holds,
    always.

    Why it matters: it is tested.
    """
    yield from ()


@rule("order/plain", Level.MAY, BOOK)
def plain(_: Case) -> Iterator[Evidence]:
    yield from ()


def test_the_name_stands_for_the_rule() -> None:
    assert isinstance(holds, Rule)
    assert (holds.slug, holds.family, holds.level) == ("order/holds", "order", Level.MUST)
    assert (holds.dialects, holds.needs, holds.demanded) == ({CHAT}, (Need.CALLS,), True)


def test_a_rule_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        holds.slug = "other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        BOOK.name = "other"  # type: ignore[misc]


def test_the_page_is_the_docstring_and_begins_with_one_sentence() -> None:
    assert holds.page.endswith("Why it matters: it is tested.")
    assert holds.says == "It holds, always."


def test_what_is_not_said_is_usual() -> None:
    assert (plain.dialects, plain.needs, plain.demanded) == (ALL, (Need.STREAM,), False)
    assert (plain.page, plain.says) == ("", "")
