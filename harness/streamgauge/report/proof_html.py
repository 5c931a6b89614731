"""The HTML page of a proof: one self-contained file without a script, a view of a score.

It shows what is wrong first, then rules × faults by family, then every fault with its dialects.
It must never judge or count anew, and never trust a word: names of streams come from files.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from streamgauge.report.safe_text import visible

_FIGURES = (
    ("false_bites", "false bites"),
    ("undeclared_bites", "undeclared bites"),
    ("without_effect", "faults without effect"),
    ("raised", "raised"),
)
_CHANGED = ("bitten", "invisible", "unasked", "silent", "wrong", "raised")
"""What may come of a stream that a fault changed."""


def render(score: Mapping[str, Any]) -> str:
    """One score (`proof.json`) as one HTML page. The same score gives the same text."""
    style = _page("page.css") + _page("proof.css")
    template = jinja2.Environment(autoescape=True, trim_blocks=True, finalize=_shown).from_string(
        _page("proof.html")
    )
    return template.render(
        policy=f"default-src 'none'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        style=Markup(style),
        version=score["version"],
        form=score["form"],
        seed=score["seed"],
        conforms=score["conforms"],
        totals=score["totals"],
        goods=score["goods"],
        figures=list(_figures(score["totals"])),
        wrong=[_wrong(one) for one in score["wrong"]],
        families=_families(score),
        faults=[_fault(name, one) for name, one in score["faults"].items()],
    )


def _shown(value: object) -> object:
    """What the template prints: every unseen character spelled out; escaping comes after this."""
    return value if isinstance(value, Markup | int) else visible(value)


def _figures(totals: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    bitten, rules = totals["bitten"], totals["rules"]
    yield {"value": f"{bitten} of {rules}", "says": "rules bitten", "fine": bitten == rules}
    for key, says in _FIGURES:
        yield {"value": totals[key], "says": says, "fine": totals[key] == 0}


def _wrong(one: Mapping[str, Any]) -> dict[str, Any]:
    about = (one["fault"], one["dialect"], one["rule"])
    return {
        **one,
        "about": [part for part in about if part is not None],
        "goods": ", ".join(one["goods"]),
    }


def _families(score: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rules by family, each with the faults that make one of them bite."""
    place = {name: number for number, name in enumerate(score["faults"])}
    grouped: dict[str, dict[str, Any]] = {}
    for slug, rule in score["rules"].items():
        grouped.setdefault(slug.partition("/")[0], {})[slug] = rule
    return [_family(name, rules, place) for name, rules in grouped.items()]


def _family(name: str, rules: Mapping[str, Any], place: Mapping[str, int]) -> dict[str, Any]:
    biting = {fault for rule in rules.values() for fault in rule["bitten_by"]}
    columns = sorted(biting, key=lambda fault: place[fault])
    return {
        "name": name,
        "faults": [{"name": fault, "place": place[fault]} for fault in columns],
        "rules": [_row(slug, rule, columns, place) for slug, rule in rules.items()],
    }


def _row(
    slug: str, rule: Mapping[str, Any], columns: Sequence[str], place: Mapping[str, int]
) -> dict[str, Any]:
    counts = rule["bitten_by"]
    return {
        "slug": slug,
        "level": rule["level"],
        "bitten": bool(counts),
        "cells": [
            {"name": fault, "place": place[fault], "count": counts.get(fault, 0)}
            for fault in columns
        ],
    }


def _fault(name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "says": one["says"],
        "dialects": [_dialect(dialect, cell) for dialect, cell in one["dialects"].items()],
    }


def _dialect(name: str, cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "declared": _declared(cell["declares"]),
        "tried": cell["tried"],
        "spoiled": sum(cell[result] for result in _CHANGED),
        "bites": list(cell["bites"].items()),
        "wrong": "; ".join(_amiss(cell)),
    }


def _declared(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return "nothing to spoil"
    if "invisible" in said:
        return f"invisible: {said['invisible']}"
    perhaps = f"perhaps {', '.join(said['perhaps'])}" if said["perhaps"] else ""
    return "; ".join(part for part in (", ".join(said["rules"]), perhaps) if part)


def _amiss(cell: Mapping[str, Any]) -> Iterator[str]:
    for key, says in (("undeclared", "undeclared"), ("missing", "no bite of")):
        for rule, count in cell[key].items():
            yield f"{says} {rule} ({count})"
    for words, count in cell["raised_with"].items():
        yield f"{words} ({count})"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _page(name: str) -> str:
    return files("streamgauge.report").joinpath("page", name).read_text(encoding="utf-8")
