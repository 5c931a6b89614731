"""Tool calls as they were sent: found again, whatever the chunks hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, rule
from streamgauge.rules.tools import sent

_ = ...


@rule("tools/probe", Level.MAY, Authority(name="nobody", url=""))
def probe(case: Case) -> Iterator[Evidence]:
    """What `sent` finds, told as evidence."""
    for entry in sent.entries(case):
        yield Evidence("entry", str(entry.members.get("id")), "", None, entry.pointer, entry.choice)
    for word in sorted(sent.plain_calls(case)):
        yield Evidence("plain", word, "")
    for (choice, word), spot in sent.beginnings(case).items():
        yield Evidence("began", word, "", spot.event, spot.pointer, choice)


def test_entries_and_beginnings_are_found(chat: Any, court: Any) -> None:
    body = chat((0, "call_a", "look", ""), (0, _, _, "{}"), [(1, "call_b", "find", "{}")])
    found = {(f.says, f.expected, f.event) for f in court(probe, body).findings}
    assert found == {
        ("entry", "call_a", None), ("entry", "None", None), ("entry", "call_b", None),
        ("began", "call_a", 0), ("began", "look", 0), ("began", "call_b", 2), ("began", "find", 2),
    }  # fmt: skip


def test_custom_calls_are_plain(chat: Any, court: Any) -> None:
    custom = {"index": 0, "id": "call_a", "custom": {"name": "sh", "input": "ls"}}
    outcome = court(probe, chat({"tool_calls": [custom]}))
    assert "call_a" in {f.expected for f in outcome.findings if f.says == "plain"}


@pytest.mark.parametrize(
    "data",
    [
        "[]", "1", '{"choices":1}', '{"choices":[1,null]}', '{"choices":[{"delta":[]}]}',
        '{"choices":[{"index":"x","delta":{"tool_calls":{"a":1}}}]}',
        '{"choices":[{"index":true,"delta":{"tool_calls":[1,{"id":[],"function":[]}]}}]}',
    ],
)  # fmt: skip
def test_any_json_is_read_without_raising(court: Any, data: str) -> None:
    assert court(probe, f"data: {data}\n\ndata: [DONE]\n\n".encode()).broken in (
        (),
        ("tools/probe",),
    )


@pytest.mark.parametrize(
    ("index", "expected"), [(0, True), (7, True), (-1, False), (True, False), ("0", False)]
)
def test_what_counts_as_an_index(index: object, expected: bool) -> None:
    assert sent.is_count(index) is expected
