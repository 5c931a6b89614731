"""The twin: a document says what the spoken stream of the same message says, for every vendor."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from streamgauge import aggregate
from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.dialects.openai_chat.document import is_document
from streamgauge.dialects.openai_chat.speak import speak
from streamgauge.dialects.openai_chat.tell import tell
from streamgauge.message import Fault, Message
from streamgauge.pipeline import profiles
from streamgauge.prompt import Asked
from tests.dialects.openai_chat.spoken import MESSAGES, TOOLS, body, voice

VENDORS = sorted(profile.slug for profile in profiles() if DIALECT.name in profile.dialects)
ASKED = Asked(stream=True, model="m-1", tools=TOOLS, include_usage=True)


def read(data: bytes, vendor: str) -> Message:
    """What a body says, without the index of calls, which only streams have."""
    message = aggregate(data, dialect=DIALECT.name, vendor=vendor)
    choices = [
        replace(choice, parts=tuple(replace(part, index=None) for part in choice.parts))
        for choice in message.choices
    ]
    return replace(message, choices=tuple(choices))


def told(message: Message, vendor: str, asked: Asked = ASKED) -> Any:
    return tell(message, voice(vendor, asked))


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("logprobs", [False, True], ids=["plain", "logprobs"])
def test_the_stream_and_the_document_say_the_same(vendor: str, name: str, logprobs: bool) -> None:
    asked = replace(ASKED, logprobs=logprobs, top_logprobs=2 if logprobs else None)
    document = told(MESSAGES[name], vendor, asked)
    streamed = body(list(speak(MESSAGES[name], voice(vendor, asked))))
    assert is_document(document)
    assert read(streamed, vendor) == read(json.dumps(document).encode(), vendor)


def test_a_document_says_everything_of_the_message() -> None:
    document = told(MESSAGES["reasoning, text and tool"], "moonshot")
    (choice,) = document["choices"]
    message = choice["message"]
    assert document["object"] == "chat.completion"
    assert document["created"] == 1_700_000_000
    assert message["reasoning_content"] == "Let me think about it, slowly."
    assert message["content"] == "It rains in Oslo, and the fjord is grey."
    assert message["tool_calls"][0]["function"]["name"] == "lookup"
    assert choice["finish_reason"] == "tool_calls"
    assert document["usage"]["prompt_tokens_details"] == {"cached_tokens": 16}


def test_content_is_null_beside_calls_alone() -> None:
    assert told(MESSAGES["tool"], "openai")["choices"][0]["message"]["content"] is None


def test_an_error_alone_is_the_error_body_of_the_vendor() -> None:
    failed = Message(error=Fault(type="rate_limit", code=429, message="slow down"))
    assert told(failed, "openai") == {
        "error": {"message": "slow down", "type": "rate_limit", "param": None, "code": 429}
    }


def test_an_error_without_words_is_the_server_s() -> None:
    assert told(Message(error=Fault()), "openai")["error"] == {
        "message": "", "type": "server_error", "param": None, "code": None
    }  # fmt: skip


def test_an_error_after_words_stands_beside_them() -> None:
    failed = replace(MESSAGES["text"], error=Fault(raw={"error": "no"}))
    document = told(failed, "openai")
    assert document["error"] == "no"
    assert document["choices"][0]["message"]["content"]


def test_an_error_as_it_came_is_told_as_it_came() -> None:
    raw = {"error": {"message": "no", "own": 1}}
    assert told(Message(error=Fault(message="no", raw=raw)), "openai") == raw
