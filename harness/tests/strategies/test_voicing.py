"""Speakers: pieces lose nothing, ids repeat, and habits stay within what a vendor is known for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.catalogue import named
from streamgauge.prompt import Asked
from streamgauge.strategies.texts import texts
from streamgauge.strategies.voicing import Speaker, narrowed, speakers, vendors
from tests.strategies.drawing import DIALECTS, reaches

SPEAKER = Speaker(dialect=named("openai-chat"), vendor="unknown", facts={})


@given(text=texts(), sizes=st.lists(st.integers(1, 9), max_size=3).map(tuple))
def test_pieces_are_the_text(text: str, sizes: tuple[int, ...]) -> None:
    pieces = replace(SPEAKER, sizes=sizes).pieces(text)
    assert "".join(pieces) == text
    assert all(pieces)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((2,), ["ab", "cd", "e"]), ((1, 3), ["a", "bcd", "e"]), ((9,), ["abcde"])],
)
def test_sizes_go_round(sizes: tuple[int, ...], expected: list[str]) -> None:
    assert replace(SPEAKER, sizes=sizes).pieces("abcde") == expected


def test_a_huge_text_stays_within_bounds() -> None:
    assert len(replace(SPEAKER, sizes=(1,)).pieces("x" * 9_999)) <= 32


def test_a_voice_begins_its_ids_anew() -> None:
    first, second = (SPEAKER.voice(Asked()).ids("message") for _ in range(2))
    assert first == second
    assert SPEAKER.id("tool", "0") == SPEAKER.id("tool", "0") != SPEAKER.id("tool", "1")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_unknown_speaks_every_dialect(dialect: str) -> None:
    assert "unknown" in vendors(dialect)


@pytest.mark.parametrize("place", ["own-chunk", "every-chunk"])
def test_usage_stands_in_each_known_place(place: str) -> None:
    vendor = "sglang"
    known = narrowed("openai-chat", vendor).facts["usage-places"]
    found = reaches(
        speakers("openai-chat", vendor), lambda one: one.facts["usage-places"][0] == place
    )
    assert sorted(found.facts["usage-places"]) == sorted(known)  # type: ignore[call-overload]


def test_a_vendor_that_does_not_speak_the_dialect_is_refused() -> None:
    with pytest.raises(ValueError, match="no vendor 'mistral' of gemini; known: google"):
        narrowed("gemini", "mistral")
