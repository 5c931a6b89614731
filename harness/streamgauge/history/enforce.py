"""Puts a conversation before the duties, and words a refusal as the vendor would.

The words are the vendor's, from the fact `history-errors`; none is made up here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.history import calls, members, reasoning, signatures
from streamgauge.history.duty import Breach, Duty, Issued, Lapse
from streamgauge.history.talk import Talk, of_model
from streamgauge.prompt import Asked, Turn

DUTIES: tuple[Duty, ...] = (
    members.NO_FOREIGN_MEMBERS,
    members.NO_EMPTY_TEXTS,
    calls.FOLLOW_CALLS,
    calls.NAME_CALLS,
    calls.ARE_ANSWERED,
    reasoning.WITH_CALLS,
    reasoning.ON_EVERY_TURN,
    reasoning.COMES_FIRST,
    reasoning.IS_FOLLOWED,
    signatures.THOUGHTS_ARE_SIGNED,
    signatures.THOUGHTS_ARE_UNCHANGED,
    signatures.SIGNATURES_ARE_KNOWN,
    signatures.CALLS_ARE_SIGNED,
)
"""Every duty, in the order in which one request is refused for the first that it breaks."""


def duties(facts: Facts) -> tuple[Duty, ...]:
    """The duties that a vendor is known to enforce, with an error of its own."""
    return tuple(duty for duty in DUTIES if _stated(duty, facts))


def lapses(
    turns: tuple[Turn, ...], asked: Asked, facts: Facts, issued: Issued | None = None
) -> Iterator[Lapse]:
    """Each duty that a turn does not keep, whether the vendor's words for it are known or not.

    Duties that are not general are asked where the facts state them, for the models they name.
    """
    signed = None if issued is None else issued.signed
    talk = Talk(turns=turns, asked=asked, facts=facts, signed=signed)
    for duty in DUTIES:
        if _holds(duty, asked, facts):
            for place, got, words in duty.check(talk):
                index = talk.index(place)
                yield Lapse(duty=duty, place=place, index=index, got=got, words=words)


def breaches(
    turns: tuple[Turn, ...], asked: Asked, facts: Facts, issued: Issued | None = None
) -> tuple[Breach, ...]:
    """What the vendor would refuse of this request, by turn; the first is what it would say.

    With `issued` a changed or foreign signature is seen; without it only presence and shape are.
    """
    found = [
        breach
        for lapse in lapses(turns, asked, facts, issued)
        if (breach := _breach(lapse, facts)) is not None
    ]
    order = {duty.name: at for at, duty in enumerate(DUTIES)}
    return tuple(sorted(found, key=lambda one: (one.index, order[one.duty.name])))


def _holds(duty: Duty, asked: Asked, facts: Facts) -> bool:
    """Whether a duty is owed: stated for this model and way of thinking, or general."""
    words = _stated(duty, facts)
    free = words.get("unless-thinking")
    if isinstance(free, list) and asked.extra.get("thinking_type") in free:
        return False
    return duty.general if not words else of_model(words.get("models"), asked)


def _stated(duty: Duty, facts: Facts) -> Mapping[str, object]:
    errors = facts.get("history-errors")
    stated = errors if isinstance(errors, Mapping) else {}
    words = stated.get(duty.name, stated.get(duty.like))
    return words if isinstance(words, Mapping) else {}


def refusal(lapse: Lapse, facts: Facts) -> Refusal | None:
    """What the vendor answers to a lapse; None where its words are not known, or do not fit."""
    stated = _stated(lapse.duty, facts)
    words = {**lapse.words, "index": lapse.index, "number": lapse.index + 1}
    message, status = _filled(stated.get("message"), words), stated.get("status")
    if not isinstance(message, str) or not isinstance(status, int):
        return None
    return Refusal(
        status=status,
        type=str(stated.get("type")),
        message=message,
        code=_filled(stated.get("code"), words),
        param=_filled(stated.get("param"), words),
    )


def _breach(lapse: Lapse, facts: Facts) -> Breach | None:
    answer, duty = refusal(lapse, facts), lapse.duty
    if answer is None:
        return None
    return Breach(
        duty=duty, index=lapse.index, refusal=answer, rule=duty.rule,
        says=duty.says, expected=duty.expected, got=lapse.got,
    )  # fmt: skip


def _filled(template: object, words: Mapping[str, object]) -> object:
    """A template with its `{words}` put in; None where it names one that this lapse has not."""
    if not isinstance(template, str):
        return template
    if any(hole not in words for hole in _HOLE.findall(template)):
        return None
    return _HOLE.sub(lambda hole: str(words[hole[1]]), template)


_HOLE = re.compile(r"\{(\w+)\}")
