"""Reads Responses streams with the official openai client: event by event, and its helper.

Event by event the pieces are joined in order of arrival and the terminal event gives status and
usage; the helper's final response is the vendor's own last word on the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openai import OpenAI

from tests.agreement.said import Answer, Call, Said
from tests.agreement.transport import Tape

_TEXTS = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
}
_ARGUMENTS = (
    "response.function_call_arguments.delta",
    "response.custom_tool_call_input.delta",
)
_TERMINAL = ("response.completed", "response.incomplete", "response.failed")
_CALLS = {"function_call": "arguments", "custom_tool_call": "input"}


class ResponsesClient:
    """The official client over a tape; `iterate` and `helper` are its two ways of reading."""

    def __init__(self) -> None:
        self.tape = Tape()
        self._responses = OpenAI(
            api_key="none", max_retries=0, http_client=self.tape.client()
        ).responses

    def iterate(self, body: bytes) -> Said:
        """`create(stream=True)`, folded here."""
        self.tape.body = body
        fold = _Fold()
        for event in self._responses.create(model="m", input="", stream=True):
            fold.take(event)
        return fold.said()

    def helper(self, body: bytes) -> Said:
        """`stream()` and its final response."""
        self.tape.body = body
        with self._responses.stream(model="m", input="") as stream:
            return _final(stream.get_final_response())


class _Fold:
    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {"text": [], "refusal": [], "reasoning": []}
        self._calls: dict[int, list[Any]] = {}
        self._last: Any = None

    def take(self, event: Any) -> None:
        if event.type in _TEXTS:
            self._texts[_TEXTS[event.type]].append(event.delta)
        elif event.type in _ARGUMENTS:
            self._calls.setdefault(event.output_index, [None, None, []])[2].append(event.delta)
        elif event.type == "response.output_item.added" and event.item.type in _CALLS:
            begun = getattr(event.item, _CALLS[event.item.type]) or ""
            self._calls[event.output_index] = [event.item.call_id, event.item.name, [begun]]
        elif event.type in _TERMINAL:
            self._last = event.response

    def said(self) -> Said:
        calls = tuple(Call(id, name, "".join(text)) for id, name, text in self._calls.values())
        texts = {kind: "".join(pieces) for kind, pieces in self._texts.items()}
        finish = None if self._last is None else _finish(self._last)
        answer = Answer(**texts, calls=calls, finish=finish)
        return Said(answers={0: answer}, usage=_usage(self._last))


def _final(response: Any) -> Said:
    contents = [c for item in response.output if item.type == "message" for c in item.content]
    answer = Answer(
        text="".join(c.text for c in contents if c.type == "output_text"),
        refusal="".join(c.refusal for c in contents if c.type == "refusal"),
        reasoning="".join(
            text for item in response.output if item.type == "reasoning" for text in _thoughts(item)
        ),
        calls=tuple(
            Call(item.call_id, item.name, getattr(item, _CALLS[item.type]))
            for item in response.output
            if item.type in _CALLS
        ),
        finish=_finish(response),
    )
    return Said(answers={0: answer}, usage=_usage(response))


def _thoughts(item: Any) -> Iterator[str]:
    for piece in (*(item.summary or ()), *(item.content or ())):
        yield piece.text


def _finish(response: Any) -> object:
    details = response.incomplete_details
    return response.status if details is None else details.reason or response.status


def _usage(response: Any) -> dict[str, Any] | None:
    usage = None if response is None else response.usage
    return None if usage is None else usage.to_dict()
