"""Error answers of the `generateContent` API."""

from __future__ import annotations

import pytest

from streamgauge.delta import Failure
from streamgauge.dialects.dialect import Refusal
from streamgauge.dialects.gemini import DIALECT


def test_an_error_answer_is_read_as_the_refusal_it_was() -> None:
    refusal = Refusal(status=400, type="FAILED_PRECONDITION", message="No.")
    (found,) = DIALECT.document(DIALECT.refuse(refusal, {}))
    assert isinstance(found, Failure)
    assert (found.type, found.code, found.message) == ("FAILED_PRECONDITION", 400, "No.")


@pytest.mark.parametrize(
    ("status", "canonical"),
    [
        (400, "INVALID_ARGUMENT"),
        (404, "NOT_FOUND"),
        (429, "RESOURCE_EXHAUSTED"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
        (418, "UNKNOWN"),
    ],
)
def test_words_of_other_dialects_give_way_to_the_status(status: int, canonical: str) -> None:
    answer = DIALECT.refuse(Refusal(status=status, type="rate_limit_error", message="m"), {})
    assert answer == {"error": {"code": status, "message": "m", "status": canonical}}


def test_the_wait_stands_in_the_details() -> None:
    refusal = Refusal(status=429, type="", message="m", retry_after=2.5)
    answer = DIALECT.refuse(refusal, {"retry-info-type": "type.example/RetryInfo"})
    details = [{"@type": "type.example/RetryInfo", "retryDelay": "2.5s"}]
    assert answer["error"]["details"] == details  # type: ignore[index]
    assert "details" not in DIALECT.refuse(refusal, {})["error"]  # type: ignore[index]


def test_it_is_a_document_of_the_dialect() -> None:
    assert DIALECT.is_document(DIALECT.refuse(Refusal(status=500, type="", message=""), {}))
