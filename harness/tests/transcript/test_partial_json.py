"""How far a broken JSON text is JSON: prefix, what was open, where, for every place of breaking."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.transcript.partial_json import broken

# Text: valid prefix, what is open there, pointer. `|` stands where the valid prefix ends.
CUT: dict[str, tuple[str, str, str]] = {
    "nothing": ("|", "", ""),
    "white space": (" \n|", "", ""),
    "an object's beginning": ("{|", "{", ""),
    "inside a key": ('{"ab|', '{"', ""),
    "behind a key": ('{"a"|', "{", ""),
    "behind a colon": ('{"a":|', "{", "/a"),
    "inside a string": ('{"a": "x y|', '{"', "/a"),
    "inside an escape": ('{"a": "x\\|', '{"', "/a"),
    "inside a unicode escape": ('{"a": "\\u00|', '{"', "/a"),
    "behind a string": ('{"a": "x"|', "{", ""),
    "behind a comma": ('{"a": 1,|', "{", ""),
    "inside the second key": ('{"a": 1, "b|', '{"', ""),
    "inside a number": ('{"a": -|', "{", "/a"),
    "inside a fraction": ('{"a": 1.|', "{", "/a"),
    "inside an exponent": ('{"a": 1e+|', "{", "/a"),
    "behind what may be a whole number": ('{"a": 12|', "{", ""),
    "inside a literal": ('{"a": tru|', "{", "/a"),
    "an array's beginning": ("[|", "[", ""),
    "inside an element": ('["x|', '["', "/0"),
    "behind an element": ('["x"|', "[", ""),
    "behind an element and a comma": ('["x", |', "[", "/1"),
    "deep inside": ('{"a": [1, {"b": ["x|', '{[{["', "/a/1/b/0"),
    "a key that a pointer must escape": ('{"a/b~c": "|', '{"', "/a~1b~0c"),
    "a key that was escaped": ('{"\\u00e9\\"": "|', '{"', '/é"'),
    "a string alone": ('"x|', '"', ""),
    "a literal alone": ("nul|", "", ""),
}
# Text up to `|` is the beginning of some JSON; what follows cannot stand there.
INVALID: dict[str, tuple[str, str, str]] = {
    "a word": ("|hello", "", ""),
    "a literal misspelt": ("nul|x", "", ""),
    "a literal of another language": ("|None", "", ""),
    "the beginning of a literal": ('{"a": f|oo', "{", "/a"),
    "a sign alone": ("-|x", "", ""),
    "a fraction without digits": ("[1.|]", "[", "/0"),
    "an exponent without digits": ("[1e|]", "[", "/0"),
    "a number that begins with zero": ("[0|1]", "[", ""),
    "a plus": ("[|+1]", "[", "/0"),
    "two commas": ("[1,|,2]", "[", "/1"),
    "a comma before the end": ('{"a":1,|}', "{", ""),
    "a comma before the end of an array": ("[1,|]", "[", "/1"),
    "the wrong bracket": ('{"a":1|]', "{", ""),
    "single quotes": ("{|'a': 1}", "{", ""),
    "a key without quotes": ("{|a: 1}", "{", ""),
    "no colon": ('{"a"| 1}', "{", ""),
    "a value behind a value": ('{"a": 1}|{}', "", ""),
    "a line feed in a string": ('["a|\n"]', '["', "/0"),
    "an escape that there is not": ('["a\\|x"]', '["', "/0"),
    "a unicode escape that is not one": ('["\\u00|zz"]', '["', "/0"),
    "NaN": ("[|NaN]", "[", "/0"),
    "Arabic digits": ("[|١]", "[", "/0"),
}


@pytest.mark.parametrize("name", [*CUT, *INVALID])
def test_a_broken_text_says_where_it_broke_and_what_was_open(name: str) -> None:
    marked, opened, path = (CUT | INVALID)[name]
    text = marked.replace("|", "")
    found = broken(text)
    assert found is not None
    # White space in front of what cannot stand there is no fault.
    assert text[: found.valid].rstrip() == marked.partition("|")[0].rstrip()
    assert ("".join(found.opened), found.path) == (opened, path)
    assert found.says
    assert (found.valid == len(text)) == (name in CUT)


WHOLE = ["{}", "[]", '""', "0", "-1.5e+3", " true ", '{"a":[{}, [], "\\u00e9\\n"]}', "1 \n"]


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_text_is_not_broken(text: str) -> None:
    assert broken(text) is None


SIGNS = st.sampled_from(
    [*'{}[],:"\\ \n-+.019eEutrfalsn', "null", "true", '"a"', '{"a":', "\\u00e9", "é"]
)
TEXTS = st.lists(SIGNS, max_size=14).map("".join) | st.text(max_size=20)


def is_json(text: str) -> bool:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True


@given(TEXTS)
def test_whole_is_what_a_json_parser_takes(text: str) -> None:
    assert (broken(text) is None) == is_json(text)


@given(TEXTS)
def test_the_valid_prefix_is_the_longest_that_can_still_become_json(text: str) -> None:
    """A prefix can become JSON when it is whole or only ends too early."""

    def viable(prefix: str) -> bool:
        found = broken(prefix)
        return found is None or found.valid == len(prefix)

    found = broken(text)
    longest = max(at for at in range(len(text) + 1) if viable(text[:at]))
    assert longest == (len(text) if found is None else found.valid)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
)


@given(value=VALUES, data=st.data())
def test_a_cut_text_is_valid_to_its_end(value: object, data: st.DataObject) -> None:
    text = json.dumps([value], ensure_ascii=data.draw(st.booleans()))
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    found = broken(cut)
    assert found is not None
    assert found.valid == len(cut)
    closed = {"{": 1, "[": 1, '"': 0}
    assert len(found.opened) >= sum(closed[sign] for sign in found.opened)


def test_a_long_text_costs_no_more_than_its_length() -> None:
    found = broken("[" * 200_000)
    assert found is not None
    assert len(found.opened) == 200_000
    assert broken('"' + "\\" * 200_000) is not None
    assert broken("[" + "1," * 200_000) is not None
