"""Do the schemas of our own records take what we write and bite what drifts?

Rows of BROKEN: name, schema, a good value, the member to set (`...` takes it away), the keyword
of the one violation, which points at that member or at what it was taken from. The schemas are
closed: a member that nobody agreed on is a violation.
"""

from __future__ import annotations

import pytest

from streamgauge.report import run
from streamgauge.rules.finding import Level
from streamgauge.verdict.deviations import Excuse
from streamgauge.verdict.judge import Counts, Verdict

CALL = {
    "type": "tool_call",
    "id": "a",
    "name": "look",
    "arguments": None,
    "arguments_json": '{"a',
    "arguments_state": "partial",
    "broken": {"valid": 3, "opened": ["{", '"'], "path": "", "says": "the text stops"},
}
MESSAGE = {
    "id": "c1",
    "model": "m",
    "choices": [
        {
            "index": 0,
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": "hm", "field": "reasoning", "signature": "AA=="},
                {"type": "text", "content": "Hi", "index": 1, "extra": {"phase": "x"}},
                CALL,
                {"type": "server_tool_call", "id": "s", "name": "search", "arguments": {}},
                {"type": "server_tool_call_response", "id": "s", "response": []},
                {"type": "blob", "mime_type": "image/png", "bytes": 1, "sha256": "0" * 64},
                {"type": "refusal", "content": "no"},
                {"type": "generic", "kind": "hologram", "raw": {}},
            ],
            "finish_reason": "tool_call",
            "raw_finish_reason": "tool_calls",
        }
    ],
    "usage": {
        "input_tokens": 9,
        "output_tokens": 5,
        "reasoning_tokens": None,
        "cache_read_tokens": None,
        "cache_write_tokens": None,
        "raw": {},
    },
    "error": None,
}
FINDING = {
    "rule": "tools/arguments-are-json",
    "level": "must",
    "says": "the arguments stop",
    "expected": "JSON",
    "got": '{"a',
    "choice": 0,
    "event": 7,
    "span": [812, 954],
    "pointer": "/choices/0/delta",
    "excused": None,
}
CACHE = {
    "verdict": "hit",
    "reason": None,
    "says": "24 of 24 warm requests were read from the cache.",
    "by": ["counters"],
    "n": 1,
    "prefix_tokens": 4096,
    "counters": {
        "pairs": 1, "hits": 1, "cold_hits": 0, "read_tokens": 4096, "written_tokens": None,
    },
    "effect": {"cold_ms": 400.5, "warm_ms": 280, "sooner": 0.3, "gained_ms": 120.5},
    "intervals": {"level": 0.988, "sooner": [-0.2, 0.6], "gained_ms": [-80, 300]},
    "own_error_ms": 3.1,
    "token": "reused",
    "pairs": [{"cold_ms": 400.5, "warm_ms": None, "cold_read": 0, "warm_read": 4096}],
}  # fmt: skip
RESULT = {
    "schema": 1,
    "source": "a.sse",
    "dialect": "openai-chat",
    "vendor": "openai",
    "vendor_from": "option",
    "ending": "complete",
    "verdict": "fail",
    "error": None,
    "message": MESSAGE,
    "metadata": {
        "streamed": True,
        "bytes": 1234,
        "events": 14,
        "chunks": 12,
        "end_marker": "[DONE]",
        "close": "clean",
        "timings": {
            "first_ms": {"any": 1.5, "reasoning": None, "content": 2, "tool": None},
            "total_ms": 9,
            "max_gap_ms": 3,
            "own_error_ms": 0.1,
            "timeline": [[0, 1.5, 800, 9, "content"], [9, 9, 1234, 1, None]],
        },
        "cache": CACHE,
    },
    "rules": {
        "passed": 80,
        "broken": 1,
        "skipped": [{"rule": "timing/first-token", "reason": "arrival unknown"}],
    },
    "findings": [FINDING],
}
LIVE = {
    "target": "kimi",
    "model": "kimi-k3",
    "scenario": "one-tool",
    "step": 0,
    "status": 200,
    "headers": [["content-type", "text/event-stream"]],
    "attempts": 2,
    "retries": [{"status": 429, "waited_s": 1.25}],
    "request": "0123456789abcdef",
    "reader": "socket",
    "framing": "chunked",
    "arrivals": "0@20.5 160@31",
    "session_id": "kimi/one-tool",
    "call_key": "step-0",
    "tool_name": None,
    "cache_token": "sent",
}
TRIED = {**RESULT, "metadata": {**RESULT["metadata"], "live": LIVE}}
DOUBT = {**CACHE, "verdict": "inconclusive", "reason": "too-noisy", "by": []}
UNREADABLE = {
    **RESULT,
    **dict.fromkeys(("dialect", "vendor", "vendor_from", "ending", "message", "metadata", "rules")),
    "verdict": "unreadable",
    "error": "a.sse: no such file",
    "findings": [],
}
RULE = {
    "family": "tools",
    "level": "must",
    "title": "Arguments are JSON",
    "authority": {"name": "OpenAI", "url": "https://platform.openai.com"},
    "says": "Joined arguments are JSON.",
}
EXCUSE = Excuse(rule="tools/*", reason="known", link="", since="2026-11-01", source="*.sse")
HEADER = run.header(
    version="0.1.0",
    created="2026-11-22T00:00:00Z",
    rules_digest="sha256:" + "0" * 64,
    rules={"tools/arguments-are-json": RULE},
    options={},
)
TRIALS = {
    **HEADER,
    "options": {
        "fail_on": "must",
        "dialect": "auto",
        "vendor": "moonshot",
        "report_bytes": "all",
        "drop_history": ["reasoning"],
        "scenarios": ["plain-text", "one-tool"],
        "targets": [
            {
                "name": "kimi",
                "vendor": "moonshot",
                "dialect": "openai-chat",
                "model": "kimi-k3",
                "simulated": False,
            }
        ],
    },
}
LINE = {"kind": "result", "result": RESULT, "body": run.pack_body(b"data: x\n\n", [0, 9])}
FOOTER = run.footer(
    Counts().plus(Verdict.FAIL, [(Level.MUST, False)]), stale=[EXCUSE], unexercised=[], exit=1
)
FIXTURE = {
    "says": "A call whose arguments stop in a string.",
    "dialect": "openai-chat",
    "vendor": "unknown",
    "ending": "truncated",
    "breaks": ["tools/arguments-are-json"],
    "passes": [],
    "source": [{"url": "https://example.org/issue/1", "note": "the report"}],
    "status": 200,
    "content_type": "text/event-stream",
    "arrivals": "0@0 160@20.5",
    "close": "eof",
    "levels": ["must", "should"],
}
FACT = {"value": "[DONE]", "source": "docs", "confidence": "documented", "date": "2026-11"}
PROFILE = {
    "slug": "zhipu",
    "name": "Zhipu",
    "aliases": ["zai"],
    "hosts": ["api.z.ai"],
    "dialects": ["openai-chat"],
    "schema-overlays": ["chat-object-absent"],
    "fingerprints": [{"where": "id", "pattern": "^2026", "source": "recorded"}],
    "facts": {"end-marker": FACT, "keepalive": {"confidence": "unknown"}},
    "rules": {"ending/sentinel": {**FACT, "level": "must"}},
    "dialect": {"openai-chat": {"facts": {"usage": FACT}, "rules": {}}},
}
del PROFILE["rules"]["ending/sentinel"]["value"]
EXCUSES = {
    "deviation": [
        {"source": "a.sse", "rule": "tools/*", "reason": "known", "link": "", "since": "2026-11-22"}
    ]
}

