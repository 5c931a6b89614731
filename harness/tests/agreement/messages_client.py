"""Reads Messages streams with the official anthropic client: its helper's final message.

The pieces of arguments are joined beside it, for the final message keeps only their value.
"""

from __future__ import annotations

from typing import Any

from anthropic import Anthropic

from tests.agreement.said import Answer, Call, Said
from tests.agreement.transport import Tape


class MessagesClient:
    """The official client over a tape."""

    def __init__(self) -> None:
        self.tape = Tape()
        self._messages = Anthropic(
            api_key="none", max_retries=0, http_client=self.tape.client()
        ).messages

    def helper(self, body: bytes) -> Said:
        """`stream()`, listened to, and its final message."""
        self.tape.body = body
        pieces: dict[int, list[str]] = {}
        with self._messages.stream(model="m", max_tokens=1, messages=[]) as stream:
            for event in stream:
                if event.type == "content_block_delta" and event.delta.type == "input_json_delta":
                    pieces.setdefault(event.index, []).append(event.delta.partial_json)
            return _final(stream.get_final_message(), pieces)


def _final(message: Any, pieces: dict[int, list[str]]) -> Said:
    calls = tuple(
        Call(block.id, block.name, "".join(pieces.get(index, ())), block.input)
        for index, block in enumerate(message.content)
        if block.type == "tool_use"
    )
    answer = Answer(
        text="".join(block.text for block in message.content if block.type == "text"),
        reasoning="".join(b.thinking for b in message.content if b.type == "thinking"),
        calls=calls,
        finish=message.stop_reason,
    )
    return Said(answers={0: answer}, usage=message.usage.to_dict())
