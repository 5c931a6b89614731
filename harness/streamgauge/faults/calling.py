"""Faults of tool calls in any dialect: arguments that are no arguments, ids and names that fail.

Faults of the pieces in which chat sends a call are in `calling_pieces`, faults of what was asked
for and not heeded in `calling_asked`.
"""

from __future__ import annotations

import json
import re

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.edits import transcript
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.members import members, with_members
from streamgauge.faults.retelling import Told, retold, spread, told
from streamgauge.faults.seeding import pick

_AS_IF_WHOLE = (None, "stop", "tool_call", "stop_sequence", "pause")
"""Finish reasons of an answer that was not cut short."""
_IDS = {
    "openai-chat": "/choices/*/delta/tool_calls/*/id",
    "openai-responses": "/item/call_id /response/output/*/call_id",
    "anthropic-messages": "/content_block/id",
    "gemini": "/candidates/*/content/parts/*/functionCall/id",
}
_NAMES = {
    "openai-chat": "/choices/*/delta/tool_calls/*/function/name",
    "openai-responses": "/item/name /name /response/output/*/name",
    "anthropic-messages": "/content_block/name",
    "gemini": "/candidates/*/content/parts/*/functionCall/name",
}
_WHERE = {"id": _IDS, "name": _NAMES}
_GEMINI_CALLS = "/candidates/*/content/parts/*/functionCall"

_CUT = Breaks(("tools/arguments-are-whole",))


