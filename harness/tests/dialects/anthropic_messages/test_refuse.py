"""Error answers of the Messages API."""

from __future__ import annotations

import pytest

from streamgauge.delta import Failure
from streamgauge.dialects.anthropic_messages import DIALECT
from streamgauge.dialects.dialect import Refusal


def test_an_error_answer_is_read_as_the_refusal_it_was() -> None:
    refusal = Refusal(status=400, type="invalid_request_error", message="messages.1: no")
    (found,) = DIALECT.document(DIALECT.refuse(refusal, {}))
    assert isinstance(found, Failure)
    assert (found.type, found.message) == ("invalid_request_error", "messages.1: no")


def test_codes_of_other_dialects_are_not_sent() -> None:
    answer = DIALECT.refuse(Refusal(status=429, type="x", message="m", code="spend"), {})
    assert answer == {"type": "error", "error": {"type": "x", "message": "m"}}


@pytest.mark.parametrize(
    ("status", "type"),
    [
        (401, "authentication_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (405, "api_error"),
        (429, "rate_limit_error"),
        (502, "api_error"),
        (529, "overloaded_error"),
    ],
)
def test_the_status_gives_the_type_where_there_is_none(status: int, type: str) -> None:
    answer = DIALECT.refuse(Refusal(status=status, type="", message="m"), {})
    assert answer == {"type": "error", "error": {"type": type, "message": "m"}}


def test_it_is_a_document_of_the_dialect() -> None:
    assert DIALECT.is_document(DIALECT.refuse(Refusal(status=500, type="", message=""), {}))
