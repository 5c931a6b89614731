"""Faults of wording: the text of the answer says what it should not, twice, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.asking import asked_of
from streamgauge.faults.events import said, with_json, without
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import Member, members, with_members
from streamgauge.faults.retelling import Told, retold, told
from streamgauge.faults.seeding import pick

_BESIDE = ("content/logprobs-align", "content/json-output-is-json")
"""What another text breaks beside, where its tokens were scored or JSON was asked for."""
_OPENING = 16
"""Characters of an opening that are not repeated by chance."""
_LOST = "\N{REPLACEMENT CHARACTER}"
_HALF = "\ud83d"


@fault(Breaks(("content/characters-are-whole",), perhaps=_BESIDE))
def replace_character(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A character of the text becomes U+FFFD, as where bytes were decoded before all had come."""
    return _in_a_piece(exchange, setting, seed, lambda text: _LOST + text[1:], _LOST)


@fault(Breaks(("content/characters-are-whole",), perhaps=_BESIDE))
def halve_character(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A character of the text becomes half of a surrogate pair, as where UTF-16 was cut."""
    return _in_a_piece(exchange, setting, seed, lambda text: _HALF + text[1:], _HALF)


@fault(Breaks(("content/no-control-tokens",), perhaps=_BESIDE))
def leak_control_token(
    exchange: Exchange, setting: Setting, *, token: str = "<|im_end|>", seed: int = 0
) -> Exchange:
    """A token that steers the model stands in the text."""
    return _in_a_piece(exchange, setting, seed, lambda text: f"{text} {token}", token)


@fault(Breaks(("content/no-tool-markup",), perhaps=_BESIDE))
def leak_tool_markup(
    exchange: Exchange, setting: Setting, *, markup: str = "<tool_call>", seed: int = 0
) -> Exchange:
    """The markup in which a model calls a tool stands in the text."""
    return _in_a_piece(exchange, setting, seed, lambda text: f"{text} {markup}", markup)


@fault(Breaks(("content/no-reasoning-tags",), perhaps=_BESIDE))
def leak_reasoning_tag(
    exchange: Exchange, setting: Setting, *, tag: str = "</think>", seed: int = 0
) -> Exchange:
    """The tag that ends the model's thinking stands in the text."""
    return _in_a_piece(exchange, setting, seed, lambda text: f"{text} {tag}", tag)


def _in_a_piece(
    exchange: Exchange, setting: Setting, seed: int, change: Callable[[str], str], mark: str
) -> Exchange:
    """One piece of some text changed; nothing where the request itself names the mark."""
    found = told(exchange, setting, Kind.TEXT)
    if not found or mark in _request(exchange):
        return exchange
    one = pick(exchange, seed, found)
    at = pick(exchange, seed, range(len(one.pieces)))
    return retold(exchange, one, [change(x) if n == at else x for n, x in enumerate(one.texts)])


def _request(exchange: Exchange) -> str:
    request = exchange.request
    text = "" if request is None else request.body.decode("utf-8", "replace")
    return text.replace("\\u003c", "<").replace("\\u003e", ">")


_AGAIN = Breaks(("content/not-duplicated",), perhaps=_BESIDE)
_AGAIN_WITH_COPIES = Breaks(("content/not-duplicated", "content/copies-agree"), perhaps=_BESIDE)


@fault(_AGAIN, responses=_AGAIN_WITH_COPIES)
def grow_text(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """Every piece of a text holds all the text so far, as a snapshot and not as a delta.

    Only a text of three pieces or more is told from one that grows by chance.
    """
    grown = [one for one in told(exchange, setting, Kind.TEXT) if len(one.pieces) > 2]
    if not grown:
        return exchange
    one = pick(exchange, seed, grown)
    return retold(exchange, one, list(accumulate(one.texts)), copies=False)


@fault(_AGAIN, responses=_AGAIN_WITH_COPIES)
def repeat_text(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The last piece of a text is not the last bit of it but the whole, once more."""
    repeatable = [one for one in told(exchange, setting, Kind.TEXT) if _is_telling(one)]
    if not repeatable:
        return exchange
    one = pick(exchange, seed, repeatable)
    return retold(exchange, one, [*one.texts[:-1], one.part.content], copies=False)


def _is_telling(one: Told) -> bool:
    before = "".join(one.texts[:-1])
    return len(before) >= _OPENING and len(set(before[:_OPENING])) > 5


@fault(Breaks(("content/answer-is-not-empty",), perhaps=_BESIDE))
def say_nothing(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The answer has all its events and stops by itself, and its text is empty."""
    texts = [one for one in told(exchange, setting, Kind.TEXT) if _is_alone(one)]
    if not texts or asked_of(exchange, setting).stop_sequences:
        return exchange
    one = pick(exchange, seed, texts)
    return retold(exchange, one, [""] * len(one.pieces))


def _is_alone(one: Told) -> bool:
    """Whether a text is all that its answer says, and the answer stops by itself."""
    others = (part for part in one.choice.parts if part is not one.part)
    silent = all(part.kind is Kind.TEXT and not part.content for part in others)
    return silent and one.choice.finish_reason == "stop"


@fault(responses=Breaks(("content/copies-agree",)))
def spoil_copy(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A finished text is not what was streamed: a `.done` event or the final output says more."""
    kinds = (Kind.TEXT, Kind.REASONING, Kind.REFUSAL)
    copies = [copy for one in told(exchange, setting, *kinds) for copy in one.copies]
    if not copies:
        return exchange
    copy = pick(exchange, seed, copies)
    return with_members(exchange, {(copy.event, copy.path): f"{copy.value}x"})


_SHOWN = Breaks(("content/stop-sequence-not-shown",), perhaps=_BESIDE)


@fault(chat=_SHOWN, messages=_SHOWN, gemini=_SHOWN)
def show_stop_sequence(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The text ends in the sequence at which it was to stop before."""
    asked = asked_of(exchange, setting).stop_sequences
    found = told(exchange, setting, Kind.TEXT)
    if not asked or not found or "include_stop_str_in_output" in _request(exchange):
        return exchange
    one = pick(exchange, seed, found)
    return retold(exchange, one, [*one.texts[:-1], one.texts[-1] + asked[0]])


@fault(Breaks(("content/json-output-is-json",), perhaps=("content/logprobs-align",)))
def fence_json(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The JSON that was asked for stands in a fence of Markdown."""
    if not asked_of(exchange, setting).json_output:
        return exchange
    fenced = [one for one in told(exchange, setting, Kind.TEXT) if _is_alone(one)]
    if not fenced:
        return exchange
    one = pick(exchange, seed, fenced)
    texts = list(one.texts)
    texts[0] = "```json\n" + texts[0]
    texts[-1] += "\n```"
    return retold(exchange, one, texts)


@fault(chat=Breaks(("content/logprobs-align",)), responses=Breaks(("content/logprobs-align",)))
def lose_logprob(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A token has no entry among the log probabilities, and the rest does not spell the text."""
    mixed = told(exchange, setting, Kind.REASONING, Kind.TOOL_CALL)
    scored = [] if mixed else [one for one in _logprobs(exchange, setting) if _spells(one)]
    if not scored:
        return exchange
    one = pick(exchange, seed, scored)
    return with_members(exchange, {(one.event, one.path): one.value[1:]})


def _logprobs(exchange: Exchange, setting: Setting) -> Iterator[Member]:
    """The streamed lists of log probabilities; finished texts repeat them elsewhere."""
    streamed = {event.index for event in said(exchange) if "text" not in event.json}
    for one in members(exchange, _SCORES.get(setting.dialect.name, "")):
        if isinstance(one.value, list) and one.value and one.event in streamed:
            yield one


_SCORES = {"openai-chat": "/choices/*/logprobs/content", "openai-responses": "/logprobs"}


def _spells(one: Member) -> bool:
    first = one.value[0]
    return isinstance(first, dict) and bool(first.get("token"))


@fault(
    chat=Breaks(("content/logprobs-as-asked",)), responses=Breaks(("content/logprobs-as-asked",))
)
def drop_logprobs(exchange: Exchange, setting: Setting) -> Exchange:
    """The log probabilities that were asked for are not sent."""
    if not asked_of(exchange, setting).logprobs or not told(exchange, setting, Kind.TEXT):
        return exchange
    scored = _logprobs(exchange, setting)
    return with_members(exchange, {(one.event, one.path): [] for one in scored})


_FEWER = Breaks(("content/choices-as-asked",))
_CHOICES = {"openai-chat": "choices", "gemini": "candidates"}


@fault(chat=_FEWER, gemini=_FEWER)
def drop_choice(exchange: Exchange, setting: Setting) -> Exchange:
    """Several answers were asked for, and the last of them never comes."""
    name = _CHOICES.get(setting.dialect.name, "")
    numbers = {one.value for one in members(exchange, f"/{name}/*/index")} if name else set()
    # With an answer its reasoning goes, which may be the only one that is counted.
    thought = told(exchange, setting, Kind.REASONING)
    if len(numbers) < 2 or thought or asked_of(exchange, setting).choices != len(numbers):
        return exchange
    rest: dict[int, object] = {}
    empty = []
    for event in said(exchange):
        choices = event.json.get(name)
        kept = [one for one in _objects(choices) if one.get("index") != max(numbers)]
        if choices and not kept:
            empty.append(event.index)
        elif choices and kept != choices:
            rest[event.index] = {**event.json, name: kept}
    return without(with_json(exchange, rest), empty)


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
