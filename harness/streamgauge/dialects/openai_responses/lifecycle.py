"""Reads the response object of the lifecycle events, and the errors of the dialect.

The same object is the whole non-streamed answer. It never decides that a failed answer ended
well: `response.failed` and `error` give a failure and no end.
"""

from __future__ import annotations

from streamgauge.delta import (
    Copy,
    Delta,
    Ended,
    Failure,
    Identity,
    Malformed,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.openai_responses import items
from streamgauge.dialects.openai_responses.members import (
    Object,
    object_of,
    objects_of,
    optional_text,
)

ENDS = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.done": "completed",
}
"""Events that end an answer, and the status they speak of. `response.done` stands in for
`response.completed` at some proxies (oh-my-pi PR #4692, 9router PR #2142)."""

_UNDOCUMENTED = frozenset({"response.done", "response.cancelled"})

_INCOMPLETE = {"max_output_tokens": "length", "content_filter": "content_filter"}
"""Reasons of an incomplete answer in neutral words; openai-python 3.54.0 also knows max_messages
and steered, for which there is none."""


def lifecycle(type: str, value: Object, out: list[Delta]) -> None:
    """One `response.*` event that carries the whole response object."""
    if type in _UNDOCUMENTED:
        out.append(Unknown(type, value, ""))
    response = object_of(value, "response", "", out)
    if response is not None:
        snapshot(response, "/response", out)
    state = ENDS.get(type)
    if state is not None:
        _copies(response or {}, out)
        stop(response or {}, state, "/response", out)
        out.append(Ended(type))
    elif type == "response.failed":
        failed(response or {}, "/response", out)
    elif type == "response.cancelled":
        out.append(Stop(0, "unknown", "cancelled", "/response"))


def snapshot(response: Object, at: str, out: list[Delta]) -> None:
    """Identity and usage, wherever they stand."""
    id = optional_text(response, "id", at, out)
    model = optional_text(response, "model", at, out)
    if id is not None or model is not None:
        out.append(Identity(id, model))
    usage = response.get("usage")
    if isinstance(usage, dict):
        out.append(Usage(usage, f"{at}/usage"))
    elif usage is not None:
        out.append(Malformed("usage is not an object", f"{at}/usage"))


def stop(response: Object, state: str, at: str, out: list[Delta]) -> None:
    """Why the answer stopped. Its own status counts before the event that carries it."""
    status = response.get("status")
    if status in ("completed", "incomplete"):
        state = str(status)
    if state == "completed":
        reason = "tool_call" if _awaits_tool(response) else "stop"
        out.append(Stop(0, reason, state, f"{at}/status" if "status" in response else at))
        return
    details = response.get("incomplete_details")
    raw = details.get("reason") if isinstance(details, dict) else None
    reason = _INCOMPLETE.get(raw, "unknown") if isinstance(raw, str) else "unknown"
    where = f"{at}/incomplete_details/reason" if raw is not None else at
    out.append(Stop(0, reason, state if raw is None else raw, where))


def failed(response: Object, at: str, out: list[Delta]) -> None:
    """An answer of status failed: its error, and the stop that goes with it."""
    out.append(failure(response.get("error"), f"{at}/error" if "error" in response else at))
    out.append(Stop(0, "error", "failed", f"{at}/status" if "status" in response else at))


def failure(error: object, at: str) -> Failure:
    """An error, as an object or as bare text."""
    if isinstance(error, dict):
        return Failure(error.get("type"), error.get("code"), error.get("message"), error, at)
    return Failure(None, None, error, error, at)


def error_event(value: Object) -> Failure:
    """The `error` event: documented flat, recorded nested (openai-responses wire facts, 6)."""
    if value.get("error") is not None:
        return failure(value["error"], "/error")
    return Failure(None, value.get("code"), value.get("message"), value, "")


def _copies(response: Object, out: list[Delta]) -> None:
    """Every text of the final output, by its place in it, which is the output index, and by the
    item's id, by which parts go where no index came. A part has one of the two keys."""
    for position, item in objects_of(response, "output", "/response", out):
        # What is wrong inside an item was said when the item was done.
        unsaid: list[Delta] = []
        texts = items.said(item, position, f"/response/output/{position}", unsaid)
        items.copy(texts, out)
        out.extend(delta for delta in unsaid if not isinstance(delta, Copy))
        if isinstance(item.get("id"), str):
            at = f"/response/output/{position}"
            items.copy(items.said(item, str(item["id"]), at, []), out)


def _awaits_tool(response: Object) -> bool:
    """Whether the client is to answer a call before the model goes on.

    A custom call before the last message was answered by the server: that is how xAI shows what
    its own x_search did (recorded).
    """
    output = response.get("output")
    types = (
        [item.get("type") for item in output if isinstance(item, dict)]
        if isinstance(output, list)
        else []
    )
    last = max((i for i, type in enumerate(types) if type == "message"), default=-1)
    return "function_call" in types or "custom_tool_call" in types[last + 1 :]
