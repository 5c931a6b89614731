"""Good exchanges for faults of calls: arguments so long that they are streamed in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.message import ArgumentsState, Part
from tests.breakage.streams import CHAT, MESSAGES, RESPONSES
from tests.faults.good import Good
from tests.faults.spoken import spoken

_ARGUMENTS = {"words": [f"a kind of tea, number {n}" for n in range(12)]}
_ASKED = {"model": "m-1", "messages": [{"role": "user", "content": "Which kinds?"}]}


def goods() -> Iterator[Good]:
    """A long call in each dialect that streams the text of arguments, and two by strict rules."""
    text = json.dumps(_ARGUMENTS)
    call = Part(
        kind=Kind.TOOL_CALL,
        id="call_7",
        name="look_up",
        arguments=_ARGUMENTS,
        arguments_json=text,
        arguments_state=ArgumentsState.COMPLETE,
    )
    requests = {
        CHAT: _ASKED,
        MESSAGES: {**_ASKED, "max_tokens": 999},
        RESPONSES: {"model": "m-1", "input": "Which kinds?"},
    }
    for dialect, request in requests.items():
        name = f"calling: {dialect}: long arguments"
        yield spoken(name, dialect, call, request=request, reason="tool_call")
    pair = [_short(f"look_up_{n}", word) for n, word in enumerate(("tea", "milk"))]
    yield spoken("calling: chat: two calls as demanded", CHAT, *pair,
                 request=_ASKED, reason="tool_call", vendor="moonshot")  # fmt: skip


def _short(id: str, word: str) -> Part:
    return Part(
        kind=Kind.TOOL_CALL,
        id=id,
        name="look_up",
        arguments={"word": word},
        arguments_json=f'{{"word":"{word}"}}',
        arguments_state=ArgumentsState.COMPLETE,
    )
