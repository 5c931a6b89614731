"""Arguments of tool calls: nested, huge, empty, in every script, and spelled in several ways.

The values are JSON objects that any reader reads alike: numbers that no float loses, keys once.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import strategies as st

from streamgauge.strategies.texts import texts

_EXACT = 2**53 - 1
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-_EXACT, _EXACT),
    st.integers(-999, 999).map(lambda n: n / 8),
    texts(max_pieces=2),
    st.just(""),
)
_KEYS = st.one_of(st.from_regex(r"[a-z]{1,8}", fullmatch=True), texts(max_pieces=1), st.just(""))
_HUGE = st.integers(2_000, 9_000).map(lambda size: {"code": 'x = "é\\n"\n' * (size // 10)})


@cache
def objects() -> st.SearchStrategy[dict[str, object]]:
    """Values of arguments; one in ten is tens of kilobytes long."""
    values = st.recursive(
        _LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
        max_leaves=12,
    )
    some = st.dictionaries(_KEYS, values, max_size=4)
    deep = st.integers(2, 24).map(_nested)
    return st.one_of(*[some] * 8, deep, _HUGE)


def _nested(depth: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for level in range(depth):
        value = {"in": [value, level]}
    return value


def spelled(value: dict[str, object]) -> st.SearchStrategy[str]:
    """The JSON text of a value, as models spell it: tight or loose, escaped or not."""
    ways = _WAYS.map(lambda way: json.dumps(value, **way))
    # Nothing at all is how several models spell an object without members.
    return ways if value else st.one_of(st.just(""), ways)


_WAYS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"ensure_ascii": False, "separators": (",", ":")},
        {"ensure_ascii": False},
        {},
        {"ensure_ascii": False, "indent": 1},
    ]
)
