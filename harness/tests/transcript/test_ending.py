"""How streams end in the four dialects: five words, by precedence, never repaired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.message import Ending
from streamgauge.transcript.ending import reached_at
from streamgauge.transcript.transcript import Transcript

Read = Callable[..., Transcript]


def said(text: str = "a", finish: str | None = None, index: int = 0) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": {"content": text}, "finish_reason": finish}]}


def event(kind: str, **members: Any) -> tuple[str, dict[str, Any]]:
    return kind, {"type": kind, **members}


def answer(text: str = "a", finish: str | None = None, index: int = 0) -> dict[str, Any]:
    stop = {} if finish is None else {"finishReason": finish}
    return {"candidates": [{"index": index, "content": {"parts": [{"text": text}]}, **stop}]}


ERROR = {"error": {"message": "no"}}
CHAT: dict[str, tuple[list[Any], Ending]] = {
    "nothing": ([], Ending.TRUNCATED),
    "the sentinel alone": (["[DONE]"], Ending.COMPLETE),
    "a reason and the sentinel": ([said(), said("", "stop"), "[DONE]"], Ending.COMPLETE),
    "a reason without the sentinel": ([said(), said("", "stop")], Ending.COMPLETE),
    "the sentinel without a reason": ([said(), "[DONE]"], Ending.COMPLETE),
    "neither": ([said()], Ending.TRUNCATED),
    "a reason for one of two choices": (
        [said(), said(index=1), said("", "stop")],
        Ending.TRUNCATED,
    ),
    "a reason for both": ([said("", "stop"), said("", "stop", 1)], Ending.COMPLETE),
    "an unreadable chunk, then the end": (["{", said("", "stop")], Ending.MALFORMED),
    "an unreadable chunk behind the end": ([said("", "stop"), "{"], Ending.MALFORMED),
    "an unreadable chunk and no end": ([said(), "{"], Ending.TRUNCATED),
    "an error": ([said(), ERROR], Ending.ERROR_TERMINATED),
    "an error that the sentinel does not heal": (
        [said(), ERROR, "[DONE]"],
        Ending.ERROR_TERMINATED,
    ),
    "an error after the end": ([said("", "stop"), ERROR], Ending.ERROR_TERMINATED),
    "an error before a good end": ([ERROR, said("", "stop")], Ending.COMPLETE),
    "an error before an end that says error": ([ERROR, said("", "error")], Ending.ERROR_TERMINATED),
    "an error beside unreadable chunks": (["{", ERROR], Ending.ERROR_TERMINATED),
    "a reason that nobody knows": ([said("", "whatever")], Ending.COMPLETE),
}
START = event("message_start", message={})
MESSAGES: dict[str, tuple[list[Any], Ending]] = {
    "message_stop": ([START, event("message_stop")], Ending.COMPLETE),
    "a stop reason alone": (
        [START, event("message_delta", delta={"stop_reason": "end_turn"})],
        Ending.TRUNCATED,
    ),
    "the sentinel of another dialect": ([START, "[DONE]"], Ending.TRUNCATED),
    "an error": ([START, event("error", error={"type": "t"})], Ending.ERROR_TERMINATED),
    "an error before a good end": (
        [START, event("error", error={}), event("message_stop")],
        Ending.COMPLETE,
    ),
    "an unreadable event": ([START, "{", event("message_stop")], Ending.MALFORMED),
}
CREATED = event("response.created", response={"id": "r"})
RESPONSES: dict[str, tuple[list[Any], Ending]] = {
    "completed": ([CREATED, event("response.completed", response={})], Ending.COMPLETE),
    "incomplete": (
        [CREATED, event("response.incomplete", response={"status": "incomplete"})],
        Ending.COMPLETE,
    ),
    "failed": (
        [CREATED, event("response.failed", response={"error": {"code": "c"}})],
        Ending.ERROR_TERMINATED,
    ),
    "an error event": ([CREATED, event("error", message="no")], Ending.ERROR_TERMINATED),
    "nothing more": ([CREATED], Ending.TRUNCATED),
    "the sentinel alone": ([CREATED, "[DONE]"], Ending.TRUNCATED),
    "an unreadable event": (
        [CREATED, "{", event("response.completed", response={})],
        Ending.MALFORMED,
    ),
}
GEMINI: dict[str, tuple[list[Any], Ending]] = {
    "a reason": ([answer(), answer("", "STOP")], Ending.COMPLETE),
    "none": ([answer()], Ending.TRUNCATED),
    "a reason for one of two": ([answer("", "STOP"), answer(index=1)], Ending.TRUNCATED),
    "a blocked prompt": ([{"promptFeedback": {"blockReason": "SAFETY"}}], Ending.COMPLETE),
    "the sentinel alone": ([answer(), "[DONE]"], Ending.TRUNCATED),
    "an error": ([answer(), {"error": {"code": 503}}], Ending.ERROR_TERMINATED),
}
TABLES = {
    "openai-chat": CHAT,
    "anthropic-messages": MESSAGES,
    "openai-responses": RESPONSES,
    "gemini": GEMINI,
}
ROWS = [
    pytest.param(dialect, name, id=f"{dialect}: {name}")
    for dialect, table in TABLES.items()
    for name in table
]


@pytest.mark.parametrize(("dialect", "name"), ROWS)
def test_a_stream_ends_as_its_dialect_says(dialect: str, name: str, read: Read, body: Any) -> None:
    chunks, ending = TABLES[dialect][name]
    assert read(body(*chunks), dialect).ending is ending


@pytest.mark.parametrize("dialect", TABLES)
def test_an_end_that_was_never_dispatched_is_no_end(dialect: str, read: Read, body: Any) -> None:
    """Without its blank line the last event does not reach a reader."""
    whole = {
        name: chunks for name, (chunks, end) in TABLES[dialect].items() if end is Ending.COMPLETE
    }
    sent = body(*next(chunks for name, chunks in whole.items() if "error" not in name))
    assert read(sent[:-1], dialect).ending is Ending.TRUNCATED


BODIES: dict[str, tuple[bytes, dict[str, Any] | None, Ending]] = {
    "an empty body": (b"", None, Ending.TRUNCATED),
    "a page": (b"<html>", None, Ending.NOT_A_STREAM),
    "a document": (b'{"choices":[]}', None, Ending.NOT_A_STREAM),
    "a document that was asked for": (
        b'{"choices":[{"message":{"content":"a"}}]}',
        {"stream": False},
        Ending.COMPLETE,
    ),
    "a document where a stream was asked for": (
        b'{"choices":[]}',
        {"stream": True},
        Ending.NOT_A_STREAM,
    ),
    "an error document that was asked for": (
        b'{"error":{"message":"no"}}',
        {"stream": False},
        Ending.ERROR_TERMINATED,
    ),
    "a cut document that was asked for": (b'{"choices":', {"stream": False}, Ending.MALFORMED),
    "binary data": (b"\x00\x01\x02\x03", None, Ending.NOT_A_STREAM),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_stream_is_said_first(name: str, read: Read) -> None:
    sent, asked, ending = BODIES[name]
    assert read(sent, asked=asked).ending is ending


def test_the_end_is_reached_by_the_event_that_first_says_so(read: Read, body: Any) -> None:
    folded = read(body(said(), said("", "stop"), said("", "stop"), "[DONE]")).folded
    # The last reason of the choice counts; it came before the sentinel.
    assert reached_at(folded, named("openai-chat")) == 2
    assert reached_at(read(body(said())).folded, named("openai-chat")) is None
