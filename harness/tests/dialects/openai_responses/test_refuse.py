"""Error answers of the Responses API."""

from __future__ import annotations

from streamgauge.delta import Failure
from streamgauge.dialects.dialect import Refusal
from streamgauge.dialects.openai_responses import DIALECT

REFUSAL = Refusal(status=400, type="invalid_request_error", message="No.", param="input")


def test_an_error_answer_is_read_as_the_refusal_it_was() -> None:
    answer = DIALECT.refuse(REFUSAL, {})
    (found,) = DIALECT.document(answer)
    assert isinstance(found, Failure)
    assert (found.type, found.code, found.message) == ("invalid_request_error", None, "No.")
    assert answer["error"]["param"] == "input"  # type: ignore[index]


def test_the_profile_draws_another_shape() -> None:
    facts = {"error-body": {"errors": [{"m": "{message}", "s": "{status}", "v": 1}]}}
    assert DIALECT.refuse(REFUSAL, facts) == {"errors": [{"m": "No.", "s": 400, "v": 1}]}


def test_it_is_a_document_of_the_dialect() -> None:
    assert DIALECT.is_document(DIALECT.refuse(REFUSAL, {}))
