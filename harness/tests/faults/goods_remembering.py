"""Good exchanges for faults of memory: a call, its result, and what was thought before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from streamgauge.delta import Kind
from streamgauge.message import Part
from tests.breakage.streams import CHAT, GEMINI, RESPONSES
from tests.faults.good import Good
from tests.faults.spoken import spoken

_URL = "https://host.invalid/models/gemini-3-pro:streamGenerateContent?alt=sse"
_ARGUMENTS = '{"word":"tea"}'


def goods() -> Iterator[Good]:
    """The second step of a tool loop, under vendors that ask for something of the first."""
    text = Part(kind=Kind.TEXT, content="Tea is a drink.")
    good = spoken("remembering: gemini: a signed call", GEMINI, text,
                  request=_gemini(), vendor="google")  # fmt: skip
    assert good.exchange.request is not None
    asked = replace(good.exchange.request, url=_URL)
    yield replace(good, exchange=replace(good.exchange, request=asked))
    yield spoken("remembering: responses: a thought, a call", RESPONSES, text,
                 request=_responses(), vendor="openai")  # fmt: skip
    yield spoken("remembering: chat: a signed call", CHAT, text,
                 request=_chat(), vendor="google")  # fmt: skip


def _gemini() -> dict[str, Any]:
    call = {"functionCall": {"name": "look_up", "args": {"word": "tea"}}}
    result = {"functionResponse": {"name": "look_up", "response": {"output": "A drink."}}}
    return {
        "contents": [
            {"role": "user", "parts": [{"text": "What is tea?"}]},
            {"role": "model", "parts": [{**call, "thoughtSignature": "c2lnbmVk"}]},
            {"role": "user", "parts": [result]},
        ]
    }


def _responses() -> dict[str, Any]:
    call = {"type": "function_call", "id": "fc_0", "call_id": "call_0", "name": "look_up"}
    return {
        "model": "m-1",
        "input": [
            {"role": "user", "content": "What is tea?"},
            {"type": "reasoning", "id": "rs_0", "summary": [], "encrypted_content": "c2lnbmVk"},
            {**call, "arguments": _ARGUMENTS},
            {"type": "function_call_output", "call_id": "call_0", "output": "A drink."},
        ],
    }


def _chat() -> dict[str, Any]:
    call = {
        "id": "call_0",
        "type": "function",
        "function": {"name": "look_up", "arguments": _ARGUMENTS},
        "extra_content": {"google": {"thought_signature": "c2lnbmVk"}},
    }
    return {
        "model": "gemini-3-pro",
        "messages": [
            {"role": "user", "content": "What is tea?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_0", "content": "A drink."},
        ],
    }
