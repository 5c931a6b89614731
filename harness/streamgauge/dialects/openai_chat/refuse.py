"""The JSON of an error answer, in the shape that the vendor's fact `error-body` draws.

It must never invent what a refusal does not say.
"""

from __future__ import annotations

from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.dialects.error_body import drawn, error_body


def refuse(refusal: Refusal, facts: Facts) -> object:
    """The error answer, as the body of a response."""
    return error_body(refusal, facts)


def refuse_midway(refusal: Refusal, facts: Facts) -> object:
    """The same error inside a stream, where some vendors draw it otherwise
    (`stream-error-body`)."""
    midway = facts.get("stream-error-body")
    return error_body(refusal, facts) if midway is None else drawn(refusal, midway)
