"""A refusal → the JSON of an error answer; an error in mid-stream has the same shape.

Source: cloud.google.com/apis/design/errors, the canonical codes and the HTTP mapping. It must
never choose the words: the message is the caller's.
"""

from __future__ import annotations

from streamgauge.dialects.dialect import Facts, Refusal

_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""The canonical code of each HTTP status."""


def refuse(refusal: Refusal, facts: Facts) -> dict[str, object]:
    """The error answer. The canonical code is the type where it is one, else the status's own."""
    canonical = refusal.type if refusal.type.isupper() else _STATUSES.get(refusal.status, "UNKNOWN")
    error: dict[str, object] = {
        "code": refusal.status,
        "message": refusal.message,
        "status": canonical,
    }
    retry = facts.get("retry-info-type")
    if refusal.retry_after is not None and isinstance(retry, str):
        # The wait stands in the details of the error.
        error["details"] = [{"@type": retry, "retryDelay": f"{refusal.retry_after:g}s"}]
    return {"error": error}
