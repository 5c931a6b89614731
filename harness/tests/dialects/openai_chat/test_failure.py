"""The error shapes of chat streams: seen as errors, and nothing else taken for one."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.openai_chat.failure import read_failure

ERRORS: dict[str, tuple[str | None, dict[str, Any], tuple[object, object, object, str]]] = {
    "an object": (
        None,
        {"error": {"type": "t", "code": "c", "message": "m"}},
        ("t", "c", "m", "/error"),
    ),
    "an empty object": (None, {"error": {}}, (None, None, None, "/error")),
    "a number as code": (None, {"error": {"code": 429}}, (None, 429, None, "/error")),
    "error_code": (None, {"error": {"error_code": 7}}, (None, 7, None, "/error")),
    "text": (None, {"error": "m", "code": 7}, (None, 7, "m", "/error")),
    "nested": (None, {"error": {"error": "m"}}, (None, None, "m", "/error")),
    "error_message": (
        None,
        {"error_type": "t", "error_code": 7, "error_message": "m"},
        ("t", 7, "m", "/error_message"),
    ),
    "error_message alone": (
        None,
        {"error_message": "m"},
        (None, None, "m", "/error_message"),
    ),
    "error_type alone": (None, {"error_type": "t"}, ("t", None, None, "/error_type")),
    "a code and a message": (None, {"code": 7, "message": "m"}, (None, 7, "m", "")),
    "a type and a message": (None, {"type": "t", "message": "m"}, ("t", None, "m", "")),
    "anything under the event name": ("error", {"x": 1}, (None, None, None, "")),
    "a status": (
        None,
        {"choices": None, "base_resp": {"status_code": 7, "status_msg": "m"}},
        (None, 7, "m", "/base_resp"),
    ),
}
NONE: dict[str, dict[str, Any]] = {
    "a chunk": {"choices": []},
    "a null error": {"error": None, "choices": []},
    "an empty error": {"error": "", "choices": []},
    "an error that is false": {"error": False, "choices": []},
    "a good status": {"choices": [], "base_resp": {"status_code": 0, "status_msg": "success"}},
    "a status of the wrong type": {"choices": [], "base_resp": {"status_code": "7"}},
    "a message beside choices": {"choices": [], "message": "m", "code": 7},
    "a message alone": {"message": "m"},
    "nothing": {},
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_read(name: str) -> None:
    event, value, expected = ERRORS[name]
    found = read_failure(event, value)
    assert found is not None
    assert (found.type, found.code, found.message, found.pointer) == expected
    assert found.raw == value


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_error_is_none(name: str) -> None:
    assert read_failure(None, NONE[name]) is None
