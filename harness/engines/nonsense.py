"""What a tiny model shall say: mostly plain words, now and then a stated phrase, some day an end.

The weights are random but for two things that are written into them. One channel of the hidden
state is the same for every token, so that a column of the output matrix leans towards the tokens
that we want. And each step of a phrase has a channel of its own: a token that has it is followed
by the phrase's next token. So a model that knows nothing closes its thoughts, opens a tool call
and writes whole characters, and everything around the model is the engine's real code.

Numbers only; a file format is never known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Noise = Callable[[int, int, float], Matrix]

TEXT = """\
the river runs under an old stone bridge and past the mill where bread is made every morning
a boat with red sails waits for wind while two gulls fly over the harbour wall
children carry small lamps along the road because the night comes early in winter
she wrote a letter about the garden and its apple trees and sent it over the sea
when rain falls on the roof the cat sleeps near a warm stove until someone opens the door
"""
"""Whose words the models know. No other are said, for vocabularies hold words of every kind."""

NEVER = -60.0
CERTAIN = 60.0
"""In logits: far enough from the rest that no sampler notices the remainder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Tokens that follow each other once the first was said, by the prompt or by the model.

    `share` is how often the model begins it of its own accord, 0 to 1; with 0 it never does.
    """

    tokens: Sequence[int]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of the model; `feed_forward` is twice the width."""

    width: int = 64
    layers: int = 2
    heads: int = 4
    context: int = 8192

    @property
    def feed_forward(self) -> int:
        """Rows of the inner layer."""
        return self.width * 2


def plain_words(tokens: Sequence[str]) -> list[int]:
    """The tokens that are a word of our text with the space before it, as byte-level BPE has it."""
    known = {f"\u0120{word}" for word in TEXT.split()}
    return [number for number, token in enumerate(tokens) if token in known]


def spell(text: str, tokens: Sequence[str]) -> list[int]:
    """A text as byte-level tokens, always the longest that fits.

    >>> spell("a b", ["a", "b", "\u0120", "\u0120b"])
    [0, 3]
    """
    known = {token: number for number, token in enumerate(tokens)}
    letters = byte_letters()
    rest = "".join(letters[byte] for byte in text.encode())
    spelled = []
    while rest:
        length = next(n for n in range(len(rest), 0, -1) if rest[:n] in known)
        spelled.append(known[rest[:length]])
        rest = rest[length:]
    return spelled


def byte_letters() -> list[str]:
    """The letter of each byte in byte-level BPE: its own if printable, else a later one.

    The order is that of GPT-2's `bytes_to_unicode`, which every byte-level vocabulary follows.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    spare = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(spare)) for byte in range(0x100)]


def leaning(size: int, words: Sequence[int], phrases: Sequence[Phrase]) -> Matrix:
    """The logit that each token has everywhere: words alike, phrases by their share."""
    import numpy as np

    lean = np.full(size, NEVER, dtype=np.float32)
    lean[list(words)] = 0.0
    for phrase in phrases:
        if phrase.share:
            lean[phrase.tokens[0]] = log(phrase.share * len(words))
    return lean


def weights(
    shape: Shape, size: int, words: Sequence[int], phrases: Sequence[Phrase], seed: int
) -> dict[str, Matrix]:
    """Every matrix of the model by its place: embedding, output, and `layer.kind` of each layer."""
    import numpy as np

    links = [pair for one in phrases for pair in zip(one.tokens, one.tokens[1:], strict=False)]
    fixed = 1 + len(links)
    if fixed > shape.width // 2:
        raise ValueError(f"{len(links)} steps of phrases do not fit in a width of {shape.width}")
    random = np.random.default_rng(seed)

    def noise(rows: int, columns: int, scale: float) -> Matrix:
        return random.standard_normal((rows, columns), dtype=np.float32) * np.float32(scale)

    embedding = noise(size, shape.width, 0.05)
    output = noise(size, shape.width, 0.2)
    embedding[:, :fixed] = output[:, :fixed] = 0.0
    embedding[:, 0] = 1.0
    # The norm before the output divides by the root of the mean square: one channel holds all.
    loud = shape.width**0.5
    output[:, 0] = leaning(size, words, phrases) / loud
    for channel, (before, after) in enumerate(links, start=1):
        embedding[before, channel] = 1.0
        output[after, channel] += 2 * CERTAIN / loud
    made = {"embedding": embedding, "output": output}
    for layer in range(shape.layers):
        made |= _layer(layer, shape, fixed, noise)
    return made


def _layer(number: int, shape: Shape, fixed: int, noise: Noise) -> dict[str, Matrix]:
    """One layer at random, which neither sees the fixed channels nor adds to them."""
    wide, inner = shape.width, shape.feed_forward
    sizes = dict.fromkeys(("query", "key", "value", "attention"), (wide, wide))
    sizes |= {"gate": (inner, wide), "up": (inner, wide), "down": (wide, inner)}
    made = {f"{number}.{name}": noise(*size, 0.05) for name, size in sizes.items()}
    for name in ("query", "key", "value", "gate", "up"):
        made[f"{number}.{name}"][:, :fixed] = 0.0
    made[f"{number}.attention"][:fixed] = 0.0
    made[f"{number}.down"][:fixed] = 0.0
    return made
