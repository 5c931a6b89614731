"""What is said: by the words of the user and a number, and by nothing else."""

from __future__ import annotations

import pytest

from streamgauge.replay.simulator import texts


def test_the_same_words_and_number_say_the_same() -> None:
    assert texts.answer("Tell me of rivers", 5) == texts.answer("Tell me of rivers", 5)
    assert texts.answer("Tell me of rivers", 5) != texts.answer("Tell me of rivers", 6)


@pytest.mark.parametrize("words", [50, 300, 1000])
def test_a_long_answer_is_as_long_as_it_should_be(words: int) -> None:
    assert words <= len(texts.answer("x", 1, words).split()) < words + 30


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Count from 1 to 5", "1, 2, 3, 4, 5"),
        ("Count from 3 to 1.", "3, 2, 1"),
        ('Say "hello there".', "hello there"),
        ("Say “good day”", "good day"),
        ("Show an emoji", texts.EMOJI),
        ("Hello", None),
    ],
)
def test_cues_are_obeyed(said: str, answer: str | None) -> None:
    assert texts.cued(said) == answer


def test_a_count_is_bounded() -> None:
    counted = texts.cued("Count from 1 to 9999")
    assert counted is not None
    assert counted.endswith(", 2000")


@pytest.mark.parametrize(
    ("said", "words"), [("in 40 words", 40), ("a long text", 300), ("9999 words", 3000), ("", 0)]
)
def test_the_wanted_length_is_read(said: str, words: int) -> None:
    assert texts.wanted_words(said) == words


def test_more_thoughts_are_longer() -> None:
    assert len(texts.thoughts("x", 1, 12)) > 3 * len(texts.thoughts("x", 1, 3))
    assert "primes" in texts.thoughts("Think about primes", 1, 1)
