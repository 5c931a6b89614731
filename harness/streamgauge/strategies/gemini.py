"""Messages of `streamGenerateContent`, and how they read once a vendor has said them.

Forced away: a refusal's kind (its words are text), writes to a cache, a count of zero cached
tokens, the spelling of arguments (they travel as values). Added: a signature on the first call of
an answer where the model signs. A stop beside a call is a call.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.dialects.gemini.tell import spent
from streamgauge.message import ArgumentsState, Choice, Message, Part, UsageTotals
from streamgauge.strategies.arranging import changed
from streamgauge.strategies.composing import Tongue, fresh, joined
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.texts import text
from streamgauge.strategies.voicing import Speaker

_RAW = {"stop": "STOP", "tool_call": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}


def dress(lots: Lots, parts: tuple[Part, ...], speaker: Speaker, choice: str) -> tuple[Part, ...]:
    """Calls get ids, and the first of them a signature."""
    signature = base64.b64encode(lots.noise(1, 60)).decode()
    dressed: list[Part] = []
    for at, part in enumerate(parts):
        if part.kind is not Kind.TOOL_CALL:
            dressed.append(part)
            continue
        first = all(one.kind is not Kind.TOOL_CALL for one in dressed)
        id = f"{speaker.seed}-{choice}-{at}"
        dressed.append(replace(part, id=id, signature=signature if first else None))
    return tuple(_about(lots, dressed, speaker))


def _about(lots: Lots, parts: list[Part], speaker: Speaker) -> Iterator[Part]:
    """Sources and log probabilities of the last text, where no refusal runs into it."""
    texts = [at for at, part in enumerate(parts) if part.kind is Kind.TEXT]
    runs_on = any(part.kind is Kind.REFUSAL for part in parts)
    for at, part in enumerate(parts):
        if runs_on or at != max(texts, default=-1):
            yield part
            continue
        sources = tuple(_cited(lots) for _ in range(lots.among((0, 0, 0, 0, 1, 2))))
        scores = () if speaker.scores is None else (_scores(part.content, speaker.scores),)
        yield replace(part, citations=sources, logprobs=scores)


def _cited(lots: Lots) -> dict[str, object]:
    begin = lots.below(9)
    return {"startIndex": begin, "endIndex": begin + lots.below(9), "uri": "https://example.org/"}


def _scores(content: str, most: int) -> dict[str, object]:
    token = {"token": content[:8], "tokenId": 7, "logProbability": -0.25}
    return {"topCandidates": [{"candidates": [token] * most}], "chosenCandidates": [token]}


def hosts(lots: Lots, _: str) -> tuple[Part, ...]:
    """Code that the vendor ran, and what it printed."""
    code: dict[str, object] = {"language": "PYTHON", "code": text(lots)}
    spelled = json.dumps(code, ensure_ascii=False, separators=(",", ":"))
    printed = {"outcome": "OUTCOME_OK", "output": text(lots, 1)}
    return (
        called(spelled, kind=Kind.SERVER_TOOL_CALL, name="executableCode"),
        Part(kind=Kind.SERVER_TOOL_CALL_RESPONSE, name="codeExecutionResult", response=printed),
    )


def arrange(
    _: Lots, events: Sequence[WireEvent], message: Message, _speaker: Speaker
) -> Sequence[WireEvent]:
    """What is said about a text stands on the last chunk of its candidate."""
    about = {choice.index: _said_of(choice) for choice in message.choices}
    return changed(events, lambda told: _told_last(told, about)) if any(about.values()) else events


def _said_of(choice: Choice) -> dict[str, object]:
    about: dict[str, object] = {}
    for part in choice.parts:
        if part.citations:
            about["citationMetadata"] = {"citations": list(part.citations)}
        if part.logprobs:
            about["logprobsResult"] = part.logprobs[0]
    return about


def _told_last(told: list[Any], about: dict[int, dict[str, object]]) -> list[Any]:
    waiting = dict(about)
    for chunk in reversed(told):
        for candidate in chunk.get("candidates", ()):
            candidate.update(waiting.pop(candidate["index"], {}))
    return told


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
    cuts=False,
    name=fresh,
    dress=dress,
    heard=heard,
    hosts=hosts,
    offered={"codeExecution": {}},
    arrange=arrange,
)
