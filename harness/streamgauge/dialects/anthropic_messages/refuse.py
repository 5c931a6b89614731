"""A refusal → the JSON of an error answer; the `error` event in mid-stream has the same shape.

Source: platform.claude.com, "Claude API errors". It must never choose the words: type and message
are the caller's, and what the vendor does not send is left out.
"""

from __future__ import annotations

from streamgauge.dialects.dialect import Facts, Refusal

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""The vendor's error type of each status."""


def refuse(refusal: Refusal, _: Facts) -> dict[str, object]:
    """The error answer. A refusal without a type gets the one that goes with its status.

    The API has no code beside the type; the finer codes in `details` are too new to be known.
    """
    type = refusal.type or _TYPES.get(refusal.status, "api_error")
    return {"type": "error", "error": {"type": type, "message": refusal.message}}
