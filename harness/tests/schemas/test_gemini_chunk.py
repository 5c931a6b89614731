"""Does the schema of gemini chunks take what is right and bite what is wrong?

Rows of BROKEN: name, a good chunk, the member to set (`...` takes it away), the keyword of the
one violation. It must point at that member, or at what the member was taken from.
"""

from __future__ import annotations

import pytest

SCHEMA = "gemini.chunk"


def _chunk(part, **members):
    content = {"role": "model", "parts": [part]}
    return {
        "candidates": [{"content": content, "index": 0, **members}],
        "usageMetadata": {
            "promptTokenCount": 9,
            "totalTokenCount": 14,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}],
        },
        "modelVersion": "m",
        "responseId": "r",
    }


RATING = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW", "blocked": False}
TEXT = _chunk({"text": "Hi"}, safetyRatings=[RATING])
THOUGHT = _chunk({"text": "hm", "thought": True, "thoughtSignature": "AA=="})
CALL = _chunk({"functionCall": {"name": "look", "args": {"x": 1}, "id": "1"}}, finishReason="STOP")
PIECE = _chunk(
    {
        "functionCall": {
            "partialArgs": [{"jsonPath": "$.a", "stringValue": "x", "willContinue": True}],
            "willContinue": True,
        }
    }
)
IMAGE = _chunk({"inlineData": {"mimeType": "image/png", "data": "AA=="}})
CODE = _chunk({"executableCode": {"code": "1", "language": "PYTHON"}})
RAN = _chunk({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}})
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY", "safetyRatings": [RATING]}}
ERROR = {"error": {"code": 503, "message": "no", "status": "UNAVAILABLE"}}

GOOD = [
    ("text", TEXT),
    ("thought", THOUGHT),
    ("call", CALL),
    ("call without arguments", _chunk({"functionCall": {"name": "look"}})),
    ("call begins", _chunk({"functionCall": {"name": "look", "willContinue": True}})),
    ("piece of a call", PIECE),
    ("call ends", _chunk({"functionCall": {}}, finishReason="STOP")),
    ("image", IMAGE),
    ("code", CODE),
    ("result of code", RAN),
    ("signature on empty text", _chunk({"text": "", "thoughtSignature": "AA=="})),
    ("content without parts", {"candidates": [{"content": {"role": "model"}}]}),
    ("candidate without content", {"candidates": [{"finishReason": "SAFETY"}]}),
    ("prompt blocked", BLOCKED),
    ("counts alone", {"usageMetadata": {"trafficType": "ON_DEMAND"}}),
    ("error", ERROR),
    ("members that nobody knows", {**TEXT, "hologram": 5}),
]

CANDIDATE = "/candidates/0"
ONE = CANDIDATE + "/content/parts/0"
CALLED = ONE + "/functionCall"

BROKEN = [
    ("not an object", TEXT, "", [], "type"),
    (
        "nothing of an answer",
        {"modelVersion": "m", "candidates": []},
        "/candidates",
        ...,
        "required",
    ),
    ("candidates is an object", TEXT, "/candidates", {}, "type"),
    ("candidates is null", TEXT, "/candidates", None, "type"),
    ("candidate is text", TEXT, CANDIDATE, "x", "type"),
    ("index is text", TEXT, CANDIDATE + "/index", "0", "type"),
    ("index below zero", TEXT, CANDIDATE + "/index", -1, "minimum"),
    ("content is text", TEXT, CANDIDATE + "/content", "Hi", "type"),
    ("content is null", TEXT, CANDIDATE + "/content", None, "type"),
    ("role of another dialect", TEXT, CANDIDATE + "/content/role", "assistant", "const"),
    ("role is null", TEXT, CANDIDATE + "/content/role", None, "const"),
    ("parts is an object", TEXT, CANDIDATE + "/content/parts", {}, "type"),
    ("part is text", TEXT, ONE, "Hi", "type"),
    ("text is a number", TEXT, ONE + "/text", 5, "type"),
    ("text is null", TEXT, ONE + "/text", None, "type"),
    ("thought is text", THOUGHT, ONE + "/thought", "true", "type"),
    ("signature is a number", THOUGHT, ONE + "/thoughtSignature", 5, "type"),
    ("two payloads", TEXT, ONE, {"text": "Hi", "functionCall": {"name": "look"}}, "not"),
    ("two other payloads", CALL, ONE, {"functionCall": {}, "toolCall": {}}, "not"),
    ("call is text", CALL, CALLED, "look", "type"),
    ("name is null", CALL, CALLED + "/name", None, "type"),
    ("arguments without a name", CALL, CALLED + "/name", ..., "required"),
    ("arguments is text", CALL, CALLED + "/args", "{}", "type"),
    ("arguments is a number", CALL, CALLED + "/args", 5, "type"),
    ("call id is a number", CALL, CALLED + "/id", 5, "type"),
    ("will continue is text", PIECE, CALLED + "/willContinue", "true", "type"),
    ("pieces is an object", PIECE, CALLED + "/partialArgs", {}, "type"),
    ("piece without path", PIECE, CALLED + "/partialArgs/0/jsonPath", ..., "required"),
    ("piece is a number", PIECE, CALLED + "/partialArgs/0/stringValue", 5, "type"),
    ("image without type", IMAGE, ONE + "/inlineData/mimeType", ..., "required"),
    ("image without data", IMAGE, ONE + "/inlineData/data", ..., "required"),
    ("code is a number", CODE, ONE + "/executableCode/code", 1, "type"),
    ("output is null", RAN, ONE + "/codeExecutionResult/output", None, "type"),
    ("finish reason of another dialect", CALL, CANDIDATE + "/finishReason", "stop", "enum"),
    ("finish reason is a number", CALL, CANDIDATE + "/finishReason", 5, "enum"),
    ("finish reason is null", CALL, CANDIDATE + "/finishReason", None, "enum"),
    ("ratings is an object", TEXT, CANDIDATE + "/safetyRatings", {}, "type"),
    ("blocked is text", TEXT, CANDIDATE + "/safetyRatings/0/blocked", "no", "type"),
    ("block reason nobody knows", BLOCKED, "/promptFeedback/blockReason", "MOOD", "enum"),
    ("feedback is text", BLOCKED, "/promptFeedback", "SAFETY", "type"),
    ("usage is null", TEXT, "/usageMetadata", None, "type"),
    ("count is text", TEXT, "/usageMetadata/promptTokenCount", "9", "type"),
    ("count below zero", TEXT, "/usageMetadata/totalTokenCount", -1, "minimum"),
    ("details is an object", TEXT, "/usageMetadata/promptTokensDetails", {}, "type"),
    ("detail count is text", TEXT, "/usageMetadata/promptTokensDetails/0/tokenCount", "9", "type"),
    ("response id is a number", TEXT, "/responseId", 5, "type"),
    ("model version is null", TEXT, "/modelVersion", None, "type"),
    ("error is text", ERROR, "/error", "no", "type"),
    ("error code is text", ERROR, "/error/code", "503", "type"),
    ("error message is null", ERROR, "/error/message", None, "type"),
]


@pytest.mark.parametrize("chunk", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_a_good_event_has_no_violation(violations, chunk):
    assert violations(SCHEMA, chunk) == set()


@pytest.mark.parametrize("row", BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_event_has_one_violation_at_the_member(violations, edited, row):
    _, chunk, member, value, keyword = row
    pointer = member.rpartition("/")[0] if value is ... else member
    assert violations(SCHEMA, edited(chunk, member, value)) == {(pointer, keyword)}
