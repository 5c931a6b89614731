"""Makes items and their events from the parts of a message.

The reverse of `items`: reading what this makes gives the parts back. It never invents content;
ids that a part lacks are made from the output index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.dialects.openai_responses.words import (
    CALLS,
    OUTPUTS,
    PLAIN,
    STEMS,
    WORKING,
    Call,
)
from streamgauge.message import Part

Json = dict[str, object]

Cut = Callable[[str], Sequence[str]]
"""Cuts a text into the pieces of its deltas; of no text there are none."""

_PIECE = 24
"""Characters in one delta."""

_WITH_CALL_ID = frozenset(CALLS) - {
    "web_search_call",
    "file_search_call",
    "code_interpreter_call",
    "image_generation_call",
    "mcp_call",
    "mcp_list_tools",
}
"""Item types that are answered by `call_id`; the others have only an id of their own."""


class Item(NamedTuple):
    """One item: as it is added, the events of its body, and as it is when done."""

    added: Json
    body: tuple[Json, ...]
    done: Json


def pieces(text: str) -> list[str]:
    """Pieces of one length, for a stream that nobody in particular sends."""
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def compose(parts: Sequence[Part], at: int, cut: Cut = pieces) -> Item:
    """The item that says these parts, at this output index. Without parts: hidden reasoning."""
    kind = parts[0].kind if parts else Kind.REASONING
    match kind:
        case Kind.TEXT | Kind.REFUSAL:
            return _message(parts, at, cut)
        case Kind.REASONING:
            return _reasoning(parts, at, cut)
        case Kind.TOOL_CALL | Kind.SERVER_TOOL_CALL:
            return _call(parts, at, cut)
        case Kind.SERVER_TOOL_CALL_RESPONSE:
            return _output(parts[0], at)
        case _:
            raw = parts[0].raw
            whole: Json = dict(raw) if isinstance(raw, dict) else {"type": "compaction"}
            return Item(whole, (), whole)


def _message(parts: Sequence[Part], at: int, cut: Cut) -> Item:
    item: Json = {"id": f"msg_{at}", "type": "message", "role": "assistant"}
    if "item_id" in parts[0].extra:
        item["id"] = parts[0].extra["item_id"]
    if "phase" in parts[0].extra:
        item["phase"] = parts[0].extra["phase"]
    place: Json = {"item_id": item["id"], "output_index": at}
    body: list[Json] = []
    content: list[Json] = []
    for number, part in enumerate(parts):
        where = place | {"content_index": number}
        content.append(_whole_part(part))
        say = _refusal if part.kind is Kind.REFUSAL else _text
        body += say(part, where, cut)
    added = item | {"status": "in_progress", "content": []}
    return Item(added, tuple(body), item | {"status": "completed", "content": content})


def _whole_part(part: Part) -> Json:
    if part.kind is Kind.REFUSAL:
        return {"type": "refusal", "refusal": part.content}
    return {
        "type": "output_text",
        "text": part.content,
        "annotations": list(part.citations),
        "logprobs": list(part.logprobs),
    }


def _text(part: Part, where: Json, cut: Cut) -> Iterator[Json]:
    empty: Json = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    stem = "response.output_text"
    yield {"type": "response.content_part.added"} | where | {"part": empty}
    logprobs = list(part.logprobs)
    for piece in cut(part.content) or ([""] if logprobs else []):
        yield {"type": f"{stem}.delta"} | where | {"delta": piece, "logprobs": logprobs}
        logprobs = []
    for number, citation in enumerate(part.citations):
        note: Json = {"annotation_index": number, "annotation": citation}
        yield {"type": f"{stem}.annotation.added"} | where | note
    said: Json = {"text": part.content, "logprobs": list(part.logprobs)}
    yield {"type": f"{stem}.done"} | where | said
    yield {"type": "response.content_part.done"} | where | {"part": _whole_part(part)}


def _refusal(part: Part, where: Json, cut: Cut) -> Iterator[Json]:
    empty: Json = {"type": "refusal", "refusal": ""}
    yield {"type": "response.content_part.added"} | where | {"part": empty}
    for piece in cut(part.content):
        yield {"type": "response.refusal.delta"} | where | {"delta": piece}
    yield {"type": "response.refusal.done"} | where | {"refusal": part.content}
    yield {"type": "response.content_part.done"} | where | {"part": _whole_part(part)}


def _reasoning(parts: Sequence[Part], at: int, cut: Cut) -> Item:
    first = parts[0].extra if parts else {}
    item: Json = {"id": first.get("item_id", f"rs_{at}"), "type": "reasoning"}
    place: Json = {"item_id": item["id"], "output_index": at}
    summary: list[Json] = []
    content: list[Json] = []
    body: list[Json] = []
    for part in parts:
        if part.redacted or (not part.content and part.field is None):
            continue
        group = summary if part.field == "reasoning_summary_text" else content
        number = "summary_index" if group is summary else "content_index"
        body += _thought(part, place | {number: len(group)}, group, cut)
    done = item | {"summary": summary}
    if content:
        done["content"] = content
    signatures = [part.signature for part in parts if part.signature is not None]
    if signatures:
        done["encrypted_content"] = signatures[0]
    return Item(item | {"summary": []}, tuple(body), done)


def _thought(part: Part, where: Json, group: list[Json], cut: Cut) -> Iterator[Json]:
    """One text of a reasoning item; raw reasoning has content parts, a summary its own."""
    if part.field == "reasoning_summary_text":
        type, events, stem = "summary_text", "reasoning_summary_part", "reasoning_summary_text"
    else:
        type = stem = "reasoning" if part.field == "reasoning" else "reasoning_text"
        events = "content_part"
    group.append({"type": type, "text": part.content})
    yield {"type": f"response.{events}.added"} | where | {"part": {"type": type, "text": ""}}
    for piece in cut(part.content):
        yield {"type": f"response.{stem}.delta"} | where | {"delta": piece}
    yield {"type": f"response.{stem}.done"} | where | {"text": part.content}
    yield {"type": f"response.{events}.done"} | where | {"part": group[-1]}


def _call(parts: Sequence[Part], at: int, cut: Cut) -> Item:
    """A call, and behind it what it gave if its own item holds that."""
    part = parts[0]
    type = _type_of(part)
    call = CALLS[type]
    item = _named(part, type, at) | {k: v for k, v in part.extra.items() if k != "item_id"}
    place: Json = {"item_id": item["id"], "output_index": at}
    begun: Json = {}
    body: tuple[Json, ...] = ()
    if call.path:
        given = _arguments_json(part)
        begun, whole = _placed(part, call, ""), _placed(part, call, given)
        body = tuple(_stream(_Said(type, call, whole, given), place, cut))
    else:
        whole = {} if call.value is None else {call.value: part.arguments}
    if call.result is not None and len(parts) > 1:
        whole[call.result] = parts[1].response
    if type in WORKING:
        started: Json = {"type": f"response.{type}.in_progress"} | place
        body = (started, *body, {"type": f"response.{type}.completed"} | place)
    added = item | {"status": "in_progress"} | begun
    return Item(added, body, item | {"status": "completed"} | whole)


def _type_of(part: Part) -> str:
    """The item type that makes such a call; what has no type of its own goes as an MCP call."""
    if part.kind is Kind.TOOL_CALL:
        return "custom_tool_call" if part.field == PLAIN else "function_call"
    hosted = isinstance(part.name, str) and part.name in CALLS
    return str(part.name) if hosted else "mcp_call"


def _named(part: Part, type: str, at: int) -> Json:
    id = part.id if part.id is not None else f"call_{at}"
    item: Json = {"id": part.extra.get("item_id", id), "type": type}
    if type in _WITH_CALL_ID:
        item["call_id"] = id
    if part.name is not None and part.name != type:
        item["name"] = part.name
    return item


def _arguments_json(part: Part) -> str:
    if part.arguments_json or part.arguments in (None, {}):
        return part.arguments_json
    return json.dumps(part.arguments, ensure_ascii=False)


def _placed(part: Part, call: Call, given: str) -> Json:
    """The member that holds the text of a call: at the top, or inside an opaque object."""
    *stem, last = call.path
    if not stem:
        return {last: given}
    kept = part.extra.get(stem[0])
    holder: Json = dict(kept) if isinstance(kept, dict) else {}
    if last != "commands":
        return {stem[0]: holder | {last: given}}
    commands = holder.get(last) if given else []
    if not isinstance(commands, list):
        commands = given.split("\n")
    return {stem[0]: holder | {last: commands}}


class _Said(NamedTuple):
    """What a call is called with: its item type, how that says it, the member and the text."""

    type: str
    call: Call
    whole: Json
    given: str


def _stream(said: _Said, place: Json, cut: Cut) -> Iterator[Json]:
    stem, last = STEMS.get(said.type), said.call.path[-1]
    if last == "commands":
        action = said.whole[said.call.path[0]]
        commands = action[last] if isinstance(action, dict) else []
        for number, command in enumerate(commands):
            where: Json = {"output_index": place["output_index"], "command_index": number}
            yield {"type": f"{stem}.added"} | where | {"command": ""}
            for piece in cut(str(command)):
                yield {"type": f"{stem}.delta"} | where | {"delta": piece}
            yield {"type": f"{stem}.done"} | where | {"command": command}
    elif stem is not None:
        for piece in cut(said.given):
            yield {"type": f"{stem}.delta"} | place | {"delta": piece}
        yield {"type": f"{stem}.done"} | place | {last: said.given}


def _output(part: Part, at: int) -> Item:
    """The answer to a call, as an item of its own."""
    known = isinstance(part.name, str) and part.name in OUTPUTS
    type = str(part.name) if known else "function_call_output"
    id = part.id if part.id is not None else f"call_{at}"
    extra = {member: value for member, value in part.extra.items() if member != "item_id"}
    item: Json = {"id": part.extra.get("item_id", id), "type": type, "call_id": id} | extra
    item |= {"status": "completed", OUTPUTS[type]: part.response}
    return Item(item, (), item)
