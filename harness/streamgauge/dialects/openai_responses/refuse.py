"""The JSON of an error answer, in the shape that the vendor's fact `error-body` draws.

Before the stream only: inside it a message with an error is spoken. It must never invent what a
refusal does not say.
"""

from __future__ import annotations

from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.dialects.error_body import error_body


def refuse(refusal: Refusal, facts: Facts) -> object:
    """The error answer."""
    return error_body(refusal, facts)
