"""Do the official clients hear in drawn exchanges what was said? Every difference has a cause.

Exchanges are drawn in every dialect, plainly and as each known vendor speaks it. What was said is
known from the draw, so a client is held against our reading and our reading against the draw.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.strategies import exchanges, vendors
from tests.agreement.streams import drawn
from tests.agreement.test_agreement import refuse, unexplained

if TYPE_CHECKING:
    from tests.agreement.readers import Reader

COUNT = 2_000 if os.environ.get("STREAMGAUGE_LONG") == "1" else 40
"""Exchanges of each dialect."""


@pytest.fixture(scope="module")
def readers() -> tuple[Reader, ...]:
    """The official clients; they are heavy to import, so only tests that ask for them do."""
    from tests.agreement.readers import readers

    return readers()


@pytest.mark.parametrize("dialect", [dialect.name for dialect in DIALECTS])
def test_drawn_exchanges_say_the_same(dialect: str, readers: tuple[Reader, ...]) -> None:
    from tests.agreement.said import of_message

    fitting = [reader for reader in readers if reader.dialect == dialect]
    assert fitting

    @settings(max_examples=COUNT)
    @given(st.data())
    def say_the_same(data: st.DataObject) -> None:
        vendor = data.draw(st.sampled_from((None, *vendors(dialect))))
        exchange, message = data.draw(exchanges(dialect, vendor))
        stream = drawn(exchange, dialect, vendor)
        for reader in fitting:
            assert reader.ours(exchange.body) == of_message(message, reader.shown)
            refuse(f"{reader.name}: {line}" for line in unexplained(reader, [stream]))

    say_the_same()
