"""Duties between calls and their results: each call is answered, each result answers a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamgauge.delta import Kind
from streamgauge.history.duty import Duty, Unkept
from streamgauge.history.talk import Talk, calls
from streamgauge.message import Part
from streamgauge.prompt import Role, Turn


def _are_answered(talk: Talk) -> Iterator[Unkept]:
    for place, turn in talk.calling():
        behind = talk.behind(place)
        answers = [talk.turns[at] for at in _answering(talk, behind)]
        open_calls = _unanswered(calls(turn), answers)
        if open_calls:
            ids = [str(call.name if call.id is None else call.id) for call in open_calls]
            words = {"ids": ", ".join(ids), "id": ids[0], **_next(talk, behind)}
            yield Unkept(place, f"no result for {words['ids']}", words)


def _answering(talk: Talk, behind: int) -> Iterator[int]:
    """The results that may answer a step: the run of them behind it, or all of them."""
    for at in range(behind, len(talk.turns)):
        if talk.turns[at].role is Role.TOOL:
            yield at
        elif talk.answers_next:
            return


def _unanswered(asked: Sequence[Part], answers: Sequence[Turn]) -> list[Part]:
    """The calls without a result; a call or a result without an id goes by its name."""
    ids = {str(answer.call_id) for answer in answers if answer.call_id is not None}
    names = [answer.name for answer in answers if answer.call_id is None]
    left = []
    for call in asked:
        if call.id is not None and str(call.id) in ids:
            continue
        if call.name in names:
            names.remove(call.name)
        elif call.id is not None or not _is_numbered(answers, call):
            left.append(call)
    return left


def _is_numbered(answers: Sequence[Turn], call: Part) -> bool:
    """Whether a client gave an id of its own to a call that had none."""
    return any(answer.name == call.name and answer.call_id is not None for answer in answers)


def _next(talk: Talk, behind: int) -> dict[str, object]:
    """The index of the turn that stands where a result is missing, if there is one."""
    places = (at for at in range(behind, len(talk.turns)) if talk.turns[at].role is not Role.TOOL)
    at = next(places, None)
    return {} if at is None else {"next": talk.index(at)}


def _name_calls(talk: Talk) -> Iterator[Unkept]:
    for place, turn in enumerate(talk.turns):
        if turn.role is Role.TOOL and not talk.goes_on:
            known = talk.called_before(place)
            if known and not _is_among(turn, known):
                yield _stray(talk, place)


def _follow_calls(talk: Talk) -> Iterator[Unkept]:
    for place, turn in enumerate(talk.turns):
        if turn.role is Role.TOOL and not talk.goes_on and not talk.called_before(place):
            yield _stray(talk, place)


def _is_among(turn: Turn, known: Sequence[Part]) -> bool:
    if any(part.kind is Kind.GENERIC for part in known):
        return True
    if turn.call_id is not None:
        ids = {str(call.id) for call in known if call.id is not None}
        return str(turn.call_id) in ids or any(
            call.id is None and call.name == turn.name for call in known
        )
    return turn.name is not None and any(call.name == turn.name for call in known)


def _stray(talk: Talk, place: int) -> Unkept:
    turn = talk.turns[place]
    id = turn.call_id if turn.call_id is not None else turn.name
    got = "a result without an id" if id is None else f"a result of {id}"
    words = {"id": "" if id is None else id, "part": talk.beside(place)}
    return Unkept(place, got, words)


ARE_ANSWERED = Duty(
    name="calls-are-answered",
    rule="history/calls-are-answered",
    says="a tool call has no result where one must stand",
    expected="a result for each call",
    check=_are_answered,
    general=True,
)
FOLLOW_CALLS = Duty(
    name="answers-follow-calls",
    rule="history/answers-name-calls",
    says="a result stands where no call came before",
    expected="a result behind the call that it answers",
    check=_follow_calls,
    general=True,
    like="answers-name-calls",
)
NAME_CALLS = Duty(
    name="answers-name-calls",
    rule="history/answers-name-calls",
    says="a result answers a call that was not made",
    expected="the id of a call that came before",
    check=_name_calls,
    general=True,
)
