"""Answers that were cut at the limit of their request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.stop.limits import cut_at_limit_is_told

CALL = {"index": 0, "id": "c", "function": {"name": "look", "arguments": "{}"}}


def stream(pieces: list[dict[str, Any]], reason: str = "stop", tokens: int = 4) -> bytes:
    deltas = [*pieces, {}]
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    chunks[-1]["choices"][0]["finish_reason"] = reason
    chunks.append({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": tokens}})
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)


def words(*texts: str) -> list[dict[str, Any]]:
    return [{"content": text} for text in texts]


CUT = words("Tea", " is", " a", " drink")
CASES: dict[str, tuple[bytes, dict[str, Any], bool]] = {
    "cut": (stream(CUT), {}, True),
    "cut behind a comma": (stream(words("Tea", " is", " hot", ",")), {}, True),
    "cut behind a thought": (
        stream([{"reasoning_content": "Hm."}, *words("Tea", " is", " a")]),
        {},
        True,
    ),
    "an empty piece is no token": (stream([{"content": ""}, *CUT]), {}, True),
    "said so": (stream(CUT, "length"), {}, False),
    "a sentence": (stream(words("Tea", " is", " hot", ".")), {}, False),
    "one token that was no word": (stream(CUT[1:]), {}, False),
    "fewer tokens than allowed": (stream(CUT[1:], tokens=3), {}, False),
    "more tokens than allowed": (stream([*CUT, *words(" of")], tokens=5), {}, False),
    "no limit": (stream(CUT), {"max_tokens": None}, False),
    "a stop sequence": (stream(CUT), {"stop": ["!"]}, False),
    "a call": (stream([*CUT[1:], {"tool_calls": [CALL]}]), {}, False),
    "two answers": (stream(CUT).replace(b'"index": 0', b'"index": 1') + stream(CUT), {}, False),
}


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "by template"])
@pytest.mark.parametrize(("body", "request_more", "told"), CASES.values(), ids=CASES)
def test_a_cut_is_told_only_where_it_is_sure(
    court: Any, body: bytes, request_more: dict[str, Any], told: bool, exact: bool
) -> None:
    request = {"stream": True, "max_tokens": 4, **request_more}
    outcome = court(cut_at_limit_is_told, body, request=request, exact=exact)
    assert not outcome.skipped
    wanted = ["stop after 4 tokens of 4"] if told else []
    assert [finding.got for finding in outcome.findings] == wanted


def test_many_pieces_are_counted_by_template_as_well(court: Any) -> None:
    body = stream(words(*(f" {number}" for number in range(40))), tokens=40)
    outcome = court(cut_at_limit_is_told, body, request={"stream": True, "max_tokens": 40})
    assert [finding.got for finding in outcome.findings] == ["stop after 40 tokens of 40"]
