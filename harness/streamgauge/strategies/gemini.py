"""Messages of `streamGenerateContent`, and how they read once a vendor has said them.

Forced away: a refusal's kind (its words are text), writes to a cache, a count of zero cached
tokens, the spelling of arguments (they travel as values). Added: a signature on the first call of
an answer where the model signs. A stop beside a call is a call.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Voice
from streamgauge.dialects.gemini.tell import spent
from streamgauge.message import ArgumentsState, Choice, Message, Part, UsageTotals
from streamgauge.strategies.composing import Tongue, fresh, joined
from streamgauge.strategies.voicing import Speaker

_RAW = {"stop": "STOP", "tool_call": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}


def dress(
    draw: st.DrawFn, parts: tuple[Part, ...], speaker: Speaker, choice: str
) -> tuple[Part, ...]:
    """Calls get ids, and the first of them a signature."""
    signature = draw(_NOISE)
    dressed: list[Part] = []
    for at, part in enumerate(parts):
        if part.kind is not Kind.TOOL_CALL:
            dressed.append(part)
            continue
        first = all(one.kind is not Kind.TOOL_CALL for one in dressed)
        id = f"{speaker.seed}-{choice}-{at}"
        dressed.append(replace(part, id=id, signature=signature if first else None))
    return tuple(dressed)


_NOISE = st.binary(min_size=1, max_size=60).map(lambda noise: base64.b64encode(noise).decode())


def heard(message: Message, _: Voice) -> Message:
    """The message as it reads."""
    choices = tuple(_choice(choice) for choice in message.choices)
    return replace(message, choices=choices, usage=_usage(message.usage))


def _choice(choice: Choice) -> Choice:
    return replace(
        choice,
        role="model" if choice.parts else None,
        parts=joined([*_parts(choice)]),
        raw_finish_reason=_RAW[choice.finish_reason or "stop"],
    )


def _parts(choice: Choice) -> Iterator[Part]:
    for part in choice.parts:
        match part.kind:
            case Kind.TOOL_CALL:
                yield _call(part)
            case Kind.REFUSAL:
                yield replace(part, kind=Kind.TEXT)
            case Kind.REASONING:
                yield replace(part, field="thought")
            case _:
                yield part


def _call(part: Part) -> Part:
    if part.arguments_state is ArgumentsState.EMPTY:
        return replace(part, arguments_json="")
    text = json.dumps(part.arguments, ensure_ascii=False, separators=(",", ":"))
    return replace(part, arguments_json=text)


def _usage(usage: UsageTotals | None) -> UsageTotals:
    counted = usage or UsageTotals()
    return replace(
        counted,
        cache_read_tokens=counted.cache_read_tokens or None,
        cache_write_tokens=None,
        raw=dict(spent(usage)),
    )


TONGUE = Tongue(
    stops=("stop", "length", "content_filter"),
    choices=True,
    mixes=True,
    name=fresh,
    dress=dress,
    heard=heard,
)
