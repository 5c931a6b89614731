"""Requests in the words of another dialect, with the history that its API wants back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.message import Part
from streamgauge.translate.asking import Asker, Asking, conversation_of
from streamgauge.translate.ledger import Given, Ledger, Use, view_of
from tests.dialects.voices import call, text, thought

MESSAGES, CHAT, GEMINI = "anthropic-messages", "openai-chat", "gemini"
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TOOL = {"name": "f", "description": "F.", "input_schema": SCHEMA}


def use(id: str, **block: Any) -> Any:
    return {"type": "tool_use", "id": id, "name": "f", "input": {"n": 1}, **block}


def result(id: str, content: str = "ok") -> Any:
    return {"type": "tool_result", "tool_use_id": id, "content": content}


def request(*messages: Any, **members: Any) -> Any:
    said = [{"role": "user", "content": "Go."}, *messages]
    return {"model": "m", "max_tokens": 9, "messages": said, "tools": [TOOL], **members}


def said(*blocks: Any) -> Any:
    return {"role": "assistant", "content": [*blocks]}


def results(*blocks: Any) -> Any:
    return {"role": "user", "content": [*blocks]}


def asked(
    value: Any,
    target: str = GEMINI,
    ledger: Ledger | None = None,
    source: str = MESSAGES,
    **how: Any,
) -> Asking:
    asker = Asker(named(source), named(target), ledger or Ledger(), {})
    return asker.ask(value, **{"url": "", "conversation": "one", **how})


def remembering(*parts: Part, place: int = 1) -> Ledger:
    """A ledger that gave one answer, its calls under the ids t0, t1 …"""
    ledger = Ledger()
    calls = [part for part in parts if part.name]
    ids = {number: f"t{number}" for number in range(len(calls))}
    for number, part in enumerate(calls):
        ledger.record(
            Use(
                id=ids[number],
                original_id=part.id,
                name=str(part.name),
                arguments=part.arguments,
                arguments_json=part.arguments_json,
                signature=part.signature,
                time=0,
                request_index=0,
                conversation_id="one",
            )
        )
    ledger.remember("one", view_of(parts, ids), Given(place, parts))
    return ledger


ANSWER = (
    thought("Hm.", field="thought"),
    call({"n": 1}, name="f", signature="c2ln"),
    call({"n": 2}, name="f"),
)
ASKED_FOR = said(use("t0"), use("t1", input={"n": 2}))


def test_an_answer_goes_back_as_it_came() -> None:
    value = request(ASKED_FOR, results(result("t0"), result("t1")))
    contents: Any = asked(value, ledger=remembering(*ANSWER)).value["contents"]
    assert contents[1]["parts"] == [
        {"text": "Hm.", "thought": True},
        {"functionCall": {"name": "f", "args": {"n": 1}}, "thoughtSignature": "c2ln"},
        {"functionCall": {"name": "f", "args": {"n": 2}}},
    ]
    assert [list(part) for part in contents[2]["parts"]] == [["functionResponse"]] * 2


def test_results_stand_in_the_order_of_their_calls() -> None:
    value = request(ASKED_FOR, results(result("t1", "two"), result("t0", "one")))
    contents: Any = asked(value, ledger=remembering(*ANSWER)).value["contents"]
    given = [part["functionResponse"] for part in contents[2]["parts"]]
    assert given == [
        {"name": "f", "response": {"output": "one"}},
        {"name": "f", "response": {"output": "two"}},
    ]


def test_an_altered_answer_still_gets_the_signatures_of_its_calls() -> None:
    value = request(said({"type": "text", "text": "My own."}, use("t0")), results(result("t0")))
    asking = asked(value, ledger=remembering(*ANSWER))
    contents: Any = asking.value["contents"]
    assert contents[1]["parts"][1]["thoughtSignature"] == "c2ln"
    assert "/1: this answer is not one that was given here" in asking.warnings


def test_ids_of_the_upstream_come_back() -> None:
    ledger = remembering(call({"n": 1}, name="f", id="functions.f:0"))
    value: Any = asked(request(said(use("t0")), results(result("t0"))), CHAT, ledger).value
    assert value["messages"][1]["tool_calls"][0]["id"] == "functions.f:0"
    assert value["messages"][2]["tool_call_id"] == "functions.f:0"


def test_nothing_is_forged_for_an_answer_of_another_model() -> None:
    foreign = said({"type": "thinking", "thinking": "Hm.", "signature": "zzz"}, use("t9"))
    asking = asked(request(foreign, results(result("t9"))))
    assert "zzz" not in json.dumps(asking.value)
    assert "/1: no signature is known for the call t9" in asking.warnings
    contents: Any = asking.value["contents"]
    assert contents[2]["parts"][0]["functionResponse"]["name"] == "f"


def test_unsigned_thoughts_are_no_thoughts_of_the_messages_api() -> None:
    history = [
        {"role": "user", "content": "Go."},
        {"role": "assistant", "content": "Done.", "reasoning_content": "Hm."},
        {"role": "user", "content": "More."},
    ]
    asking = asked({"model": "m", "messages": history}, MESSAGES, source=CHAT)
    messages: Any = asking.value["messages"]
    assert messages[1]["content"] == [{"type": "text", "text": "Done."}]
    assert "/1: reasoning of another model is left out" in asking.warnings


def test_a_changed_id_is_told_with_its_place() -> None:
    asking = asked(request(said(use("x"))), ledger=remembering(ANSWER[1]))
    assert "/1: the id of the use of f was t0, and is x now" in asking.warnings


@pytest.mark.parametrize("target", [CHAT, GEMINI, "openai-responses"])
def test_tools_keep_their_meaning(target: str) -> None:
    asking = asked(request(), target)
    (tool,) = named(target).request(asking.value).tools
    assert (tool.name, tool.parameters, asking.warnings) == ("f", SCHEMA, ())


def test_a_schema_that_changes_its_meaning_is_told() -> None:
    declared = {
        "name": "f",
        "parameters": {"type": "OBJECT", "properties": {"n": {"type": "NUMBER"}}},
    }
    value = {"contents": [], "tools": [{"functionDeclarations": [declared]}]}
    asking = asked(value, CHAT, source=GEMINI, url="/v1beta/models/m:generateContent")
    assert not [line for line in asking.warnings if "schema" in line]


@pytest.mark.parametrize(
    ("url", "model", "streams", "events"),
    [
        ("/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse", "gemini-3-pro", True, True),
        ("/v1beta/models/gemini-3-pro:streamGenerateContent", "gemini-3-pro", True, False),
        ("/v1beta/models/a%2Fb:generateContent", "a/b", False, True),
    ],
    ids=["events", "one array", "no stream"],
)
def test_what_stands_in_the_address_is_read(
    url: str, model: str, streams: bool, events: bool
) -> None:
    asking = asked({"contents": []}, CHAT, source=GEMINI, url=url)
    assert (asking.asked.model, asking.streams, asking.wants_events) == (model, streams, events)
    assert asking.value["model"] == model


def test_another_model_can_be_asked() -> None:
    asking = asked(request(stream=True), model="gemini-3-pro")
    assert asking.path == "/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse"
    assert asking.asked.model == "m"


def test_counts_are_always_asked_of_the_upstream() -> None:
    value: Any = asked(request(stream=True), CHAT).value
    assert value["stream_options"] == {"include_usage": True}


def test_what_only_one_side_has_is_told() -> None:
    search = {"type": "web_search_20250305", "name": "web_search"}
    asking = asked(request(tools=[TOOL, search], container="c"))
    assert asking.warnings == (
        "container of the request has no words in gemini",
        "the vendor's own tools have no words in gemini",
    )


@pytest.mark.parametrize(
    ("value", "source", "target", "warnings"),
    [
        ({"messages": [], "n": 3}, CHAT, MESSAGES, ["choices of the request"]),
        ({"messages": [], "n": 3}, CHAT, GEMINI, []),
        (
            {"messages": [], "logprobs": True, "top_logprobs": 2},
            CHAT,
            MESSAGES,
            ["logprobs of the request", "top_logprobs of the request"],
        ),
        (
            {"messages": [], "response_format": {"type": "json_object"}},
            CHAT,
            MESSAGES,
            ["json_output of the request"],
        ),
        (
            {"messages": [], "thinking": {"type": "enabled"}},
            MESSAGES,
            CHAT,
            ["thinking of the request"],
        ),
        (
            request(system=[{"type": "text", "text": "S", "cache_control": {"type": "ephemeral"}}]),
            MESSAGES,
            GEMINI,
            ["cache_control"],
        ),
        (
            request(said(use("t9")), results({**result("t9"), "is_error": True})),
            MESSAGES,
            CHAT,
            [
                "/1: this answer is not one that was given here",
                "/1: no signature is known for the call t9",
                "is_error of a result",
            ],
        ),
    ],
    ids=["answers", "answers kept", "logprobs", "any JSON", "thinking", "cache", "failures"],
)
def test_what_the_built_request_does_not_ask_for_is_told(
    value: Any, source: str, target: str, warnings: list[str]
) -> None:
    asking = asked(value, target, source=source)
    lines = [line.removesuffix(f" has no words in {target}") for line in asking.warnings]
    assert lines == warnings


def test_a_conversation_without_a_name_is_known_by_its_beginning() -> None:
    first, later = (
        asked(value, conversation=None) for value in (request(), request(said(use("a"))))
    )
    assert first.conversation == later.conversation
    assert asked(request(system="S"), conversation=None).conversation != first.conversation


def test_requests_are_counted_by_conversation() -> None:
    ledger = Ledger()
    names = ["one", "one", "two"]
    found = [asked(request(), ledger=ledger, conversation=name).index for name in names]
    assert found == [0, 1, 0]


def test_the_history_of_a_request_is_the_beginning_of_the_next() -> None:
    # What is kept in a cache upstream would be lost otherwise.
    ledger = Ledger()
    for place, hm in ((1, "one"), (3, "two")):
        parts = (thought(hm, field="thought"), text("Hi"))
        ledger.remember("one", view_of(parts), Given(place, parts))
    hi, more = said({"type": "text", "text": "Hi"}), {"role": "user", "content": "More."}
    short: Any = asked(request(hi, more), ledger=ledger).value["contents"]
    long: Any = asked(request(hi, more, hi, more), ledger=ledger).value["contents"]
    assert long[: len(short)] == short
    assert long[3]["parts"][0]["text"] == "two"


def test_the_name_of_a_conversation_follows_from_turns_alone() -> None:
    assert conversation_of(()) == conversation_of(())


STRANGE: list[Any] = [None, 3, ["a"], {"a": 1}, "\ud83d", ""]


@pytest.mark.parametrize("id", STRANGE, ids=ascii)
@pytest.mark.parametrize("target", [CHAT, GEMINI])
def test_an_id_may_be_anything(id: Any, target: str) -> None:
    ledger = remembering(ANSWER[1])
    asked(request(said(use(id)), results(result(id), result("t0"))), target, ledger)


@pytest.mark.parametrize("model", STRANGE, ids=ascii)
def test_a_model_may_be_anything(model: Any) -> None:
    assert asked({**request(), "model": model}).path.isascii()
