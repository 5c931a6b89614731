"""The HTML page of a trial of clients: one self-contained file without a script.

It shows how each client fared, for each dialect a matrix of cases and clients, and for each duty
that was broken what was sent, what the client said, and what was expected by which authority.
Filters are style sheets. It must never grade, and never trust a word: replies come from clients,
bodies from streams.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from streamgauge.report.client_score import LEVELS, Line, Score, scores
from streamgauge.report.safe_text import visible

_Places = Mapping[tuple[str, str], int]
_WORDS = {
    "equal": "equal",
    "raised-typed": "error",
    "crashed": "crash",
    "silent": "silent",
    "invented-end": "invented",
    "truncated-tool-call": "cut call",
    "lost-text": "lost",
    "hung": "hung",
    "resent": "resent",
}
_MEANS = {
    "equal": "every member that the client can tell is as sent",
    "raised-typed": "an error that its documentation lets a caller catch",
    "crashed": "any other error, or its program died",
    "silent": "no error and no reason to stop, though the stream was cut",
    "invented-end": "a reason to stop that nobody sent",
    "truncated-tool-call": "arguments that were cut, handed over as whole ones",
    "lost-text": "something of the answer is not as sent",
    "hung": "nothing within the time",
    "resent": "it asked again, though bytes had come",
}
_EXPECTED = {
    "equal": "the same message as was sent",
    "must-fail": "an error of the client's own, or of its HTTP library",
    "must-not-invent": "no reason to stop, no arguments and no end that never came",
    "may": "what the case allows",
}
_SIGNS = {"must": ("✗", "bad"), "should": ("!", "warn"), "may": ("i", "note")}


def render(header: Mapping[str, Any], lines: Sequence[Line]) -> str:
    """The header and the lines of a trial as one HTML page. The same lines give the same text."""
    found = scores(lines)
    dialects = list(dict.fromkeys(one["dialect"] for one in lines))
    duties = list(dict.fromkeys(one["duty"] for one in lines))
    filters = "".join((*_only("dialect", len(dialects)), *_only("duty", len(duties))))
    style = _page("page.css") + _page("clients.css") + filters
    template = jinja2.Environment(autoescape=True, trim_blocks=True, finalize=_shown).from_string(
        _page("clients.html")
    )
    broken = _places(lines)
    return template.render(
        policy=f"default-src 'none'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        style=Markup(style),
        version=header["streamgauge"],
        at=header["at"],
        figures=list(_figures(found)),
        dialects=dialects,
        duties=duties,
        means=[(_WORDS[name], says) for name, says in _MEANS.items()],
        clients=[{"score": one, "dialect": dialects.index(one.dialect)} for one in found],
        matrices=[_matrix(dialect, lines, duties, broken) for dialect in dialects],
        cases=[_case(mine, dialects, duties, broken) for mine in _broken_cases(lines)],
    )


def _places(lines: Sequence[Line]) -> _Places:
    """A number for each broken duty."""
    broken = [one for one in lines if one["kept"] is False]
    return {_pair(one): number for number, one in enumerate(broken)}


def _pair(one: Line) -> tuple[str, str]:
    return one["client"], one["case"]


def _shown(value: object) -> object:
    """What the template prints: every unseen character spelled out; escaping comes after this."""
    return value if isinstance(value, Markup | int) else visible(value)


def _only(what: str, count: int) -> Iterator[str]:
    """The filters of one kind: what is not chosen is not shown. Numbers alone, no word."""
    for number in range(count):
        yield (
            f'main:has(#{what}-{number}:checked) [data-{what}]:not([data-{what}="{number}"])'
            "{display:none}"
        )


def _figures(found: Sequence[Score]) -> Iterator[dict[str, Any]]:
    kept, tried = sum(one.kept for one in found), sum(one.tried for one in found)
    yield {"value": len(found), "says": "clients", "fine": True}
    yield {"value": f"{kept} of {tried}", "says": "duties kept", "fine": kept == tried}
    for level, *counts in zip(LEVELS, *(one.broken for one in found), strict=True):
        yield {"value": sum(counts), "says": f"{level} broken", "fine": not sum(counts)}
    groups, odd = sum(one.groups for one in found), sum(len(one.odd) for one in found)
    yield {"value": f"{groups - odd} of {groups}", "says": "groups answered alike", "fine": not odd}


def _matrix(
    dialect: str, lines: Sequence[Line], duties: Sequence[str], broken: _Places
) -> dict[str, Any]:
    mine = [one for one in lines if one["dialect"] == dialect]
    clients = list(dict.fromkeys(one["client"] for one in mine))
    rows: dict[str, dict[str, Line]] = {}
    for one in mine:
        rows.setdefault(one["case"], {})[one["client"]] = one
    return {
        "dialect": dialect,
        "clients": clients,
        "rows": [_row(row, clients, duties, broken) for row in rows.values()],
    }


def _row(
    row: Mapping[str, Line],
    clients: Sequence[str],
    duties: Sequence[str],
    broken: _Places,
) -> dict[str, Any]:
    first = next(iter(row.values()))
    return {
        "case": first["case"],
        "about": first["about"],
        "duty": first["duty"],
        "number": duties.index(first["duty"]),
        "fine": not any(one["kept"] is False for one in row.values()),
        "cells": [_cell(row.get(client), broken) for client in clients],
    }


def _cell(one: Line | None, broken: _Places) -> dict[str, Any]:
    if one is None or one["kept"] is None:
        return {"word": "", "says": "not asked" if one is None else f"skipped: {one['says']}"}
    word = _WORDS[one["behaviour"]]
    if one["kept"]:
        return {"word": word, "sign": "✓", "kind": "good"}
    sign, kind = _SIGNS[one["level"]]
    says = f"{one['client']}, {one['case']}: {one['behaviour']}, a {one['level']} is broken"
    return {"word": word, "sign": sign, "kind": kind, "says": says, "place": broken[_pair(one)]}


def _broken_cases(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each case that anyone broke, in the order of cases."""
    found: dict[str, list[Line]] = {}
    for one in lines:
        if one["kept"] is False:
            found.setdefault(one["case"], []).append(one)
    return list(found.values())


