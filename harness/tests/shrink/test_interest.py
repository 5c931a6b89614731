"""What must still be found in a small exchange, what may be, and what may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.pipeline import check, judge_exchange
from streamgauge.rules.finding import Level
from streamgauge.shrink.interest import interest, pinned


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: %s\n\n" % json.dumps({**head, "choices": [choice], **more}).encode()


ROLE, WORD, STOP = chunk({"role": "assistant"}), chunk({"content": "a"}), chunk({}, "stop")
DONE = b"data: [DONE]\n\n"
WORDLESS = ROLE + chunk({"content": "a"}, "") + STOP + DONE
"""A finish reason that is blank."""
CUT = ROLE + WORD
BLANK = "stop/finish-reason-not-blank"


def broken(body: bytes) -> set[str]:
    return {one.rule for one in check(body, "openai-chat").outcome.findings}


def test_the_streams_break_what_they_are_for() -> None:
    assert broken(ROLE + WORD + STOP + DONE) == set()
    assert BLANK in broken(WORDLESS)
    assert broken(CUT)


# What is looked at first, how it is asked, what is looked at then, whether it holds.
CASES: dict[str, tuple[bytes, dict[str, Any], bytes, bool]] = {
    "the same": (WORDLESS, {}, WORDLESS, True),
    "no finding left": (WORDLESS, {}, ROLE + WORD + STOP + DONE, False),
    "another finding comes": (WORDLESS, {}, WORDLESS.replace(b'"created"', b'"x"'), False),
    "another may come": (
        WORDLESS,
        {"any_others": True},
        WORDLESS.replace(b'"created"', b'"x"'),
        True,
    ),
    "another ending": (WORDLESS, {"any_others": True}, WORDLESS[: len(ROLE) + 130], False),
    "any framing": (WORDLESS, {"any_others": True}, b"{}", False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_holds(name: str) -> None:
    body, how, then, holds = CASES[name]
    first = check(body, "openai-chat")
    assert interest(first, **how).holds(check(then, "openai-chat")) is holds


def test_an_ending_may_be_let_go() -> None:
    other = WORDLESS.replace(STOP, b"").replace(DONE, b"")
    first, then = check(WORDLESS, "openai-chat"), check(other, "openai-chat")
    assert not interest(first, [BLANK], any_others=True).holds(then)
    assert interest(first, [BLANK], any_others=True, any_ending=True).holds(then)


def test_globs_choose_findings_of_any_level() -> None:
    first = check(WORDLESS + CUT, "openai-chat")
    every, some = interest(first), interest(first, ["stop/*"])
    assert some.needed == {one for one in some.needed if one[0].startswith("stop/")} != set()
    assert every.needed == every.allowed == some.allowed
    assert Level.MAY not in {level for _, level in every.needed}
    assert interest(first, ["tools/*"]).needed == frozenset()


def test_dialect_and_vendor_are_those_that_were_found() -> None:
    first = check(WORDLESS, "openai-chat", "moonshot")
    options = pinned(first)
    assert (options.dialect, options.vendor) == ("openai-chat", "moonshot")
    assert judge_exchange(first.exchange, options).outcome == first.outcome
