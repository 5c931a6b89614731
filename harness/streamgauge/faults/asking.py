"""The request of an exchange: what it asks for, and another one in its place.

A rule that puts an answer beside its request needs no other answer where the request asks for
something else. It must never touch the answer.
"""

from __future__ import annotations

from dataclasses import replace

from streamgauge.exchange import Exchange
from streamgauge.faults.events import as_json
from streamgauge.faults.fault import Setting
from streamgauge.prompt import Asked, Prompt, Tool
from streamgauge.wire.payload import parse

Json = dict[str, object]


def request_of(exchange: Exchange) -> Json:
    """The JSON object of the request; empty where there is none."""
    request = exchange.request
    value = None if request is None or not request.body.strip() else parse(request.body).value
    return value if isinstance(value, dict) else {}


def asked_of(exchange: Exchange, setting: Setting) -> Asked:
    """What the request asked for; nothing where it is not known."""
    return setting.dialect.request(request_of(exchange))


def requesting(exchange: Exchange, value: Json) -> Exchange:
    """The exchange with another request of the same kind."""
    if exchange.request is None:
        return exchange
    return replace(exchange, request=replace(exchange.request, body=as_json(value)))


def asking(exchange: Exchange, setting: Setting, more: Asked) -> Exchange:
    """The request asks for more, in the words of its dialect; unknown requests stay so."""
    known = request_of(exchange)
    if not known:
        return exchange
    # Some dialects say nothing of calls where no tool is offered.
    beside = () if more.tools else (Tool(name="any"),)
    plain = _built(Asked(tools=beside), setting)
    built = _built(replace(more, tools=more.tools or beside), setting)
    new = {name: one for name, one in built.items() if plain.get(name) != one}
    return requesting(exchange, _joined(known, new)) if new else exchange


def _built(asked: Asked, setting: Setting) -> Json:
    return setting.dialect.build(Prompt(asked=asked, turns=()), setting.facts)


def _joined(known: Json, new: Json) -> Json:
    """Objects become one, tools follow each other, anything else is replaced."""
    return known | {name: _merged(known.get(name), value) for name, value in new.items()}


def _merged(known: object, new: object) -> object:
    if isinstance(known, list) and isinstance(new, list):
        return [*known, *new]
    return _within(known, new)


def _within(known: object, new: object) -> object:
    """What an object holds is replaced, lists too: of several tools none would be forced."""
    if isinstance(known, dict) and isinstance(new, dict):
        return known | {name: _within(known.get(name), value) for name, value in new.items()}
    return new
