"""Breakages of values: ids, indexes, types, counts, reasons, names and arguments.

What a value is changed to never depends on the rules; it is what a careless server sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.breakage.breakage import (
    SAME,
    Breakage,
    Broken,
    Maker,
    Patterns,
    at_all,
    at_each,
    breakage,
    each_site,
    edit,
)
from tests.breakage.streams import (
    CHAT,
    GEMINI,
    GONE,
    MESSAGES,
    RESPONSES,
    Stream,
    ends_whole,
    get,
    kind,
    pointer,
    put,
)

_CALLS = "/choices/*/delta/tool_calls/*"
_PARTS = "/candidates/*/content/parts/*"


def _every(patterns: dict[str, str]) -> Patterns:
    return {dialect: tuple(text.split()) for dialect, text in patterns.items()}


IDS = _every(
    {
        CHAT: f"/id {_CALLS}/id",
        MESSAGES: "/message/id /content_block/id",
        RESPONSES: "/response/id /item_id /item/id /item/call_id",
        GEMINI: f"/responseId {_PARTS}/functionCall/id",
    }
)
REPEATED_IDS = _every(
    {CHAT: "/id", RESPONSES: "/response/id /item_id /item/id /item/call_id", GEMINI: "/responseId"}
)
CALL_IDS = _every(
    {
        CHAT: f"{_CALLS}/id",
        MESSAGES: "/content_block/id",
        RESPONSES: "/item/call_id",
        GEMINI: f"{_PARTS}/functionCall/id",
    }
)
INDEXES = _every(
    {
        CHAT: f"/choices/*/index {_CALLS}/index",
        MESSAGES: "/index",
        RESPONSES: "/output_index /content_index /summary_index",
        GEMINI: "/candidates/*/index",
    }
)
CALL_INDEXES = _every({CHAT: f"{_CALLS}/index", MESSAGES: "/index", RESPONSES: "/output_index"})
CHOICES = _every({CHAT: "/choices/*/index", GEMINI: "/candidates/*/index"})
REASONS = _every(
    {
        CHAT: "/choices/*/finish_reason",
        MESSAGES: "/delta/stop_reason",
        GEMINI: "/candidates/*/finishReason",
    }
)
STRINGS = _every(
    {
        CHAT: "/id /object /model /choices/*/delta/role /choices/*/delta/content "
        "/choices/*/delta/refusal /choices/*/delta/reasoning_content /choices/*/finish_reason "
        f"{_CALLS}/id {_CALLS}/type {_CALLS}/function/name {_CALLS}/function/arguments",
        MESSAGES: "/type /message/id /message/role /message/model /message/type /delta/type "
        "/delta/text /delta/thinking /delta/signature /delta/partial_json /delta/stop_reason "
        "/content_block/type /content_block/id /content_block/name /content_block/text",
        RESPONSES: "/type /response/id /response/status /response/model /item/id /item/type "
        "/item_id /item/call_id /item/name /item/arguments /delta /text /arguments /part/type "
        "/part/text",
        GEMINI: f"/responseId /modelVersion {_PARTS}/text {_PARTS}/functionCall/name "
        f"{_PARTS}/functionCall/id {_PARTS}/thoughtSignature "
        "/candidates/*/finishReason /candidates/*/content/role",
    }
)
NUMBERS = _every(
    {
        CHAT: f"/created /choices/*/index {_CALLS}/index /usage/prompt_tokens "
        "/usage/completion_tokens /usage/total_tokens",
        MESSAGES: "/index /usage/output_tokens /message/usage/input_tokens",
        RESPONSES: "/sequence_number /output_index /content_index /response/usage/total_tokens "
        "/response/usage/input_tokens /response/usage/output_tokens",
        GEMINI: "/candidates/*/index /usageMetadata/promptTokenCount "
        "/usageMetadata/candidatesTokenCount /usageMetadata/totalTokenCount",
    }
)
HOLDERS = _every(
    {
        CHAT: f"/choices /choices/* /choices/*/delta /choices/*/delta/tool_calls {_CALLS} "
        f"{_CALLS}/function /usage",
        MESSAGES: "/message /message/content /message/usage /delta /content_block "
        "/content_block/input /usage",
        RESPONSES: "/response /response/output /response/usage /item /item/content /part",
        GEMINI: "/candidates /candidates/* /candidates/*/content /candidates/*/content/parts "
        f"{_PARTS} {_PARTS}/functionCall {_PARTS}/functionCall/args /usageMetadata",
    }
)
_SHAPES = "schema/chunk-matches-schema"
_TYPED = {
    "chat": f"{_SHAPES} tools/arguments-are-text tools/index-is-count tools/index-is-present "
    "order/role-comes-first tools/arguments-are-json tools/arguments-are-whole "
    "tools/name-is-present",
    "messages": _SHAPES,
    "responses": _SHAPES,
    "gemini": _SHAPES,
}


def _said(old: Any, new: Any) -> Any:
    """Change what says something; null and empty values stay."""
    return new if old not in (None, "", [], {}) else SAME


def _ids_change(stream: Stream) -> Iterator[Broken]:
    seen: set[Any] = set()
    for at, path, old in each_site(stream, REPEATED_IDS):
        if old in seen:
            yield Broken(f"event {at} {path[-1]}", edit(stream, at, path, f"{old}x"))
        if old:
            seen.add(old)


def _first_of(patterns: Patterns) -> Maker:
    """Every later value becomes the first one: its whole call, part or answer moves there."""

    def make(stream: Stream) -> Iterator[Broken]:
        values = list(dict.fromkeys(old for _, _, old in each_site(stream, patterns) if old != ""))
        for later in values[1:]:
            broken = stream
            for at, path, old in each_site(stream, patterns):
                if old == later:
                    broken = edit(broken, at, path, values[0])
            yield Broken(f"{later} becomes {values[0]}", broken)

    return make


def _plus_one(old: Any) -> Any:
    return old + 1 if isinstance(old, int) and not isinstance(old, bool) else SAME


def _shift_one(stream: Stream) -> Iterator[Broken]:
    """An index one higher, but for a piece that another answer of the stream could have said."""
    answers = {old for _, _, old in each_site(stream, CHOICES)}
    for at, path, old in each_site(stream, INDEXES):
        if isinstance(old, int) and (
            path[0] not in ("choices", "candidates") or len(path) > 3 or old + 1 not in answers
        ):
            yield Broken(f"event {at} {pointer(path)}", edit(stream, at, path, old + 1))


def _another_answer(stream: Stream) -> Iterator[Broken]:
    answers = {old for _, _, old in each_site(stream, CHOICES)}
    for at, path, old in each_site(stream, CHOICES):
        if (
            isinstance(old, int)
            and old + 1 in answers
            and kind(stream.dialect, stream.events[at]) == "text"
        ):
            yield Broken(f"event {at} {pointer(path)}", edit(stream, at, path, old + 1))


def _shift_a_choice(stream: Stream) -> Iterator[Broken]:
    yield from at_all(CHOICES, _plus_one)(stream)


def _shift_calls(stream: Stream) -> Iterator[Broken]:
    if stream.dialect == CHAT:
        yield from at_all(_every({CHAT: f"{_CALLS}/index"}), _plus_one)(stream)
    else:
        yield from at_all(CALL_INDEXES, _plus_one)(stream)


# Arguments and names of calls

_ARGUMENTS = _every(
    {CHAT: f"{_CALLS}/function/arguments", MESSAGES: "/delta/partial_json", RESPONSES: "/delta"}
)


def _pieces(stream: Stream) -> Iterator[list[tuple[int, Any, str]]]:
    """The pieces of arguments of each call, in order."""
    calls: dict[Any, list[tuple[int, Any, str]]] = {}
    for at, path, old in each_site(stream, _ARGUMENTS):
        if stream.dialect != CHAT and kind(stream.dialect, stream.events[at]) != "call piece":
            continue
        event = stream.events[at].value
        if stream.dialect == CHAT:
            key = (event["choices"][path[1]].get("index"), get(event, path[:-2]).get("index"))
        else:
            key = event.get("index", event.get("output_index"))
        if isinstance(old, str) and old:
            calls.setdefault(key, []).append((at, path, old))
    yield from calls.values()


def _rewrite(change: Callable[[str, str], str]) -> Maker:
    """Change the last piece of each call; `change` is given the piece and the whole text."""

    def make(stream: Stream) -> Iterator[Broken]:
        for pieces in _pieces(stream) if ends_whole(stream) else ():
            at, path, old = pieces[-1]
            whole = "".join(text for _, _, text in pieces)
            yield Broken(f"event {at}", edit(stream, at, path, change(old, whole)))

    return make


_NO_JSON = {
    "chat": "tools/arguments-are-json tools/arguments-are-whole",
    "messages": "tools/arguments-are-json tools/arguments-are-whole",
    "responses": "tools/arguments-are-json tools/arguments-are-whole tools/arguments-copies-agree",
}


def _name_again(suffix: str) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        name = next(
            (old for _, _, old in each_site(stream, {CHAT: (f"{_CALLS}/function/name",)}) if old),
            "",
        )
        for at, path, _ in each_site(stream, {CHAT: (f"{_CALLS}/function",)}):
            if name and kind(CHAT, stream.events[at]) == "call piece":
                yield Broken(f"event {at}", edit(stream, at, (*path, "name"), name + suffix))

    return make


# Counts

_TOTALS = _every(
    {
        CHAT: "/usage/total_tokens",
        RESPONSES: "/response/usage/total_tokens",
        GEMINI: "/usageMetadata/totalTokenCount",
    }
)
_USAGES = _every(
    {
        CHAT: "/usage /x_groq/usage",
        MESSAGES: "/usage",
        RESPONSES: "/response/usage",
        GEMINI: "/usageMetadata",
    }
)
_OUTPUTS = _every(
    {
        CHAT: "/usage/completion_tokens",
        MESSAGES: "/usage/output_tokens /message/usage/output_tokens",
        RESPONSES: "/response/usage/output_tokens",
        GEMINI: "/usageMetadata/candidatesTokenCount",
    }
)


def _falling(stream: Stream) -> Iterator[Broken]:
    counts = [
        (at, path, old) for at, path, old in each_site(stream, _OUTPUTS) if isinstance(old, int)
    ]
    if len(counts) < 2 or not counts[-1][2]:
        return
    at, path, _ = counts[0]
    high = counts[-1][2] + 50
    broken = edit(stream, at, path, high)
    if stream.dialect in (CHAT, GEMINI):
        total = next((p for n, p, _ in each_site(broken, _TOTALS) if n == at), None)
        if total is not None:
            old = get(stream.events[at].value, total)
            broken = edit(broken, at, total, old + high - counts[0][2])
    yield Broken(f"event {at}", broken)


# Reasons

_STOP = {CHAT: "stop", MESSAGES: "end_turn"}
_CALLED = {CHAT: "tool_calls", MESSAGES: "tool_use"}


def _turn(old: dict[str, str], new: dict[str, str]) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        wanted = old.get(stream.dialect)
        forced = isinstance((stream.request or {}).get("tool_choice"), dict)
        if forced:  # A forced call ends in `stop` by the API's own documentation.
            return
        called = any(kind(stream.dialect, e) in ("call start", "call piece") for e in stream.events)
        if called is (old is _CALLED):
            change = at_each(REASONS, lambda one: new[stream.dialect] if one == wanted else SAME)
            yield from change(stream)

    return make


def _every_dialect(rules: str) -> dict[str, str]:
    return dict.fromkeys(("chat", "messages", "responses", "gemini"), rules)


_REASONED = {
    "chat": "stop/finish-reason-comes ending/end-is-reached",
    "messages": "stop/finish-reason-comes",
    "gemini": "ending/end-is-reached",
}
_INT_MAX = 2**63

VALUES: tuple[Breakage, ...] = (
    breakage(
        "drop the stop reason (null)",
        at_all(REASONS, lambda old: None if old else SAME),
        chat=_REASONED["chat"],
        messages=_REASONED["messages"],
        gemini=f"{_SHAPES} ending/end-is-reached",
    ),
    breakage(
        "drop the stop reason (member)",
        at_all(REASONS, lambda old: GONE if old else SAME),
        **_REASONED,
    ),
    breakage(
        "blank an id",
        at_each(IDS, lambda old: "" if old else SAME),
        chat="schema/id-is-not-blank schema/id-is-constant tools/id-is-present",
        messages="schema/* tools/id-is-present",
        responses="schema/* order/* tools/id-is-present",
        gemini="schema/id-is-constant schema/id-is-not-blank tools/* "
        "invisible: a call needs no id there",
    ),
    breakage(
        "leave out an id",
        at_each(IDS, lambda old: GONE if old else SAME),
        chat=f"{_SHAPES} schema/id-is-constant tools/id-is-present",
        messages=f"{_SHAPES} tools/*",
        responses=f"{_SHAPES} order/* schema/* tools/id-is-present",
        gemini="schema/id-is-constant invisible: ids are optional there "
        "harmless: ids are optional there",
    ),
    breakage(
        "change an id in the middle",
        _ids_change,
        chat="schema/id-is-constant",
        responses="schema/id-is-constant order/* tools/*",
        gemini="schema/id-is-constant",
    ),
    breakage(
        "two calls with one id",
        _first_of(CALL_IDS),
        **_every_dialect("tools/id-is-unique tools/id-sent-once"),
    ),
    breakage(
        "two calls or parts with one index",
        _first_of(CALL_INDEXES),
        chat="tools/index-is-not-reused",
        messages="order/*",
        responses="order/*",
    ),
    breakage(
        "two answers with one index",
        _first_of(CHOICES),
        chat="content/choices-as-asked order/* stop/*",
        gemini="content/choices-as-asked order/* stop/*",
    ),
    breakage(
        "a piece of one answer said by another",
        _another_answer,
        chat="content/logprobs-align invisible: any answer may say it; the message differs",
        gemini="invisible: any answer may say it; the message differs",
    ),
    breakage(
        "shift one index",
        _shift_one,
        chat="order/* tools/* stop/*",
        messages="order/*",
        responses="order/* content/copies-agree",
        gemini="order/* stop/* content/* ending/*",
    ),
    breakage(
        "shift every index of calls or parts",
        _shift_calls,
        chat="tools/indexes-count-from-zero",
        messages="order/part-indexes-count",
        responses="order/part-indexes-count",
    ),
    breakage(
        "shift the index of every answer",
        _shift_a_choice,
        chat="order/choice-indexes-count invisible: an answer that says nothing is no answer",
        gemini="order/choice-indexes-count",
    ),
    breakage(
        "leave out an index",
        at_each(INDEXES, lambda _: GONE),
        chat=f"{_SHAPES} tools/index-is-present order/*",
        messages=_SHAPES,
        responses=_SHAPES,
        gemini="order/* stop/* harmless: an index that is not sent is 0",
    ),
    breakage("a number for a string", at_each(STRINGS, lambda old: _said(old, 7)), **_TYPED),
    breakage(
        "an object for a string", at_each(STRINGS, lambda old: _said(old, {"a": 1})), **_TYPED
    ),
    breakage("a list for a string", at_each(STRINGS, lambda old: _said(old, [1])), **_TYPED),
    breakage(
        "null for a string",
        at_each(
            {
                k: tuple(
                    p
                    for p in v
                    if not p.endswith(("content", "refusal", "reasoning_content", "reason"))
                )
                for k, v in STRINGS.items()
            },
            lambda old: _said(old, None),
        ),
        **_TYPED,
    ),
    breakage(
        "a string for a number",
        at_each(NUMBERS, lambda old: str(old) if isinstance(old, int) else SAME),
        **_TYPED,
    ),
    breakage(
        "null for a number",
        at_each(NUMBERS, lambda old: None if isinstance(old, int) else SAME),
        **_TYPED,
    ),
    breakage(
        "a fraction for a number",
        at_each(NUMBERS, lambda old: old + 0.5 if isinstance(old, int) else SAME),
        **_TYPED,
    ),
    breakage(
        "a negative number",
        at_each(NUMBERS, lambda old: -1 if isinstance(old, int) else SAME),
        **_TYPED,
    ),
    breakage(
        "a string for an object or list", at_each(HOLDERS, lambda old: _said(old, "x")), **_TYPED
    ),
    breakage(
        "a list for an object, an object for a list",
        at_each(HOLDERS, lambda old: _said(old, [] if isinstance(old, dict) else {})),
        **_TYPED,
    ),
    breakage(
        "a number beyond a double",
        at_each(NUMBERS, lambda old: _INT_MAX + 1 if isinstance(old, int) else SAME),
        **_every_dialect("schema/numbers-are-exact"),
    ),
    breakage(
        "arguments end early, finished as if whole", _rewrite(lambda old, _: old[:-1]), **_NO_JSON
    ),
    breakage("arguments twice in one text", _rewrite(lambda old, whole: old + whole), **_NO_JSON),
    breakage("a name again in a later piece", _name_again(""), chat="tools/name-sent-once"),
    breakage("another name in a later piece", _name_again("_x"), chat="tools/name-sent-once"),
    breakage(
        "usage left out everywhere",
        at_all(_USAGES, lambda old: GONE if old else SAME),
        chat="usage/is-sent usage/own-chunk-when-asked "
        "invisible: nobody knows whether it was asked for",
        messages=_SHAPES,
        responses="usage/is-sent",
        gemini="usage/is-sent",
    ),
    breakage(
        "a total that does not add up",
        at_each(_TOTALS, _plus_one),
        chat="usage/total-adds-up",
        responses="usage/total-adds-up",
        gemini="usage/total-adds-up",
    ),
    breakage(
        "output counts fall",
        _falling,
        messages="usage/counts-do-not-fall",
        chat="usage/counts-do-not-fall usage/copies-agree",
        gemini="usage/counts-do-not-fall",
    ),
    breakage(
        "output counted as zero",
        at_all(_OUTPUTS, lambda old: 0 if old else SAME),
        **_every_dialect("usage/not-zero usage/total-adds-up"),
    ),
    breakage(
        "calls that end in the reason of a text",
        _turn(_CALLED, _STOP),
        chat="stop/tool-call-means-tool-reason",
        messages="stop/tool-call-means-tool-reason",
    ),
    breakage(
        "a text that ends in the reason of calls",
        _turn(_STOP, _CALLED),
        chat="stop/tool-reason-means-call stop/finish-reasons-agree",
        messages="stop/tool-reason-means-call",
    ),
    breakage(
        "a reason that nobody knows",
        at_each(REASONS, lambda old: "gone_home" if old else SAME),
        chat="stop/finish-reason-is-known",
        messages="stop/finish-reason-is-known",
        gemini="stop/finish-reason-is-known",
    ),
    breakage(
        "an empty reason",
        at_each(REASONS, lambda old: "" if old else SAME),
        chat="stop/finish-reason-not-blank stop/finish-reason-comes ending/end-is-reached",
        messages=f"stop/* {_SHAPES}",
        gemini=f"stop/* ending/end-is-reached {_SHAPES}",
    ),
    breakage(
        "an empty reason before the end",
        at_each(
            _every({CHAT: "/choices/*/finish_reason"}), lambda old: "" if old is None else SAME
        ),
        chat="stop/finish-reason-not-blank",
    ),
    breakage(
        "the role is missing",
        at_all(
            _every(
                {
                    CHAT: "/choices/*/delta/role",
                    MESSAGES: "/message/role",
                    RESPONSES: "/item/role",
                    GEMINI: "/candidates/*/content/role",
                }
            ),
            lambda _: GONE,
        ),
        chat="order/role-comes-first invisible: an answer that says nothing needs none",
        messages=_SHAPES,
        responses=_SHAPES,
        gemini="invisible: recordings leave the role out too",
    ),
    breakage(
        "a status that nobody knows",
        at_each(_every({RESPONSES: "/response/status"}), lambda old: "gone_home" if old else SAME),
        responses=_SHAPES,
    ),
    breakage(
        "a sequence number skipped",
        lambda stream: _renumber(stream, 1),
        responses="order/sequence-numbers-count",
    ),
    breakage(
        "a sequence number repeated",
        lambda stream: _renumber(stream, -1),
        responses="order/sequence-numbers-count",
    ),
    breakage(
        "a copy that differs",
        at_each(
            _every(
                {
                    RESPONSES: "/text /arguments /refusal /item/arguments "
                    "/part/text /item/content/*/text /item/summary/*/text "
                    "/response/output/*/arguments /response/output/*/content/*/text "
                    "/response/output/*/summary/*/text "
                    "/response/output/*/call_id /response/output/*/id /response/output/*/name"
                }
            ),
            lambda old: f"{old}x" if old else SAME,
        ),
        responses="content/copies-agree tools/arguments-copies-agree order/item-ids-are-constant "
        "tools/* schema/*",
    ),
)


def _renumber(stream: Stream, by: int) -> Iterator[Broken]:
    for first in range(1, len(stream.events)):
        broken = stream
        for at in range(first, len(stream.events)):
            event = stream.events[at]
            number = event.value.get("sequence_number")
            if isinstance(number, int):
                broken = broken.put(
                    at, event.holding(put(event.value, ("sequence_number",), number + by))
                )
        if broken != stream:
            yield Broken(f"from event {first} on", broken)
