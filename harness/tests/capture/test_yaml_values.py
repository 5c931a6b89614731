"""YAML becomes plain values, whatever it asks for, or one clear line."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.capture.yaml_values import load

LIMITS = Limits(nodes=10_000)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"a: 1\nb: [x, 'y']", {"a": "1", "b": ["x", "y"]}),
        (b"a: null\nb: ~\nc:", {"a": None, "b": None, "c": None}),
        (b"a: ''\nb: 'null'", {"a": "", "b": "null"}),
        (b"!!binary aGk=", b"hi"),
        (b"!binary |-\n  aGk=", b"hi"),
        (b"when: 2024-99-99\nhuge: " + b"9" * 6000, {"when": "2024-99-99", "huge": "9" * 6000}),
        (b"!!python/object/apply:os.system [date]", ["date"]),
        (b"!!python/unicode 'x'", "x"),
        (b"a: &x [1]\nb: *x", {"a": ["1"], "b": ["1"]}),
        (b"a: 1\na: 2", {"a": "2"}),
        (b"? [1]\n: x\nb: y", {"b": "y"}),
        (b"--- a\n--- b", "a"),
        (b"", None),
    ],
)
def test_a_document_becomes_text_bytes_lists_and_mappings(written: bytes, value: object) -> None:
    assert load(written, LIMITS) == value


LAUGHS = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (LAUGHS, "expands to more than"),
        (b"[" * 100_000, "nested deeper"),
        (b"- " * 5_000, "nested deeper"),
        (b"a: &a [*a]", "no anchor"),
        (b"a: *b", "no anchor"),
        (b"a: [1", "not YAML"),
        (b"\t- a\n  b: c: d", "not YAML"),
        (b"a: \x00", "not YAML"),
        (b"\xff\xfea", "not YAML"),
        (b"!!binary 'a'", "not base64"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_cannot_be_read_is_one_line(written: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says) as raised:
        load(written, LIMITS)
    assert "\n" not in str(raised.value)


leaves = st.text(st.characters(codec="utf-8", exclude_characters="\x85\ufeff")) | st.binary()
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(trees)
def test_what_a_yaml_writer_wrote_comes_back(tree: object) -> None:
    assert load(yaml.safe_dump(tree).encode(), LIMITS) == tree
