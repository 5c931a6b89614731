"""A non-streamed answer, or an error answer, → the deltas that its stream would have given.

It must never read a stream's events; a value that is no document is evidence, not an exception.
"""

from __future__ import annotations

from collections.abc import Sequence

from streamgauge.delta import Delta, Ended, Malformed
from streamgauge.dialects.anthropic_messages.read import error, message


def document(value: object) -> Sequence[Delta]:
    """Deltas in reading order: identity, role, each block, stop, usage, end."""
    if not isinstance(value, dict):
        return (Malformed("the answer is not an object", ""),)
    if value.get("type") == "error" or ("error" in value and "content" not in value):
        return [*error(value)]
    return [*message(value, ""), Ended("document")]


def is_document(value: object) -> bool:
    """Is this a whole answer or an error answer of this API?

    An error event of a stream has the same shape, so this is about framing: the caller asks it
    of a body that is one JSON value.
    """
    if not isinstance(value, dict):
        return False
    if value.get("type") == "error":
        return isinstance(value.get("error"), dict)
    return value.get("type") == "message" and isinstance(value.get("content"), list)