@fault(_CUT)
def truncate_arguments(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The arguments of a call stop half way, and the answer ends as if they were whole.

    Where arguments come as paths and values (Gemini), the last piece says that more will come.
    """
    if setting.dialect.name == "gemini":
        return _left_open(exchange, seed)
    calls = [one for one in text_calls(exchange, setting) if _ends_well(one)]
    if not calls:
        return exchange
    one = pick(exchange, seed, calls)
    text = one.part.arguments_json.rstrip()
    return retold(exchange, one, spread(text[: len(text) // 2], one))


def _left_open(exchange: Exchange, seed: int) -> Exchange:
    """Of a call in pieces only the last one has neither a name nor a promise of more."""
    last = [
        one
        for one in members(exchange, _GEMINI_CALLS)
        if isinstance(one.value, dict) and not {"name", "willContinue"} & one.value.keys()
    ]
    if not last:
        return exchange
    one = pick(exchange, seed, last)
    return with_members(exchange, {(one.event, (*one.path, "willContinue")): True})


def _ends_well(one: Told) -> bool:
    return one.choice.finish_reason in _AS_IF_WHOLE


_TWICE = Breaks(("tools/arguments-are-json",))


@fault(chat=_TWICE, responses=_TWICE, messages=_TWICE)
def double_arguments(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The arguments of a call come in pieces and then once more, as one: `{…}{…}`."""
    calls = text_calls(exchange, setting)
    if not calls:
        return exchange
    one = pick(exchange, seed, calls)
    return retold(exchange, one, [*one.texts[:-1], one.texts[-1] + one.part.arguments_json])


_TEXT = Breaks(("tools/arguments-are-object",), perhaps=("tools/arguments-fit-schema",))


@fault(chat=_TEXT, responses=_TEXT, messages=_TEXT)
def stringify_arguments(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The arguments of a call are encoded twice: a JSON string that holds the JSON object."""
    calls = text_calls(exchange, setting)
    if not calls:
        return exchange
    one = pick(exchange, seed, calls)
    texts = [json.dumps(text, ensure_ascii=False)[1:-1] for text in one.texts]
    texts[0] = '"' + texts[0]
    texts[-1] += '"'
    return retold(exchange, one, texts)


_UNFIT = ("tools/arguments-fit-schema",)


@fault(
    chat=Breaks(("tools/arguments-not-blank",), perhaps=_UNFIT),
    responses=Breaks((), perhaps=_UNFIT),
    messages=Breaks((), perhaps=_UNFIT),
)
def lose_arguments(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The arguments of a call are an empty text; where that means `{}`, only a schema can tell."""
    calls = [one for one in text_calls(exchange, setting) if _ends_well(one)]
    if not calls:
        return exchange
    one = pick(exchange, seed, calls)
    return retold(exchange, one, [""] * len(one.pieces))


_AT_ONCE = Breaks((), perhaps=("tools/arguments-arrive-in-pieces",))


@fault(chat=_AT_ONCE, responses=_AT_ONCE, messages=_AT_ONCE)
def whole_arguments(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The arguments of a call come in one piece, which only long ones should not."""
    calls = [one for one in text_calls(exchange, setting) if len(one.pieces) > 1]
    if not calls:
        return exchange
    one = pick(exchange, seed, calls)
    return retold(exchange, one, [one.part.arguments_json, *[""] * (len(one.pieces) - 1)])


@fault(responses=Breaks(("tools/arguments-copies-agree",)))
def spoil_arguments_copy(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """Finished arguments are not those streamed: a `.done` event or the final output says more."""
    copies = [copy for one in text_calls(exchange, setting) for copy in one.copies]
    if not copies:
        return exchange
    copy = pick(exchange, seed, copies)
    return with_members(exchange, {(copy.event, copy.path): f"{copy.value} "})


_NO_ID = Breaks(("tools/id-is-present",))


@fault(
    _NO_ID,
    responses=Breaks((*_NO_ID.rules, "schema/id-is-not-blank")),
    gemini=Invisible("a call needs no id there; its result names the function"),
)
def blank_id(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The id of a call is an empty text."""
    ids = _said(exchange, setting, "id")
    return _changed(exchange, setting, "id", pick(exchange, seed, ids), "") if ids else exchange


_SHARED = Breaks(("tools/id-is-unique",))


@fault(_SHARED, chat=Breaks(_SHARED.rules, perhaps=("tools/arguments-are-json",)))
def share_id(exchange: Exchange, setting: Setting) -> Exchange:
    """Two calls have the same id, and a result cannot say which of them it answers."""
    ids = _said(exchange, setting, "id")
    return _changed(exchange, setting, "id", ids[1], ids[0]) if len(ids) > 1 else exchange


@fault(chat=Breaks(("tools/id-has-vendor-form",)))
def strange_id(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The id of a call has not the form that the vendor documents, where it documents one."""
    ids, form = _said(exchange, setting, "id"), setting.facts.get("tool-id-pattern")
    if not ids or not isinstance(form, str):
        return exchange
    old = pick(exchange, seed, ids)
    new = f"~{old}"
    return exchange if re.fullmatch(form, new) else _changed(exchange, setting, "id", old, new)


_FORCED = "tools/forced-tool-was-called"
_NO_NAME = "tools/name-is-present"


@fault(
    Breaks((_NO_NAME,), perhaps=(_FORCED,)),
    chat=Breaks((_NO_NAME,), perhaps=(_FORCED, "tools/header-has-empty-arguments")),
    gemini=Breaks((), perhaps=(_NO_NAME, _FORCED, "tools/fragments-have-a-call")),
)
def blank_name(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The name of the tool that is called is an empty text.

    Without an id as well (Gemini) the call is a piece of nothing.
    """
    names = _said(exchange, setting, "name")
    if not names:
        return exchange
    return _changed(exchange, setting, "name", pick(exchange, seed, names), "")


@fault(
    Breaks(
        ("tools/names-are-callable",),
        perhaps=("tools/call-was-offered", _FORCED),
    )
)
def uncallable_name(
    exchange: Exchange, setting: Setting, *, tail: str = "<|channel|>commentary", seed: int = 0
) -> Exchange:
    """The name of the tool has a tail that no name can have, such as a token of the model."""
    names = _said(exchange, setting, "name")
    if not names:
        return exchange
    name = pick(exchange, seed, names)
    return _changed(exchange, setting, "name", name, f"{name}{tail}")


def call_names(exchange: Exchange, setting: Setting) -> list[str]:
    """The names of the tools that are called, each once."""
    return _said(exchange, setting, "name")


def renamed(exchange: Exchange, setting: Setting, old: str, new: str) -> Exchange:
    """Calls of one tool have another name."""
    return _changed(exchange, setting, "name", old, new)


def text_calls(exchange: Exchange, setting: Setting) -> list[Told]:
    """The calls whose arguments came as the text of an object; the input of some is free text."""
    return [
        one
        for one in told(exchange, setting, Kind.TOOL_CALL)
        if one.part.field is None and isinstance(one.part.arguments, dict)
    ]


def _said(exchange: Exchange, setting: Setting, what: str) -> list[str]:
    """The ids or names of the client's calls in the first answer that has any, each once."""
    for choice in transcript(exchange, setting).folded.message.choices:
        calls = (part for part in choice.parts if part.kind is Kind.TOOL_CALL)
        found = dict.fromkeys(getattr(part, what) for part in calls)
        if found:
            return [one for one in found if isinstance(one, str) and one]
    return []


def _changed(exchange: Exchange, setting: Setting, what: str, old: str, new: str) -> Exchange:
    """The id or name of a call is another wherever it is said."""
    where = members(exchange, _WHERE[what][setting.dialect.name])
    return with_members(exchange, {(one.event, one.path): new for one in where if one.value == old})
