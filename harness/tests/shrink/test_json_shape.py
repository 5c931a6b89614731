"""The shape of a JSON text: boxes, members, scalars and the blanks between them, as spans."""

from __future__ import annotations

from streamgauge.shrink.json_shape import ANY, shape

TEXT = b'{"a": [1, "x,]"], "b" : {}, "a":{"c":null}} '


def test_boxes_hold_their_members_keys_and_all() -> None:
    boxes = shape(TEXT).boxes
    inside = {
        TEXT[box.start : box.end]: [TEXT[m.start : m.end] for m in box.members] for box in boxes
    }
    assert inside == {
        b'1, "x,]"': [b"1", b'"x,]"'],
        b"": [],
        b'"c":null': [b'"c":null'],
        TEXT[1:-2]: [b'"a": [1, "x,]"]', b'"b" : {}', b'"a":{"c":null}'],
    }  # fmt: skip
    assert [box.path for box in boxes] == [(b'"a"',), (b'"b"',), (b'"a"',), ()]


def test_every_place_of_an_array_has_one_path() -> None:
    (numbers, *_) = shape(TEXT).boxes
    assert {member.path for member in numbers.members} == {(b'"a"', ANY)}


def test_scalars_are_as_they_are_written() -> None:
    found = shape(TEXT, base=100).scalars
    assert [one.text for one in found] == [b"1", b'"x,]"', b"null"]
    assert all(TEXT[one.start - 100 : one.end - 100] == one.text for one in found)


def test_blanks_between_tokens_are_found_and_those_in_strings_are_not() -> None:
    assert [TEXT[start:end] for start, end in shape(TEXT).gaps] == [b" "] * 7
    assert shape(b'{"a b":"c d"}').gaps == ()


def test_a_scalar_alone_has_a_shape_too() -> None:
    assert [one.text for one in shape(b" 12.50 ").scalars] == [b"12.50"]
