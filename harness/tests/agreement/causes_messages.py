"""Causes in the anthropic client: what its helper adds up and what it drops."""

from __future__ import annotations

import re

from tests.agreement.case import ANTHROPIC, ANYWHERE, GEMINI, Case, Cause, is_json

_TAKEN = {
    "output_tokens",
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "server_tool_use",
    "output_tokens_details",
}


def _six_usage_fields(case: Case) -> bool:
    """Of the usage in `message_delta` the helper takes six fields by name and drops the others."""
    told = [e.get("usage") or {} for e in case.objects if e.get("type") == "message_delta"]
    dropped = {field for usage in told for field in usage} - _TAKEN
    kept = {k: v for k, v in (case.difference.ours or {}).items() if k not in dropped}
    return bool(dropped) and case.difference.theirs == kept


def _cut_arguments_get_a_value(case: Case) -> bool:
    """Arguments that were cut have the value of their valid beginning there, and none here."""
    ours, theirs = case.difference.ours, case.difference.theirs
    cut = [a for a, b in zip(ours, theirs, strict=True) if a != b]
    alike = [a._replace(value=None) for a in ours] == [b._replace(value=None) for b in theirs]
    return alike and not any(a.value is not None or is_json(a.text or "") for a in cut)


def _events_need_names(case: Case) -> bool:
    """The client passes over events without a name on the wire, though their JSON has a type."""
    named = re.search(rb"^event:", case.stream.as_sse(), flags=re.MULTILINE)
    return named is None and case.raised("AssertionError")


def _nothing_before_message_start(case: Case) -> bool:
    """The helper begins its message at `message_start` and forgets what came before it."""
    first = case.objects[0].get("type") if case.objects else None
    return first not in ("message_start", "error")


def _blocks_by_position(case: Case) -> bool:
    """The helper takes `index` for the position of a block among those that were started."""
    started = [e.get("index") for e in case.objects if e.get("type") == "content_block_start"]
    meant = [e.get("index") for e in case.objects if e.get("type") == "content_block_delta"]
    return started != [*range(len(started))] or not set(meant) <= set(started)


_FITTING = {
    "text_delta": ("text",),
    "citations_delta": ("text",),
    "thinking_delta": ("thinking",),
    "signature_delta": ("thinking",),
    "input_json_delta": ("tool_use", "server_tool_use"),
}


def _deltas_of_another_kind(case: Case) -> bool:
    """A delta that does not fit its block is dropped there; here it is kept as a part."""
    blocks: dict[object, object] = {}
    for event in case.objects:
        if event.get("type") == "content_block_start":
            blocks[event.get("index")] = event["content_block"].get("type")
        elif event.get("type") == "content_block_delta":
            fitting = _FITTING.get(event["delta"].get("type"))
            if fitting and blocks.get(event.get("index")) not in fitting:
                return True
    return False


CAUSES = (
    Cause(
        name="six-usage-fields-of-message-delta",
        where=("usage",),
        readers=(ANTHROPIC,),
        proof=_six_usage_fields,
        witness="anthropic-claude-fable-5-a003fe1fb9",
    ),
    Cause(
        name="cut-arguments-get-a-value",
        where=("calls",),
        readers=(ANTHROPIC, GEMINI),
        proof=_cut_arguments_get_a_value,
        witness="anthropic-claude-3-7-sonnet-20250219-98523a74cc",
    ),
    Cause(
        name="events-need-names",
        where=("raises",),
        readers=(ANTHROPIC,),
        proof=_events_need_names,
        witness="anthropic-messages/events-without-names",
    ),
    Cause(
        name="message-start-must-be-first",
        where=ANYWHERE,
        readers=(ANTHROPIC,),
        proof=_nothing_before_message_start,
        witness="anthropic-messages/begins-with-a-block",
    ),
    Cause(
        name="blocks-by-position",
        where=("raises", "text", "reasoning", "calls"),
        readers=(ANTHROPIC,),
        proof=_blocks_by_position,
        witness="anthropic-messages/first-index-is-one",
    ),
    Cause(
        name="deltas-of-another-kind-are-dropped",
        where=("text", "reasoning", "calls"),
        readers=(ANTHROPIC,),
        proof=_deltas_of_another_kind,
        witness="anthropic-messages/text-in-a-tool-block",
    ),
)
