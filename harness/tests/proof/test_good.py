"""A good stream says how it is judged, and what a fault is told of it."""

from __future__ import annotations

import pytest

from streamgauge.proof.good import Kind
from streamgauge.rules.finding import Level
from tests.proof.conftest import MakeGood


def test_it_is_judged_as_what_it_is_even_when_it_no_longer_shows(make_good: MakeGood) -> None:
    good = make_good()
    assert (good.options.dialect, good.options.vendor) == ("openai-chat", "unknown")
    assert good.setting.dialect.name == "openai-chat"


@pytest.mark.parametrize(
    ("kind", "vouched"),
    [
        (Kind.WRITTEN, {*Level}),
        (Kind.SIMULATED, {*Level}),
        (Kind.DRAWN, {Level.MUST, Level.SHOULD}),
        (Kind.CASSETTE, set()),
        (Kind.OWN, set()),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_a_recording_need_not_be_good_and_of_what_is_drawn_a_note_may_be_made(
    kind: Kind, vouched: set[Level]
) -> None:
    assert {level for level in Level if kind.vouches(level)} == vouched
