"""An upstream's stream as it is heard: at once, in order, and never better than it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.delta import Append, Ended, Failure, Open, Stop
from streamgauge.dialects.catalogue import named
from streamgauge.message import UsageTotals
from streamgauge.translate.hearing import Hearing
from streamgauge.wire.event import Limits

CHAT, MESSAGES, GEMINI = "openai-chat", "anthropic-messages", "gemini"


def sse(*values: object) -> bytes:
    texts = (value if isinstance(value, str) else json.dumps(value) for value in values)
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def chat(delta: Any, reason: str | None = None, **members: Any) -> Any:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"id": "1", "model": "m", "choices": [choice], **members}


def piece(index: int, text: str, **head: Any) -> Any:
    function = {"arguments": text} | ({"name": head.pop("name")} if "name" in head else {})
    return chat({"tool_calls": [{"index": index, **head, "function": function}]})


def gemini(*parts: Any, reason: str | None = None, **members: Any) -> Any:
    candidate: dict[str, Any] = {"content": {"parts": list(parts), "role": "model"}}
    if reason is not None:
        candidate["finishReason"] = reason
    return {"candidates": [candidate], **members}


def heard(dialect: str, body: bytes, *, clean: bool = True) -> tuple[list[Any], Hearing]:
    hearing = Hearing(named(dialect), {})
    return [*hearing.feed(body), *hearing.finish(clean=clean)], hearing


def stops(said: list[Any]) -> list[str]:
    return [delta.reason for delta in said if isinstance(delta, Stop)]


def test_each_piece_is_handed_on_as_it_comes() -> None:
    hearing = Hearing(named(CHAT), {})
    for text in ("He", "llo"):
        said = hearing.feed(sse(chat({"content": text})))
        assert [delta.text for delta in said if isinstance(delta, Append)] == [text]


def test_arguments_are_handed_on_as_they_come() -> None:
    hearing = Hearing(named(CHAT), {})
    (_, opened, first) = hearing.feed(sse(piece(0, '{"a', id="c", name="f")))
    assert isinstance(opened, Open)
    (_, second) = hearing.feed(sse(piece(0, '": 1}')))
    assert (first.text, second.text) == ('{"a', '": 1}')


def test_interleaved_calls_come_one_after_the_other() -> None:
    body = sse(
        *(piece(0, '{"a"', id="x", name="f"), piece(1, '{"b"', id="y", name="g")),
        *(piece(0, ": 1}"), piece(1, ": 2}"), chat({}, "tool_calls")),
    )
    said, _ = heard(CHAT, body)
    opened = [delta.id for delta in said if isinstance(delta, Open)]
    text = "".join(delta.text for delta in said if isinstance(delta, Append))
    assert (opened, text, stops(said)) == (["x", "y"], '{"a": 1}{"b": 2}', ["tool_call"])


GOOD: dict[str, tuple[str, bytes, str, int]] = {
    "a plain stop": (CHAT, sse(chat({"content": "a"}), chat({}, "stop")), "stop", 0),
    "the length": (GEMINI, sse(gemini({"text": "a"}, reason="MAX_TOKENS")), "length", 0),
    "a call wins over STOP": (
        GEMINI,
        sse(gemini({"functionCall": {"name": "f"}}), gemini({"text": "a"}, reason="STOP")),
        "tool_call",
        0,
    ),
    "a call wins over a stop of another dialect": (
        CHAT,
        sse(piece(0, "{}", id="c", name="f"), chat({}, "stop")),
        "tool_call",
        1,
    ),
    "no call loses": (CHAT, sse(chat({"content": "a"}), chat({}, "tool_calls")), "stop", 1),
    "SAFETY": (GEMINI, sse(gemini({"text": "a"}), gemini(reason="SAFETY")), "content_filter", 1),
    "RECITATION": (GEMINI, sse(gemini(reason="RECITATION")), "content_filter", 1),
    "a word that nobody knows": (CHAT, sse(chat({"content": "a"}), chat({}, "zap")), "unknown", 1),
    "a call beside SAFETY stays filtered": (
        GEMINI,
        sse(gemini({"functionCall": {"name": "f"}}), gemini(reason="SAFETY")),
        "content_filter",
        1,
    ),
    "STOP in every chunk": (
        GEMINI,
        sse(gemini({"text": "a"}, reason="STOP"), gemini({"text": "b"}, reason="STOP")),
        "stop",
        0,
    ),
    "a blocked prompt": (
        GEMINI,
        sse({"promptFeedback": {"blockReason": "SAFETY"}}),
        "content_filter",
        1,
    ),
}


@pytest.mark.parametrize(("dialect", "body", "reason", "warnings"), GOOD.values(), ids=GOOD)
def test_a_stop_that_came_is_handed_on(
    dialect: str, body: bytes, reason: str, warnings: int
) -> None:
    said, hearing = heard(dialect, body)
    assert (stops(said), hearing.failed, len(hearing.warnings)) == ([reason], False, warnings)
    assert isinstance(said[-1], Ended)


_START = {"type": "message_start", "message": {"id": "1", "content": []}}
_ERROR = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}
BAD: dict[str, tuple[str, bytes, str]] = {
    "nothing": (CHAT, b"", "the upstream's stream was cut before its end"),
    "cut text": (CHAT, sse(chat({"content": "a"})), "the upstream's stream was cut before its end"),
    "no reason to stop": (
        CHAT,
        sse(chat({"content": "a"}), "[DONE]"),
        "the upstream ended without a reason to stop",
    ),
    "no answer at all": (CHAT, sse("[DONE]"), "the upstream ended without a reason to stop"),
    "no message_stop": (
        MESSAGES,
        sse(_START, {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
        "the upstream's stream was cut before its end",
    ),
    "an error event": (MESSAGES, sse(_START, _ERROR), "the upstream failed: Busy."),
    "an error, then the sentinel": (
        CHAT,
        sse(chat({"content": "a"}), {"error": {"message": "Oh."}}, "[DONE]"),
        "the upstream failed: Oh.",
    ),
    "an event that cannot be read": (
        CHAT,
        sse(chat({"content": "a"}), "{", chat({}, "stop")),
        "the upstream sent an event that cannot be read",
    ),
    "a reason that is an error": (
        GEMINI,
        sse(gemini(reason="MALFORMED_FUNCTION_CALL")),
        "the upstream stopped with MALFORMED_FUNCTION_CALL",
    ),
    "arguments that are no JSON": (
        CHAT,
        sse(piece(0, '{"a": }', id="c", name="f"), chat({}, "tool_calls")),
        "the arguments of f are not JSON at character 6: a value was expected, not '}'",
    ),
    "arguments that are cut before a good end": (
        CHAT,
        sse(piece(0, '{"a": ', id="c", name="f"), chat({}, "tool_calls")),
        "the arguments of f are not JSON at character 6: the text ends early",
    ),
    "arguments that are no object": (
        CHAT,
        sse(piece(0, "[1]", id="c", name="f"), chat({}, "tool_calls")),
        "the arguments of f are JSON, but no object",
    ),
    "a call without a name": (
        CHAT,
        sse(piece(0, "{}", id="c"), chat({}, "tool_calls")),
        "the upstream called a tool without a name",
    ),
    "a call that goes on after its end": (
        CHAT,
        sse(
            *(piece(0, "{}", id="c", name="f"), piece(1, "{}", id="d", name="f")),
            *(piece(0, "{}"), chat({}, "tool_calls")),
        ),
        "the arguments of f are not JSON at character 2: something follows the value",
    ),
}


@pytest.mark.parametrize(("dialect", "body", "says"), BAD.values(), ids=BAD)
def test_a_bad_end_is_a_failure_and_nothing_follows(dialect: str, body: bytes, says: str) -> None:
    said, hearing = heard(dialect, body)
    assert isinstance(said[-1], Failure)
    assert hearing.failed
    assert hearing.warnings == [says]
    assert stops(said) == []
    assert not any(isinstance(delta, Ended) for delta in said)


@pytest.mark.parametrize("dialect", [CHAT, GEMINI])
def test_a_transport_that_broke_is_a_cut_even_after_a_stop(dialect: str) -> None:
    # Some upstreams say STOP in every chunk, so that one alone proves nothing.
    stop = (
        chat({"content": "a"}, "stop") if dialect == CHAT else gemini({"text": "a"}, reason="STOP")
    )
    said, _ = heard(dialect, sse(stop), clean=False)
    assert isinstance(said[-1], Failure)


def test_after_the_last_word_a_broken_transport_takes_nothing_back() -> None:
    said, _ = heard(CHAT, sse(chat({"content": "a"}, "stop"), "[DONE]"), clean=False)
    assert isinstance(said[-1], Ended)


def test_an_event_without_its_blank_line_does_not_count() -> None:
    said, _ = heard(CHAT, sse(chat({"content": "a"}, "stop")).rstrip())
    assert isinstance(said[-1], Failure)


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_arguments_may_break_off_where_the_answer_does(reason: str) -> None:
    said, hearing = heard(CHAT, sse(piece(0, '{"a', id="c", name="f"), chat({}, reason)))
    assert (stops(said), hearing.failed) == ([reason], False)


def test_counts_are_handed_on_early_and_at_the_end() -> None:
    early, late = {"promptTokenCount": 5}, {"promptTokenCount": 5, "candidatesTokenCount": 2}
    body = sse(
        gemini({"text": "a"}, usageMetadata=early), gemini(reason="STOP", usageMetadata=late)
    )
    said, _ = heard(GEMINI, body)
    counts = [delta for delta in said if isinstance(delta, UsageTotals)]
    assert [(one.input_tokens, one.output_tokens, one.raw) for one in counts][-1] == (5, 2, {})
    assert counts[0].input_tokens == 5


@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_the_cutting_of_bytes_changes_nothing(cut: int) -> None:
    body = sse(
        chat({"content": "Grüße 👩"}), piece(0, '{"π": 1}', id="c", name="f"), chat({}, "stop")
    )
    hearing = Hearing(named(CHAT), {})
    said = [d for at in range(0, len(body), cut) for d in hearing.feed(body[at : at + cut])]
    assert [*said, *hearing.finish(clean=True)] == heard(CHAT, body)[0]


def test_an_endless_answer_fails() -> None:
    hearing = Hearing(named(CHAT), {}, Limits(stream=100))
    (*_, last) = hearing.feed(sse(chat({"content": "a" * 200})))
    assert isinstance(last, Failure)
    assert hearing.feed(b"more") == hearing.finish(clean=True) == []
