"""Finish reasons of chat/completions and of the vendors that speak it, in neutral words.

The table holds every word that a vendor documents or was recorded to send (docs/dialects.md gives
the sources). A word that is not here is `unknown`; it is never defaulted to `stop`.
"""

from __future__ import annotations

_WORDS = {
    "stop": "stop eos eos_token",
    "length": "length model_length",
    "stop_sequence": "stop_sequence",
    "tool_call": "tool_calls function_call",
    "content_filter": "content_filter sensitive",
    "context_window": "model_context_window_exceeded",
    "error": (
        "error network_error insufficient_system_resource error_finish abort "
        "unexpected_state malformed_byte_sequence engine_overloaded server_interrupted repeat"
    ),
}
_NEUTRAL = {word: reason for reason, words in _WORDS.items() for word in words.split()}


def neutral_reason(raw: object) -> str:
    """The neutral word of a raw finish reason; `unknown` for anything not in the table."""
    return _NEUTRAL.get(raw, "unknown") if isinstance(raw, str) else "unknown"
