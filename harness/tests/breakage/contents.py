"""Breakages of content and framing: errors, markup, repetition, bytes, lines, heads, requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.breakage.breakage import Breakage, Broken, Maker, Patterns, breakage, each_site, edit
from tests.breakage.streams import (
    CHAT,
    GEMINI,
    MESSAGES,
    RESPONSES,
    Event,
    Stream,
    ends_whole,
    get,
    kind,
    sites,
)

TEXTS: Patterns = {
    CHAT: ("/choices/*/delta/content",),
    MESSAGES: ("/delta/text",),
    RESPONSES: ("/delta",),
    GEMINI: ("/candidates/*/content/parts/*/text",),
}

THOUGHTS: Patterns = {
    CHAT: ("/choices/*/delta/reasoning_content", "/choices/*/delta/reasoning"),
    MESSAGES: ("/delta/thinking",),
    RESPONSES: ("/delta",),
    GEMINI: ("/candidates/*/content/parts/*/text",),
}


def _texts(stream: Stream) -> Iterator[tuple[int, Any, str]]:
    """(event, path, text) of the pieces of the answer's text; thoughts are none."""
    for at, path, old in each_site(stream, TEXTS):
        event = stream.events[at]
        thought = stream.dialect == GEMINI and get(event.value, path[:-1]).get("thought")
        said = kind(stream.dialect, event) in ("text", "finish")
        if said and isinstance(old, str) and old and not thought:
            yield at, path, old


def _asked_about(stream: Stream, mark: str) -> bool:
    """Whether the request holds the mark, so that the answer may speak of it."""
    return mark in json.dumps(stream.request)


def _in_text(change: Callable[[str, str], str]) -> Maker:
    """Change one piece of text; `change` gets what was said before in all and the piece."""

    def make(stream: Stream) -> Iterator[Broken]:
        before: dict[Any, str] = {}
        for at, path, old in _texts(stream):
            event = stream.events[at].value
            key = (
                event.get("choices", [{}])[0].get("index") if stream.dialect == CHAT else path[1:2]
            )
            said = before.get(key, "")
            new = change(said, old)
            before[key] = said + old
            if new != old:
                yield Broken(f"event {at}", edit(stream, at, path, new))

    return make


def _cumulative(stream: Stream) -> Iterator[Broken]:
    broken, said, pieces = stream, {}, 0
    for at, path, old in _texts(stream):
        event = stream.events[at].value
        key = (
            event["choices"][path[1]].get("index")
            if stream.dialect == CHAT
            else event.get("index", path[1:2])
        )
        said[key] = said.get(key, "") + old
        broken, pieces = edit(broken, at, path, said[key]), pieces + 1
    if pieces >= 3 and all(len(text) >= 24 for text in said.values()):
        yield Broken("everywhere", broken)


def _once_more(stream: Stream) -> Iterator[Broken]:
    """The last piece of text is followed by one that holds all of it."""
    texts = [one for one in _texts(stream) if kind(stream.dialect, stream.events[one[0]]) == "text"]
    whole = "".join(old for _, _, old in texts)
    if len(texts) > 1 and len(whole) >= 24 and not _several(stream):
        at, path, _ = texts[-1]
        again = edit(stream, at, path, whole).events[at]
        yield Broken(f"behind event {at}", stream.put(at, stream.events[at], again))


def _several(stream: Stream) -> bool:
    patterns = {
        CHAT: ("/choices/*/index",),
        GEMINI: ("/candidates/*/index",),
        MESSAGES: ("/index",),
    }
    texts = {at for at, _, _ in _texts(stream)}
    return len({old for at, _, old in each_site(stream, patterns) if at in texts}) > 1


# Errors in the middle

