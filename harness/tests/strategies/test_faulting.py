"""Spoiled exchanges differ from what they were, by the fault that they name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from streamgauge.dialects.catalogue import named
from streamgauge.faults.fault import Setting
from streamgauge.strategies import Faulted, faulted, sample
from streamgauge.strategies.voicing import narrowed
from tests.strategies.drawing import DIALECTS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_fault_made_the_difference(dialect: str) -> None:
    setting = Setting(dialect=named(dialect), facts=narrowed(dialect, "unknown").facts)

    @settings(max_examples=max(1, settings().max_examples // 4))
    @given(drawn=faulted(dialect))
    def law(drawn: Faulted) -> None:
        assert drawn.spoiled != drawn.exchange
        assert drawn.chosen(drawn.exchange, setting) == drawn.spoiled
        assert dialect in drawn.chosen.fault.declared

    law()


def test_many_faults_are_drawn() -> None:
    names = {drawn.chosen.fault.name for drawn in sample(faulted("openai-chat"), 60)}
    assert len(names) > 8


def test_options_vary() -> None:
    places = {drawn.chosen.options.get("after") for drawn in sample(faulted("openai-chat"), 60)}
    assert len(places) > 2
