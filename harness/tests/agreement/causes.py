"""Every cause for which our message and an official client may differ, in the order asked.

docs/agreement.md tells each of them in words, in the same order; a test holds both together.
"""

from __future__ import annotations

from tests.agreement import (
    causes_chat,
    causes_everywhere,
    causes_gemini,
    causes_messages,
    causes_responses,
)
from tests.agreement.case import Case, Cause

CAUSES: tuple[Cause, ...] = (
    *causes_chat.CAUSES,
    *causes_responses.CAUSES,
    *causes_messages.CAUSES,
    *causes_gemini.CAUSES,
    *causes_everywhere.CAUSES,
)


def cause_of(case: Case) -> Cause | None:
    """The first cause that explains a difference, or None."""
    return next((cause for cause in CAUSES if cause.explains(case)), None)
