"""Signatures: on the first call of each step, on every thought, and as they were given."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.history import Duty, Issued
from streamgauge.history.signatures import (
    CALLS_ARE_SIGNED,
    SIGNATURES_ARE_KNOWN,
    THOUGHTS_ARE_SIGNED,
    THOUGHTS_ARE_UNCHANGED,
)
from streamgauge.message import Choice, Part
from streamgauge.prompt import Asked, Role, Turn

RESULT = Turn(role=Role.TOOL, call_id="a")


def call(signature: object = None, **more: Any) -> Part:
    return Part(kind=Kind.TOOL_CALL, id="a", name="look", signature=signature, **more)


def thought(content: str = "I look.", signature: object = "s-1", **more: Any) -> Part:
    return Part(kind=Kind.REASONING, content=content, signature=signature, **more)


UNSIGNED = [(1, "no signature on the call of look")]
MEMBER = {"signature-member": "/extra_content/acme/thought_signature"}
CARRIED = {"extra_content": {"acme": {"thought_signature": "s-1"}}}


@pytest.mark.parametrize(
    ("said", "facts", "expected"),
    [
        pytest.param(["Look.", (call("s-1"),)], {}, [], id="signed"),
        pytest.param(["Look.", (call(),)], {}, UNSIGNED, id="unsigned"),
        pytest.param(["Look.", (call("s-1"), call())], {}, [], id="parallel calls share the first"),
        pytest.param(["Look.", (call(), call("s-1"))], {}, UNSIGNED, id="on the second call"),
        pytest.param(
            ["Look.", (call("s-1"),), RESULT, (call(),)], {},
            [(3, "no signature on the call of look")], id="each step",
        ),
        pytest.param(["Look.", (call(),), RESULT, "Again."], {}, [], id="an earlier turn"),
        pytest.param(["Look.", (call(extra=CARRIED),)], MEMBER, [], id="in an opaque member"),
        pytest.param(["Look.", (call(extra=CARRIED),)], {}, UNSIGNED, id="in a member not read"),
        pytest.param(
            ["Look.", (call(),)], {"signed-calls-models": "^g-3"}, [], id="a model that signs none"
        ),
    ],
)  # fmt: skip
def test_first_calls_are_signed(
    said: list[Any], facts: Any, expected: Any, turns: Any, unkept: Any
) -> None:
    assert unkept(CALLS_ARE_SIGNED, turns(*said), Asked(model="g-2"), facts) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param(thought(), [], id="signed"),
        pytest.param(thought(signature=None), [(1, "a thought without a signature")], id="bare"),
        pytest.param(thought("", None, redacted=True), [], id="redacted"),
    ],
)
def test_thoughts_are_signed(part: Part, expected: Any, turns: Any, unkept: Any) -> None:
    assert unkept(THOUGHTS_ARE_SIGNED, turns("Look.", (part,))) == expected


GAVE = Issued().plus([Choice(index=0, parts=(thought(), call("s-2")))])
ESCAPE = {"signature-escapes": ["skip"]}
FOREIGN, OTHER = "a signature from elsewhere", "a signature of other thoughts"
CHANGED = "other words under the same signature"


@pytest.mark.parametrize(
    ("duty", "said", "expected"),
    [
        pytest.param(SIGNATURES_ARE_KNOWN, [(thought(), call("s-2"))], [], id="as given"),
        pytest.param(
            SIGNATURES_ARE_KNOWN, [(thought(signature="x"),)], [(0, FOREIGN)], id="from elsewhere"
        ),
        pytest.param(SIGNATURES_ARE_KNOWN, [(call("x"),)], [(0, FOREIGN)], id="on a call"),
        pytest.param(SIGNATURES_ARE_KNOWN, [(call("skip"),)], [], id="an escape"),
        pytest.param(SIGNATURES_ARE_KNOWN, [(call(),)], [], id="none at all"),
        pytest.param(
            SIGNATURES_ARE_KNOWN, [(thought("No."),), "Again.", (call(),)], [(0, OTHER)],
            id="an earlier thought changed",
        ),
        pytest.param(THOUGHTS_ARE_UNCHANGED, [(thought(),)], [], id="unchanged"),
        pytest.param(
            THOUGHTS_ARE_UNCHANGED, [(thought("No."),)], [(0, CHANGED)], id="the last one changed"
        ),
        pytest.param(
            THOUGHTS_ARE_UNCHANGED, [(thought("No."),), "Again.", (call(),)], [],
            id="an earlier one is asked elsewhere",
        ),
    ],
)  # fmt: skip
def test_signatures_come_back_as_given(
    duty: Duty, said: list[Any], expected: Any, turns: Any, unkept: Any
) -> None:
    assert unkept(duty, turns(*said), facts=ESCAPE, issued=GAVE) == expected
    assert unkept(duty, turns(*said), facts=ESCAPE) == [], "nobody kept what was given"
