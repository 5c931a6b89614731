"""What a tiny model shall say is written into its weights, and into nothing else."""

from __future__ import annotations

import pytest

from engines.nonsense import (
    NEVER,
    Phrase,
    Shape,
    byte_letters,
    leaning,
    plain_words,
    spell,
    weights,
)

np = pytest.importorskip("numpy")

TOKENS = ["\u0120river", "\u0120stone", "\u0120zebra", "river", "</", "think", ">", "<end>"]
END = 7
SHAPE = Shape(width=16, layers=1, heads=2)
THOUGHT = Phrase(tokens=[4, 5, 6], share=0.1)


def logits(said: int, seed: int = 0) -> list[float]:
    """What the model without its layers wants to say after a token."""
    made = weights(SHAPE, len(TOKENS), plain_words(TOKENS), [THOUGHT], seed)
    hidden = made["embedding"][said]
    scaled = hidden / np.sqrt((hidden**2).mean())
    return [float(one) for one in made["output"] @ scaled]


def test_only_words_of_the_text_are_plain_words() -> None:
    assert plain_words(TOKENS) == [0, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("</think>", [4, 5, 6]), (" river", [0]), ("river", [3])],
    ids=["pieces", "a word with its space", "a word without"],
)
def test_a_text_is_spelled_in_the_longest_tokens(text: str, expected: list[int]) -> None:
    assert spell(text, TOKENS) == expected


def test_every_byte_has_a_letter_of_its_own() -> None:
    assert len(set(byte_letters())) == 256


def test_a_phrase_leans_by_its_share_and_all_else_is_never_said() -> None:
    lean = leaning(len(TOKENS), [0, 1], [Phrase(tokens=[END], share=0.5)])
    assert lean[END] == pytest.approx(0.0)
    assert lean[0] == 0.0
    assert lean[2] == NEVER


def test_a_phrase_without_a_share_is_never_begun() -> None:
    assert leaning(len(TOKENS), [0, 1], [Phrase(tokens=[4, 5], share=0.0)])[4] == NEVER


@pytest.mark.parametrize(("said", "follows"), [(4, 5), (5, 6)], ids=["second", "third"])
def test_a_step_of_a_phrase_is_followed_by_the_next(said: int, follows: int) -> None:
    after = logits(said)
    assert max(range(len(after)), key=after.__getitem__) == follows


def test_after_a_plain_word_comes_no_middle_of_a_phrase() -> None:
    after = logits(0)
    assert max(after[5], after[6], after[2]) < min(after[0], after[1]) - 30


def test_layers_leave_the_fixed_channels_alone() -> None:
    made = weights(SHAPE, len(TOKENS), [0, 1], [THOUGHT], 0)
    fixed = 3
    assert not made["0.attention"][:fixed].any()
    assert not made["0.down"][:fixed].any()
    assert not made["0.query"][:, :fixed].any()


def test_the_same_seed_gives_the_same_weights() -> None:
    assert logits(0, seed=3) == logits(0, seed=3)
    assert logits(0, seed=3) != logits(0, seed=4)


def test_more_steps_than_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit in a width of 16"):
        weights(SHAPE, 20, [0], [Phrase(tokens=range(20), share=0.1)], 0)
