"""Are the habits of one answer read from its record and its bytes?"""

from __future__ import annotations

import pytest

from streamgauge.report.traits import LISTS, Theme, refused, traits
from tests.report.trial_runs import USAGE, chunk, line, refusal, text, tool

PLACES = {
    "in every chunk": chunk({"content": "a"}, usage=USAGE) * 3 + chunk({}, "stop", usage=USAGE),
    "in the first chunk and with the finish reason": chunk({"content": "a"}, usage=USAGE)
    + chunk({"content": "b"})
    + chunk({}, "stop", usage=USAGE),
    "before the finish reason": chunk({"content": "a"})
    + chunk({"content": "b"}, usage=USAGE)
    + chunk({}, "stop"),
    "none": chunk({"content": "a"}) + chunk({}, "stop"),
}
FORMS = {
    "functions.look:0": "functions.NAME:#",
    "toolu_01A2b3C4d5E6": "toolu_<12 letters and digits>",
    "call_0123456789abcdef": "call_<16 hex digits>",
    "chatcmpl-tool-7": "chatcmpl-tool-#",
}


@pytest.mark.parametrize("place", PLACES)
def test_the_place_of_usage_has_a_name(place: str) -> None:
    body = f"{PLACES[place]}data: [DONE]\n\n".encode()
    assert traits(line("x", body))[Theme.USAGE]["place"] == place


@pytest.mark.parametrize("id", FORMS)
def test_an_id_is_known_by_its_form(id: str) -> None:
    assert traits(line("x", tool(id, "{}")))[Theme.TOOLS]["id"] == FORMS[id]


def test_an_error_is_told_in_one_line() -> None:
    one = line("x", refusal("Busy", type="overloaded", code=7), status=529)
    assert traits(one)[Theme.ERRORS] == {"answer": "529 · overloaded · 7 · Busy"}
    assert refused(one["result"])


def test_without_bytes_only_the_record_speaks() -> None:
    known = traits(line("x", text("a")))
    bare = traits({**line("x", text("a")), "body": None})
    assert known[Theme.USAGE].keys() - bare[Theme.USAGE].keys() == {"place"}
    assert "line end" not in bare[Theme.FRAMING]
    assert known[Theme.ENDINGS] == bare[Theme.ENDINGS]


def test_lists_are_sorted() -> None:
    found = traits(line("x", text("a")))
    assert found[Theme.USAGE]["counters"] == "completion_tokens, prompt_tokens, total_tokens"
    assert "counters" in LISTS


def test_an_unreadable_input_has_its_error() -> None:
    one = line("x", b"")
    one["result"] |= {"message": None, "metadata": None, "dialect": None, "error": "no such file"}
    assert traits(one)[Theme.ERRORS] == {"answer": "no such file"}
