"""A message written as a chat stream: in the base dialect's own shape, ended by the sentinel."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.openai_chat.write import write
from streamgauge.message import Choice, Fault, Message, Part, UsageTotals


def events_of(*parts: Part, **members: Any) -> list[Any]:
    reasons = {
        key: members.pop(key) for key in ("finish_reason", "raw_finish_reason") if key in members
    }
    choice = Choice(index=0, role="assistant", parts=parts, **reasons)
    written = list(write(Message(choices=(choice,), **members)))
    assert all(event.name is None for event in written)
    assert written[-1].data == "[DONE]"
    return [json.loads(event.data) for event in written[:-1]]


def deltas_of(*parts: Part) -> list[Any]:
    return [event["choices"][0]["delta"] for event in events_of(*parts)]


def test_the_role_comes_first_with_empty_content() -> None:
    assert deltas_of() == [{"role": "assistant", "content": ""}]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"id": "chatcmpl-7", "model": "m-1"}, ("chatcmpl-7", "m-1")),
        ({}, ("chatcmpl-0", "unknown")),
    ],
    ids=["known", "unknown"],
)
def test_every_chunk_has_the_id_and_the_model(members: Any, said: tuple[str, str]) -> None:
    assert [(event["id"], event["model"]) for event in events_of(**members)] == [said]


def test_text_comes_in_pieces() -> None:
    pieces = [delta["content"] for delta in deltas_of(Part(kind=Kind.TEXT, content="a" * 50))]
    assert pieces == ["", "a" * 24, "a" * 24, "aa"]


def test_reasoning_goes_to_the_field_it_came_in() -> None:
    fields = ("reasoning", "reasoning_content", "thinking", None)
    parts = [Part(kind=Kind.REASONING, content="h", field=field) for field in fields]
    members = [list(delta) for delta in deltas_of(*parts)][1:]
    assert members == [
        ["reasoning"],
        ["reasoning_content"],
        ["reasoning_content"],
        ["reasoning_content"],
    ]


def test_a_call_is_a_header_and_bare_pieces() -> None:
    call = Part(
        kind=Kind.TOOL_CALL, id="c", name="f", arguments_json='{"city": "Paris"}', extra={"x": 1}
    )
    header, *pieces = [delta["tool_calls"][0] for delta in deltas_of(call)[1:]]
    function = {"name": "f", "arguments": ""}
    assert header == {"index": 0, "id": "c", "type": "function", "function": function, "x": 1}
    assert [sorted(piece) for piece in pieces] == [["function", "index"]] * 2
    assert "".join(piece["function"]["arguments"] for piece in pieces) == '{"city": "Paris"}'


def test_what_follows_a_call_is_written() -> None:
    call = Part(kind=Kind.TOOL_CALL, id="c", name="f", arguments_json="{}")
    assert deltas_of(call, Part(kind=Kind.TEXT, content="a"))[-1] == {"content": "a"}


def test_a_kind_that_the_dialect_has_no_word_for_is_left_out() -> None:
    assert len(deltas_of(Part(kind=Kind.BLOB), Part(kind=Kind.GENERIC, name="x"))) == 1


def test_the_raw_reason_wins_and_no_reason_is_none() -> None:
    def reasons(**members: Any) -> list[Any]:
        return [event["choices"][0]["finish_reason"] for event in events_of(**members)]

    assert reasons(finish_reason="tool_call", raw_finish_reason=None) == [None, "tool_calls"]
    assert reasons(finish_reason="stop", raw_finish_reason="eos") == [None, "eos"]
    assert reasons(finish_reason="unknown", raw_finish_reason=None) == [None]


def test_usage_has_a_chunk_of_its_own_and_an_error_its_own_shape() -> None:
    usage = UsageTotals(raw={"total_tokens": 1})
    *_, error, last = events_of(usage=usage, error=Fault(message="no", raw={"error": "no"}))
    assert error == {"error": "no"}
    assert (last["choices"], last["usage"]) == ([], {"total_tokens": 1})


def test_an_error_without_an_object_is_still_an_error() -> None:
    assert events_of(error=Fault(raw="no"))[-1] == {"error": {"message": "no"}}
