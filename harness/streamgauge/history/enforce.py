"""Puts a conversation before the duties, and words a refusal as the vendor would.

The words are the vendor's, from the fact `history-errors`; none is made up here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.history import reasoning
from streamgauge.history.duty import Breach, Duty, Issued, Lapse
from streamgauge.history.talk import Talk, of_model
from streamgauge.prompt import Asked, Turn

DUTIES: tuple[Duty, ...] = (reasoning.WITH_CALLS, reasoning.ON_EVERY_TURN)
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
        _breach(lapse, words)
        for lapse in lapses(turns, asked, facts, issued)
        if (words := _stated(lapse.duty, facts))
    ]
    order = {duty.name: at for at, duty in enumerate(DUTIES)}
    return tuple(sorted(found, key=lambda one: (one.index, order[one.duty.name])))


def _holds(duty: Duty, asked: Asked, facts: Facts) -> bool:
    words = _stated(duty, facts)
    return duty.general if not words else of_model(words.get("models"), asked)


def _stated(duty: Duty, facts: Facts) -> Mapping[str, object]:
    errors = facts.get("history-errors")
    words = errors.get(duty.name) if isinstance(errors, Mapping) else None
    return words if isinstance(words, Mapping) else {}


def _breach(lapse: Lapse, stated: Mapping[str, object]) -> Breach:
    words = {**lapse.words, "index": lapse.index, "number": lapse.index + 1}
    status = stated.get("status")
    duty = lapse.duty
    refusal = Refusal(
        status=status if isinstance(status, int) else 400,
        type=str(stated.get("type", "invalid_request_error")),
        message=_filled(str(stated.get("message", "")), words),
        code=_filled_value(stated.get("code"), words),
        param=_filled_value(stated.get("param"), words),
    )
    return Breach(
        duty=duty, index=lapse.index, refusal=refusal, rule=duty.rule,
        says=duty.says, expected=duty.expected, got=lapse.got,
    )  # fmt: skip


def _filled_value(value: object, words: Mapping[str, object]) -> object:
    return _filled(value, words) if isinstance(value, str) else value


def _filled(template: str, words: Mapping[str, object]) -> str:
    """The template with its `{words}` put in; a brace that names none stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda hole: str(words.get(hole[1], hole[0])), template)
