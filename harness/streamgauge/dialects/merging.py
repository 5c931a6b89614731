"""Merges what somebody says in the vendor's own words into a request that was built.

It must never lose a member that only one side has.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping


def merged(built: Mapping[str, object], members: Mapping[str, object]) -> dict[str, object]:
    """Both; objects that both have are merged, anything else of `members` wins.

    >>> merged({"a": {"b": 1}, "c": 2}, {"a": {"d": 3}, "c": 4})
    {'a': {'b': 1, 'd': 3}, 'c': 4}
    """
    out = dict(built)
    for name, value in members.items():
        here = out.get(name)
        if isinstance(here, Mapping) and isinstance(value, Mapping):
            out[name] = merged(here, value)
        else:
            out[name] = copy.deepcopy(value)
    return out


def knob(
    facts: Mapping[str, object], *, on: bool, default: Mapping[str, object]
) -> dict[str, object]:
    """The members that switch thinking: what the fact `thinking-knob` says, else the default."""
    stated = facts.get("thinking-knob")
    words = (stated if isinstance(stated, Mapping) else default).get("on" if on else "off")
    return dict(words) if isinstance(words, Mapping) else {}
