"""Finds every rule by looking through the families; there is no list to keep by hand."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache

import streamgauge.rules
from streamgauge.rules.rule import Rule

FAMILIES = (
    "framing", "ending", "order", "schema", "content", "tools",
    "reasoning", "stop", "usage", "errors", "history", "timing", "cache",
)  # fmt: skip


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by family in reading order, then by slug."""
    found = [rule for family in FAMILIES for rule in _family(family)]
    return tuple(sorted(found, key=lambda rule: (FAMILIES.index(rule.family), rule.slug)))


def _family(family: str) -> Iterator[Rule]:
    package = importlib.import_module(f"{streamgauge.rules.__name__}.{family}")
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, Rule):
                yield value


def chosen(wanted: Sequence[str] = (), unwanted: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules whose slugs match a glob of `wanted` (all where there is none) and none of
    `unwanted`."""
    return tuple(
        rule
        for rule in rules()
        if (not wanted or any(fnmatchcase(rule.slug, glob) for glob in wanted))
        and not any(fnmatchcase(rule.slug, glob) for glob in unwanted)
    )


def described(chosen: Iterable[Rule]) -> dict[str, dict[str, object]]:
    """Rules as the header of a run describes them, by slug."""
    return {
        rule.slug: {
            "family": rule.family,
            "level": rule.level.value,
            "title": rule.slug.partition("/")[2].replace("-", " "),
            "authority": {"name": rule.authority.name, "url": rule.authority.url},
            "says": rule.says,
        }
        for rule in chosen
    }


def digest(chosen: Iterable[Rule]) -> str:
    """A digest of what rules ask: slugs, levels, dialects, authorities and pages."""
    text = "\n".join(
        f"{rule.slug} {rule.level.value} {sorted(rule.dialects)} {rule.authority.url} {rule.page}"
        for rule in chosen
    )
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()