_ERROR = {
    "message": "The engine is overloaded.",
    "type": "server_error",
    "param": None,
    "code": None,
}
_STATED = json.dumps({"error": _ERROR})
_OVERLOADED = '{"type":"error","error":{"type":"overloaded_error","message":"no"}}'
_FOREIGN = 'data: {"error":{"message":"no","type":"server_error"}}'
_CHAT_ERRORS: dict[str, str] = {
    "an object": f"data: {_STATED}",
    "beside choices": 'data: {"id":"e","object":"chat.completion.chunk","created":1,"model":"m",'
    '"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],'
    '"error":{"code":502,"message":"no"}}',
    "an event of its own": f"event: error\ndata: {_STATED}",
    "a text": 'data: {"error":"overloaded"}',
    "an error in an error": 'data: {"error":{"error":"overloaded"}}',
    "words beside null choices": 'data: {"choices":null,"error_type":"t","error_message":"no"}',
    "code and message": 'event:error\ndata: {"code":"Throttling","message":"no"}',
    "bare JSON": '{"error":{"message":"no"}}',
    "a line of its own": 'error: {"message":"no"}',
    "plain text": "data: The engine is overloaded.",
}
_MESSAGES_ERRORS = {
    "an event": f"event: error\ndata: {_OVERLOADED}",
    "an event without name": f"data: {_OVERLOADED}",
    "an object of another dialect": _FOREIGN,
    "bare JSON": _OVERLOADED,
}
_RESPONSES_ERRORS = {
    "flat": 'event: error\ndata: {"type":"error","code":"c","message":"no","param":null}',
    "nested": f"event: error\ndata: {_OVERLOADED}",
    "an object of another dialect": _FOREIGN,
    "bare JSON": '{"error":{"message":"no"}}',
}
_GEMINI_ERRORS = {
    "a chunk": 'data: {"error":{"code":503,"message":"no","status":"UNAVAILABLE"}}',
    "bare JSON": '{"error":{"code":503,"message":"no","status":"UNAVAILABLE"}}',
    "bare JSON on several lines": '{\n  "error": {\n    "code": 499,\n    "message": "no"\n  }\n}',
}
_ERRORS: dict[str, Mapping[str, str]] = {
    CHAT: _CHAT_ERRORS,
    MESSAGES: _MESSAGES_ERRORS,
    RESPONSES: _RESPONSES_ERRORS,
    GEMINI: _GEMINI_ERRORS,
}


def _error(stream: Stream) -> Iterator[Broken]:
    for shape, raw in _ERRORS[stream.dialect].items():
        for at in range(len(stream.events)):
            broken = stream.insert(at, raw.encode() + b"\n\n")
            yield Broken(f"{shape}, before event {at}", broken)


def _error_and_end(stream: Stream) -> Iterator[Broken]:
    for shape, raw in _ERRORS[stream.dialect].items():
        for at in range(len(stream.events)):
            kept = replace(stream, events=stream.events[:at])
            yield Broken(f"{shape}, instead of event {at}", kept.insert(at, raw.encode() + b"\n\n"))


# Framing


def _body(change: Callable[[bytes], bytes]) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        body = change(stream.body)
        if body != stream.body:
            yield Broken("the body", stream.saying(body))

    return make


def _events(change: Callable[[Event], bytes | None]) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        for at, event in enumerate(stream.events):
            raw = change(event) if event.data is not None else None
            if raw is not None and raw != event.raw:
                yield Broken(f"event {at}", stream.put(at, Event(raw)))

    return make


def _twice(event: Event) -> bytes | None:
    if not event.value or event.data is None:
        return None
    name = json.dumps(next(iter(event.value)))
    return (
        event.saying(event.data[:-1] + f",{name}:null}}".encode()).raw
        if event.data.endswith(b"}")
        else None
    )


def _not_a_number(event: Event) -> bytes | None:
    return event.saying(event.data[:-1] + b',"x":NaN}').raw if event.value and event.data else None


def _crlf(stream: Stream) -> Iterator[Broken]:
    for at, event in enumerate(stream.events):
        other = b"\n" if b"\r\n" in event.raw else b"\r\n"
        raw = event.raw.replace(b"\r\n", b"\n").replace(b"\n", other)
        if len(stream.events) > 1 and raw != event.raw:
            yield Broken(f"event {at}", stream.put(at, Event(raw)))


_NAME = re.compile(rb"^event:[^\r\n]*(?:\r\n|\n)", re.MULTILINE)


def _bad_utf8(bad: bytes) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        for at, path, old in _texts(stream):
            marked = edit(stream, at, path, f"{old}@@@").events[at]
            yield Broken(f"event {at}", stream.put(at, Event(marked.raw.replace(b"@@@", bad))))

    return make


def _content_type(stream: Stream) -> Iterator[Broken]:
    for wrong in ("application/json", "text/plain"):
        yield Broken(wrong, replace(stream, content_type=wrong))


def _instead(stream: Stream) -> Iterator[Broken]:
    html = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>"
    yield Broken("an HTML page", replace(stream.saying(html), content_type="text/html"))
    error = b'{"error":{"message":"no","type":"server_error"}}'
    yield Broken("a JSON error", replace(stream.saying(error), content_type="application/json"))
    yield Broken("an empty object", replace(stream.saying(b"{}"), content_type="application/json"))


# After the end


def _said_after(stream: Stream) -> Iterator[Broken]:
    said = [e for e in stream.events if kind(stream.dialect, e) == "text"]
    if said:
        broken = replace(stream, events=(*stream.events, said[-1]))
        yield Broken("behind the last event", broken)
    finish = [n for n, e in enumerate(stream.events) if kind(stream.dialect, e) == "finish"]
    if said and finish and stream.dialect in (CHAT, GEMINI):
        yield Broken("behind the finish", stream.insert(finish[-1] + 1, said[-1].raw))


