"""The legal order of a `streamGenerateContent` stream, as machines.

The API has no events and no end marker; a stream is a row of chunks, and what can be ordered is:
`stream`  an answer, or a blocked prompt instead of one; an error ends either;
`choice`  each candidate: content, then one finish reason, in the chunk of the last content or
          after it. Older models on Vertex AI put STOP into every chunk; that is a profile fact;
`call`    function calls whose arguments are streamed: a name that goes on, pieces, and a piece
          without `willContinue` (often the empty `{}`) before the next call begins.

Sources: types of google-genai 3.4.0, recordings. What the table cannot say: that every candidate
has a finish reason at the end; that is the dialect's end rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from streamgauge.dialects.dialect import Machine, Symbol
from streamgauge.dialects.gemini.read import index_of

STREAM = Machine(
    scope="stream",
    start="start",
    edges={
        ("start", "answer"): "answering",
        ("answering", "answer"): "answering",
        ("start", "blocked"): "blocked",
        ("start", "error"): "failed",
        ("answering", "error"): "failed",
        ("blocked", "error"): "failed",
    },
    accepts=frozenset({"start", "answering", "blocked", "failed"}),
)

CHOICE = Machine(
    scope="choice",
    start="start",
    edges={
        ("start", "content"): "content",
        ("content", "content"): "content",
        ("start", "finish"): "finished",
        ("content", "finish"): "finished",
    },
    accepts=frozenset({"finished"}),
)

CALL = Machine(
    scope="call",
    start="idle",
    edges={
        ("idle", "whole"): "idle",
        ("idle", "begin"): "streaming",
        ("streaming", "piece"): "streaming",
        ("streaming", "end"): "idle",
    },
    accepts=frozenset({"idle"}),
)

MACHINES = (STREAM, CHOICE, CALL)

Json = Mapping[str, object]


def symbols(_: str | None, value: object) -> Sequence[Symbol]:
    """The steps of one chunk."""
    if isinstance(value, list):
        return [step for number, item in enumerate(value) for step in _chunk(item, f"/{number}")]
    return [*_chunk(value, "")]


def _chunk(value: object, base: str) -> Iterator[Symbol]:
    if not isinstance(value, dict):
        return
    feedback = value.get("promptFeedback")
    if isinstance(feedback, dict) and feedback.get("blockReason") is not None:
        yield Symbol("stream", None, "blocked", f"{base}/promptFeedback/blockReason")
    candidates = value.get("candidates")
    if isinstance(candidates, list) and candidates:
        yield Symbol("stream", None, "answer", f"{base}/candidates")
        for number, candidate in enumerate(candidates):
            if isinstance(candidate, dict):
                yield from _candidate(candidate, f"{base}/candidates/{number}")
    if value.get("error") is not None:
        yield Symbol("stream", None, "error", f"{base}/error")


def _candidate(value: Json, base: str) -> Iterator[Symbol]:
    choice = index_of(value) or 0
    content = value.get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    if isinstance(parts, list) and parts:
        yield Symbol("choice", choice, "content", f"{base}/content")
        yield from _calls(choice, parts, f"{base}/content/parts")
    if value.get("finishReason") is not None:
        yield Symbol("choice", choice, "finish", f"{base}/finishReason")


def _calls(choice: int, parts: Sequence[object], base: str) -> Iterator[Symbol]:
    for number, part in enumerate(parts):
        call = part.get("functionCall") if isinstance(part, dict) else None
        if isinstance(call, dict):
            yield Symbol("call", choice, _call_symbol(call), f"{base}/{number}/functionCall")


def _call_symbol(call: Json) -> str:
    goes_on = call.get("willContinue") is True
    if "name" in call or "args" in call:
        return "begin" if goes_on else "whole"
    return "piece" if goes_on else "end"


_OWN = ("usageMetadata", "modelVersion", "responseId", "promptFeedback")


def likeness(_: str | None, value: object) -> int:
    """How much a chunk looks like this API; a candidate with content is unmistakable."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return 0
    own = sum(member in value for member in _OWN)
    if has_candidate(value.get("candidates")) or "promptFeedback" in value:
        return 3
    if own:
        return 3 if own > 1 else 2
    return 2 if is_error(value) else 0


def has_candidate(value: object) -> bool:
    """Does a list of candidates begin with one that says something?"""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and ("content" in first or "finishReason" in first)


def is_error(value: Json) -> bool:
    """An error of Google's shape: a numeric code and a status in capitals."""
    error = value.get("error")
    if not isinstance(error, dict):
        return False
    status = error.get("status")
    return isinstance(error.get("code"), int) and isinstance(status, str) and status.isupper()
