"""The dialects there are, and which of them a stream is written in."""

from __future__ import annotations

from collections.abc import Iterable

from streamgauge.dialects import anthropic_messages, gemini, openai_chat, openai_responses
from streamgauge.dialects.dialect import Dialect

DIALECTS: tuple[Dialect, ...] = (
    openai_chat.DIALECT,
    openai_responses.DIALECT,
    anthropic_messages.DIALECT,
    gemini.DIALECT,
)
_SURE = 2
# Path endings of the request; `:` begins a custom method in Google's URLs.
_PATHS = (
    ("/chat/completions", "openai-chat"),
    ("/responses", "openai-responses"),
    ("/messages", "anthropic-messages"),
    (":streamRawPredict", "anthropic-messages"),
    (":streamGenerateContent", "gemini"),
    (":generateContent", "gemini"),
)


def named(name: str) -> Dialect:
    """The dialect of that name; KeyError for any other."""
    return {dialect.name: dialect for dialect in DIALECTS}[name]


def by_path(path: str) -> Dialect | None:
    """The dialect of a request's URL path (no query), or None."""
    path = path.rstrip("/")
    return next((named(name) for ending, name in _PATHS if path.endswith(ending)), None)


def by_chunks(chunks: Iterable[tuple[str | None, object]]) -> Dialect | None:
    """The dialect that a few (event name, parsed JSON) look like, or None where none is sure.

    A stream that holds nothing but an error may look like one dialect alone; that will do where
    every chunk looks like it and like no other.
    """
    seen = list(chunks)
    likenesses = {d.name: [d.likeness(name, value) for name, value in seen] for d in DIALECTS}
    sure = {name for name, each in likenesses.items() if max(each, default=0) >= _SURE}
    best = max(likenesses, key=lambda name: (name in sure, sum(likenesses[name])))
    alone = [name for name, each in likenesses.items() if each and min(each) > 0] == [best]
    return named(best) if best in sure or alone else None


def by_document(value: object) -> Dialect | None:
    """The dialect that a whole, non-streamed answer is written in, or None."""
    return next((dialect for dialect in DIALECTS if dialect.is_document(value)), None)
