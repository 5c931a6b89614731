"""The words of `streamGenerateContent`: parts, finish reasons, block reasons, opaque members.

Tables only. Source: the types of google-genai 3.4.0 and the API reference of
`GenerateContentResponse`. It must never name who serves the API.
"""

from __future__ import annotations

FINISH: dict[str, str] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "LANGUAGE": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "IMAGE_OTHER": "content_filter",
    "NO_IMAGE": "error",
    "MALFORMED_FUNCTION_CALL": "error",
    "UNEXPECTED_TOOL_CALL": "error",
    "TOO_MANY_TOOL_CALLS": "error",
    "MISSING_THOUGHT_SIGNATURE": "error",
    "MALFORMED_RESPONSE": "error",
}
"""The vendor's word → the neutral word; a word that is not here is `unknown`.

STOP also ends an answer that calls a function; the aggregator, which sees the call, says so.
"""

RAW_FINISH: dict[str, str] = {
    "stop": "STOP",
    "tool_call": "STOP",
    "stop_sequence": "STOP",
    "length": "MAX_TOKENS",
    "context_window": "MAX_TOKENS",
    "content_filter": "SAFETY",
    "refusal": "SAFETY",
    "error": "MALFORMED_RESPONSE",
}
"""The neutral word → the word to write when a message has no raw one."""

TOP_MEMBERS = frozenset(
    {
        "candidates",
        "usageMetadata",
        "modelVersion",
        "responseId",
        "createTime",
        "promptFeedback",
        "modelStatus",
        "error",
    }
)

CANDIDATE_EXTRAS = (
    "groundingMetadata",
    "urlContextMetadata",
    "avgLogprobs",
    "continuationToken",
)
"""Members of a candidate that are kept word for word beside its text."""

PAYLOADS = (
    "text",
    "functionCall",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
    "inlineData",
    "fileData",
    "functionResponse",
)
"""What a part can hold; one of them each."""

PART_MEMBERS = frozenset({*PAYLOADS, "thought", "thoughtSignature"})

CALL_MEMBERS = frozenset({"name", "args", "id", "partialArgs", "willContinue"})

NOISE = ("/createTime",)
"""Members that change from chunk to chunk without meaning. Usage counts grow too, but they mean
something: the last of them counts, also where the stream is cut."""
