"""Faults that are none: what is lawful and seldom met, and what readers die of.

No rule may break here. They are for clients on trial, whose message must be the same as before.
"""

from __future__ import annotations

import re

from streamgauge.delta import Append, Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.edits import newline, spliced, sse_events
from streamgauge.faults.events import inserted, said
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.members import changed
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


_SCORED = re.compile(rb'"logprobs":\s*\{')
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
    if _SCORED.search(event.data):
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
