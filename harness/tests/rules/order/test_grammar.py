"""The order of streams and parts, over the real grammars."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.exchange import Request
from streamgauge.rules.order.grammar import (
    one_answer_per_stream,
    parts_follow_grammar,
    stream_follows_grammar,
)

MESSAGES, RESPONSES, GEMINI = "anthropic-messages", "openai-responses", "gemini"
GOOD_MESSAGES = "start, begin 0, text 0, end 0, finish, stop"
GOOD_RESPONSES = (
    "created, in_progress, item 0, part 0, text 0, text 0, said 0, shut 0, done 0, completed"
)

STREAM: dict[str, tuple[str, str, list[tuple[int, str, int]]]] = {
    "a whole answer": (MESSAGES, GOOD_MESSAGES, []),
    "pings anywhere": (MESSAGES, "ping, start, ping, begin 0, end 0, finish, stop", []),
    "a finish in two events": (MESSAGES, "start, finish, finish, stop", []),
    "an error instead": (MESSAGES, "error", []),
    "no beginning": (MESSAGES, "begin 0, text 0, end 0", [(0, "block_start", 3)]),
    "a block behind the finish": (
        MESSAGES,
        "start, finish, begin 0, end 0, stop",
        [(2, "block_start", 2)],
    ),
    "an end without a finish": (MESSAGES, "start, begin 0, end 0, stop", [(3, "message_stop", 1)]),
    "what follows the end is asked elsewhere": (MESSAGES, GOOD_MESSAGES + ", begin 1, stop", []),
    "two answers, each of them whole": (MESSAGES, f"{GOOD_MESSAGES}, {GOOD_MESSAGES}", []),
    "a whole response": (RESPONSES, GOOD_RESPONSES, []),
    "a queued response": (RESPONSES, "created, queued, queued, in_progress, completed", []),
    "an error, then failed": (RESPONSES, "created, in_progress, error, failed", []),
    "not in progress before its items": (
        RESPONSES,
        "created, item 0, part 0, text 0, text 0, text 0, completed",
        [(1, "item", 6)],
    ),
    "candidates": (GEMINI, "text, text, last", []),
    "a blocked prompt": (GEMINI, "blocked", []),
    "a block behind an answer": (GEMINI, "text, blocked", [(1, "blocked", 1)]),
    "an answer behind a block is asked about elsewhere": (GEMINI, "blocked, text", []),
}


@pytest.mark.parametrize(("dialect", "words", "wanted"), STREAM.values(), ids=STREAM)
def test_stream_follows_grammar(
    dialect: str, words: str, wanted: Any, court: Any, streams: Any
) -> None:
    outcome = court(stream_follows_grammar, streams(dialect, words), dialect)
    assert [(f.event, f.got.split()[0], f.times) for f in outcome.findings] == wanted


PARTS: dict[str, tuple[str, str, list[tuple[int, str, int]]]] = {
    "a whole answer": (MESSAGES, GOOD_MESSAGES, []),
    "an index used for a second block": (
        MESSAGES,
        "start, begin 0, text 0, end 0, begin 0, text 0, end 0, finish, stop",
        [(4, "start", 1)],
    ),
    "an index used again while open": (
        MESSAGES,
        "start, begin 0, text 0, begin 0 tool, json 0, end 0, finish, stop",
        [(3, "start", 1)],
    ),
    "stopped twice": (MESSAGES, "start, begin 0, end 0, end 0, finish, stop", [(3, "stop", 1)]),
    "stopped but never begun": (MESSAGES, "start, begin 0, end 0, end 1", [(3, "stop", 1)]),
    "pieces without a part are asked elsewhere": (
        MESSAGES,
        "start, begin 0, end 0, text 1, end 1, finish, stop",
        [],
    ),
    "a whole response": (RESPONSES, GOOD_RESPONSES, []),
    "a part ends before its text is done": (
        RESPONSES,
        "created, in_progress, item 0, part 0, text 0, shut 0, done 0, completed",
        [(5, "done", 1)],
    ),
    "an item added twice": (
        RESPONSES,
        "created, in_progress, item 0, item 0, item 0, done 0, completed",
        [(3, "added", 2)],
    ),
    "arguments done twice": (
        RESPONSES,
        "created, in_progress, call 0, args 0, called 0, called 0, done 0, completed",
        [(5, "done", 1)],
    ),
    "arguments without a delta": (
        RESPONSES,
        "created, in_progress, call 0, called 0, done 0, completed",
        [],
    ),
}


@pytest.mark.parametrize(("dialect", "words", "wanted"), PARTS.values(), ids=PARTS)
def test_parts_follow_grammar(
    dialect: str, words: str, wanted: Any, court: Any, streams: Any
) -> None:
    outcome = court(parts_follow_grammar, streams(dialect, words), dialect)
    assert [(f.event, f.got.split()[0], f.times) for f in outcome.findings] == wanted


def test_it_is_told_what_came_and_for_which_part(court: Any, streams: Any) -> None:
    body = streams(MESSAGES, "start, begin 0, end 0, end 7, finish, stop")
    (keyed,) = court(parts_follow_grammar, body, MESSAGES).findings
    assert keyed.got.startswith("stop for part 7 in state ")
    body = streams(MESSAGES, "start, begin 0, end 0, stop")
    (whole,) = court(stream_follows_grammar, body, MESSAGES).findings
    assert whole.got.startswith("message_stop for stream in state ")


def test_a_call_of_gemini_ends_before_the_next_begins(court: Any, streams: Any) -> None:
    calls = [{"name": "look", "willContinue": True}, {"name": "look", "args": {}}]
    body = streams.events(
        [{"candidates": [{"content": {"parts": [{"functionCall": call}]}}]} for call in calls]
    )
    (finding,) = court(parts_follow_grammar, body, GEMINI).findings
    assert (finding.event, finding.expected) == (1, "end, piece")
    assert finding.pointer == "/candidates/0/content/parts/0/functionCall"


ANSWERS = {
    "one answer": (MESSAGES, GOOD_MESSAGES, []),
    "its beginning twice": (MESSAGES, "start, start, begin 0, end 0, finish, stop", [1]),
    "a second answer": (MESSAGES, "start, begin 0, text 0, start, begin 0, end 0", [3]),
    "one response": (RESPONSES, GOOD_RESPONSES, []),
    "a second response": (RESPONSES, "created, in_progress, created, in_progress, completed", [2]),
}


@pytest.mark.parametrize(("dialect", "words", "wanted"), ANSWERS.values(), ids=ANSWERS)
def test_one_answer_per_stream(
    dialect: str, words: str, wanted: Any, court: Any, streams: Any
) -> None:
    found = court(one_answer_per_stream, streams(dialect, words), dialect).findings
    assert [(f.event, f.pointer) for f in found] == [(event, "/type") for event in wanted]


def test_only_a_background_stream_may_be_taken_up_anywhere(court: Any, streams: Any) -> None:
    body = streams(RESPONSES, "created, queued, in_progress, completed")
    rest = body.split(b"\n\n", 1)[1]
    (lost,) = court(stream_follows_grammar, rest, RESPONSES).findings
    assert lost.event == 0
    rest = rest.replace(b'"status": "completed"', b'"status": "completed", "background": true')
    assert court(stream_follows_grammar, rest, RESPONSES).findings == ()
    posted = court(stream_follows_grammar, rest, RESPONSES, request={"stream": True})
    assert [finding.event for finding in posted.findings] == [0]


def test_the_url_of_the_request_tells_that_a_stream_is_taken_up_again() -> None:
    from streamgauge.dialects.catalogue import named
    from streamgauge.exchange import Exchange
    from streamgauge.rules.order.walk import whole_answers
    from streamgauge.transcript.transcribe import transcribe
    from streamgauge.wire.framing import Framing

    url = "https://api.example.com/v1/responses/resp_0?stream=true&starting_after=4"
    body = b'data: {"type": "response.in_progress", "sequence_number": 5}\n\n'
    for asked, count in ((url, 0), (url.partition("?")[0], 1)):
        exchange = Exchange(body=body, request=Request(url=asked))
        found = transcribe(exchange, named(RESPONSES), {}, Framing.SSE)
        assert len(whole_answers(found)) == count
