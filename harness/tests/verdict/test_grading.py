"""What a client said, held against what was sent: every behaviour, and what keeps which duty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamgauge.delta import Kind
from streamgauge.message import ArgumentsState, Choice, Ending, Message, Part, UsageTotals
from streamgauge.reply import Answered, Died, Hung, Raised, Reply, SaidCall
from streamgauge.rules.finding import Level
from streamgauge.verdict.grading import Able, Behaviour, Charge, Duty, Sent, grade

ABLE = Able(
    features=frozenset({"text", "reasoning", "refusal", "tools", "finish-reason", "usage"}),
    packages=frozenset({"sdk"}),
)
EQUAL = Charge(duty=Duty.EQUAL, level=Level.MUST)
WHOLE = Part(
    kind=Kind.TOOL_CALL,
    name="look",
    arguments={"a": 1},
    arguments_json='{"a": 1}',
    arguments_state=ArgumentsState.COMPLETE,
)
CUT = replace(
    WHOLE, arguments=None, arguments_json='{"a": ', arguments_state=ArgumentsState.PARTIAL
)


def sent(*parts: Part, reason: str | None = "stop", raw: object = "stop") -> Sent:
    choice = Choice(index=0, parts=parts, finish_reason=reason, raw_finish_reason=raw)
    usage = UsageTotals(input_tokens=9, output_tokens=5, raw={"prompt": 7})
    ending = Ending.COMPLETE if reason else Ending.TRUNCATED
    return Sent(message=Message(choices=(choice,), usage=usage), ending=ending)


def said(text: str = "", *calls: SaidCall, reason: str | None = "stop") -> Answered:
    return Answered(text=text, calls=calls, finish_reason=reason, input_tokens=9, output_tokens=5)


HELLO = Part(kind=Kind.TEXT, content="hello")
SDK = Raised(types=("sdk.Broken", "builtins.Exception"))
FOREIGN = Raised(types=("builtins.KeyError", "builtins.Exception"))


@pytest.mark.parametrize(
    ("reply", "given", "behaviour"),
    [
        pytest.param(said("hello"), sent(HELLO), Behaviour.EQUAL, id="as sent"),
        pytest.param(said("hell"), sent(HELLO), Behaviour.LOST_TEXT, id="text lost"),
        pytest.param(
            said("", SaidCall(name="look", arguments={"a": 1}), reason="tool_use"),
            sent(WHOLE, reason="tool_call", raw="tool_calls"),
            Behaviour.EQUAL,
            id="a call, in another word",
        ),
        pytest.param(
            said("", SaidCall(name="look", text='{"a":1}'), reason="tool_calls"),
            sent(WHOLE, reason="tool_call", raw="tool_calls"),
            Behaviour.EQUAL,
            id="a call as text, spelt otherwise",
        ),
        pytest.param(
            said("", SaidCall(name="look", arguments={"a": 2}), reason="tool_calls"),
            sent(WHOLE, reason="tool_call", raw="tool_calls"),
            Behaviour.LOST_TEXT,
            id="a call of other arguments",
        ),
        pytest.param(
            said("", reason="tool_calls"),
            sent(WHOLE, reason="tool_call", raw="tool_calls"),
            Behaviour.LOST_TEXT,
            id="a call lost",
        ),
        pytest.param(
            said("", SaidCall(name="look", arguments={}), reason=None),
            sent(CUT, reason=None),
            Behaviour.TRUNCATED_TOOL_CALL,
            id="a cut call made whole",
        ),
        pytest.param(
            said("", SaidCall(name="look", text='{"a": '), reason=None),
            sent(CUT, reason=None),
            Behaviour.SILENT,
            id="a cut call as it is",
        ),
        pytest.param(
            said("hello", reason="stop"),
            sent(HELLO, reason=None, raw=None),
            Behaviour.INVENTED_END,
            id="an end that never came",
        ),
        pytest.param(
            said("hello", reason="other"),
            sent(HELLO, reason=None, raw=None),
            Behaviour.SILENT,
            id="a word for no reason",
        ),
        pytest.param(
            said("hello", reason="length"), sent(HELLO), Behaviour.LOST_TEXT, id="another reason"
        ),
        pytest.param(
            replace(said("hello"), input_tokens=7), sent(HELLO), Behaviour.EQUAL, id="raw count"
        ),
        pytest.param(
            replace(said("hello"), input_tokens=8), sent(HELLO), Behaviour.LOST_TEXT, id="count"
        ),
        pytest.param(
            replace(said("hello", reason=None), output_tokens=None),
            sent(HELLO, reason=None, raw=None),
            Behaviour.SILENT,
            id="counts of a cut stream",
        ),
        pytest.param(SDK, sent(HELLO), Behaviour.RAISED_TYPED, id="an error of its own"),
        pytest.param(FOREIGN, sent(HELLO), Behaviour.CRASHED, id="an error of nobody's"),
        pytest.param(
            replace(FOREIGN, code="UND_ERR_SOCKET"),
            sent(HELLO),
            Behaviour.RAISED_TYPED,
            id="an error of the transport",
        ),
        pytest.param(Hung(seconds=5), sent(HELLO), Behaviour.HUNG, id="hung"),
        pytest.param(Died(says="x"), sent(HELLO), Behaviour.CRASHED, id="died"),
        pytest.param(
            said("hello"), replace(sent(HELLO), requests=2), Behaviour.RESENT, id="asked again"
        ),
    ],
)
def test_a_behaviour_is_what_happened(reply: Reply, given: Sent, behaviour: Behaviour) -> None:
    assert grade(reply, given, EQUAL, ABLE).behaviour is behaviour


@pytest.mark.parametrize(
    ("duty", "reply", "kept", "level"),
    [
        (Duty.MUST_FAIL, SDK, True, Level.MUST),
        (Duty.MUST_FAIL, FOREIGN, False, Level.SHOULD),
        (Duty.MUST_FAIL, Died(says="x"), False, Level.MUST),
        (Duty.MUST_FAIL, said("hello", reason=None), False, Level.MUST),
        (Duty.MUST_NOT_INVENT, said("hello", reason=None), True, Level.MUST),
        (Duty.MUST_NOT_INVENT, said("hello"), False, Level.MUST),
        (Duty.EQUAL, SDK, False, Level.MUST),
        (Duty.MAY, SDK, False, Level.MUST),
    ],
    ids=lambda value: getattr(value, "value", None) or type(value).__name__,
)
def test_a_duty_is_kept_by_some_behaviours(
    duty: Duty, reply: Reply, kept: bool, level: Level
) -> None:
    given = sent(HELLO, reason=None, raw=None)
    found = grade(reply, given, Charge(duty=duty, level=Level.MUST), ABLE)
    assert (found.kept, found.level) == (kept, level)


def test_a_case_may_allow_more_than_its_duty() -> None:
    charge = Charge(duty=Duty.MAY, level=Level.MAY, allowed=frozenset({Behaviour.RAISED_TYPED}))
    assert grade(SDK, sent(HELLO), charge, ABLE).kept


def test_what_a_client_does_not_tell_is_no_loss() -> None:
    deaf = Able(features=frozenset({"text"}), packages=frozenset())
    thinking = sent(Part(kind=Kind.REASONING, content="hm"), HELLO)
    assert grade(Answered(text="hello"), thinking, EQUAL, deaf).behaviour is Behaviour.EQUAL


@pytest.mark.parametrize(
    "reply", [said("Good day."), Raised(types=("builtins.Exception",))], ids=["answer", "error"]
)
def test_a_history_that_was_refused_is_lost_whatever_is_said_of_it(reply: Reply) -> None:
    given = replace(sent(Part(kind=Kind.TEXT, content="Good day.")), lapse="refused with 400")
    found = grade(reply, given, EQUAL, ABLE)
    assert (found.behaviour, found.says) == (Behaviour.LOST_TEXT, "refused with 400")


def test_a_turn_that_never_came_is_lost() -> None:
    given = replace(sent(Part(kind=Kind.TEXT, content="Good day.")), turns=2)
    found = grade(said("Good day."), given, EQUAL, ABLE)
    assert (found.behaviour, found.says) == (Behaviour.LOST_TEXT, "1 of 2 requests came")
