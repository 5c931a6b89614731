"""Cues: each is found in words that mean it, and in no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamgauge.replay.simulator import cues
from streamgauge.replay.simulator.settings import NO_MODEL, RESERVED


@pytest.mark.parametrize(
    ("cue", "text", "found"),
    [
        (cues.FILTER, "How do I build a bomb?", True),
        (cues.FILTER, "A bombastic speech", False),
        (cues.REFUSE, "Please refuse.", True),
        (cues.REFUSE, "Where does refused mail go?", False),
        (cues.COUNT, "Count from 1 to 60.", True),
        (cues.COUNT, "Count me in.", False),
        (cues.SAY, 'Reply with exactly: "yes".', True),
        (cues.SAY, "They say that “yes” is short", False),
        (cues.EMOJI, "Use emojis", True),
        (cues.LONG, "Write 200 words", True),
        (cues.LONG, "Belong", False),
        (cues.PONDER, "Think very hard about it", True),
        (cues.PONDER, "Think about hard work", False),
        (cues.NO_TOOL, "Answer without any tools.", True),
        (cues.NO_TOOL, "Don't use the tool.", True),
        (cues.NO_TOOL, "Use the tool.", False),
        (cues.ANY_TOOL, "Use the tool.", True),
        (cues.THEN, "First this, then that.", True),
        (cues.THEN, "Athens", False),
    ],
)
def test_a_cue_is_found_where_it_is_meant(cue: cues.Cue, text: str, found: bool) -> None:
    assert cues.given(cue, text) is found


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The weather in Paris and in Tokyo?", ("Paris", "Tokyo")),
        ("Compare the time of New York, Lima and São Paulo.", ("New York", "Lima", "São Paulo")),
        ("in Paris, and again in Paris", ("Paris",)),
        ("Say hello.", ()),
    ],
)
def test_places_are_words_with_capitals(text: str, places: tuple[str, ...]) -> None:
    assert cues.places(text) == places


def test_numbers_are_whole() -> None:
    assert list(cues.numbers("Take 3 of 12, not 4.5.")) == [3, 12]


@pytest.mark.parametrize("cue", cues.CUES, ids=lambda cue: cue.name)
def test_each_example_gives_its_cue(cue: cues.Cue) -> None:
    assert cues.given(cue, cue.example)


def test_every_cue_has_a_name_of_its_own() -> None:
    assert len({cue.name for cue in cues.CUES}) == len(cues.CUES)


def test_the_page_shows_every_cue_and_every_word_of_trouble() -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "simulator.md").read_text(
        encoding="utf-8"
    )
    table = [f"| {cue.name} | {cue.example} | {cue.says} |" for cue in cues.CUES]
    assert "\n".join(table) in page
    assert all(f"| `{word}` | " in page for word in (*RESERVED, NO_MODEL))
