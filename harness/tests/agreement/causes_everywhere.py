"""Causes that concern every client, for they are about what clients do with faults."""

from __future__ import annotations

import re

from streamgauge.schema import chunk_check
from tests.agreement.case import ANTHROPIC, ANYWHERE, CHAT, GEMINI, RESPONSES, Case, Cause, is_json

EVERY = (*CHAT, *RESPONSES, ANTHROPIC, GEMINI)
_WITHOUT_WORDS = "An error occurred during streaming"


def _error_in_the_stream(case: Case) -> bool:
    """The clients raise what the provider states; we go on and keep it in the message."""
    if not case.raised_what_was_stated:
        return False
    stated = [c["error"] for c in case.objects if c.get("error")]
    said = [error.get("message") if isinstance(error, dict) else None for error in stated]
    said += [c.get("message") for c in case.objects if c.get("type") == "error"]
    words = [text or _WITHOUT_WORDS for text in said]
    return any(isinstance(text, str) and text in str(case.difference.theirs) for text in words)


def _unreadable_event(case: Case) -> bool:
    """An event is no JSON: the clients stop there, we keep what the others say."""
    kind = type(case.difference.theirs).__name__
    ends = () if case.reader.name == GEMINI else (b"[DONE]",)
    broken = any(not is_json(p) for p in case.stream.payloads() if not p.startswith(ends))
    return broken and kind in ("JSONDecodeError", "UnknownApiResponseError")


def _event_without_data(case: Case) -> bool:
    """The client reads the data of an event that has none, such as a lone `retry`.

    The standard does not dispatch it (WHATWG HTML, 9.2.6).
    """
    blocks = [block.split(b"\n") for block in re.split(rb"\n\n+", case.stream.body.strip())]
    empty = [b for b in blocks if not any(line.startswith((b"data", b":")) for line in b)]
    return bool(empty) and case.raised("JSONDecodeError", "line 1 column 1 (char 0)")


def _bytes_that_are_not_utf8(case: Case) -> bool:
    """The client decodes strictly; the standard puts U+FFFD there, and so do we."""
    replaced = case.stream.body.decode("utf-8", "replace").encode("utf-8")
    return replaced != case.stream.body and case.raised("UnicodeDecodeError")


_STUMBLES = ("AssertionError", "AttributeError", "IndexError", "KeyError", "TypeError")


def _values_of_another_type(case: Case) -> bool:
    """The clients do not check types, so a value of a wrong one makes them stumble further on."""
    if type(case.difference.theirs).__name__ not in (*_STUMBLES, "ValidationError", "ValueError"):
        return False
    check = chunk_check(case.stream.dialect, ())
    return any(found.keyword in ("type", "required") for c in case.chunks for found in check(c))


def _broken_on_purpose(case: Case) -> bool:
    """A fixture that breaks a rule, in a way that no cause above knows.

    What it should say is written beside it and tested there; how a client takes what no protocol
    allows is for the client to say. No recording is explained by this.
    """
    return case.stream.broken


CAUSES = (
    Cause(
        name="error-in-the-stream",
        where=("raises",),
        readers=EVERY,
        proof=_error_in_the_stream,
        witness="groq-openai-gpt-oss-120b-58b970edab",
    ),
    Cause(
        name="unreadable-event",
        where=("raises",),
        readers=EVERY,
        proof=_unreadable_event,
        witness="openai-chat/chunk-cut-in-mid-field",
    ),
    Cause(
        name="event-without-data",
        where=("raises",),
        readers=(*CHAT, *RESPONSES),
        proof=_event_without_data,
        witness="wire/ids-and-a-retry",
    ),
    Cause(
        name="bytes-that-are-not-utf8",
        where=("raises",),
        readers=(*CHAT, *RESPONSES, ANTHROPIC),
        proof=_bytes_that_are_not_utf8,
        witness="wire/bytes-that-are-not-utf8",
    ),
    Cause(
        name="values-of-another-type",
        where=("raises",),
        readers=EVERY,
        proof=_values_of_another_type,
        witness="openrouter-qwen-qwen3-next-80b-a3b-thinking-92ae876ce7",
    ),
    Cause(
        name="broken-on-purpose",
        where=ANYWHERE,
        readers=EVERY,
        proof=_broken_on_purpose,
        witness="openai-chat/arguments-sent-as-object",
    ),
)
