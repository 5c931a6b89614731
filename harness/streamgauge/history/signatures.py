"""Duties about signatures: what was signed comes back signed, unchanged, to whoever signed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streamgauge.delta import Kind
from streamgauge.history.duty import Duty, Unkept
from streamgauge.history.talk import Talk, calls, of_model
from streamgauge.message import Part


def _calls_are_signed(talk: Talk) -> Iterator[Unkept]:
    """The first call of each step of the current turn; parallel calls share its signature."""
    current = talk.current()
    if not of_model(talk.facts.get("signed-calls-models"), talk.asked):
        return
    for place, turn in talk.calling():
        first = calls(turn)[0]
        if place >= current and not _signature(talk, first):
            yield Unkept(place, f"no signature on the call of {first.name}", {"name": first.name})


def _signature(talk: Talk, part: Part) -> object:
    """A part's signature, where it stands in this dialect or in the member that a fact names."""
    member = talk.facts.get("signature-member")
    value: object = part.extra
    for name in str(member).split("/")[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return part.signature or (value if isinstance(member, str) else None)


def _thoughts_are_signed(talk: Talk) -> Iterator[Unkept]:
    for place, at, part in _thoughts(talk):
        if part.signature is None and not part.redacted:
            yield Unkept(place, "a thought without a signature", {"part": at})


def _signatures_are_known(talk: Talk) -> Iterator[Unkept]:
    """Whether the provider issued each signature; an earlier thought must fit its own as well."""
    if talk.signed is None:
        return
    escapes = talk.facts.get("signature-escapes")
    known = {*talk.signed, *(escapes if isinstance(escapes, list) else ())}
    last = talk.last_spoken()
    for place, turn in talk.spoken():
        for at, part in enumerate(turn.parts):
            signature = _signature(talk, part)
            foreign = bool(signature) and signature not in known
            changed = place != last and _is_changed(talk.signed, part)
            if foreign or changed:
                got = "a signature from elsewhere" if foreign else "a signature of other thoughts"
                yield Unkept(place, got, {"part": at})


def _thoughts_are_unchanged(talk: Talk) -> Iterator[Unkept]:
    if talk.signed is None:
        return
    for place, at, part in _thoughts(talk):
        if place == talk.last_spoken() and _is_changed(talk.signed, part):
            yield Unkept(place, "other words under the same signature", {"part": at})


def _is_changed(signed: Mapping[object, str], part: Part) -> bool:
    known = part.kind is Kind.REASONING and part.signature in signed
    return known and signed[part.signature] != part.content


def _thoughts(talk: Talk) -> Iterator[tuple[int, int, Part]]:
    for place, turn in talk.spoken():
        for at, part in enumerate(turn.parts):
            if part.kind is Kind.REASONING:
                yield place, at, part


_RULE = "history/signatures-are-sent-back"

CALLS_ARE_SIGNED = Duty(
    name="calls-are-signed",
    rule=_RULE,
    says="a tool call comes back without its signature",
    expected="the signature on the first call of each step",
    check=_calls_are_signed,
)
THOUGHTS_ARE_SIGNED = Duty(
    name="thoughts-are-signed",
    rule=_RULE,
    says="a thought comes back without its signature",
    expected="the signature that the thought came with",
    check=_thoughts_are_signed,
)
SIGNATURES_ARE_KNOWN = Duty(
    name="signatures-are-known",
    rule=_RULE,
    says="a signature comes back that does not belong there",
    expected="the signature as this provider gave it",
    check=_signatures_are_known,
)
THOUGHTS_ARE_UNCHANGED = Duty(
    name="thoughts-are-unchanged",
    rule=_RULE,
    says="a signed thought comes back changed",
    expected="the thought as the model had it",
    check=_thoughts_are_unchanged,
)
