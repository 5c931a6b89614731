"""Faults of the finish reason: lost, blank, unknown, said twice, untrue, or at a wrong place."""

from __future__ import annotations

from typing import Any

from streamgauge.delta import Fragment, Kind, Open, Stop
from streamgauge.exchange import Exchange
from streamgauge.faults.events import Said, inserted, said, without
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import GONE, Path, members, paths, value_at, with_members
from streamgauge.faults.parts import typed
from streamgauge.faults.spoken import each, path_at, pieces, speakers, speaks

_Place = tuple[Said, Path, Stop]


def _reasons(exchange: Exchange, setting: Setting) -> list[_Place]:
    """Where finish reasons stand that are members of their own; Responses has none."""
    if speaks(setting, "responses"):
        return []
    return [
        (event, path_at(event.json, stop.pointer), stop)
        for event, stop in each(exchange, setting, Stop)
    ]


def _with_reasons(exchange: Exchange, found: list[_Place], value: object) -> Exchange:
    return with_members(exchange, {(event.index, path): value for event, path, _ in found})


_LOST = ("stop/finish-reason-comes", "ending/end-is-reached")
_ELSE = ("usage/copies-agree", "tools/arguments-are-whole")
_SHAPE = ("schema/chunk-matches-schema",)


@fault(
    chat=Breaks((), perhaps=(*_LOST, *_ELSE)),
    messages=Breaks(("stop/finish-reason-comes",), perhaps=("tools/arguments-are-whole",)),
    gemini=Breaks(("ending/end-is-reached",)),
)
def drop_stop(exchange: Exchange, setting: Setting) -> Exchange:
    """The answers end without a finish reason: it is null, in Gemini it is not there."""
    gone = GONE if speaks(setting, "gemini") else None
    return _with_reasons(exchange, _of_speakers(exchange, setting), gone)


@fault(chat=Breaks(("stop/finish-reason-not-blank",), perhaps=(*_LOST, *_ELSE, *_SHAPE)))
def blank_stop(exchange: Exchange, setting: Setting) -> Exchange:
    """The finish reason is an empty text."""
    found = _of_speakers(exchange, setting) if speaks(setting, "chat") else []
    return _with_reasons(exchange, found, "")


def _of_speakers(exchange: Exchange, setting: Setting) -> list[_Place]:
    """The finish reasons, if every answer says something; of others less is asked."""
    found = _reasons(exchange, setting)
    return found if {stop.choice for *_, stop in found} <= speakers(exchange, setting) else []


@fault(chat=Breaks(("stop/finish-reason-not-blank",), perhaps=_SHAPE))
def blank_reasons(exchange: Exchange, _: Setting) -> Exchange:
    """Before the end finish reasons are empty texts and not null, so that some stop at the first.

    Chunks that give the role are left as they are.
    """
    found = [
        (event.index, (*path, "finish_reason"))
        for event in said(exchange)
        for path in paths(event.json, "/choices/*")
        if _goes_on(value_at(event.json, path))
    ]
    return with_members(exchange, dict.fromkeys(found, ""))


def _goes_on(choice: object) -> bool:
    if not isinstance(choice, dict) or choice.get("finish_reason", "") is not None:
        return False
    delta = choice.get("delta")
    return isinstance(delta, dict) and "role" not in delta


@fault(
    chat=Breaks(("stop/finish-reason-is-known",), perhaps=_SHAPE),
    messages=Breaks(
        ("stop/finish-reason-is-known",), perhaps=(*_SHAPE, "stop/stop-sequence-agrees")
    ),
    gemini=Breaks(("stop/finish-reason-is-known",), perhaps=_SHAPE),
)
def unknown_stop(exchange: Exchange, setting: Setting, *, reason: str = "gone_home") -> Exchange:
    """The finish reason is a word that nobody documents."""
    return _with_reasons(exchange, _reasons(exchange, setting), reason)


_FAILURES = {"openai-chat": "error", "gemini": "MALFORMED_FUNCTION_CALL"}


@fault(
    chat=Breaks(("stop/reason-is-not-a-failure",), perhaps=_SHAPE),
    gemini=Breaks(("stop/reason-is-not-a-failure",)),
)
def failure_as_stop(exchange: Exchange, setting: Setting) -> Exchange:
    """The finish reason tells of a failure, and the stream ends as if all were well."""
    word = _FAILURES.get(setting.dialect.name)
    found = _reasons(exchange, setting) if word is not None else []
    return _with_reasons(exchange, found, word)


@fault(
    chat=Breaks((), perhaps=("stop/finish-reason-once",)),
    gemini=Breaks(("stop/finish-reason-once",)),
)
def repeat_stop(exchange: Exchange, setting: Setting) -> Exchange:
    """The finish reason comes once more, in a chunk that says nothing else."""
    if not speaks(setting, "chat", "gemini"):
        return exchange
    for event, path, stop in _reasons(exchange, setting)[:1]:
        return _said_again(exchange, event, path, stop.raw)
    return exchange


_OTHERS = {
    "openai-chat": ("content_filter",),
    "anthropic-messages": ("pause_turn", "refusal"),
    "gemini": ("SAFETY", "RECITATION"),
}


@fault(
    chat=Breaks(("stop/finish-reasons-agree",)),
    messages=Breaks(("stop/finish-reasons-agree",), perhaps=("tools/arguments-are-whole",)),
    gemini=Breaks(("stop/finish-reasons-agree",)),
)
def change_stop(exchange: Exchange, setting: Setting) -> Exchange:
    """A second finish reason comes behind the first, and it is another.

    In chat it is `content_filter`; an answer that says so already comes back as it was.
    """
    for event, path, stop in _reasons(exchange, setting)[:1]:
        others = [word for word in _OTHERS[setting.dialect.name] if word != stop.raw]
        return _said_again(exchange, event, path, others[0]) if others else exchange
    return exchange


