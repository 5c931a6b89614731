"""Breakages of place: events dropped, repeated, swapped, and streams that are cut short.

One breakage per kind of event, for what notices the loss of a tool fragment is not what notices
the loss of an end marker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.breakage.breakage import Breakage, Broken, Maker, breakage
from tests.breakage.streams import CHAT, DIALECTS, GEMINI, Event, Stream, kind

_NO_COUNT = "invisible: nothing counts the pieces of a text; the message differs"
_CALL = (
    "tools/arguments-are-json tools/arguments-are-whole tools/arguments-are-object "
    "tools/arguments-not-blank tools/arguments-fit-schema"
)
_STILL_JSON = " invisible: what is left may be JSON that fits harmless: an empty piece adds nothing"
_COPIES = "content/copies-agree tools/arguments-copies-agree order/sequence-numbers-count"
_GRAMMAR = "order/*"


def kinds(stream: Stream) -> list[str]:
    """The kind of each event."""
    return [kind(stream.dialect, event) for event in stream.events]


def _drop(what: str) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        for at, found in enumerate(kinds(stream)):
            if found == what:
                yield Broken(f"event {at}", stream.put(at))

    return make


def _drop_all(what: str) -> Maker:
    """Drop every event of a kind: where a thing is said twice, one loss takes nothing away."""

    def make(stream: Stream) -> Iterator[Broken]:
        kept = tuple(e for e in stream.events if kind(stream.dialect, e) != what)
        if len(kept) < len(stream.events):
            yield Broken("all of them", replace(stream, events=kept))

    return make


_AT_ONCE = {"finish", "role"}


def _repeat(what: str) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        for at, found in enumerate(kinds(stream)):
            if found == what:
                event = stream.events[at]
                yield Broken(f"event {at}", stream.put(at, event, event))

    return make


_EVENTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    # kind: (who notices a drop, who notices a repetition)
    "end marker": (
        {
            "chat": "ending/sentinel-is-sent",
            "messages": "ending/end-is-reached",
            "responses": "ending/end-is-reached",
        },
        {
            "chat": "ending/sentinel-once",
            "messages": "ending/one-terminal-event",
            "responses": "ending/one-terminal-event order/sequence-numbers-count",
        },
    ),
    "usage": (
        {
            "chat": "usage/is-sent usage/own-chunk-when-asked "
            "invisible: without the request nobody knows that usage was asked for "
            "harmless: another chunk holds it as well",
            "gemini": "usage/is-sent invisible: the last of the running counts is missed nowhere "
            "harmless: the chunk before holds the same counts",
        },
        {"chat": "harmless: equal counts said twice are the same counts"},
    ),
    "finish": (
        {
            "chat": "stop/finish-reason-comes ending/end-is-reached",
            "messages": "stop/finish-reason-comes order/stream-follows-grammar",
            "gemini": "ending/end-is-reached ending/answer-is-not-empty",
        },
        {
            "chat": "stop/finish-reason-once order/nothing-said-after-finish",
            "messages": "order/stream-follows-grammar "
            "harmless: the documentation allows several message_delta events; totals replace",
            "gemini": "stop/finish-reason-once order/nothing-said-after-finish",
        },
    ),
    "call start": (
        {
            "chat": "tools/fragments-have-a-call tools/name-is-present tools/id-is-present "
            "stop/tool-reason-means-call "
            "tools/indexes-count-from-zero",
            "gemini": "tools/fragments-have-a-call",
        },
        {
            "chat": "tools/id-sent-once tools/name-sent-once tools/index-is-not-reused "
            "tools/id-is-unique",
            "gemini": "tools/arguments-are-whole",
        },
    ),
    "call piece": (
        {
            "chat": _CALL + _STILL_JSON,
            "messages": _CALL + _STILL_JSON,
            "responses": _COPIES,
            "gemini": _CALL + " invisible: a path that is never sent is missed nowhere",
        },
        {
            "chat": _CALL + " content/not-duplicated invisible: the text may still be JSON",
            "messages": _CALL + " invisible: the text may still be JSON",
            "responses": _COPIES,
            "gemini": "tools/arguments-are-whole invisible: a value may be sent again "
            "harmless: a value may be sent again",
        },
    ),
    "call": (
        {"gemini": "order/* invisible: a call that is never made is missed nowhere"},
        {"gemini": "tools/id-is-unique invisible: two equal calls without ids are two calls"},
    ),
    "call end": (
        {"gemini": "tools/arguments-are-whole"},
        {"gemini": "tools/fragments-have-a-call order/parts-follow-grammar"},
    ),
    "text": (
        {
            "chat": "content/logprobs-align content/answer-is-not-empty " + _NO_COUNT,
            "messages": "content/answer-is-not-empty " + _NO_COUNT,
            "responses": _COPIES,
            "gemini": "content/answer-is-not-empty " + _NO_COUNT,
        },
        {
            "chat": "content/not-duplicated content/logprobs-align " + _NO_COUNT,
            "messages": "content/not-duplicated " + _NO_COUNT,
            "responses": _COPIES,
            "gemini": "content/not-duplicated " + _NO_COUNT,
        },
    ),
    "reasoning": (
        {
            "chat": "reasoning/* " + _NO_COUNT,
            "messages": _NO_COUNT.replace("a text", "a thought, whose signature is opaque"),
            "responses": _COPIES,
            "gemini": "reasoning/* " + _NO_COUNT,
        },
        {
            "chat": "content/not-duplicated " + _NO_COUNT,
            "messages": "content/not-duplicated " + _NO_COUNT,
            "responses": _COPIES,
            "gemini": "content/not-duplicated " + _NO_COUNT,
        },
    ),
    "refusal": (
        {"chat": "content/answer-is-not-empty " + _NO_COUNT, "responses": _COPIES},
        {"chat": "content/not-duplicated " + _NO_COUNT, "responses": _COPIES},
    ),
    "role": (
        {
            "chat": "order/role-comes-first "
            "invisible: an answer without text needs none harmless: the text brings its role along"
        },
        {"chat": "order/role-once harmless: a role said twice is the same role"},
    ),
    "signature": (
        {"messages": "reasoning/signature-is-present"},
        {"messages": "reasoning/signature-comes-last"},
    ),
    "start": (
        {"messages": "order/stream-follows-grammar", "responses": "order/stream-follows-grammar"},
        {"messages": "order/one-answer-per-stream", "responses": "order/one-answer-per-stream"},
    ),
    "progress": (
        {"responses": "order/*"},
        {"responses": "order/*"},
    ),
    "part start": (
        {"messages": _GRAMMAR, "responses": _GRAMMAR},
        {"messages": _GRAMMAR, "responses": _GRAMMAR},
    ),
    "inner start": ({"responses": _GRAMMAR}, {"responses": _GRAMMAR}),
    "copy": ({"responses": _GRAMMAR}, {"responses": _GRAMMAR}),
    "inner end": ({"responses": _GRAMMAR}, {"responses": _GRAMMAR}),
    "part end": (
        {"messages": _GRAMMAR, "responses": _GRAMMAR},
        {"messages": _GRAMMAR, "responses": _GRAMMAR},
    ),
    "empty": (
        {
            "chat": "order/* schema/* harmless: it adds nothing",
            "messages": "harmless: it adds nothing",
            "responses": "order/sequence-numbers-count",
            "gemini": "reasoning/* harmless: it adds nothing",
        },
        {
            "chat": "order/* harmless: it adds nothing",
            "messages": "harmless: it adds nothing",
            "responses": "order/sequence-numbers-count",
            "gemini": "harmless: it adds nothing",
        },
    ),
    "ping": ({"messages": "harmless: pings may come or not"},) * 2,
    "sentinel": (
        {"responses": "harmless: the dialect has no [DONE]"},
        {"responses": "ending/sentinel-once"},
    ),
    "other": (
        {"responses": "order/sequence-numbers-count"},
        {"responses": "order/sequence-numbers-count"},
    ),
}

_SWAPPED = {
    "chat": "order/* ending/nothing-after-end tools/* stop/* usage/* schema/* content/* "
    "reasoning/* invisible: neighbours that only add may stand in either order "
    "harmless: they add to different parts",
    "messages": "order/* tools/* stop/* ending/* schema/* reasoning/* "
    "invisible: neighbours that only add may stand in either order "
    "harmless: they add to different parts",
    "responses": "order/sequence-numbers-count ending/nothing-after-end",
    "gemini": "order/* tools/* usage/* stop/* ending/* content/* schema/* reasoning/* "
    "invisible: neighbours that only add may stand in either order "
    "harmless: they add to different parts",
}
_FREE = {
    "text", "reasoning", "refusal", "empty", "role", "call", "call piece", "citation", "usage",
    "finish",
}  # fmt: skip
"""Kinds that may change places with each other without breaking the order."""


_COUNTED_LATER: dict[str, set[str]] = {dialect: set() for dialect in DIALECTS}
_COUNTED_LATER[GEMINI] = {"finish", "usage"}
_SPEECH = {"text", "reasoning", "refusal", "empty"}


def _swap(free: bool) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        found = kinds(stream)
        for at in range(len(found) - 1):
            pair = {found[at], found[at + 1]}
            if "empty" in pair and (stream.dialect in (CHAT, GEMINI) or "signature" in pair):
                pair = {"empty"}
            if "call start" in pair and pair <= {"call start", *_SPEECH}:
                pair = pair - {"call start"}
            if "finish" in pair and pair != {"finish"} and pair != _COUNTED_LATER[stream.dialect]:
                pair.add("structure")
            if (
                pair & {"ping", "comment"}
                or (pair <= _FREE) is not free
                or stream.events[at] == stream.events[at + 1]
            ):
                continue
            first, second = stream.events[at : at + 2]
            swapped = stream.put(at + 1, first).put(at, second)
            yield Broken(f"events {at} and {at + 1} ({found[at]}, {found[at + 1]})", swapped)

    return make


def _cut_between(before_finish: bool) -> Maker:
    def make(stream: Stream) -> Iterator[Broken]:
        end = _end(stream)
        for at in range(1, len(stream.events)):
            if (at <= end) is before_finish:
                yield Broken(f"before event {at}", _first(stream, at))

    return make


def _end(stream: Stream) -> int:
    """The index of the event without which the end is not reached."""
    found = kinds(stream)
    wanted = "finish" if stream.dialect in (CHAT, GEMINI) else "end marker"
    return max((n for n, one in enumerate(found) if one == wanted), default=len(found) - 1)


def _first(stream: Stream, count: int) -> Stream:
    return stream.saying(b"".join(event.raw for event in stream.events[:count]))


def _cut_inside(stream: Stream) -> Iterator[Broken]:
    for at, event in enumerate(stream.events):
        if event.data is None:
            continue
        length = len(event.raw.rstrip(b"\r\n"))
        for bytes_kept in sorted({1, 3, length // 3, length // 2, length - 1, length} - {0}):
            cut = (*stream.events[:at], Event(event.raw[:bytes_kept]))
            yield Broken(
                f"event {at} byte {bytes_kept}", stream.saying(b"".join(e.raw for e in cut))
            )


def _nothing(stream: Stream) -> Iterator[Broken]:
    yield Broken("all", stream.saying(b""))


def _everywhere(rules: str) -> dict[str, str]:
    return dict.fromkeys(("chat", "messages", "responses", "gemini"), rules)


PLACES: tuple[Breakage, ...] = (
    *(
        breakage(f"drop: {what}", (_drop_all if what in _AT_ONCE else _drop)(what), **who[0])
        for what, who in _EVENTS.items()
    ),
    *(breakage(f"repeat: {what}", _repeat(what), **who[1]) for what, who in _EVENTS.items()),
    breakage(
        "swap two neighbours of which one is structure",
        _swap(free=False),
        **{name: said.partition("invisible")[0] for name, said in _SWAPPED.items()},
    ),
    breakage("swap two neighbours that only add", _swap(free=True), **_SWAPPED),
    breakage(
        "cut between events, before the end",
        _cut_between(before_finish=True),
        **_everywhere("ending/end-is-reached ending/sentinel-is-sent ending/answer-is-not-empty"),
    ),
    breakage(
        "cut between events, behind the finish reason",
        _cut_between(before_finish=False),
        chat="ending/sentinel-is-sent usage/is-sent",
    ),
    breakage(
        "cut inside an event",
        _cut_inside,
        **_everywhere("framing/last-event-is-terminated ending/end-is-reached"),
    ),
    breakage("nothing is left", _nothing, **_everywhere("ending/answer-is-not-empty")),
)