def _case(
    mine: Sequence[Line],
    dialects: Sequence[str],
    duties: Sequence[str],
    broken: _Places,
) -> dict[str, Any]:
    one = mine[0]
    sent = one["sent"]
    tail = sent["tail"] or {"from": sent["bytes"], "text": ""}
    return {
        "id": one["case"],
        "about": one["about"],
        "dialect": dialects.index(one["dialect"]),
        "duty": duties.index(one["duty"]),
        "facts": list(_facts(one)),
        "expected": _EXPECTED[one["duty"]],
        "authority": one["authority"],
        "linked": one["authority"].startswith("https://"),
        "from": tail["from"],
        "tail": tail["text"].split("\n"),
        "serve": f"streamgauge serve --cases {shlex.quote(one['case'])}",
        "curl": f"curl -iN http://127.0.0.1:8021/case/{_step(one['case'])}/agent/me/",
        "broken": [_breach(line, broken[_pair(line)]) for line in mine],
    }


def _step(word: str) -> str:
    """A word as a step of a URL's path."""
    return quote(word, safe="", errors="replace")


def _facts(one: Line) -> Iterator[tuple[str, str]]:
    sent = one["sent"]
    yield "stream", one["stream"]
    yield "fault", one["fault"] or "none"
    yield "split", one["split"]
    yield "status", str(sent["status"])
    yield "content type", sent["content_type"] or "none"
    yield "framing", one["framing"]
    yield "Connection", one["connection"] or "not sent"
    yield "end of TCP", one["close"]
    yield "body", f"{sent['bytes']} bytes"
    yield "duty", one["duty"]


def _breach(one: Line, place: int) -> dict[str, Any]:
    sign, kind = _SIGNS[one["level"]]
    command = f"streamgauge clients {one['client']} --case {shlex.quote(one['case'])}"
    reply = json.dumps(one["reply"], indent=2, ensure_ascii=False)
    return {
        "place": place,
        "client": one["client"],
        "version": one["version"],
        "sign": sign,
        "kind": kind,
        "behaviour": one["behaviour"],
        "level": one["level"],
        "says": one["says"],
        "reply": reply.split("\n"),
        "went": _went(one),
        "reproduce": f"Reproduce with: {command}",
    }


def _went(one: Line) -> str:
    sent, count = one["sent"], one["segments"]
    if sent["close"] is None:
        return f"{one['requests']} requests; the server had not ended when the client was graded"
    last = sent["segments"]
    timed = ", ".join(f"byte {at} at {ms:g} ms" for at, ms in last)
    which = "all" if len(last) == count else f"the last {len(last)}"
    error = f"; {sent['error']}" if sent["error"] else ""
    return (
        f"{one['requests']} requests; {count} segments, {which}: {timed}; "
        f"TCP ended: {sent['close']}{error}"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _page(name: str) -> str:
    return files("streamgauge.report").joinpath("page", name).read_text(encoding="utf-8")
