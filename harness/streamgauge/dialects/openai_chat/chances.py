"""Log probabilities of spoken pieces, as they are asked for: shaped right, and never measured.

A piece stands for a token. The numbers follow from the text alone, so that a stream and its twin
agree.
"""

from __future__ import annotations

from collections.abc import Sequence

from streamgauge.prompt import Asked

Json = dict[str, object]


def entries(pieces: Sequence[str], asked: Asked, member: str) -> Json | None:
    """The `logprobs` of a choice for those pieces of `content` or `refusal`; None if unasked."""
    if asked.logprobs is not True:
        return None
    said = [_entry(piece, asked.top_logprobs or 0) for piece in pieces if piece]
    other = "refusal" if member == "content" else "content"
    return {member: said, other: None}


def _entry(piece: str, most: int) -> Json:
    top = [_token(piece + "·" * rank, -0.125 * (rank + 1)) for rank in range(most)]
    return {**_token(piece, -0.125), "top_logprobs": top}


def _token(text: str, chance: float) -> Json:
    return {
        "token": text,
        "logprob": chance,
        "bytes": list(text.encode("utf-8", "surrogatepass")),
    }
