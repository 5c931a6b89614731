"""The dialects there are, and which of them a stream, a document or a path is written in."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from streamgauge.dialects.catalogue import (
    DIALECTS,
    by_chunks,
    by_document,
    by_path,
    named,
)
from streamgauge.dialects.dialect import Dialect, EndRule, Refusal, Voice
from streamgauge.prompt import Asked


def name_of(dialect: Dialect | None) -> str | None:
    return None if dialect is None else dialect.name


CHAT = {"object": "chat.completion.chunk", "choices": []}
MESSAGE = {"type": "message_start", "message": {}}
CHUNKS: dict[str, tuple[list[tuple[str | None, Any]], str | None]] = {
    "nothing": ([], None),
    "chat": ([(None, CHAT)], "openai-chat"),
    "chat among strangers": ([(None, {"a": 1}), (None, CHAT)], "openai-chat"),
    "messages": ([("message_start", MESSAGE)], "anthropic-messages"),
    "the dialect of most chunks": ([(None, CHAT), (None, CHAT), ("x", MESSAGE)], "openai-chat"),
    "strangers": ([(None, {"a": 1}), (None, [1])], None),
    "an error alone, of one dialect": ([(None, {"error": {"message": "no"}})], "openai-chat"),
    "an error and a stranger": ([(None, {"error": "no"}), (None, {"a": 1})], None),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_chunks_tell_their_dialect_or_nothing(name: str) -> None:
    chunks, expected = CHUNKS[name]
    assert name_of(by_chunks(chunks)) == expected


def test_names_are_names_of_dialects() -> None:
    assert [named(dialect.name) for dialect in DIALECTS] == list(DIALECTS)
    with pytest.raises(KeyError):
        named("latin")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/chat/completions", "openai-chat"),
        ("/v1/responses/", "openai-responses"),
        ("/v1/messages", "anthropic-messages"),
        ("/v1beta/models/m:streamGenerateContent", "gemini"),
        ("/v1/completions", None),
        ("", None),
    ],
)
def test_a_path_tells_its_dialect(path: str, expected: str | None) -> None:
    assert name_of(by_path(path)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"choices": [{"message": {}}]}, "openai-chat"),
        ({"type": "message", "content": []}, "anthropic-messages"),
        ({"object": "response", "output": []}, "openai-responses"),
        ({"candidates": [{"content": {}}]}, "gemini"),
        ({"a": 1}, None),
        (None, None),
    ],
)
def test_a_document_tells_its_dialect(value: Any, expected: str | None) -> None:
    assert name_of(by_document(value)) == expected


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_dialect_is_sound(dialect: Dialect) -> None:
    """Its machines begin and end in states that its edges know; its sentinel fits its end."""
    for machine in dialect.machines:
        states = {machine.start, *machine.edges.values()}
        assert machine.accepts <= states
        assert {state for state, _ in machine.edges} <= states
    assert dialect.sentinel is not None or dialect.end is not EndRule.STOPS_OR_SENTINEL
    assert all(pointer.startswith("/") for pointer in dialect.noise)


@pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)
def test_a_dialect_and_its_grammar_do_not_change(dialect: Dialect) -> None:
    with pytest.raises(FrozenInstanceError):
        dialect.name = "another"  # type: ignore[misc]
    for machine in dialect.machines:
        with pytest.raises(FrozenInstanceError):
            machine.start = "elsewhere"  # type: ignore[misc]


def test_a_refusal_does_not_change() -> None:
    refusal = Refusal(status=400, type="invalid_request_error", message="No.")
    with pytest.raises(FrozenInstanceError):
        refusal.status = 200  # type: ignore[misc]


def test_the_voice_of_a_vendor_is_made_of_names_and_does_not_change() -> None:
    voice = Voice(facts={}, asked=Asked(), created=7, pieces=str.split, ids=str.upper)
    assert (voice.created, voice.pieces("a b"), voice.ids("tool")) == (7, ["a", "b"], "TOOL")
    with pytest.raises(FrozenInstanceError):
        voice.created = 8  # type: ignore[misc]
