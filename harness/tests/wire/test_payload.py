"""The exact value of a payload, and every flaw that a fast parser hides."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire.payload import Flaw, parse

NOTHING: frozenset[Flaw] = frozenset()
SOUND: dict[str, tuple[bytes, Any]] = {
    "object": (b'{"a":1}', {"a": 1}),
    "white space around": (b" \n[1, 2]\t", [1, 2]),
    "text alone": (b'"a"', "a"),
    "null": (b"null", None),
    "the same key in two objects": (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
    "the same key inside itself": (b'{"a":{"a":1}}', {"a": {"a": 1}}),
    "a colon in a key": (b'{"a\\":b":1}', {'a":b': 1}),
    "what looks like a key in a text": (b'{"a":"\\"b\\": 1"}', {"a": '"b": 1'}),
    "white space before the colon": (b'{"a" \n: 1}', {"a": 1}),
    "the largest exact integer": (b"[9007199254740992]", [9007199254740992]),
    "sixteen digits of a fraction": (b"[0.1234567890123456]", [0.1234567890123456]),
    "a pair of surrogates": (b'["\\ud83d\\ude00"]', ["\U0001f600"]),
    "a pair of surrogates, read slowly": (
        b'["\\ud83d\\ude00", 0.1234567890123456]',
        ["\U0001f600", 0.1234567890123456],
    ),
    "an escaped backslash before u": (b'["\\\\ud83d"]', ["\\ud83d"]),
    "as deep as is read": (b"[" * 128 + b"]" * 128, None),
    "many brackets, none deep": (b"[" + b"[]," * 200 + b"[]]", [[]] * 201),
    "brackets in a text": (b'"' + b"[" * 300 + b'"', "[" * 300),
}
FLAWED: dict[str, tuple[bytes, Flaw, str, Any]] = {
    "two equal keys": (b'{"a":1,"a":2}', Flaw.DUPLICATE_KEY, "a", {"a": 2}),
    "two equal keys, one escaped": (b'{"a":1,"\\u0061":2}', Flaw.DUPLICATE_KEY, "a", {"a": 2}),
    "two equal keys, far inside": (b'[{"b":{"a":1,"c":0,"a":1}}]', Flaw.DUPLICATE_KEY, "a", ...),
    "two equal keys beside a text that looks like one": (
        b'{"a":"\\"x\\":","a":2}',
        Flaw.DUPLICATE_KEY,
        "a",
        {"a": 2},
    ),
    "two equal empty keys": (b'{"":1,"":2}', Flaw.DUPLICATE_KEY, "", {"": 2}),
    "not a number": (b'{"a":NaN}', Flaw.NON_FINITE, "NaN", ...),
    "infinity": (b"[-Infinity]", Flaw.NON_FINITE, "-Infinity", [-math.inf]),
    "an integer beyond doubles": (b"[9007199254740993]", Flaw.HUGE_NUMBER, ..., [2**53 + 1]),
    "a negative integer beyond doubles": (b"[-9007199254740993]", Flaw.HUGE_NUMBER, ..., ...),
    "an integer of a thousand digits": (b"9" * 1000, Flaw.HUGE_NUMBER, "9" * 20 + "…", math.inf),
    "its negative": (b"-" + b"9" * 1000, Flaw.HUGE_NUMBER, ..., -math.inf),
    "an exponent beyond doubles": (b"[1e999]", Flaw.HUGE_NUMBER, "1e999", [math.inf]),
    "an exponent behind many digits": (
        b"1" * 50 + b"e999",
        Flaw.HUGE_NUMBER,
        "1" * 40,
        math.inf,
    ),
    "an integer of fifty digits": (b"1" * 50, Flaw.HUGE_NUMBER, "1" * 40, ...),
    "half of a pair": (b'["\\ud83d"]', Flaw.LONE_SURROGATE, "", ["\ud83d"]),
    "the other half": (b'["a\\uDE00"]', Flaw.LONE_SURROGATE, "", ["a\ude00"]),
    "half of a pair as a key": (b'{"\\ud83d":1}', Flaw.LONE_SURROGATE, "", ...),
    "bytes that are not UTF-8": (b'["a\xff"]', Flaw.BAD_UTF8, "byte 3", ["a\ufffd"]),
    "a surrogate in UTF-8": (b'["\xed\xa0\xbd"]', Flaw.BAD_UTF8, "byte 2", ...),
}
UNREADABLE: dict[str, tuple[bytes, Flaw]] = {
    "nothing": (b"", Flaw.EMPTY),
    "white space": (b" \n", Flaw.EMPTY),
    "a word": (b"hello", Flaw.NOT_JSON),
    "a cut object": (b'{"a":', Flaw.NOT_JSON),
    "two values": (b"{}{}", Flaw.NOT_JSON),
    "a byte-order mark": (b"\xef\xbb\xbf{}", Flaw.NOT_JSON),
    "a control character": (b'["a\nb"]', Flaw.NOT_JSON),
    "a comma too many": (b"[1,]", Flaw.NOT_JSON),
    "one bracket deeper than is read": (b"[" * 129 + b"]" * 129, Flaw.TOO_DEEP),
    "many brackets, the wrong way round": (b"][" * 200, Flaw.NOT_JSON),
    "many brackets, open as deep as is read": (b"[]" + b"[" * 128, Flaw.NOT_JSON),
    "an endless opening": (b'{"a":' * 100_000, Flaw.TOO_DEEP),
    "deep behind an escaped quote": (b'["\\"",' + b"[" * 200, Flaw.TOO_DEEP),
    "the sentinel": (b"[DONE]", Flaw.NOT_JSON),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_payload_is_its_value(name: str) -> None:
    data, value = SOUND[name]
    found = parse(data)
    assert (found.readable, found.flaws) == (True, ())
    assert found.value == (value if value is not None else json.loads(data))


@pytest.mark.parametrize("name", FLAWED)
def test_a_flaw_is_named_and_the_value_is_kept(name: str) -> None:
    data, flaw, detail, value = FLAWED[name]
    found = parse(data)
    assert found.readable
    assert [one for one, _ in found.flaws] == [flaw]
    assert detail is ... or found.flaws[0][1] == detail
    assert value is ... or found.value == value


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_not_json_has_no_value(name: str) -> None:
    data, flaw = UNREADABLE[name]
    found = parse(data)
    assert (found.readable, found.value) == (False, None)
    assert found.flaws[-1][0] is flaw


def test_flaws_are_counted_once_and_not_without_end() -> None:
    members = b",".join(b'"%d":1,"%d":2' % (n, n) for n in range(100))
    assert len(parse(b"{" + members + b"}").flaws) == 16
    assert parse(b'{"a":1,"a":2,"a":3}').flaws == ((Flaw.DUPLICATE_KEY, "a"),)


def test_a_deep_payload_is_too_deep_whoever_asks() -> None:
    """The answer must not depend on how much of the stack is used already."""

    def asked_from(depth: int) -> bool:
        return (
            asked_from(depth - 1)
            if depth
            else parse(b'{"a":1,"a":' + b"[" * 127 + b"]" * 128).readable
        )

    assert not asked_from(1)
    deep = b'{"a":1,"a":' + b"[" * 126 + b"]" * 126 + b"}"
    assert parse(deep).readable


KEYS = st.sampled_from(["a", "b", "", '"', ":", '":', "é", "\\", "a\n"])
LEAVES = (
    st.none() | st.integers() | st.text(max_size=6) | st.floats(allow_nan=False, width=32) | KEYS
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)


@given(value=JSON, ascii_=st.booleans(), indent=st.sampled_from([None, 1]))
def test_json_is_read_as_the_standard_library_reads_it(
    value: object, ascii_: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_, indent=indent, allow_nan=False)
    found = parse(text.encode("utf-8", "surrogatepass") if ascii_ else text.encode())
    assert found.readable
    assert found.value == json.loads(text)


@given(pairs=st.lists(st.tuples(KEYS, LEAVES), min_size=1, max_size=6))
def test_equal_keys_never_hide(pairs: list[tuple[str, object]]) -> None:
    text = "{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in pairs) + "}"
    keys = [key for key, _ in pairs]
    hidden = {flaw for flaw, _ in parse(text.encode()).flaws} & {Flaw.DUPLICATE_KEY}
    assert bool(hidden) == (len(keys) != len(set(keys)))


@given(st.binary(max_size=40))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    found = parse(data)
    assert found.readable or found.flaws
