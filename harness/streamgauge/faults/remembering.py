"""Faults of memory: the request sends back what was said, and something of it is lost or added.

The answer stays as it is. These are faults of clients: a provider may refuse such a request, which
only its next answer can show, or answer it all the same and worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any, NamedTuple

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.asking import request_of, requesting
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.members import GONE, Path, changed, paths, value_at
from streamgauge.faults.seeding import pick

Patterns = dict[str, str]

_REASONING: Patterns = {
    "openai-chat": "/messages/*/reasoning_content /messages/*/reasoning "
    "/messages/*/reasoning_details /messages/*/content/*",
    "openai-responses": "/input/*",
    "anthropic-messages": "/messages/*/content/*",
}
_SIGNATURES: Patterns = {
    "openai-chat": "/messages/*/tool_calls/*/extra_content",
    "openai-responses": "/input/*/encrypted_content",
    "anthropic-messages": "/messages/*/content/*/signature",
    "gemini": "/contents/*/parts/*/thoughtSignature",
}
_RESULTS: Patterns = {
    "openai-chat": "/messages/*",
    "openai-responses": "/input/*",
    "anthropic-messages": "/messages/*/content/*",
    "gemini": "/contents/*/parts/*",
}
_ANSWERS = ("tool_call_id", "tool_use_id", "call_id", "id", "name")
"""The members of a result that say which call it answers; the first that a call has counts."""
_TURNS: Patterns = {"openai-chat": "/messages/*", "anthropic-messages": "/messages/*"}
_ITEMS: Patterns = {"openai-responses": "/input/*"}
_TURN = 2
"""How long the path to a turn is; a longer one leads to a part of it."""
_RESULT_TYPES = ("tool_result", "function_call_output")
_THOUGHTS = ("thinking", "redacted_thinking", "reasoning")

_UNTHOUGHT = Breaks((), perhaps=("history/reasoning-is-sent-back",))


@fault(
    chat=_UNTHOUGHT,
    messages=_UNTHOUGHT,
    responses=Invisible("nothing says that an item of reasoning stood there"),
)
def forget_reasoning(exchange: Exchange, setting: Setting) -> Exchange:
    """The request sends back what the model said and called, and not what it thought."""
    thoughts = [path for path, value in _found(exchange, setting, _REASONING) if _thinks(value)]
    return _rewritten(exchange, dict.fromkeys(thoughts, GONE))


def _thinks(value: object) -> bool:
    """Whether a member is reasoning, or an item or a block of it."""
    return value.get("type") in _THOUGHTS if isinstance(value, dict) else bool(value)


@fault(responses=_UNTHOUGHT)
def forget_what_followed(exchange: Exchange, setting: Setting) -> Exchange:
    """The request sends back the last thought, and not the words or calls that it led to."""
    items = _found(exchange, setting, _ITEMS)
    at = max((n for n, (_, item) in enumerate(items) if _thinks(item)), default=len(items))
    behind = takewhile(lambda one: not _is_of_user(one[1]), items[at + 1 :])
    return _rewritten(exchange, {path: GONE for path, _ in behind})


def _is_of_user(item: object) -> bool:
    return isinstance(item, dict) and item.get("role") in ("user", "system", "developer")


_UNSIGNED = Breaks((), perhaps=("history/signatures-are-sent-back",))


@fault(
    chat=_UNSIGNED,
    messages=_UNSIGNED,
    gemini=_UNSIGNED,
    responses=Invisible("the id of an item names what the provider may have kept"),
)
def forget_signatures(exchange: Exchange, setting: Setting) -> Exchange:
    """The request sends thoughts and calls back without their signatures."""
    signatures = _found(exchange, setting, _SIGNATURES)
    return _rewritten(exchange, {path: GONE for path, _ in signatures})


_SIGNED = Invisible("only who signed can tell a signature from another")


@fault(responses=_SIGNED, messages=_SIGNED, gemini=_SIGNED)
def change_signatures(exchange: Exchange, setting: Setting) -> Exchange:
    """The request sends thoughts and calls back with signatures that nobody gave."""
    texts = [one for one in _found(exchange, setting, _SIGNATURES) if isinstance(one[1], str)]
    return _rewritten(exchange, {path: f"x{value}" for path, value in texts})


_UNANSWERED = "history/calls-are-answered"


@fault(Breaks((_UNANSWERED,)))
def forget_result(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The request sends a call back and no result of it."""
    results = _results(exchange, setting)
    if not results:
        return exchange
    path = pick(exchange, seed, results).path
    beside = value_at(request_of(exchange), path[:-1])
    alone = len(path) > _TURN and len(beside) == 1
    return _rewritten(exchange, {path[:_TURN] if alone else path: GONE})


