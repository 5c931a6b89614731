"""Choices and chunks found again, whatever the stream holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, rule
from streamgauge.rules.stop.said import choices_of, chunks_at


@rule("stop/probe", Level.MAY, Authority(name="nobody", url=""))
def probe(case: Case) -> Iterator[Evidence]:
    """What `said` finds, told as evidence."""
    known = chunks_at(case)
    for chunk, answer, pointer, _ in choices_of(case):
        assert known[chunk.event.index] is chunk
        yield Evidence("choice", "", "", chunk.event.index, pointer, answer)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"choices":[{"index":2},{"index":1}]}', [(2, "/choices/0"), (1, "/choices/1")]),
        ('{"choices":[{},1,{"index":"x"}]}', [(0, "/choices/0"), (2, "/choices/2")]),
        ('{"choices":[{"index":true}]}', [(0, "/choices/0")]),
        ('{"choices":{}}', []),
        ("[]", []),
        ("[DONE]", []),
    ],
)
def test_choices_are_found(court: Any, data: str, expected: list[Any]) -> None:
    outcome = court(probe, f"data: {data}\n\n".encode())
    assert [(one.choice, one.pointer) for one in outcome.findings] == expected