GOOD = [
    ("message", "message", MESSAGE),
    ("cache", "cache", CACHE),
    ("a cache in doubt", "cache", DOUBT),
    ("a cache of counters alone", "cache", {**CACHE, "effect": None, "intervals": None}),
    ("result", "result", RESULT),
    ("a result of a trial", "result", TRIED),
    ("unreadable", "result", UNREADABLE),
    ("unsupported", "result", {**UNREADABLE, "verdict": "unsupported", "error": None}),
    ("header", "run", HEADER),
    ("header of trials", "run", TRIALS),
    ("line", "run", LINE),
    ("line without bytes", "run", {**LINE, "body": None}),
    ("footer", "run", FOOTER),
    ("fixture", "fixture", FIXTURE),
    ("profile", "profile", PROFILE),
    ("deviations", "deviations", EXCUSES),
    ("no deviations", "deviations", {}),
]

PARTS = "/choices/0/parts"
BROKEN = [
    ("part of an unknown type", "message", MESSAGE, PARTS + "/0/type", "poem", "enum"),
    ("text without content", "message", MESSAGE, PARTS + "/1/content", ..., "required"),
    ("call without its text", "message", MESSAGE, PARTS + "/2/arguments_json", ..., "required"),
    ("unknown state", "message", MESSAGE, PARTS + "/2/arguments_state", "odd", "enum"),
    ("raw word as reason", "message", MESSAGE, "/choices/0/finish_reason", "tool_calls", "enum"),
    ("no raw reason", "message", MESSAGE, "/choices/0/raw_finish_reason", ..., "required"),
    ("count below zero", "message", MESSAGE, "/usage/input_tokens", -1, "minimum"),
    ("no model", "message", MESSAGE, "/model", ..., "required"),
    ("another version", "result", RESULT, "/schema", 2, "const"),
    ("no findings", "result", RESULT, "/findings", ..., "required"),
    ("unknown verdict", "result", RESULT, "/verdict", "green", "enum"),
    ("unknown ending", "result", RESULT, "/ending", "cut", "enum"),
    ("unreadable without a word", "result", UNREADABLE, "/error", None, "type"),
    ("judged without a message", "result", RESULT, "/message", None, "type"),
    ("bad message inside", "result", RESULT, "/message/choices", {}, "type"),
    ("slug without family", "result", RESULT, "/findings/0/rule", "json", "pattern"),
    ("span of one", "result", RESULT, "/findings/0/span", [1], "minItems"),
    ("pointer that is none", "result", RESULT, "/findings/0/pointer", "choices", "pattern"),
    ("skip without reason", "result", RESULT, "/rules/skipped/0/reason", ..., "required"),
    ("a verdict of another kind", "result", RESULT, "/metadata/cache/verdict", "maybe", "enum"),
    ("a hit without a witness", "cache", CACHE, "/by", [], "minItems"),
    ("a hit with a doubt", "cache", CACHE, "/reason", "too-noisy", "type"),
    ("a doubt without a reason", "cache", DOUBT, "/reason", None, "type"),
    ("a doubt with a witness", "cache", DOUBT, "/by", ["latency"], "maxItems"),
    ("an interval of one end", "cache", CACHE, "/intervals/sooner", [0.1], "minItems"),
    ("too many pairs", "cache", CACHE, "/pairs", 25 * CACHE["pairs"], "maxItems"),
    ("a stretch of no segment", "result", RESULT, "/metadata/timings/timeline/0/3", 0, "minimum"),
    ("a channel of ours", "result", RESULT, "/metadata/timings/timeline/0/4", "text", "enum"),
    ("time as text", "result", RESULT, "/metadata/timings/total_ms", "9", "type"),
    ("a trial without a scenario", "result", TRIED, "/metadata/live/scenario", ..., "required"),
    ("a step before the first", "result", TRIED, "/metadata/live/step", -1, "minimum"),
    ("arrivals in pairs", "result", TRIED, "/metadata/live/arrivals", [[0, 1]], "type"),
    ("arrivals without times", "result", TRIED, "/metadata/live/arrivals", "0 160", "pattern"),
    ("a header without value", "result", TRIED, "/metadata/live/headers/0", ["a"], "minItems"),
    ("a token of no kind", "result", TRIED, "/metadata/live/cache_token", "lost", "enum"),
    (
        "a retry without its wait",
        "result",
        TRIED,
        "/metadata/live/retries/0/waited_s",
        ...,
        "required",
    ),
    ("a target without model", "run", TRIALS, "/options/targets/0/model", ..., "required"),
    ("history that nobody keeps", "run", TRIALS, "/options/drop_history/0", "tools", "enum"),
    ("scenario without name", "run", TRIALS, "/options/scenarios/0", "", "minLength"),
    ("line of no kind", "run", LINE, "/kind", "note", "enum"),
    ("header without digest", "run", HEADER, "/rules_digest", ..., "required"),
    ("digest of another kind", "run", HEADER, "/rules_digest", "md5:0", "pattern"),
    ("created some day", "run", HEADER, "/created", "today", "pattern"),
    ("body in another coding", "run", LINE, "/body/encoding", "raw", "const"),
    ("bad result inside", "run", LINE, "/result/findings/0/level", "shall", "enum"),
    ("footer without exit", "run", FOOTER, "/exit", ..., "required"),
    ("exit of a signal", "run", FOOTER, "/exit", 130, "enum"),
    ("count of findings as text", "run", FOOTER, "/counts/findings/must", "1", "type"),
    ("fixture of no ending", "fixture", FIXTURE, "/ending", ..., "required"),
    ("rule twice", "fixture", FIXTURE, "/breaks", ["a/b", "a/b"], "uniqueItems"),
    ("arrivals as a list", "fixture", FIXTURE, "/arrivals", [[0, 0]], "type"),
    ("arrivals in no order of ours", "fixture", FIXTURE, "/arrivals", "0:0", "pattern"),
    ("unknown dialect", "fixture", FIXTURE, "/dialect", "cohere", "enum"),
    ("profile of no dialect", "profile", PROFILE, "/dialects", [], "minItems"),
    ("fact without source", "profile", PROFILE, "/facts/end-marker/source", ..., "required"),
    ("fact without value", "profile", PROFILE, "/facts/end-marker/value", ..., "required"),
    ("guess", "profile", PROFILE, "/facts/end-marker/confidence", "guessed", "enum"),
    ("excuse without reason", "deviations", EXCUSES, "/deviation/0/reason", ..., "required"),
    ("excuse for nowhere", "deviations", EXCUSES, "/deviation/0/source", ..., "anyOf"),
]

