"""A good stream says how it is judged, and what a fault is told of it."""

from __future__ import annotations

import pytest

from streamgauge.proof.good import Kind
from tests.proof.conftest import MakeGood


def test_it_is_judged_as_what_it_is_even_when_it_no_longer_shows(make_good: MakeGood) -> None:
    good = make_good()
    assert (good.options.dialect, good.options.vendor) == ("openai-chat", "unknown")
    assert good.setting.dialect.name == "openai-chat"


@pytest.mark.parametrize("kind", Kind)
def test_only_recordings_may_turn_out_not_to_be_good(kind: Kind) -> None:
    assert kind.vouched is (kind not in (Kind.CASSETTE, Kind.OWN))
