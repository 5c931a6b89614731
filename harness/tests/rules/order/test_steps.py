"""Which missteps are pieces without a part."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.dialect import Machine, Symbol
from streamgauge.rules.order.steps import is_piece
from streamgauge.rules.order.walk import Misstep

MACHINE = Machine(scope="part", start="new", edges={}, accepts=frozenset({"shut"}))


@pytest.mark.parametrize(
    ("symbol", "state", "wanted"),
    [
        ("delta", "new", True),
        ("delta", "shut", True),
        ("delta", "open", False),
        ("start", "shut", False),
        ("stop", "new", False),
    ],
)
def test_a_piece_is_homeless_before_its_part_and_behind_it(
    symbol: str, state: str, wanted: bool
) -> None:
    nothing: Any = None
    miss = Misstep(nothing, Symbol("part", 0, symbol), state, MACHINE, 1)
    assert is_piece(miss) is wanted