# What was asked for


def _asked(patterns: str, build: Callable[[Stream], dict[str, Any] | None]) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        members = build(stream)
        if members is not None:
            yield Broken(patterns, stream.asking(**members))

    return make


_NAMES: Patterns = {
    CHAT: ("/choices/*/delta/tool_calls/*/function/name",),
    MESSAGES: ("/content_block/name",),
    RESPONSES: ("/item/name",),
    GEMINI: ("/candidates/*/content/parts/*/functionCall/name",),
}
_OWN = {MESSAGES: ("/content_block/type", "tool_use"), RESPONSES: ("/item/type", "function_call")}


def _called(stream: Stream) -> list[str]:
    """The names of the functions that are called; server tools are none."""
    names = []
    for at, path, old in each_site(stream, _NAMES):
        pattern, wanted = _OWN.get(stream.dialect, ("", None))
        value = stream.events[at].value
        own = not pattern or any(get(value, p) == wanted for p in sites(value, pattern))
        names += [old] if old and own and path else []
    return names


def _tools(dialect: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    function = {"name": name, "parameters": schema}
    return {
        CHAT: {"tools": [{"type": "function", "function": function}]},
        MESSAGES: {"tools": [{"name": name, "input_schema": schema}]},
        RESPONSES: {"tools": [{"type": "function", **function}]},
        GEMINI: {
            "tools": [{"functionDeclarations": [{"name": name, "parametersJsonSchema": schema}]}]
        },
    }[dialect]


def _forced(dialect: str) -> dict[str, Any]:
    return {
        CHAT: {"tool_choice": {"type": "function", "function": {"name": "wanted_tool"}}},
        MESSAGES: {"tool_choice": {"type": "tool", "name": "wanted_tool"}},
        RESPONSES: {"tool_choice": {"type": "function", "name": "wanted_tool"}},
        GEMINI: {
            "toolConfig": {
                "functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["wanted_tool"]}
            }
        },
    }[dialect]


_ANY: dict[str, Any] = {"type": "object"}
_UNFIT = {"type": "object", "properties": {"zz": {"type": "string"}}, "required": ["zz"]}


def _force(stream: Stream) -> dict[str, Any] | None:
    if not ends_whole(stream):
        return None
    return {
        **_tools(stream.dialect, "wanted_tool", _ANY),
        **_forced(stream.dialect),
        "stream": True,
    }


def _offer_another(stream: Stream) -> dict[str, Any] | None:
    return (
        {**_tools(stream.dialect, "another_tool", _ANY), "stream": True}
        if _called(stream)
        else None
    )


def _unfit(stream: Stream) -> dict[str, Any] | None:
    names = _called(stream)
    return (
        {**_tools(stream.dialect, names[0], _UNFIT), "stream": True}
        if names and ends_whole(stream)
        else None
    )


def _two(stream: Stream) -> dict[str, Any] | None:
    pattern = {CHAT: ("/choices/*/index",), GEMINI: ("/candidates/*/index",)}
    if any(old for _, _, old in each_site(stream, pattern)):
        return None
    return {"n": 2} if stream.dialect == CHAT else {"generationConfig": {"candidateCount": 2}}


def _logprobs(stream: Stream) -> dict[str, Any] | None:
    if any(b'"logprobs":{' in e.raw or b'"token":' in e.raw for e in stream.events) or not list(
        _texts(stream)
    ):
        return None
    return (
        {"logprobs": True}
        if stream.dialect == CHAT
        else {"include": ["message.output_text.logprobs"]}
    )


def _everywhere(rules: str) -> dict[str, str]:
    return dict.fromkeys(("chat", "messages", "responses", "gemini"), rules)


def _unless_asked(mark: str) -> Maker:
    leaking = _in_text(lambda _, old: f"\n{mark}{old}")
    return lambda stream: () if _asked_about(stream, mark) else leaking(stream)


def _leak(mark: str, rules: str) -> Breakage:
    return breakage(f"leaked markup: {mark}", _unless_asked(mark), **_everywhere(rules))


def _in_thought(mark: str) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        for at, path, old in each_site(stream, THOUGHTS):
            event = stream.events[at]
            said = old and kind(stream.dialect, event) == "reasoning"
            if said and (path[-1] != "text" or get(event.value, path[:-1]).get("thought")):
                yield Broken(f"event {at}", edit(stream, at, path, f"\n{mark}{old}"))

    return make


_CONTROL = "content/no-control-tokens content/no-tool-markup"

CONTENTS: tuple[Breakage, ...] = (
    breakage("an error in the middle", _error, **_everywhere("errors/* schema/chunk-is-json")),
    breakage(
        "an error, and nothing more",
        _error_and_end,
        **_everywhere("errors/* schema/chunk-is-json ending/body-is-a-stream"),
    ),
    _leak("<think>", "content/no-reasoning-tags"),
    _leak("</think>", "content/no-reasoning-tags"),
    _leak('<tool_call>{"name":"f","arguments":{}}</tool_call>', "content/no-tool-markup"),
    _leak("<|tool_calls_section_begin|>", _CONTROL),
    _leak("<|im_end|>", _CONTROL),
    breakage(
        "leaked markup in a thought: <think>",
        _in_thought("<think>"),
        **_everywhere("reasoning/no-tags-inside"),
    ),
    breakage(
        "leaked markup in a thought: <|tool_calls_section_begin|>",
        _in_thought("<|tool_calls_section_begin|>"),
        **_everywhere(_CONTROL),
    ),
    breakage(
        "text grows from piece to piece", _cumulative, **_everywhere("content/not-duplicated")
    ),
    breakage(
        "the whole text once more at the end", _once_more, **_everywhere("content/not-duplicated")
    ),
    breakage(
        "content after the end",
        _said_after,
        chat="ending/nothing-after-end order/nothing-said-after-finish",
        messages="ending/nothing-after-end",
        responses="ending/nothing-after-end",
        gemini="order/nothing-said-after-finish",
    ),
    breakage(
        "a byte-order mark",
        _body(lambda body: b"\xef\xbb\xbf" + body),
        **_everywhere("framing/no-byte-order-mark"),
    ),
    breakage(
        "lines that end differently", _crlf, **_everywhere("framing/line-endings-are-consistent")
    ),
    breakage(
        "no blank line at the end",
        _body(lambda body: body.rstrip(b"\r\n") + b"\n"),
        **_everywhere("framing/last-event-is-terminated"),
    ),
    breakage(
        "another content type", _content_type, **_everywhere("framing/content-type-is-event-stream")
    ),
    breakage("another body altogether", _instead, **_everywhere("ending/body-is-a-stream")),
    breakage(
        "bytes that are not UTF-8", _bad_utf8(b"\xff\xfe"), **_everywhere("framing/body-is-utf8")
    ),
    breakage("half of a character", _bad_utf8(b"\xe2\x82"), **_everywhere("framing/body-is-utf8")),
    breakage(
        "a replacement character",
        _bad_utf8(b"\xef\xbf\xbd"),
        **_everywhere("content/characters-are-whole"),
    ),
    breakage(
        "half of a surrogate pair",
        _bad_utf8(b"\\ud83d"),
        **_everywhere("content/characters-are-whole"),
    ),
    breakage("NaN", _events(_not_a_number), **_everywhere("schema/numbers-are-json")),
    breakage("the same key twice", _events(_twice), **_everywhere("schema/no-duplicate-keys")),
    breakage(
        "JSON that ends early",
        _events(lambda e: e.saying(e.data[:-1]).raw if e.value and e.data else None),
        **_everywhere("schema/chunk-is-json"),
    ),
    breakage(
        "an event without data",
        _events(lambda e: e.saying(b"").raw),
        **_everywhere("framing/data-is-not-empty"),
    ),
    breakage(
        "another event name",
        _events(lambda e: _NAME.sub(b"event: other\n", e.raw)),
        messages="framing/event-name-equals-type",
        responses="framing/event-name-equals-type",
    ),
    breakage(
        "no event name",
        _events(lambda e: _NAME.sub(b"", e.raw)),
        messages="framing/event-is-named",
        responses="framing/event-is-named",
    ),
    breakage(
        "a line that is no field",
        _events(lambda e: b"hello there\n" + e.raw),
        **_everywhere("framing/every-line-is-a-field"),
    ),
    breakage(
        "logprobs asked for and not sent",
        _asked("request", _logprobs),
        chat="content/logprobs-as-asked",
        responses="content/logprobs-as-asked",
    ),
    breakage(
        "a tool forced and not called",
        _asked("request", _force),
        **_everywhere("tools/forced-tool-was-called"),
    ),
    breakage(
        "a tool called and not offered",
        _asked("request", _offer_another),
        **_everywhere("tools/call-was-offered"),
    ),
    breakage(
        "arguments that do not fit",
        _asked("request", _unfit),
        **_everywhere("tools/arguments-fit-schema"),
    ),
    breakage(
        "two answers asked for, one sent",
        _asked("request", _two),
        chat="content/choices-as-asked",
        gemini="content/choices-as-asked",
    ),
)