def _said_again(exchange: Exchange, event: Said, path: Path, reason: object) -> Exchange:
    """The event with the finish reason once more, with a reason and nothing else of the answer."""
    value: dict[str, Any] = {**event.json}
    if path[0] == "choices":
        choice = {**value_at(value, path[:2]), "delta": {}, "logprobs": None, path[-1]: reason}
        value = {name: one for name, one in value.items() if name != "usage"}
        value["choices"] = [choice]
    elif path[0] == "candidates":
        index = value_at(value, path[:2]).get("index", 0)
        value["candidates"] = [{"index": index, path[-1]: reason}]
    else:
        value["delta"] = {path[-1]: reason, "stop_sequence": None}
    return inserted(exchange, event.index + 1, event.name, value)


@fault(messages=Breaks(("stop/no-reason-at-start",)))
def stop_at_start(exchange: Exchange, _: Setting, *, reason: str = "end_turn") -> Exchange:
    """The message has a stop reason before it begins."""
    found = typed(exchange, "message_start")
    if not found:
        return exchange
    return with_members(exchange, {(found[0].index, ("message", "stop_reason")): reason})


_TEXT = {"openai-chat": "stop", "anthropic-messages": "end_turn"}
_CALL = {"openai-chat": "tool_calls", "anthropic-messages": "tool_use"}
_DENIED = ("stop/tool-call-means-tool-reason",)


@fault(chat=Breaks((), perhaps=_DENIED), messages=Breaks(_DENIED))
def deny_calls(exchange: Exchange, setting: Setting) -> Exchange:
    """An answer that calls a tool stops with the reason of one that calls none."""
    return _turned(exchange, setting, _CALL, _TEXT)


_PROMISED = Breaks(("stop/tool-reason-means-call",))


@fault(chat=_PROMISED, messages=_PROMISED)
def promise_calls(exchange: Exchange, setting: Setting) -> Exchange:
    """An answer that calls no tool stops with the reason of one that calls some."""
    if any(True for _ in each(exchange, setting, Fragment)) or any(
        one.kind is not Kind.TEXT for _, one in each(exchange, setting, Open)
    ):
        return exchange
    return _turned(exchange, setting, _TEXT, _CALL)


def _turned(
    exchange: Exchange, setting: Setting, old: dict[str, str], new: dict[str, str]
) -> Exchange:
    word = old.get(setting.dialect.name)
    found = [place for place in _reasons(exchange, setting) if place[2].raw == word]
    return _with_reasons(exchange, found, new.get(setting.dialect.name))


@fault(chat=Breaks((), perhaps=("stop/finish-chunk-is-bare",)))
def text_in_finish_chunk(exchange: Exchange, setting: Setting) -> Exchange:
    """The last piece of the text comes in the chunk of the finish reason."""
    if not speaks(setting, "chat"):
        return exchange
    last = {piece.event.index + 1: piece for piece in pieces(exchange, setting, Kind.TEXT)}
    for event, path, stop in _reasons(exchange, setting):
        piece = last.get(event.index)
        choice = value_at(event.json, path[:2])
        if piece is None or piece.delta.choice != stop.choice or any(choice["delta"].values()):
            continue
        said_last = value_at(piece.event.json, piece.place[1][:2])
        filled = {**choice, **said_last, "finish_reason": stop.raw}
        kept = with_members(exchange, {(event.index, path[:2]): filled})
        return without(kept, [piece.event.index])
    return exchange


@fault(responses=Breaks(("stop/incomplete-says-why",)))
def lose_why(exchange: Exchange, _: Setting) -> Exchange:
    """A response that is incomplete does not say why."""
    found = members(exchange, "/response/incomplete_details")
    return with_members(exchange, {(one.event, one.path): None for one in found if one.value})


@fault(messages=Breaks(("stop/stop-sequence-agrees",)))
def spoil_stop_sequence(exchange: Exchange, _: Setting, *, sequence: str = "###") -> Exchange:
    """A stop sequence that was met is not named, or one is named where none was met."""
    return with_members(
        exchange,
        {
            (one.event, ("delta", "stop_sequence")): None
            if one.value == "stop_sequence"
            else sequence
            for one in members(exchange, "/delta/stop_reason")
            if one.value is not None
        },
    )


_CUT = {"openai-chat": "length", "anthropic-messages": "max_tokens", "gemini": "MAX_TOKENS"}
_WHOLE = {"openai-chat": "stop", "anthropic-messages": "end_turn", "gemini": "STOP"}
_CLAIMED = Breaks((), perhaps=("stop/length-fits-limit",))


@fault(chat=_CLAIMED, messages=_CLAIMED, gemini=_CLAIMED)
def claim_cut(exchange: Exchange, setting: Setting) -> Exchange:
    """An answer that ended by itself says that it was cut for its length.

    Only a limit in the request and a count of tokens far below it can tell.
    """
    return _turned(exchange, setting, _WHOLE, _CUT)


_HIDDEN = ("stop/cut-at-limit-is-told",)
_TOLD = ("tools/arguments-are-whole", "stop/tool-call-means-tool-reason")


@fault(
    chat=Breaks((), perhaps=(*_HIDDEN, *_TOLD)),
    messages=Breaks((), perhaps=(*_HIDDEN, *_TOLD)),
    gemini=Breaks((), perhaps=_HIDDEN),
)
def hide_cut(exchange: Exchange, setting: Setting) -> Exchange:
    """An answer that was cut for its length says that it ended by itself."""
    if not _of_speakers(exchange, setting):
        return exchange
    return _turned(exchange, setting, _CUT, _WHOLE)
