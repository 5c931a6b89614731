"""Cases, read from tables."""

from __future__ import annotations

from typing import Any

from streamgauge.exchange import Framing
from streamgauge.rules.finding import Level
from streamgauge.trials.clients.case import from_data
from streamgauge.verdict.grading import Behaviour, Duty


def test_a_table_is_a_case_for_each_dialect(table: dict[str, Any]) -> None:
    table["streams"]["gemini"] = "fixture:gemini/text"
    found = list(from_data({"case": {"text": table}}))
    assert [case.id for case in found] == ["text.openai-chat", "text.gemini"]
    assert found[0].charge.duty is Duty.EQUAL
    assert found[0].charge.level is Level.MUST
    assert found[0].framing is Framing.CHUNKED


def test_several_splits_are_a_group_of_cases(table: dict[str, Any]) -> None:
    table["splits"] = ["whole", "bytes"]
    found = list(from_data({"case": {"text": table}}))
    assert [case.id for case in found] == ["text.openai-chat.whole", "text.openai-chat.bytes"]
    assert {case.group for case in found} == {"text.openai-chat"}


def test_what_a_file_says_goes_for_all_its_cases(table: dict[str, Any]) -> None:
    own = table | {"connection": "close"}
    data = {"allowed": ["silent"], "connection": "", "case": {"a": table, "b": own}}
    first, second = from_data(data)
    assert first.charge.allowed == second.charge.allowed == {Behaviour.SILENT}
    assert (first.connection, second.connection) == ("", "close")


def test_a_stream_may_be_written_in_the_case(table: dict[str, Any]) -> None:
    own = {**table, "streams": {}, "written": {"gemini": '{"candidates":[]}'}}
    (found,) = from_data({"case": {"text": own}})
    assert (found.id, found.stream) == ("text.gemini", "written:text")
    assert found.written == '{"candidates":[]}'


def test_each_dialect_may_have_an_authority_of_its_own(table: dict[str, Any]) -> None:
    table["streams"]["gemini"] = "fixture:gemini/text"
    table["authority"] = {"openai-chat": "https://chat/", "gemini": "https://gemini/"}
    found = from_data({"case": {"text": table}})
    assert [case.authority for case in found] == ["https://chat/", "https://gemini/"]
