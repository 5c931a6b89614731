"""A tool call as a part, from the arguments that a request or a document holds.

Requests carry the calls of earlier answers as text or as a value; both become the part that the
aggregator would have made. It must never repair: text that is no JSON stays text.
"""

from __future__ import annotations

import json
from typing import Any

from streamgauge.delta import Kind
from streamgauge.message import ArgumentsState, Part
from streamgauge.wire.payload import parse


def called(arguments: object, **members: Any) -> Part:
    """The part of a call; `members` are the others of its members, `kind` among them.

    >>> called('{"a": 1}', id="c1", name="f").arguments
    {'a': 1}
    >>> called({}).arguments_state
    <ArgumentsState.EMPTY: 'empty'>
    """
    value, text, state = _read(arguments)
    given = {"kind": Kind.TOOL_CALL, **members}
    return Part(arguments=value, arguments_json=text, arguments_state=state, **given)


def _read(arguments: object) -> tuple[object, str, ArgumentsState]:
    if arguments in (None, {}) or (isinstance(arguments, str) and not arguments.strip()):
        return {}, arguments if isinstance(arguments, str) else "", ArgumentsState.EMPTY
    if not isinstance(arguments, str):
        text = json.dumps(arguments, ensure_ascii=False)
        return arguments, text, ArgumentsState.COMPLETE
    payload = parse(arguments.encode("utf-8", "surrogatepass"))
    if payload.readable:
        return payload.value, arguments, ArgumentsState.COMPLETE
    return None, arguments, ArgumentsState.INVALID


def text_of(part: Part) -> str:
    """The arguments of a call as text: as they were sent, else written from the value."""
    if part.arguments_json or part.arguments in (None, {}):
        return part.arguments_json
    return json.dumps(part.arguments, ensure_ascii=False)


def value_of(part: Part) -> object:
    """The arguments of a call as a value; text that is no JSON has none, and counts as empty."""
    if part.arguments is not None:
        return part.arguments
    return called(part.arguments_json).arguments or {}
