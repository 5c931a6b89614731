"""What must not be sent: members of other vendors, and empty text."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.history import Duty
from streamgauge.history.members import NO_EMPTY_TEXTS, NO_FOREIGN_MEMBERS
from streamgauge.message import Part

THOUGHT = Part(kind=Kind.REASONING, content="I look.", field="reasoning_content")
REFUSED = {"refused-members": ["reasoning_content"]}


@pytest.mark.parametrize(
    ("duty", "part", "facts", "expected"),
    [
        pytest.param(
            NO_FOREIGN_MEMBERS, THOUGHT, REFUSED, [(1, "the member reasoning_content")],
            id="refused",
        ),
        pytest.param(NO_FOREIGN_MEMBERS, THOUGHT, {}, [], id="nothing is refused"),
        pytest.param(
            NO_FOREIGN_MEMBERS, Part(kind=Kind.REASONING, content="I", field="content"), REFUSED,
            [], id="its own place",
        ),
        pytest.param(
            NO_EMPTY_TEXTS, Part(kind=Kind.TEXT), {}, [(1, "a text without a character")],
            id="empty text",
        ),
        pytest.param(NO_EMPTY_TEXTS, Part(kind=Kind.TEXT, content=" "), {}, [], id="a blank"),
    ],
)  # fmt: skip
def test_what_must_not_be_sent(
    duty: Duty, part: Part, facts: Any, expected: Any, *, turns: Any, unkept: Any
) -> None:
    assert unkept(duty, turns("Look.", (part,)), facts=facts) == expected
