"""What a client sent back: its next request, held against what it was given.

Two judges: the vendor, whose simulator answered that request, and the rules `history/*`. Beside
them a call must come back as it was said. It must never judge the answer that the client gave.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.message import Message, Part
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.prompt import Turn
from streamgauge.rules.finding import Level

_FAMILY = "history/"
_GOOD = 400


def lapse(answers: Sequence[Exchange], options: Options) -> str:
    """What is wrong with the last request of several, or nothing; `answers` hold their requests."""
    if len(answers) < 2:
        return ""
    said = judge_exchange(answers[0], options)
    judged = judge_exchange(answers[-1], options)
    found = (*_refused(judged), *_found(judged), *_changed(said.message, judged))
    return next(iter(found), "")


def _refused(judged: Judgement) -> Iterator[str]:
    """The vendor's own words, behind the rule that knows them."""
    status = judged.exchange.head.status or 0
    if status >= _GOOD:
        error = judged.message.error if judged.message else None
        words = error.message if error else ""
        rule = next(_broken(judged), "the request")
        yield f"{rule}: refused with {status}: {words}"


def _found(judged: Judgement) -> Iterator[str]:
    for rule in _broken(judged):
        (got, *_) = (one.got for one in judged.outcome.findings if one.rule == rule)
        yield f"{rule}: {got}"


def _broken(judged: Judgement) -> Iterator[str]:
    for finding in judged.outcome.findings:
        if finding.rule.startswith(_FAMILY) and finding.level is not Level.MAY:
            yield finding.rule


def _changed(said: Message | None, judged: Judgement) -> Iterator[str]:
    """Calls that did not come back as they were said."""
    if said is None or judged.transcript is None:
        return
    ours = [part for choice in said.choices[:1] for part in _calls(choice.parts)]
    theirs = [part for turn in judged.transcript.turns for part in _said(turn)]
    if len(ours) != len(theirs):
        yield f"{len(theirs)} calls were sent back; said were {len(ours)}"
    for call, back in zip(ours, theirs, strict=False):
        for name, was, now in (
            ("name", call.name, back.name),
            ("id", call.id, back.id),
            ("arguments", _value(call), _value(back)),
        ):
            if was not in (None, now):
                yield f"{name} sent back as {now!r}; said was {was!r}"


def _said(turn: Turn) -> Iterator[Part]:
    yield from _calls(turn.parts)


def _calls(parts: Sequence[Part]) -> Iterator[Part]:
    return (part for part in parts if part.kind is Kind.TOOL_CALL)


def _value(call: Part) -> object:
    try:
        return json.loads(call.arguments_json or "{}")
    except ValueError:
        return call.arguments_json
