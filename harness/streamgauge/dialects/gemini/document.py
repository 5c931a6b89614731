"""A non-streamed answer, or an error answer, → the deltas that its stream would have given.

The API has one shape for a chunk and for an answer, so the reader of chunks reads it. It must
never guess from the content whether a body was streamed; that is a matter of framing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streamgauge.delta import Delta
from streamgauge.dialects.gemini.grammar import has_candidate, is_error
from streamgauge.dialects.gemini.read import read


def document(value: object) -> Sequence[Delta]:
    """The deltas of an answer; an error answer may stand alone in an array."""
    return read(None, value)


def is_document(value: object) -> bool:
    """Is this one JSON value an answer or an error answer of this API?

    A chunk of the stream has the same shape; the caller asks it of a body that is one value.
    """
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if not isinstance(value, dict):
        return False
    return has_candidate(value.get("candidates")) or is_error(value) or _is_head(value)


def _is_head(value: Mapping[str, object]) -> bool:
    """A blocked prompt, or an answer that has nothing but its counts."""
    return any(
        isinstance(value.get(member), dict) for member in ("promptFeedback", "usageMetadata")
    )