CLOSED = [
    ("message", MESSAGE, ""),
    ("message", MESSAGE, PARTS + "/1"),
    ("message", MESSAGE, "/usage"),
    ("result", RESULT, ""),
    ("result", RESULT, "/metadata"),
    ("result", RESULT, "/findings/0"),
    ("result", TRIED, "/metadata/live"),
    ("result", TRIED, "/metadata/live/retries/0"),
    ("cache", CACHE, ""),
    ("cache", CACHE, "/counters"),
    ("cache", CACHE, "/pairs/0"),
    ("run", HEADER, ""),
    ("run", LINE, "/body"),
    ("run", TRIALS, "/options/targets/0"),
    ("run", FOOTER, "/counts"),
    ("fixture", FIXTURE, ""),
    ("profile", PROFILE, ""),
    ("profile", PROFILE, "/facts/end-marker"),
    ("deviations", EXCUSES, "/deviation/0"),
]


@pytest.mark.parametrize(
    ("schema", "value"), [row[1:] for row in GOOD], ids=[row[0] for row in GOOD]
)
def test_a_good_record_has_no_violation(violations, schema, value):
    assert violations(schema, value) == set()


@pytest.mark.parametrize("row", BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_record_has_one_violation_at_the_member(violations, edited, row):
    _, schema, value, member, new, keyword = row
    pointer = member.rpartition("/")[0] if new is ... else member
    assert violations(schema, edited(value, member, new)) == {(pointer, keyword)}


@pytest.mark.parametrize(
    ("schema", "value", "at"), CLOSED, ids=[f"{row[0]}{row[2] or '/'}" for row in CLOSED]
)
def test_a_member_that_nobody_agreed_on_is_a_violation(violations, edited, schema, value, at):
    assert violations(schema, edited(value, f"{at}/hologram", 1)) == {(at, "additionalProperties")}


def test_a_rule_in_a_profile_has_a_level_that_we_know(violations):
    rules = {"ending/sentinel": {"level": "shall", "confidence": "unknown"}}
    found = violations("profile", {**PROFILE, "rules": rules})
    assert found == {("/rules/ending~1sentinel/level", "enum")}
