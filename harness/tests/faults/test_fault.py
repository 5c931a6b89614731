"""A fault declares, for each dialect, what it breaks or why nobody can tell."""

from __future__ import annotations

import pytest

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Exchange
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault

SETTING = Setting(dialect=dialects.DIALECTS[0])


@fault(Breaks(("a/b",)), gemini=Invisible("why not"))
def cut_short(exchange: Exchange, _: Setting, *, size: int = 1) -> Exchange:
    """Cut it.

    And more.
    """
    return Exchange(body=exchange.body[:size])


def test_what_is_said_of_one_dialect_wins() -> None:
    assert cut_short.declared["gemini"] == Invisible("why not")
    assert cut_short.declared["openai-chat"] == Breaks(("a/b",))


def test_a_dialect_without_a_word_has_nothing_to_spoil() -> None:
    assert fault(messages=Breaks(()))(cut_short.spoil).declared.keys() == {"anthropic-messages"}


def test_a_fault_has_the_name_words_and_options_of_its_function() -> None:
    assert (cut_short.name, cut_short.says, cut_short.options) == (
        "cut-short",
        "Cut it.",
        {"size": 1},
    )


def test_a_fault_is_called_with_options() -> None:
    assert cut_short(Exchange(body=b"abc"), SETTING, size=2).body == b"ab"
    with pytest.raises(TypeError):
        cut_short(Exchange(), SETTING, length=2)
