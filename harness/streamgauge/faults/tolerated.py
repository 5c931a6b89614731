"""Faults that are none: what is lawful and seldom met, and what readers die of.

No rule may break here. They are for clients on trial; the last three change what is said.
"""

from __future__ import annotations

import re

from streamgauge.delta import Append, Fragment, Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.edits import newline, spliced, sse_events, transcript
from streamgauge.faults.events import inserted, said, without
from streamgauge.faults.fault import DIALECTS, Breaks, Invisible, Setting, fault
from streamgauge.faults.members import changed, members, value_at, with_members
from streamgauge.faults.spoken import each, path_at, speaks


@fault(chat=Invisible("the first chunk of some vendors has no choices"))
def empty_choices(exchange: Exchange, setting: Setting) -> Exchange:
    """A chunk without choices comes first, as Azure's with the results of its filter."""
    first = next((one for one in said(exchange) if one.json.get("choices")), None)
    if first is None or not speaks(setting, "chat"):
        return exchange
    head = {name: value for name, value in first.json.items() if name != "usage"}
    results = [{"prompt_index": 0, "content_filter_results": {}}]
    chunk = {**head, "choices": [], "prompt_filter_results": results}
    return inserted(exchange, first.index, first.name, chunk)


_SHORT = {name: short for short, name in DIALECTS.items()}
_SAYS_MORE = re.compile(rb'"logprobs":\s*\{|"finish_reason":\s*"')
"""An event that scores its text or ends the answer is no mere piece."""
_EMPTY = Invisible("a piece may be empty")


@fault(chat=_EMPTY, messages=_EMPTY)
def empty_delta(exchange: Exchange, setting: Setting) -> Exchange:
    """An empty piece of text follows the first; who takes nothing for an end stops there."""
    texts = [
        (event, delta)
        for event, delta in each(exchange, setting, Append)
        if delta.kind is Kind.TEXT and delta.text
    ]
    if len(texts) < 2 or not speaks(setting, "chat", "messages"):
        return exchange
    event, delta = texts[1]
    if _SAYS_MORE.search(event.data):
        return exchange
    empty = changed(event.json, {path_at(event.json, delta.pointer): ""})
    return inserted(exchange, event.index, event.name, empty)


_NO_ENDS = Invisible("no line ends at these characters")


@fault(_NO_ENDS, chat=Breaks((), perhaps=("framing/only-data-lines",)))
def line_separators(exchange: Exchange, _: Setting) -> Exchange:
    """A comment holds U+2028, U+0085 and a vertical tab, at which careless readers cut lines."""
    events = sse_events(exchange)
    if len(events) < 2:
        return exchange
    line = ": a\u2028data: {}\u0085b\vc".encode() + newline(exchange) * 2
    at = events[1].start
    return spliced(exchange, [(at, at, line)])


_FILTERED = Invisible("a filter may end an answer; that it did is told by the reason alone")
_REASONS = {
    "chat": ("/choices/*/finish_reason", "stop", "content_filter"),
    "messages": ("/delta/stop_reason", "end_turn", "refusal"),
    "gemini": ("/candidates/*/finishReason", "STOP", "SAFETY"),
}


@fault(chat=_FILTERED, messages=_FILTERED, gemini=_FILTERED)
def filter_answer(exchange: Exchange, setting: Setting) -> Exchange:
    """A filter ends the answer: its word comes as the finish reason, where no call is told."""
    pattern, usual, filtered = _REASONS.get(_SHORT[setting.dialect.name], ("", "", ""))
    if not pattern or any(True for _ in transcript(exchange, setting).parts(Kind.TOOL_CALL)):
        return exchange
    found = {(one.event, one.path): filtered for one in members(exchange, pattern)
             if one.value == usual}  # fmt: skip
    return with_members(exchange, found)


@fault(chat=Invisible("text may follow a call"))
def text_behind_call(exchange: Exchange, setting: Setting) -> Exchange:
    """A line feed comes as text behind the pieces of the calls, as some models write it."""
    said = [event for event, _ in each(exchange, setting, Fragment)]
    if not said or not speaks(setting, "chat"):
        return exchange
    last = said[-1]
    first = value_at(last.json, ("choices", 0))
    if first.get("finish_reason") is not None:
        return exchange
    choice = {**first, "delta": {"content": "\n"}}
    return inserted(exchange, last.index + 1, last.name, {**last.json, "choices": [choice]})


@fault(messages=Invisible("a thought may be kept back, and its signature sent"))
def keep_thought_back(exchange: Exchange, setting: Setting) -> Exchange:
    """A thinking block has a signature and no thought."""
    if not speaks(setting, "messages"):
        return exchange
    thoughts = [one.event for one in members(exchange, "/delta/thinking")]
    return without(exchange, thoughts) if thoughts else exchange
