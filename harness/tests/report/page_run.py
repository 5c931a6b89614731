"""Runs built by hand for the tests of the HTML page, so that what it must show is known.

Which bytes a finding points at, which words are hostile, what was not kept. No test is here.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from streamgauge.report.run import Run, pack_body
from streamgauge.verdict.cache import Counters, Pair, Token, rule_on

Record = dict[str, Any]

RULES = {
    slug: {
        "family": slug.partition("/")[0],
        "level": level,
        "title": title,
        "authority": {"name": "WHATWG HTML, 9.2", "url": "https://html.spec.whatwg.org/#sse"},
        "says": says,
    }
    for slug, level, title, says in (
        ("framing/utf-8", "must", "UTF-8", "The body must be UTF-8."),
        ("framing/one-data-line", "may", "One line", "An event may have one data line."),
        ("ending/has-end", "must", "The end", "A stream must reach the end of its dialect."),
        ("ending/sentinel", "should", "[DONE]", "A stream should end with its sentinel."),
        ("order/role-first", "should", "Role first", "The role should come first."),
        ("schema/chunk", "must", "Schema", "Every chunk must fit the schema of its dialect."),
        ("content/no-leaked-markup", "should", "Markup", "Text should not hold tool markup."),
        ("tools/arguments-are-json", "must", "JSON", "A tool call's arguments must be JSON."),
        ("tools/id-once", "must", "Ids", "A tool call must be given its id once."),
        ("reasoning/kept-apart", "should", "Apart", "Reasoning should not be in the text."),
        ("stop/every-choice", "must", "Stop", "Every choice must end with a finish reason."),
        ("usage/adds-up", "should", "Sum", "The total should be the sum of its terms."),
        ("errors/end-the-stream", "must", "Errors", "An error must be the last of a stream."),
        ("timing/steady", "may", "Steady", "Events may arrive evenly."),
        ("cache/counted", "may", "Cache", "Cache reads may be counted."),
    )
}


# A stream with a cut tool call, and how its record is built.


def sse(*payloads: object) -> list[bytes]:
    """Events, each with its blank line."""
    texts = (item if isinstance(item, str) else json.dumps(item) for item in payloads)
    return [b"data: " + text.encode() + b"\n\n" for text in texts]


def delta(**members: Any) -> Record:
    return {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": members, "finish_reason": None}]}


def call(arguments: str, **members: Any) -> Record:
    return delta(tool_calls=[{"index": 0, "function": {"arguments": arguments}, **members}])


CUT = sse(
    delta(role="assistant"),
    delta(reasoning_content="They ask for the weather.\nI need the tool."),
    call('{"city": ', id="call_1", type="function"),
    call('"Zürich 雨'),
    delta(content="Sorry"),
    "[DONE]",
)


def text_part(content: str) -> Record:
    return {"type": "text", "content": content}


def cut_message(**members: Any) -> Record:
    parts = [
        {
            "type": "reasoning",
            "content": "They ask for the weather.\nI need the tool.",
            "field": "reasoning_content",
        },
        {
            "type": "tool_call",
            "id": "call_1",
            "name": "weather",
            "arguments": None,
            "arguments_json": '{"city": "Zürich 雨',
            "arguments_state": "partial",
            "index": 0,
        },
        text_part("Sorry"),
    ]
    choice = {
        "index": 0,
        "role": "assistant",
        "parts": parts,
        "finish_reason": None,
        "raw_finish_reason": None,
    }
    usage = {
        "input_tokens": 9,
        "output_tokens": 5,
        "reasoning_tokens": None,
        "cache_read_tokens": 0,
        "cache_write_tokens": None,
        "raw": {"prompt_tokens": 9, "big": 12345678901234567890},
    }
    message = {"id": "chatcmpl-1", "model": "kimi-k2", "choices": [choice], "usage": usage}
    return {**message, "error": None, **members}


def finding(rule: str, level: str = "must", **members: Any) -> Record:
    given = {
        "rule": rule,
        "level": level,
        "says": "The arguments of the call end inside a string.",
        "expected": "one JSON value",
        "got": '{"city": "Zürich 雨',
        "choice": 0,
        "event": None,
        "span": None,
        "pointer": None,
        "excused": None,
    }
    return {**given, **members}


def skips(*slugs: str) -> list[Record]:
    return [{"rule": slug, "reason": "arrival unknown"} for slug in slugs]


def line(source: str, events: list[bytes] | None, *findings: Record, **members: Any) -> Record:
    """A result line; the body is kept where events are given."""
    body = b"".join(events or ())
    record = {
        "schema": 1,
        "source": source,
        "dialect": "openai-chat",
        "vendor": "moonshot",
        "vendor_from": "option",
        "ending": "complete",
        "verdict": "pass",
        "error": None,
        "message": cut_message(),
        "metadata": {
            "streamed": True,
            "bytes": len(body),
            "events": len(events or ()),
            "chunks": len(events or ()),
            "end_marker": "[DONE]",
            "close": "clean",
            "timings": None,
            "cache": None,
        },
        "rules": {
            "passed": len(RULES) - 2,
            "broken": len({one["rule"] for one in findings}),
            "skipped": skips("timing/steady"),
        },
        "findings": list(findings),
        **members,
    }
    kept = None if events is None else pack_body(body, bounds(events))
    return {"kind": "result", "result": record, "body": kept}


def bounds(events: list[bytes]) -> list[int]:
    places = [0]
    for event in events:
        places.append(places[-1] + len(event))
    return places


def where(events: list[bytes], event: int, words: bytes) -> list[int]:
    """The span of some bytes of an event."""
    start = bounds(events)[event] + events[event].index(words)
    return [start, start + len(words)]


ARGUMENTS = finding(
    "tools/arguments-are-json",
    event=3,
    span=where(CUT, 3, b'"\\"Z\\u00fcrich \\u96e8"'),
    pointer="/choices/0/delta/tool_calls/0/function/arguments",
)
END = bounds(CUT)[-1]
CUT_LINE = line(
    "recordings/kimi/cut-tool-call.sse",
    CUT,
    ARGUMENTS,
    finding(
        "stop/every-choice",
        says="Choice 0 has no finish reason.",
        expected="a finish_reason",
        got="none before the end",
        span=[END, END],
    ),
    finding(
        "usage/adds-up",
        "should",
        says="The total is not the sum.",
        expected="14",
        got="13",
        choice=None,
    ),
    finding("framing/one-data-line", "may", says="One data line.", event=0, excused="known, #12"),
    finding(
        "schema/chunk",
        says="A member is missing.",
        event=4,
        span=where(CUT, 4, b"{"),
        pointer="/choices/0/logprobs",
    ),
    verdict="fail",
    ending="truncated",
)
SOFT = finding("ending/sentinel", "should", says="No [DONE].", span=[END, END])


def a_run(*lines: Record, footer: bool = True) -> Run:
    header = {
        "kind": "header",
        "schema": 1,
        "tool": "streamgauge",
        "version": "0.1.0",
        "created": "2025-01-02T03:04:05Z",
        "rules_digest": "sha256:0123abcd",
        "rules": RULES,
        "options": {"fail_on": "must", "vendor": "auto"},
    }
    end = {"counts": {}, "deviations": {"stale": [], "unexercised": []}, "exit": 1}
    return Run(header=header, results=lines, footer=end if footer else None)


UNSUPPORTED = {
    "verdict": "unsupported",
    "dialect": None,
    "vendor": None,
    "ending": "not-a-stream",
    "message": None,
    "metadata": None,
    "rules": {"passed": 0, "broken": 0, "skipped": []},
}
SMALL = a_run(
    line("recordings/good.sse", CUT, vendor="groq"),
    line("recordings/quiet.sse", CUT, SOFT, verdict="warn", dialect="gemini"),
    CUT_LINE,
    line("recordings/page.txt", [b"<!doctype html>\n"], **UNSUPPORTED),
    line("recordings/x.har", None, **{**UNSUPPORTED, "verdict": "unreadable", "error": "not JSON"}),
)


def many(number: int) -> Run:
    """A run of many streams: every seventh broken, every fifth soft."""
    kinds = [line("", CUT), CUT_LINE, line("", CUT, SOFT, verdict="warn")]
    picked = (
        kinds[1] if n % 7 == 0 else kinds[2] if n % 5 == 0 else kinds[0] for n in range(number)
    )
    vendors = ("moonshot", "groq", "vllm", "mistral")
    return a_run(
        *(
            {
                **one,
                "result": {**one["result"], "source": f"all/{n:04}.sse", "vendor": vendors[n % 4]},
            }
            for n, one in enumerate(picked)
        )
    )


# Streams whose arrivals are known, and pairs of cold and warm requests.

TIMELINE = [
    [820.0, 820.0, 84, 1, None],
    [850.0, 1400.25, 840, 9, "reasoning"],
    [2300.0, 2300.0, 924, 1, "content"],
    [2320.0, 2320.0, 1008, 1, "content"],
    [2700.0, 2700.0, 1200, 1, "tool"],
]
TIMINGS = {
    "first_ms": {"any": 850.0, "reasoning": 850.0, "content": 2300.0, "tool": 2700.0},
    "total_ms": 2700.0,
    "max_gap_ms": 899.75,
    "own_error_ms": 3.1,
    "timeline": TIMELINE,
}


def cache_of(*warm: tuple[float, int | None]) -> Record:
    """The record of a cache verdict; cold requests take 400 ms, give or take little."""
    pairs = [
        Pair(
            cold_ms=400.0 + n % 7,
            warm_ms=ms,
            cold=Counters(None if read is None else 0),
            warm=Counters(read),
            prefix_tokens=4200,
        )
        for n, (ms, read) in enumerate(warm)
    ]
    return rule_on(pairs, own_error_ms=3.1, token=Token.CAPTURED).record()


def measured(source: str, timings: object = None, cache: object = None) -> Record:
    """A line with times and a cache verdict."""
    one = line(source, CUT)
    result = one["result"]
    metadata = {**result["metadata"], "timings": timings, "cache": cache}
    return {**one, "result": {**result, "metadata": metadata}}


MEASURED = a_run(
    measured("hit.sse", TIMINGS, cache_of(*[(270.0 + n % 5, 4096) for n in range(24)])),
    measured("some.sse", TIMINGS, cache_of(*[(300.0, 4096 * (n % 2)) for n in range(24)])),
    measured("few.sse", {**TIMINGS, "own_error_ms": None}, cache_of((300.0, None), (310.0, None))),
    measured("counted.sse", None, {**cache_of((300.0, 0)), "pairs": [], "effect": None}),
)


# A run whose every word is hostile, and what a reader must see instead.

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\u202egnp.exe\u2066 \u200bzero \x1b[2J\x1b]0;owned\x07 \x9b31m\u2028\u2029 &lt;b&gt; \x00 end"
)
VISIBLE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    "⟨U+202E⟩gnp.exe⟨U+2066⟩ ⟨U+200B⟩zero ⟨ESC⟩[2J⟨ESC⟩]0;owned⟨BEL⟩ ⟨U+009B⟩31m⟨U+2028⟩⟨U+2029⟩ "
    "&lt;b&gt; ⟨NUL⟩ end"
)
HOSTILE_EVENTS = [
    *sse(delta(content="<img src=x onerror=alert(3)>")),
    b"data: " + HOSTILE.encode() + b" \xff\xc0\x80\n\n",
    *sse('{"a": "' + "\u202e</pre><script>alert(4)</script>" + '"}'),
]


HOSTILE_ROWS = [[HOSTILE, 1, 2, 3, "content"], [5, 1e300, 9, 1, HOSTILE], [9, 2, 1, 1, None], 7]
HOSTILE_TIMINGS = {
    "first_ms": {"content": HOSTILE, "tool": -1e300},
    "total_ms": HOSTILE,
    "max_gap_ms": {},
    "own_error_ms": [],
    "timeline": HOSTILE_ROWS * 9999,
}
HOSTILE_CACHE = {
    "verdict": HOSTILE,
    "reason": HOSTILE,
    "says": HOSTILE,
    "by": [HOSTILE],
    "counters": {"hits": HOSTILE},
    "effect": {"sooner": -1e300, "cold_ms": HOSTILE},
    "intervals": {"sooner": [HOSTILE, 1]},
    "token": HOSTILE,
    "pairs": [{"cold_ms": 1, "warm_ms": 1e300, "warm_read": HOSTILE}, None, HOSTILE] * 9999,
}


def hostile_run() -> Run:
    words = dict.fromkeys(("says", "expected", "got", "excused"), HOSTILE)
    points = where(HOSTILE_EVENTS, 1, HOSTILE.encode() + b" \xff\xc0\x80")
    base = cut_message(
        id=HOSTILE, model=HOSTILE, error={"type": HOSTILE, "raw": {HOSTILE: HOSTILE}}
    )
    base["choices"][0]["parts"] = [
        text_part(HOSTILE),
        {"type": HOSTILE, "content": HOSTILE, "extra": {HOSTILE: HOSTILE}},
    ]
    one = line(
        HOSTILE,
        HOSTILE_EVENTS,
        finding("tools/id-once", event=1, span=points, pointer="/" + HOSTILE, **words),
        finding(HOSTILE + "\ud800", event=2, **{**words, "excused": None}),
        vendor=HOSTILE,
        dialect=HOSTILE,
        ending=HOSTILE,
        message=base,
        verdict="fail",
    )
    one["result"]["metadata"] |= {"timings": HOSTILE_TIMINGS, "cache": HOSTILE_CACHE}
    run = a_run(one)
    rules = {
        **RULES,
        "tools/id-once": {**RULES["tools/id-once"], "says": HOSTILE, "title": HOSTILE},
    }
    rules["tools/id-once"]["authority"] = {"name": HOSTILE, "url": "javascript:alert(5)"}
    header = {**run.header, "rules": rules, "options": {HOSTILE: HOSTILE}, "version": HOSTILE}
    return replace(run, header=header)
