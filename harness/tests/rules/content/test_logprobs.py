"""Log probabilities beside the text that they spell, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.content.logprobs import logprobs_align, logprobs_as_asked

TEXT = "/choices/0/delta/content"
ENTRIES = "/choices/0/logprobs/content"
NO_ENTRY = "no log probabilities in this answer"


def entry(token: str, top: int = 0, raw: list[int] | None = None) -> dict[str, Any]:
    others = [{"token": "x", "logprob": -1.0, "bytes": None}] * top
    return {"token": token, "logprob": -0.1, "bytes": raw, "top_logprobs": others}


def say(text: str, *entries: Any, member: str = "content") -> Any:
    logprobs = {"content": list(entries)} if entries else None
    return {"choices": [{"index": 0, "delta": {member: text}, "logprobs": logprobs}]}


END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([say("ab", entry("a"), entry("b")), say("c", entry("c"))], [], id="aligned"),
        pytest.param([say("ab", entry("a"), entry("b")), say("c")], [(1, TEXT, 1)], id="one-lost"),
        pytest.param([say("a", entry("a"), entry("a"))], [(0, TEXT, 1)], id="one-twice"),
        pytest.param(
            [say("", entry("\\xc3", raw=[0xC3])), say("é", entry("\\xa9", raw=[0xA9]))],
            [],
            id="bytes-of-one-character",
        ),
        pytest.param([say("a", {"logprob": 0})], [], id="entries-without-tokens"),
        pytest.param([say("a", entry("a", raw=[999]))], [], id="bytes-out-of-range"),
        pytest.param(
            [say("hm", member="reasoning"), say("b", entry("hm"), entry("b"))],
            [],
            id="with-thought",
        ),
        pytest.param([say("a")], NO_ENTRY, id="none"),
    ],
)
def test_entries_spell_the_text(
    found: Callable[..., Any], chunks: list[Any], expected: Any
) -> None:
    assert found(logprobs_align, [*chunks, END]) == expected


@pytest.mark.parametrize(
    ("chunks", "request_body", "expected"),
    [
        pytest.param([say("a", entry("a"))], {"logprobs": True}, [], id="came"),
        pytest.param([say("a")], {"logprobs": True}, [(0, TEXT, 1)], id="did-not-come"),
        pytest.param([say("a", entry("a"))], {}, [(0, ENTRIES, 1)], id="unasked"),
        pytest.param([say("a")], {}, [], id="neither"),
        pytest.param(
            [say("a", entry("a", 2))], {"logprobs": True, "top_logprobs": 2}, [], id="two-of-two"
        ),
        pytest.param(
            [say("a", entry("a", 1))], {"logprobs": True, "top_logprobs": 2}, [], id="fewer"
        ),
        pytest.param(
            [say("a", entry("a", 3))],
            {"logprobs": True, "top_logprobs": 2},
            [(0, ENTRIES, 1)],
            id="more",
        ),
        pytest.param(
            [say("a", entry("a", 0))],
            {"logprobs": True, "top_logprobs": 2},
            [(0, ENTRIES, 1)],
            id="no-alternatives",
        ),
        pytest.param([say("a")], None, "no request is known", id="no-request"),
    ],
)
def test_entries_as_asked(
    found: Callable[..., Any], chunks: list[Any], request_body: Any, expected: Any
) -> None:
    assert found(logprobs_as_asked, [*chunks, END], request=request_body) == expected
