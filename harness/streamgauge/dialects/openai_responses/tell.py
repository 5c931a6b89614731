"""A message → the response object of an answer that is not streamed, as the vendor gives it.

`speak` says the same items piece by piece and ends with the same object, so all of it is made
here. What the message lacks and the API always sends is made up with the voice: ids of items and
calls and, where the request includes them, encrypted thoughts. It must never repair: further
choices and bytes of images are left out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.dialects.called import text_of
from streamgauge.dialects.dialect import Facts, Voice
from streamgauge.dialects.openai_responses.compose import Cut, Item, compose, pieces
from streamgauge.dialects.openai_responses.write import grouped
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.prompt import Asked

Json = dict[str, object]

SUMMARY = "reasoning_summary_text"
_FIELDS = (SUMMARY, "reasoning_text", "reasoning")
"""The members that reasoning may come in; the first is what the API's own vendor shows."""

_INCLUDED = "reasoning.encrypted_content"

_INCOMPLETE = {
    "length": "max_output_tokens",
    "context_window": "max_output_tokens",
    "content_filter": "content_filter",
    "unknown": "unknown",
}


class Ended(NamedTuple):
    """How an answer ended: its status and, where it is incomplete, why."""

    status: str
    details: Json | None


def tell(message: Message, voice: Voice) -> Json:
    """The whole answer, also of a message that failed."""
    whole = skeleton(message, voice)
    ended = end(message)
    output = [item.done for item in items(message, voice)]
    if message.error is not None:
        return failed(message, whole)
    return whole | finished(ended, output, spent(message.usage, voice.facts))


def finished(ended: Ended, output: Sequence[Json], usage: Json) -> Json:
    """The members of a response that its end fills."""
    return {
        "status": ended.status,
        "incomplete_details": ended.details,
        "output": list(output),
        "usage": usage,
    }


def failed(message: Message, whole: Json) -> Json:
    """The response of a message that failed: its error, no output and no counts (recorded)."""
    error = message.error
    code, says = (None, None) if error is None else (error.code or error.type, error.message)
    told = {"code": code or "server_error", "message": says or ""}
    return whole | {"status": "failed", "error": told, "output": [], "usage": None}


def end(message: Message) -> Ended:
    """The status in the vendor's words."""
    choice = said(message)
    reason = _INCOMPLETE.get(choice.finish_reason or "")
    if reason is None:
        return Ended("completed", None)
    raw = choice.raw_finish_reason
    return Ended("incomplete", {"reason": raw if isinstance(raw, str) else reason})


def said(message: Message) -> Choice:
    """The one choice that the API has."""
    return message.choices[0] if message.choices else Choice(index=0)


def skeleton(message: Message, voice: Voice) -> Json:
    """The response object as it stands before anything is said: the request, repeated."""
    asked = voice.asked
    return {
        "id": message.id or voice.ids("message"),
        "object": "response",
        "created_at": voice.created,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": asked.max_tokens,
        "max_tool_calls": None,
        "metadata": {},
        "model": message.model or asked.model or "unknown",
        "output": [],
        "parallel_tool_calls": asked.parallel_tools is not False,
        "previous_response_id": asked.extra.get("previous_response_id"),
        "reasoning": {"effort": None, "summary": None},
        "store": asked.extra.get("store", True),
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": _choice(asked),
        "tools": [_tool(tool.name, tool.parameters, tool.description) for tool in asked.tools],
        "top_logprobs": asked.top_logprobs or 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
    }


def _choice(asked: Asked) -> object:
    if asked.forced_tool is not None:
        return {"type": "function", "name": asked.forced_tool}
    return asked.tool_choice or "auto"


def _tool(name: str, parameters: object, description: str | None) -> Json:
    return {
        "type": "function",
        "name": name,
        "description": description,
        "parameters": parameters,
        "strict": False,
    }


def items(message: Message, voice: Voice, cut: Cut = pieces) -> Iterator[Item]:
    """The items of the answer, in order of their output indexes."""
    groups = grouped([_worded(part, voice) for part in said(message).parts])
    for at, group in enumerate(groups):
        item = compose([*_settled(group, voice)], at, cut)
        last = at == len(groups) - 1
        yield _cut_off(item) if last and end(message).status == "incomplete" else item


def _cut_off(item: Item) -> Item:
    """The last item of an answer that was cut is incomplete itself."""
    status: Json = {"status": "incomplete"} if "status" in item.done else {}
    return item._replace(done=item.done | status)


def _worded(part: Part, voice: Voice) -> Part:
    """Reasoning in the member that the vendor uses, calls with their arguments as text."""
    if part.kind is Kind.TOOL_CALL:
        return replace(part, arguments_json=text_of(part))
    if part.kind is not Kind.REASONING or part.redacted or part.field in _FIELDS:
        return part
    known = voice.facts.get("reasoning-fields")
    fields = [field for field in known if field in _FIELDS] if isinstance(known, list) else []
    return replace(part, field=fields[0] if fields else SUMMARY)


def _settled(group: Sequence[Part], voice: Voice) -> Iterator[Part]:
    """The parts of one item, with the ids and the encrypted thoughts that the API gives."""
    own = _item_id(group[0], voice)
    encrypted = _encrypted(group, voice)
    for number, part in enumerate(group):
        extra = {**part.extra, **own}
        if part.kind is Kind.TOOL_CALL and part.id is None:
            yield replace(part, id=voice.ids("tool"), extra=extra)
        elif number == 0 and encrypted is not None:
            yield replace(part, signature=encrypted, extra=extra)
        else:
            yield replace(part, extra=extra)


_PREFIXES = {
    Kind.TEXT: "msg",
    Kind.REFUSAL: "msg",
    Kind.REASONING: "rs",
    Kind.TOOL_CALL: "fc",
}


def _item_id(first: Part, voice: Voice) -> Mapping[str, object]:
    """The item's id, with the prefix of its type; items of other types bring their own."""
    prefix = _PREFIXES.get(first.kind)
    if prefix is None or "item_id" in first.extra:
        return {}
    return {"item_id": f"{prefix}_{voice.ids('item').rpartition('_')[2]}"}


def _encrypted(group: Sequence[Part], voice: Voice) -> str | None:
    """Thoughts in a form that only the vendor can read, where the request includes them."""
    include = voice.asked.extra.get("include")
    signed = any(part.signature is not None for part in group)
    included = isinstance(include, list) and _INCLUDED in include
    if group[0].kind is not Kind.REASONING or signed or not included:
        return None
    return base64.b64encode(voice.ids("signature").encode()).decode()


def spent(usage: UsageTotals | None, facts: Facts) -> Json:
    """The counts in the vendor's words: its own where the message has them, else of the totals.

    The details are always there (openai/openai-openapi, ResponseUsage); cache writes only where
    some were counted or the vendor always sends them.
    """
    raw = {} if usage is None else usage.raw
    if "total_tokens" in raw and "input_tokens" in raw:
        return dict(raw)
    usage = usage or UsageTotals()
    read: Json = {"cached_tokens": usage.cache_read_tokens or 0}
    always = facts.get("cache-counters")
    writes = "/input_tokens_details/cache_write_tokens"
    if usage.cache_write_tokens is not None or (isinstance(always, list) and writes in always):
        read["cache_write_tokens"] = usage.cache_write_tokens or 0
    input, output = usage.input_tokens or 0, usage.output_tokens or 0
    return {
        "input_tokens": input,
        "input_tokens_details": read,
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
        "total_tokens": input + output,
    }