@fault(Breaks((_UNANSWERED, "history/answers-name-calls")))
def stray_result(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The result of a call comes under an id, or else a name, that no call had.

    Behind a part of a kind that nobody knows any name may be a call's; then nothing is spoiled.
    """
    results = _results(exchange, setting)
    turns = setting.dialect.turns(request_of(exchange))
    unknown = any(part.kind is Kind.GENERIC for turn in turns for part in turn.parts)
    if not results or unknown:
        return exchange
    one = pick(exchange, seed, results)
    return _rewritten(exchange, {one.named: f"{one.name}x"})


class Result(NamedTuple):
    """A result in a request: the path to it, the path to what names its call, and that name."""

    path: Path
    named: Path
    name: str


def _results(exchange: Exchange, setting: Setting) -> list[Result]:
    """The results that answer a call of the same request which no other result answers."""
    turns = setting.dialect.turns(request_of(exchange))
    calls = [part for turn in turns for part in turn.parts if part.kind is Kind.TOOL_CALL]
    ids = [call.id for call in calls if isinstance(call.id, str)]
    known = {"name": [call.name for call in calls]}
    found: dict[object, Result] = {}
    for path, at, said in _answers(exchange, setting):
        member = next((one for one in _ANSWERS if said.get(one) in known.get(one, ids)), None)
        if member is not None and said.get(member):
            # A call is taken as answered by any later result of its name: the last one is missed.
            key = said[member] if member == "name" else path
            found[key] = Result(path, (*at, member), str(said[member]))
    return list(found.values())


def _answers(
    exchange: Exchange, setting: Setting
) -> Iterator[tuple[Path, Path, dict[str, object]]]:
    """Every result: the path to it, the path to what it says, and that."""
    for path, value in _found(exchange, setting, _RESULTS):
        if isinstance(value, dict) and isinstance(value.get("functionResponse"), dict):
            yield path, (*path, "functionResponse"), value["functionResponse"]
        elif isinstance(value, dict) and _is_result(value):
            yield path, path, value


def _is_result(value: Mapping[str, object]) -> bool:
    return value.get("role") == "tool" or value.get("type") in _RESULT_TYPES


@fault(chat=Breaks(("history/no-foreign-members",)))
def foreign_member(exchange: Exchange, setting: Setting) -> Exchange:
    """The request sends back reasoning in a member of another vendor, which this one refuses."""
    refused = setting.facts.get("refused-members")
    if not isinstance(refused, list) or not refused:
        return exchange
    turns = [path for path, value in _found(exchange, setting, _TURNS) if _is_of_model(value)]
    return _rewritten(exchange, {(*path, str(refused[0])): "A thought." for path in turns})


@fault(messages=Breaks((), perhaps=("history/texts-are-not-empty",)))
def blank_text(exchange: Exchange, setting: Setting) -> Exchange:
    """The request sends back a text without a character, beside what the model said."""
    blank = {"type": "text", "text": ""}
    contents = {
        (*path, "content"): [*value["content"], blank]
        for path, value in _found(exchange, setting, _TURNS)
        if _is_of_model(value) and isinstance(value.get("content"), list)
    }
    return _rewritten(exchange, contents)


def _is_of_model(turn: object) -> bool:
    return isinstance(turn, dict) and turn.get("role") == "assistant"


def _found(exchange: Exchange, setting: Setting, patterns: Patterns) -> list[tuple[Path, Any]]:
    """What the patterns of the dialect lead to in the request."""
    value = request_of(exchange)
    wanted = patterns.get(setting.dialect.name, "").split()
    return [(path, value_at(value, path)) for one in wanted for path in paths(value, one)]


def _rewritten(exchange: Exchange, new: Mapping[Path, object]) -> Exchange:
    """The request with other members."""
    if not new:
        return exchange
    value = changed(request_of(exchange), new)
    assert isinstance(value, dict)
    return requesting(exchange, value)
