"""Good streams of vendors whose habits let a fault break more than it does elsewhere.

The simulator tells them, as their profiles say: usage in every chunk or in the last event,
reasoning that is closed, errors in a form of their own. What it does not tell is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from streamgauge import data
from streamgauge.pipeline import profiles
from streamgauge.proof.simulated import simulated
from streamgauge.vendors.profile import find
from tests.faults.good import Good, good

_CHAT = "openai-chat"
_VENDORS = ("fireworks", "moonshot", "writer", "xai")
_SCENARIOS = ("one-tool", "plain-text")


def goods() -> Iterator[Good]:
    """A text and a call of each of them, and two streams of habits."""
    scenarios = {name: one for name, one in data.scenarios_data().items() if name in _SCENARIOS}
    speaking = [profile for slug in _VENDORS if (profile := find(profiles(), slug)) is not None]
    assert len(speaking) == len(_VENDORS)
    for one in simulated(_CHAT, speaking, scenarios):
        name = f"vendors: {one.name.removeprefix('simulated/')}"
        yield Good(name=name, vendor=one.vendor, exchange=one.exchange, setting=one.setting)
    yield good("vendors: chat: finish with text", _CHAT, _FINISH_WITH_TEXT, vendor="mistral")
    yield good("vendors: chat: zeros first", _CHAT, _ZEROS_FIRST, vendor="google")


def _chunk(id: str, *choices: Mapping[str, Any], **more: object) -> bytes:
    head = {"id": id, "object": "chat.completion.chunk", "created": 7, "model": "m-1"}
    return b"data: " + json.dumps({**head, "choices": choices, **more}).encode() + b"\n\n"


def _said(text: str, finish: str | None = None, **more: str) -> dict[str, Any]:
    return {"index": 0, "delta": {**more, "content": text}, "finish_reason": finish}


def _usage(output: int) -> dict[str, Any]:
    return {"prompt_tokens": 9, "completion_tokens": output, "total_tokens": 9 + output}


_DONE = b"data: [DONE]\n\n"
_HEX = "0123456789abcdef0123456789abcdef"
_FINISH_WITH_TEXT = b"".join(
    (
        _chunk(_HEX, _said("", role="assistant")),
        _chunk(_HEX, _said("Tea ")),
        _chunk(_HEX, _said("grows.", "stop"), usage=_usage(3)),
        _DONE,
    )
)
_ZEROS_FIRST = b"".join(
    (
        _chunk("c-7", _said("Tea ", role="assistant"), usage=_usage(0)),
        _chunk("c-7", _said("grows "), usage=_usage(0)),
        _chunk("c-7", _said("on "), usage=_usage(0)),
        _chunk("c-7", _said("hills."), usage=_usage(4)),
        _chunk("c-7", _said("", "stop"), usage=_usage(4)),
        _DONE,
    )
)
