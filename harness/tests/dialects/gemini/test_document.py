"""Whole answers of `generateContent`."""

from __future__ import annotations

import pytest

from streamgauge.dialects.gemini.document import document, is_document
from streamgauge.dialects.gemini.read import read

ANSWER = {
    "candidates": [{"content": {"parts": [{"text": "Hi"}], "role": "model"}}],
    "usageMetadata": {"promptTokenCount": 3},
}
ERROR = {"error": {"code": 429, "message": "No", "status": "RESOURCE_EXHAUSTED"}}


@pytest.mark.parametrize("value", [ANSWER, ERROR, [ERROR], None, "x"])
def test_an_answer_reads_as_a_chunk_does(value: object) -> None:
    assert document(value) == read(None, value) != []


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (ANSWER, True),
        (ERROR, True),
        ([ERROR], True),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, True),
        ({"usageMetadata": {}}, True),
        ([ANSWER, ANSWER], False),
        ([[ERROR]], False),
        ({"error": {"message": "x", "type": "y"}}, False),
        ({"error": "x"}, False),
        ({"candidates": []}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_document_is_told_by_its_shape(value: object, is_one: bool) -> None:
    assert is_document(value) is is_one
