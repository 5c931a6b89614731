"""Causes in the google-genai client: how it frames, and what its types leave out."""

from __future__ import annotations

import json
import re

from tests.agreement.case import GEMINI, SAID, Case, Cause, is_json


def _last_event_without_blank_line(case: Case) -> bool:
    """The stream stops before the blank line that ends an event; the client takes it all the same.

    The standard drops such an event (WHATWG HTML, 9.2.6), and so do we, and say so.
    """
    return case.is_ours_of(case.stream.body.rstrip(b"\r\n") + b"\n\n")


_MODELLED = {
    "cacheTokensDetails",
    "cachedContentTokenCount",
    "candidatesTokenCount",
    "candidatesTokensDetails",
    "promptTokenCount",
    "promptTokensDetails",
    "thoughtsTokenCount",
    "toolUsePromptTokenCount",
    "toolUsePromptTokensDetails",
    "totalTokenCount",
    "trafficType",
}


def _error_outside_of_events(case: Case) -> bool:
    """An error as bare JSON between events: its lines are no fields, so the standard drops them.

    The client collects them and raises; we tell of the lines (framing/every-line-is-a-field).
    """
    if not case.raised_what_was_stated:
        return False
    rest = b"".join(
        line for line in case.stream.body.splitlines() if line and not line.startswith(b"data:")
    )
    error = json.loads(rest)["error"] if is_json(rest) else {}
    return bool(error) and str(error.get("message")) in str(case.difference.theirs)


def _data_and_a_space(case: Case) -> bool:
    """A line that does not begin with `data: ` is taken for a piece of bare JSON, and raises.

    Comments are such lines, and `data:` without the space that the standard leaves free. The same
    payloads in plain lines do not raise.
    """
    lines = re.split(rb"[\r\n]+", case.stream.as_sse())
    strange = any(line and not line.startswith(b"data: ") for line in lines)
    if not strange or not case.raised("UnknownApiResponseError", "parse response as JSON"):
        return False
    case.reader.hear(b"".join(b"data: %s\n\n" % one for one in case.stream.payloads()))
    return True


def _unmodelled_usage(case: Case) -> bool:
    """The client drops usage fields that its type does not have."""
    kept = {k: v for k, v in (case.difference.ours or {}).items() if k in _MODELLED}
    return bool(case.difference.theirs == kept)


CAUSES = (
    Cause(
        name="error-outside-of-events",
        where=("raises",),
        readers=(GEMINI,),
        proof=_error_outside_of_events,
        witness="google-vertex-unknown-9d98277e74",
    ),
    Cause(
        name="only-data-and-a-space-begin-a-line",
        where=("raises",),
        readers=(GEMINI,),
        proof=_data_and_a_space,
        witness="gemini/comments-between-events",
    ),
    Cause(
        name="last-event-without-blank-line",
        where=SAID,
        readers=(GEMINI,),
        proof=_last_event_without_blank_line,
        witness="google-gemini-2.0-flash-adc755b10c",
    ),
    Cause(
        name="usage-fields-without-a-type",
        where=("usage",),
        readers=(GEMINI,),
        proof=_unmodelled_usage,
        witness="google-gemini-2.0-flash-014ddbeb42",
    ),
)
