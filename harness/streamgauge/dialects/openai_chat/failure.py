"""The error shapes that chat/completions streams carry.

A reader must know each of them, or an error looks like an empty chunk: `error` as object, as
text or nested, beside ordinary choices, an `error_message` without `error`, a native
`{code, message}` under `event: error`, and a 200 whose `base_resp` says that it failed.
"""

from __future__ import annotations

from streamgauge.delta import Failure


def read_failure(name: str | None, value: dict[str, object]) -> Failure | None:
    """The error that a chunk states, or None."""
    error = value.get("error")
    if isinstance(error, dict):
        return _from_object(error, value)
    if error:
        code = value.get("code", value.get("error_code"))
        return Failure(value.get("error_type"), code, error, value, "/error")
    if value.get("error_message") or value.get("error_type"):
        kind, message = value.get("error_type"), value.get("error_message")
        told = "/error_message" if message else "/error_type"
        return Failure(kind, value.get("error_code"), message, value, told)
    if "choices" not in value and "message" in value and ("code" in value or "type" in value):
        return Failure(value.get("type"), value.get("code"), value["message"], value, "")
    if name == "error":
        return Failure(value.get("type"), value.get("code"), value.get("message"), value, "")
    return _from_base_resp(value)


def _from_object(error: dict[str, object], value: dict[str, object]) -> Failure:
    inner = error.get("error")
    message = error.get("message")
    if message is None and isinstance(inner, str):
        message = inner
    code = error.get("code", error.get("error_code"))
    return Failure(error.get("type"), code, message, value, "/error")


def _from_base_resp(value: dict[str, object]) -> Failure | None:
    status = value.get("base_resp")
    if not isinstance(status, dict):
        return None
    code = status.get("status_code")
    if not isinstance(code, int) or code == 0:
        return None
    return Failure(None, code, status.get("status_msg"), value, "/base_resp")
