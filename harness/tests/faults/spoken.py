"""Good exchanges made of a message: the dialect itself speaks it, in small pieces."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from streamgauge.dialects import catalogue as dialects
from streamgauge.dialects.dialect import Voice
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.pipeline import profiles
from streamgauge.vendors.profile import find
from streamgauge.wire.encode import encode
from tests.faults.good import Good, good

_SIZE = 12
"""Characters of one piece."""


def cut(text: str) -> list[str]:
    """A text in pieces."""
    return [text[at : at + _SIZE] for at in range(0, len(text), _SIZE)]


def spoken(
    name: str,
    dialect: str,
    *parts: Part,
    request: Mapping[str, Any],
    reason: str = "stop",
    raw: str | None = None,
    vendor: str = "unknown",
    reasoning_tokens: int | None = None,
) -> Good:
    """A good exchange in which one answer of these parts is given to a request."""
    profile = find(profiles(), vendor)
    assert profile is not None
    facts = profile.narrowed(dialect).facts
    grammar, numbers = dialects.named(dialect), count()
    message = Message(
        id="chatcmpl-000000000000000000000007",
        model="m-1",
        choices=(
            Choice(
                index=0,
                role="assistant",
                parts=parts,
                finish_reason=reason,
                raw_finish_reason=raw,
            ),
        ),
        usage=UsageTotals(input_tokens=21, output_tokens=40, reasoning_tokens=reasoning_tokens),
    )
    asked = grammar.request({**request, "stream": True})
    voice = Voice(
        facts=facts,
        asked=asked,
        created=1700000000,
        pieces=cut,
        ids=lambda kind: f"{kind}-{next(numbers)}",
    )
    events = grammar.speak(message, voice)
    body = b"".join(encode(event.name, event.data) for event in events)
    return good(name, dialect, body, vendor=vendor, request=request)
