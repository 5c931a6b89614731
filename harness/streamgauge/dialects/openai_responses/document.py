"""Reads the non-streamed answer, and error documents, into the deltas a stream would give.

A stream and its non-streamed twin add up to the same message. It must never raise.
"""

from __future__ import annotations

from collections.abc import Sequence

from streamgauge.delta import Append, Assign, Delta, Ended, Kind, Malformed, Open, Unknown
from streamgauge.dialects.openai_responses import items
from streamgauge.dialects.openai_responses.done import finish
from streamgauge.dialects.openai_responses.lifecycle import failed, failure, snapshot, stop
from streamgauge.dialects.openai_responses.members import Object, list_of, objects_of


def is_document(value: object) -> bool:
    """Whether this is a whole answer of the dialect, or an error in its form.

    >>> is_document({"object": "response", "status": "completed", "output": []})
    True
    >>> is_document({"error": {"message": "no such model", "type": "invalid_request_error"}})
    True
    """
    if not isinstance(value, dict):
        return False
    if value.get("object") == "response":
        return True
    return "type" not in value and _is_error(value.get("error"))


def document(value: object) -> Sequence[Delta]:
    """The deltas of a whole answer, or of an error document."""
    if not isinstance(value, dict):
        return (Malformed("an answer is not an object", ""),)
    if value.get("object") != "response" and "output" not in value:
        return (_stranger(value),)
    out: list[Delta] = []
    snapshot(value, "", out)
    for position, item in objects_of(value, "output", "", out):
        _whole(item, position, f"/output/{position}", out)
    _end(value, out)
    return out


def _end(value: Object, out: list[Delta]) -> None:
    """How the answer ended. One that is queued, in progress or cancelled did not."""
    match value.get("status"):
        case "completed" | "incomplete" as status:
            stop(value, status, "", out)
            out.append(Ended(f"response.{status}"))
        case "failed":
            failed(value, "", out)
        case None | str():
            if value.get("error") is not None:
                out.append(failure(value["error"], "/error"))
        case _:
            out.append(Malformed("status is not a string", "/status"))


def _stranger(value: Object) -> Delta:
    if value.get("error") is not None:
        return failure(value["error"], "/error")
    return Unknown("document without output", value, "")


def _is_error(error: object) -> bool:
    """OpenAI's error object; Google's differs by a status and a number for a code."""
    return isinstance(error, dict) and "message" in error and "status" not in error


def _whole(item: Object, at: int, pointer: str, out: list[Delta]) -> None:
    """An item of a non-streamed answer: begins, says its texts once, and is done."""
    items.begin(item, at, pointer, out)
    texts = items.said(item, at, pointer, out)
    for entry in texts:
        if entry.what == "content":
            part = entry.pointer.rpartition("/")[0]
            out.append(Open(0, entry.key, entry.kind, part, at, field=entry.field))
        out.append(Append(0, entry.key, entry.kind, entry.text, entry.pointer, entry.field))
    if item.get("type") == "message":
        _annotate(item, at, pointer, out)
    finish(item, at, pointer, texts, out)


def _annotate(item: Object, at: int, pointer: str, out: list[Delta]) -> None:
    """Citations and token probabilities, which a stream sends piece by piece."""
    quiet: list[Delta] = []
    for position, part in objects_of(item, "content", pointer, quiet):
        where, key = f"{pointer}/content/{position}", (at, position)
        for number, citation in enumerate(list_of(part, "annotations", where, out)):
            place = f"{where}/annotations/{number}"
            out.append(Assign(0, key, Kind.TEXT, "citation", citation, place))
        if probabilities := list_of(part, "logprobs", where, out):
            place = f"{where}/logprobs"
            out.append(Assign(0, key, Kind.TEXT, "logprobs", probabilities, place))
