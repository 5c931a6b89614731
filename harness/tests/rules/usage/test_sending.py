"""Whether usage comes, and where, as tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.usage.sending import (
    in_finish_choice,
    is_sent,
    null_between,
    only_when_asked,
    own_chunk_when_asked,
    place_is_standard,
)

COUNTS = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
SAY = {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}]}
FINISHED = {"index": 0, "delta": {}, "finish_reason": "stop"}
END = {"choices": [FINISHED]}
OWN = {"choices": [], "usage": COUNTS}
END_WITH_USAGE = {**END, "usage": COUNTS}
END_WITH_INNER = {"choices": [{**FINISHED, "usage": COUNTS}]}
SAY_WITH_USAGE = {**SAY, "usage": COUNTS}
ASKED = {"stream_options": {"include_usage": True}}
NOBODY_ASKED = "usage was not asked for, as far as is known"
CUT = "the stream is not complete"


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param([SAY, END, OWN], ASKED, [], id="own-chunk"),
        pytest.param([SAY, END_WITH_USAGE], ASKED, [], id="finish-chunk"),
        pytest.param([SAY, END, "[DONE]"], ASKED, [(2, None, 1)], id="none"),
        pytest.param([SAY, {**END, "usage": {}}], ASKED, [(1, None, 1)], id="without-counts"),
        pytest.param([SAY, END], {}, NOBODY_ASKED, id="not-asked"),
        pytest.param([SAY, END], None, NOBODY_ASKED, id="no-request"),
        pytest.param([SAY], ASKED, CUT, id="cut"),
    ],
)
def test_usage_is_sent(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(is_sent, chunks, request=request_body) == expected


@pytest.mark.parametrize(
    ("usage", "got"), [({}, "no usage"), ({"usage": {}}, "usage without counts")]
)
def test_what_came_instead_of_counts_is_told(court: Any, usage: Any, got: str) -> None:
    body = f"data: {json.dumps({**END, **usage})}\n\n".encode()
    (finding,) = court(is_sent, body, request=ASKED).findings
    assert finding.got == got


def test_usage_is_sent_unasked_in_other_dialects(found: Callable[..., Any]) -> None:
    content = {"role": "model", "parts": [{"text": "b"}]}
    chunk = {"candidates": [{"index": 0, "content": content, "finishReason": "STOP"}]}
    assert found(is_sent, [chunk], "gemini") == [(0, None, 1)]


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param([SAY, END, OWN], {}, [(2, "/usage", 1)], id="unasked"),
        pytest.param([SAY, END, OWN], ASKED, [], id="asked"),
        pytest.param([SAY, END_WITH_USAGE], {}, [], id="on-the-finish-chunk"),
        pytest.param([SAY, END, OWN], None, "no request is known", id="no-request"),
    ],
)
def test_an_own_chunk_only_when_asked(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(only_when_asked, chunks, request=request_body) == expected


@pytest.mark.parametrize(
    ("chunks", "facts", "expected"),
    [
        pytest.param([SAY, END, OWN], {}, [], id="own-chunk"),
        pytest.param([SAY, END_WITH_USAGE], {}, [], id="finish-chunk"),
        pytest.param([SAY, END_WITH_INNER], {}, [(1, "/choices/0/usage", 1)], id="choice-alone"),
        pytest.param([SAY, END_WITH_INNER, OWN], {}, [], id="choice-and-own-chunk"),
        pytest.param(
            [SAY, {**END, "x_groq": {"usage": COUNTS}}], {}, [(1, "/x_groq/usage", 1)], id="beside"
        ),
        pytest.param([SAY, END_WITH_INNER], {"usage-places": ["choice"]}, [], id="documented"),
        pytest.param(
            [SAY_WITH_USAGE, END, OWN],
            {"usage-places": ["own-chunk"]},
            [(0, "/usage", 1)],
            id="undocumented",
        ),
        pytest.param(
            [{**SAY, "x_groq": {"usage": COUNTS}}, END, OWN],
            {"usage-places": ["own-chunk"]},
            [],
            id="copies-of-the-vendors-own-are-free",
        ),
    ],
)
def test_the_place(
    found: Callable[..., Any], chunks: list[Any], facts: dict[str, Any], expected: list[Any]
) -> None:
    assert found(place_is_standard, chunks, facts=facts) == expected


def test_a_place_before_no_finish_is_not_judged(found: Callable[..., Any]) -> None:
    facts = {"usage-places": ["own-chunk"]}
    chunks = [SAY_WITH_USAGE, "[DONE]"]
    assert found(place_is_standard, chunks, facts=facts) == "no finish reason came"


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([{**SAY, "usage": None}, END_WITH_INNER, OWN], [], id="null-between"),
        pytest.param([SAY, END_WITH_USAGE], [], id="absent-between"),
        pytest.param([SAY_WITH_USAGE] * 3 + [END, OWN], [(0, "/usage", 3)], id="every-chunk"),
        pytest.param([SAY, END, SAY_WITH_USAGE], [(2, "/usage", 1)], id="after-the-finish"),
    ],
)
def test_null_between(found: Callable[..., Any], chunks: list[Any], expected: list[Any]) -> None:
    assert found(null_between, chunks) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([SAY, END_WITH_INNER], [], id="inside"),
        pytest.param([SAY, END_WITH_USAGE], [(1, "/choices/0", 1)], id="outside"),
        pytest.param(
            [{"choices": [{**FINISHED, "usage": {"prompt_tokens": 1}}]}],
            [(0, "/choices/0/usage", 1)],
            id="two-counts-missing",
        ),
        pytest.param([SAY], "no finish reason came", id="no-finish"),
    ],
)
def test_usage_in_the_finish_choice(
    found: Callable[..., Any], chunks: list[Any], expected: Any
) -> None:
    assert found(in_finish_choice, chunks) == expected


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param([SAY, END, OWN], ASKED, [], id="own-chunk"),
        pytest.param([SAY, END_WITH_USAGE, "[DONE]"], ASKED, [(2, None, 1)], id="none"),
        pytest.param([SAY, OWN, END], ASKED, [(1, None, 1)], id="too-early"),
        pytest.param([SAY, END], {}, NOBODY_ASKED, id="not-asked"),
    ],
)
def test_an_own_chunk_when_asked(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(own_chunk_when_asked, chunks, request=request_body) == expected


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert in_finish_choice.demanded
    assert null_between.demanded
    assert own_chunk_when_asked.demanded
