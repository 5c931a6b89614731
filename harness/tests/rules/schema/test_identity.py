"""Who chunks say they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.schema.identity import (
    created_is_constant,
    id_has_vendor_form,
    id_is_constant,
    id_is_not_blank,
    model_is_constant,
)

CHAT, RESPONSES, GEMINI = "openai-chat", "openai-responses", "gemini"


def body(values: list[dict[str, Any]]) -> bytes:
    return "".join(f"data: {json.dumps(value)}\n\n" for value in values).encode()


def chat(members: list[dict[str, Any]]) -> bytes:
    delta = {"choices": [{"index": 0, "delta": {"content": "ab"}, "finish_reason": None}]}
    return body([{**one, **delta} for one in members])


def responses(*ids: str) -> bytes:
    return body([{"type": f"response.{word}", "response": {"id": id}} for word, id in
                 zip(("created", "in_progress", "completed"), ids, strict=True)])  # fmt: skip


_THE_ID = "the id of the answer"

CASES: dict[str, tuple[Any, str, bytes, list[tuple[int, str, str, int]]]] = {
    "one id": (id_is_constant, CHAT, chat([{"id": "a"}] * 3), []),
    "a new id for each chunk": (
        id_is_constant,
        CHAT,
        chat([{"id": "a"}, {"id": "b"}, {"id": "c"}]),
        [(1, "a", "b", 2)],
    ),
    "empty and odd ids are asked elsewhere": (
        id_is_constant,
        CHAT,
        chat([{"id": ""}, {"id": "a"}, {"id": 5}]),
        [],
    ),
    "a chunk without the id of the others": (
        id_is_constant,
        CHAT,
        chat([{"id": "a"}, {}, {"id": "a"}]),
        [(1, "a", "no id", 1)],
    ),
    "no ids at all": (id_is_constant, CHAT, chat([{}, {}]), []),
    "no id in an event that holds no choices": (
        id_is_constant,
        CHAT,
        body([{"id": "a", "choices": []}, {"status": "working"}]),
        [],
    ),
    "an empty id of a response": (
        id_is_not_blank,
        RESPONSES,
        responses("a", "", "a"),
        [(1, _THE_ID, '""', 1)],
    ),
    "an empty id of an item": (
        id_is_not_blank,
        RESPONSES,
        body([{"type": "response.output_item.added", "output_index": 0, "item": {"id": ""}}]),
        [(0, _THE_ID, '""', 1)],
    ),
    "an empty call id": (
        id_is_not_blank,
        RESPONSES,
        body([{"type": "response.output_item.added", "output_index": 0, "item": {"call_id": ""}}]),
        [(0, _THE_ID, '""', 1)],
    ),
    "an empty id of a candidate's response": (
        id_is_not_blank,
        GEMINI,
        body([{"responseId": "", "candidates": [{"finishReason": "STOP"}]}]),
        [(0, _THE_ID, '""', 1)],
    ),
    "the id of an error": (
        id_is_constant,
        CHAT,
        body([{"id": "a", "choices": []}, {"id": "b", "error": {"message": "no"}}]),
        [],
    ),
    "one response": (id_is_constant, RESPONSES, responses("a", "a", "a"), []),
    "another response at the end": (
        id_is_constant,
        RESPONSES,
        responses("a", "a", "b"),
        [(2, "a", "b", 1)],
    ),
    "a second answer is asked about elsewhere": (
        id_is_constant,
        RESPONSES,
        responses("a", "a", "a") + responses("b", "b", "b"),
        [],
    ),
    "another answer of gemini": (
        id_is_constant,
        GEMINI,
        body([{"responseId": "a"}, {"responseId": "b"}]),
        [(1, "a", "b", 1)],
    ),
    "one model": (model_is_constant, CHAT, chat([{"model": ""}, *[{"model": "m"}] * 2]), []),
    "another model": (
        model_is_constant,
        CHAT,
        chat([{"model": "m"}, {"model": "n"}]),
        [(1, "m", "n", 1)],
    ),
    "an id": (id_is_not_blank, CHAT, chat([{"id": "a"}, {}]), []),
    "an empty id": (id_is_not_blank, CHAT, chat([{"id": ""}] * 4), [(0, _THE_ID, '""', 4)]),
    "one time": (created_is_constant, CHAT, chat([{"created": 7}] * 9), []),
    "a time that goes on": (
        created_is_constant,
        CHAT,
        chat([{"created": 7}] * 5 + [{"created": 8}] * 4),
        [(5, "7", "8", 4)],
    ),
    "no time in the first chunk": (
        created_is_constant,
        CHAT,
        chat([{"created": 0}, {"created": 7}]),
        [(1, "0", "7", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "templates"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_about_identity(case: Any, exact: bool, court: Any) -> None:
    rule, dialect, stream, wanted = case
    outcome = court(rule, stream, dialect, exact=exact)
    assert not outcome.skipped
    assert [(f.event, f.expected, f.got, f.times) for f in outcome.findings] == wanted


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("chatcmpl-[0-9a-f]{4}", 1), (".*", 0), (None, 0), (5, 0)],
)
def test_an_id_has_the_form_that_its_vendor_gives(pattern: object, count: int, court: Any) -> None:
    stream = chat([{"id": "chatcmpl-00af"}, {"id": "chatcmpl-00af-9"}, {"id": ""}])
    found = court(id_has_vendor_form, stream, facts={"id-pattern": pattern}).findings
    assert [(f.event, f.pointer) for f in found] == [(1, "/id")] * count


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert id_has_vendor_form.demanded
