"""What chat streams add up to: choices, reasoning in its forms, usage, errors in their shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.message import Ending, Fault
from streamgauge.transcript.transcript import Transcript

Read = Callable[..., Transcript]
Parts = list[tuple[str, str | None, str]]


def parts_of(transcript: Transcript, choice: int = 0) -> Parts:
    (found,) = [one for one in transcript.folded.message.choices if one.index == choice]
    return [(part.kind.value, part.field, part.content) for part in found.parts]


# The forms of docs/dialects.md in which reasoning travels: the deltas, and the parts.
REASONING: dict[str, tuple[list[dict[str, Any]], Parts]] = {
    "reasoning_content": (
        [{"reasoning_content": "h"}, {"reasoning_content": "m"}, {"content": "a"}],
        [("reasoning", "reasoning_content", "hm"), ("text", None, "a")],
    ),
    "reasoning": (
        [{"reasoning": "hm", "content": ""}, {"content": "a"}],
        [("reasoning", "reasoning", "hm"), ("text", None, "a")],
    ),
    "both with the same text": (
        [{"reasoning": "hm", "reasoning_content": "hm"}],
        [("reasoning", "reasoning_content", "hm")],
    ),
    "one of both empty": (
        [{"reasoning": "hm", "reasoning_content": ""}],
        [("reasoning", "reasoning", "hm")],
    ),
    "details beside the text": (
        [{"reasoning": "hm", "reasoning_details": [{"type": "reasoning.text", "text": "hm"}]}],
        [("reasoning", "reasoning", "hm")],
    ),
    "details alone": (
        [{"reasoning_details": [{"type": "reasoning.summary", "summary": "hm"}]}],
        [("reasoning", "reasoning_details", "hm")],
    ),
    "a typed list": (
        [
            {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]},
            {"content": [{"type": "text", "text": "a"}, "b"]},
            {"content": "c"},
        ],
        [("reasoning", "content.thinking", "hm"), ("text", None, "abc")],
    ),
    "content marked as thought": (
        [{"content": "hm", "extra_content": {"google": {"thought": True}}}, {"content": "a"}],
        [("reasoning", "content", "hm"), ("text", None, "a")],
    ),
    "tags inside the content stay text": (
        [{"content": "<think>hm</think>a"}],
        [("text", None, "<think>hm</think>a")],
    ),
    "text between two thoughts": (
        [{"reasoning": "a"}, {"content": "b"}, {"reasoning": "c"}],
        [("reasoning", "reasoning", "a"), ("text", None, "b"), ("reasoning", "reasoning", "c")],
    ),
    "nulls say nothing": (
        [{"reasoning_content": None, "content": None, "refusal": None, "tool_calls": None}],
        [],
    ),
    "empty strings begin nothing": ([{"role": "assistant", "content": ""}], []),
    "a refusal": ([{"refusal": "n"}, {"refusal": "o"}], [("refusal", None, "no")]),
}


@pytest.mark.parametrize("name", REASONING)
def test_text_goes_to_parts_in_order(name: str, read: Read, body: Any, chunk: Any) -> None:
    deltas, parts = REASONING[name]
    transcript = read(body(*map(chunk, deltas), chunk({}, "stop")))
    assert parts_of(transcript) == parts


def test_choices_are_kept_apart_and_put_in_order(read: Read, body: Any, chunk: Any) -> None:
    sent = [chunk({"content": text}, index=at) for at, text in [(1, "a"), (0, "b"), (1, "c")]]
    transcript = read(body(*sent, chunk({}, "length", 1)))
    message = transcript.folded.message
    assert [(one.index, one.finish_reason) for one in message.choices] == [(0, None), (1, "length")]
    assert parts_of(transcript, 1) == [("text", None, "ac")]


def test_the_first_id_model_and_role_count(read: Read, body: Any, chunk: Any) -> None:
    sent = [
        chunk({"role": r}, id=i, model=m)
        for r, i, m in [("", "", ""), ("a", "i", "m"), ("b", "j", "n")]
    ]
    message = read(body(*sent)).folded.message
    assert (message.id, message.model, message.choices[0].role) == ("i", "m", "a")


def test_the_last_finish_reason_counts_and_all_are_kept(read: Read, body: Any, chunk: Any) -> None:
    folded = read(body(chunk({}, "stop"), chunk({}, "weird"))).folded
    (choice,) = folded.message.choices
    assert (choice.finish_reason, choice.raw_finish_reason) == ("unknown", "weird")
    assert [(stop.raw, stop.event) for stop in folded.stops] == [("stop", 0), ("weird", 1)]


USAGES: dict[str, tuple[list[Any], dict[str, Any] | None]] = {
    "none": ([], None),
    "null": ([None], None),
    "one": ([{"total_tokens": 3}], {"total_tokens": 3}),
    "the last value of each field": (
        [{"a": 1, "b": 1}, {"b": 2, "c": 0}],
        {"a": 1, "b": 2, "c": 0},
    ),
    "inside details too": ([{"d": {"a": 1, "b": 1}}, {"d": {"b": 2}}], {"d": {"a": 1, "b": 2}}),
    "a null leaves what was there": ([{"a": 1}, {"a": None}], {"a": 1}),
    "a null alone stays": ([{"a": None}], {"a": None}),
    "a number after details": ([{"a": {"b": 1}}, {"a": 2}], {"a": 2}),
}


@pytest.mark.parametrize("name", USAGES)
def test_usage_is_merged_and_never_summed(name: str, read: Read, body: Any, chunk: Any) -> None:
    usages, raw = USAGES[name]
    folded = read(body(*(chunk({}, usage=one) for one in usages), chunk({}, "stop"))).folded
    found = folded.message.usage
    assert (None if found is None else found.raw) == raw
    assert len(folded.usages) == len([one for one in usages if one is not None])


def test_the_first_chunk_of_azure_says_nothing(read: Read, body: Any, chunk: Any) -> None:
    first = {"choices": [], "id": "", "model": "", "object": "", "prompt_filter_results": []}
    transcript = read(
        body(first, chunk({"content": "a"}, id="i", model="m"), chunk({}, "stop"), "[DONE]")
    )
    message = transcript.folded.message
    assert (message.id, message.model) == ("i", "m")
    assert parts_of(transcript) == [("text", None, "a")]
    assert transcript.ending is Ending.COMPLETE


ERROR = {"message": "no", "type": "t", "param": None, "code": "c"}
# The shapes (a) to (h) of docs/dialects.md: chunks, and the error they state.
ERRORS: dict[str, tuple[list[Any], Fault]] = {
    "a: an error object": (
        [{"error": ERROR}],
        Fault(type="t", code="c", message="no", raw={"error": ERROR}),
    ),
    "b: beside choices": (
        [
            {
                "error": {"message": "no", "code": 502},
                "choices": [{"delta": {}, "finish_reason": "error"}],
            }
        ],
        Fault(code=502, message="no", raw=...),
    ),
    "c: under its event name": (
        [("error", {"error": ERROR})],
        Fault(type="t", code="c", message="no", raw={"error": ERROR}),
    ),
    "d: as text": ([{"error": "no"}], Fault(message="no", raw={"error": "no"})),
    "e: an error in an error": (
        [{"error": {"error": "no"}}],
        Fault(message="no", raw={"error": {"error": "no"}}),
    ),
    "f: error_message without error": (
        [{"choices": None, "error_type": "t", "error_message": "no"}],
        Fault(type="t", message="no", raw=...),
    ),
    "g: code and message under the event name": (
        [("error", {"code": "c", "message": "no"})],
        Fault(code="c", message="no", raw={"code": "c", "message": "no"}),
    ),
    "a status inside a success": (
        [{"choices": None, "base_resp": {"status_code": 2061, "status_msg": "no"}}],
        Fault(code=2061, message="no", raw=...),
    ),
    "an error in an array": ([[{"error": "no"}]], Fault(message="no", raw=[{"error": "no"}])),
    "text under the event name": ([("error", '"no"')], Fault(message="no", raw="no")),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_seen_and_ends_the_stream(name: str, read: Read, body: Any, chunk: Any) -> None:
    chunks, fault = ERRORS[name]
    transcript = read(body(chunk({"content": "a"}), *chunks, "[DONE]"))
    found = transcript.folded.message.error
    assert found is not None
    assert (found.type, found.code, found.message) == (fault.type, fault.code, fault.message)
    assert fault.raw is ... or found.raw == fault.raw
    assert transcript.ending is Ending.ERROR_TERMINATED


def test_h_a_finish_reason_may_be_the_error(read: Read, body: Any, chunk: Any) -> None:
    (choice,) = read(body(chunk({}, "engine_overloaded"))).folded.message.choices
    assert (choice.finish_reason, choice.raw_finish_reason) == ("error", "engine_overloaded")


def test_the_first_error_is_the_message_s_and_all_are_kept(read: Read, body: Any) -> None:
    folded = read(body({"error": "a"}, {"error": "b"})).folded
    assert folded.message.error is not None
    assert folded.message.error.message == "a"
    assert [(one.failure.message, one.event) for one in folded.failures] == [("a", 0), ("b", 1)]


def test_a_stop_beside_a_call_is_a_call_where_the_dialect_has_no_word_for_it(
    read: Read, body: Any
) -> None:
    part = {"functionCall": {"name": "f", "args": {}}}
    sent = {"candidates": [{"content": {"parts": [part]}, "finishReason": "STOP", "index": 0}]}
    (choice,) = read(body(sent), "gemini").folded.message.choices
    assert (choice.finish_reason, choice.raw_finish_reason) == ("tool_call", "STOP")


def test_look_alikes_are_one_step_and_every_piece_has_its_event(
    read: Read, body: Any, chunk: Any
) -> None:
    transcript = read(
        body(
            *(chunk({"content": str(n % 10)}, id="c", model="m") for n in range(40)),
            chunk({}, "stop"),
        )
    )
    ((_, _, part, trace),) = transcript.parts(Kind.TEXT)
    assert part.content == "0123456789" * 4
    assert [event for event, _, text in trace.each() if text] == list(range(40))
    assert len(transcript.chunks) < 6


def test_probabilities_wait_for_their_text(read: Read, body: Any, chunk: Any) -> None:
    early = chunk({})
    early["choices"][0]["logprobs"] = {"content": [{"token": "a"}], "refusal": None}
    late = chunk({"content": "a"})
    late["choices"][0]["logprobs"] = {"content": [{"token": "b"}]}
    ((_, _, part, _),) = read(body(early, late)).parts()
    assert part.logprobs == ({"token": "a"}, {"token": "b"})
