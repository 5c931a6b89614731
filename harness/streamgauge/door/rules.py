"""The door behind `streamgauge rules`: the catalogue as a table, or one rule's page."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from streamgauge.pipeline import profiles
from streamgauge.rules import catalogue
from streamgauge.rules.rule import ALL, Rule
from streamgauge.vendors.profile import Profile, Ruled, find


def run(name: str | None, vendor: str | None, format_: str) -> int:
    """Print the catalogue, the rules of a glob, or one page; the exit code."""
    profile = None if vendor is None else find(profiles(), vendor)
    if vendor is not None and profile is None:
        print(f"streamgauge: --vendor {vendor}: no such vendor", file=sys.stderr)
        return 2
    chosen = [r for r in catalogue.rules() if name is None or fnmatchcase(r.slug, name)]
    if not chosen:
        print(f"streamgauge: no rule is named {name}; see streamgauge rules", file=sys.stderr)
        return 2
    if format_ == "json":
        print(json.dumps([_described(rule, profile) for rule in chosen], indent=2))
    elif format_ == "markdown":
        print(markdown(chosen), end="")
    elif len(chosen) == 1 and name is not None:
        print(page(chosen[0], profile))
    else:
        _print_table(chosen, profile)
    return 0


def page(rule: Rule, profile: Profile | None = None) -> str:
    """One rule's page as text."""
    dialects = "all dialects" if rule.dialects == ALL else ", ".join(sorted(rule.dialects))
    lines = [rule.slug, "=" * len(rule.slug), "", f"{rule.level.value} · {dialects}"]
    lines += [f"Authority: {rule.authority.name}", f"           {rule.authority.url}"]
    if rule.demanded:
        lines.append("Asked only where a vendor's profile demands it.")
    if profile is not None:
        lines += [f"{profile.slug}: {_at(rule, profile)}"]
    return "\n".join([*lines, "", _dedented(rule.page)])


def markdown(chosen: Sequence[Rule]) -> str:
    """Every page as one Markdown document, families as chapters."""
    lines = [
        "# Rules",
        "",
        "One question each, with an authority. Made by `streamgauge rules --format markdown`;",
        "edit the docstring of the rule, not this file.",
        "",
    ]
    for family, members in groupby(chosen, key=lambda rule: rule.family):
        rules = list(members)
        lines += [f"## {family}", ""]
        for rule in rules:
            dialects = "all dialects" if rule.dialects == ALL else ", ".join(sorted(rule.dialects))
            demanded = " · only where a profile demands it" if rule.demanded else ""
            lines += [
                f"### `{rule.slug}`",
                "",
                f"**{rule.level.value}** · {dialects}{demanded} · "
                f"[{rule.authority.name}]({rule.authority.url})",
                "",
                _dedented(rule.page),
                "",
            ]
    return "\n".join(lines)


def _dedented(text: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in text.split("\n"))


def _ruled(rule: Rule, profile: Profile) -> list[tuple[str, Ruled]]:
    found = []
    for dialect in profile.dialects:
        ruled = profile.narrowed(dialect).rules.get(rule.slug)
        if ruled is not None and dialect in rule.dialects:
            found.append((dialect, ruled))
    return found


def _at(rule: Rule, profile: Profile) -> str:
    ruled = _ruled(rule, profile)
    if not ruled:
        return "off (not demanded)" if rule.demanded else rule.level.value
    return "; ".join(f"{r.level} in {dialect} ({r.authority or r.source})" for dialect, r in ruled)


def _described(rule: Rule, profile: Profile | None) -> dict[str, Any]:
    out: dict[str, Any] = {
        "rule": rule.slug,
        "level": rule.level.value,
        "demanded": rule.demanded,
        "dialects": sorted(rule.dialects),
        "authority": {"name": rule.authority.name, "url": rule.authority.url},
        "says": rule.says,
        "page": _dedented(rule.page),
    }
    if profile is not None:
        out["vendor"] = {d: r.level for d, r in _ruled(rule, profile)}
    return out


def _print_table(chosen: list[Rule], profile: Profile | None) -> None:
    from rich.text import Text

    from streamgauge.report.terminal import console_for

    console = console_for(sys.stdout)
    family = ""
    for rule in chosen:
        if rule.family != family:
            family = rule.family
            console.print(Text(f"\n{family}" if family != chosen[0].family else family, "bold"))
        level = rule.level.value if profile is None else _short(rule, profile)
        mark = "*" if rule.demanded else " "
        line = Text.assemble((f"  {level:<6}{mark} ", "dim"), rule.slug)
        console.print(line, soft_wrap=True)
    console.print(Text(f"\n{len(chosen)} rules; * asked only where a profile demands it", "dim"))
    console.print(Text("one page: streamgauge rules RULE", "dim"))


def _short(rule: Rule, profile: Profile) -> str:
    levels = {ruled.level for _, ruled in _ruled(rule, profile)}
    if not levels:
        return "off" if rule.demanded else rule.level.value
    return "/".join(sorted(levels))
