"""Looking into parsed chunks."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.schema.members import ABSENT, at, choices, failed
from streamgauge.transcript.reading import read_sse

VALUE = {"a": [{"b/c": 1, "d~e": None}], "": 2}


@pytest.mark.parametrize(
    ("pointer", "wanted"),
    [
        ("", VALUE),
        ("/a/0/b~1c", 1),
        ("/a/0/d~0e", None),
        ("/", 2),
        ("/a/1", ABSENT),
        ("/a/-1", ABSENT),
        ("/a/x", ABSENT),
        ("/a/99999999999999999999", ABSENT),
        ("/b", ABSENT),
        ("/a/0/b~1c/d", ABSENT),
    ],
)
def test_a_pointer_leads_to_a_value_or_to_nothing(pointer: str, wanted: object) -> None:
    assert at(VALUE, pointer) == wanted


def test_absent_reads_as_nothing() -> None:
    assert repr(ABSENT) == "nothing"


def chunks(*texts: str) -> Any:
    from streamgauge.dialects.catalogue import named

    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    return read_sse(body, named("openai-chat")).chunks


def test_choices_are_numbered_as_readers_number_them() -> None:
    (chunk,) = chunks(
        '{"choices": [{"index": 3, "delta": 1}, 5, {}, {"index": true, "delta": {}}]}'
    )
    found = [(choice.index, choice.pointer, choice.delta) for choice in choices(chunk)]
    assert found == [(3, "/choices/0", {}), (0, "/choices/2", {}), (3, "/choices/3", {})]


@pytest.mark.parametrize("text", ["[]", "3", '{"choices": {}}', '{"choices": null}', "oops"])
def test_what_holds_no_choices_gives_none(text: str) -> None:
    assert list(choices(chunks(text)[0])) == []


def test_a_chunk_with_an_error_has_failed() -> None:
    assert [failed(one) for one in chunks('{"error": {"message": "no"}}', '{"choices": []}')] == [
        True,
        False,
    ]
