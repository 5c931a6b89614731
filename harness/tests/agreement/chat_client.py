"""Reads chat/completions streams with the official openai client: chunk by chunk, and its helper.

The fold is what a careful reader of the typed chunks writes: content is joined by choice, calls by
index, the last word on stopping and usage counts. It repairs nothing, and knows no vendor; the
members that vendors add for reasoning are read from `model_extra`, where the client keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openai import ContentFilterFinishReasonError, LengthFinishReasonError, OpenAI

from tests.agreement.said import Answer, Call, Said
from tests.agreement.transport import Tape


class ChatClient:
    """The official client over a tape; `iterate` and `helper` are its two ways of reading."""

    def __init__(self) -> None:
        self.tape = Tape()
        self._chat = OpenAI(
            api_key="none", max_retries=0, http_client=self.tape.client()
        ).chat.completions

    def iterate(self, body: bytes) -> Said:
        """`create(stream=True)`, folded here."""
        self.tape.body = body
        fold = _Fold()
        for chunk in self._chat.create(model="m", messages=[], stream=True):
            fold.take(chunk)
        return fold.said()

    def helper(self, body: bytes) -> Said:
        """`stream()` and its final completion, also where it comes inside an exception.

        An answer that stopped for length or by the filter is raised, completion and all.
        """
        self.tape.body = body
        with self._chat.stream(model="m", messages=[]) as stream:
            completion: Any
            try:
                completion = stream.get_final_completion()
            except (LengthFinishReasonError, ContentFilterFinishReasonError) as stopped:
                completion = stopped.completion or stream.current_completion_snapshot
        answers = {choice.index: _final(choice) for choice in completion.choices}
        usage = completion.usage
        return Said(answers=answers, usage=None if usage is None else usage.to_dict())


class _Building:
    def __init__(self) -> None:
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.refusal: list[str] = []
        self.calls: dict[object, list[Any]] = {}
        self.finish: object = None


class _Fold:
    def __init__(self) -> None:
        self._answers: dict[int, _Building] = {}
        self._usage: dict[str, Any] | None = None

    def take(self, chunk: Any) -> None:
        for choice in chunk.choices or ():
            answer = self._answers.setdefault(choice.index or 0, _Building())
            if choice.delta is not None:
                _hear(answer, choice.delta)
            answer.finish = choice.finish_reason or answer.finish
        if chunk.usage is not None:
            self._usage = chunk.usage.to_dict()

    def said(self) -> Said:
        return Said(answers={i: _built(a) for i, a in self._answers.items()}, usage=self._usage)


def _hear(answer: _Building, delta: Any) -> None:
    answer.reasoning.extend(_reasoning(delta.model_extra or {}))
    if isinstance(delta.content, str):
        answer.text.append(delta.content)
    elif isinstance(delta.content, list):
        for item in delta.content:
            _hear_item(answer, item)
    answer.refusal.append(delta.refusal or "")
    for call in delta.tool_calls or ():
        _hear_call(answer, call)
    if delta.function_call is not None:
        held = answer.calls.setdefault("function_call", [None, None, []])
        held[1] = held[1] or delta.function_call.name
        held[2].append(delta.function_call.arguments or "")


def _reasoning(extra: dict[str, Any]) -> Iterator[str]:
    """One of the members that vendors use; where two repeat each other, the first."""
    for member in ("reasoning_content", "reasoning"):
        if isinstance(extra.get(member), str) and extra[member]:
            yield extra[member]
            return
    for detail in extra.get("reasoning_details") or ():
        yield detail.get("text") or detail.get("summary") or ""


def _hear_item(answer: _Building, item: dict[str, Any]) -> None:
    """Typed content items, as Mistral documents them: text, or thinking that holds texts."""
    if item.get("type") == "thinking":
        answer.reasoning.extend(piece.get("text", "") for piece in item["thinking"])
    else:
        answer.text.append(item.get("text") or "")


def _hear_call(answer: _Building, call: Any) -> None:
    """By index; a call without one is whole or, without an id, more of the last."""
    key = call.index
    if key is None:
        key = f"id {call.id}" if call.id else next(reversed(answer.calls), None)
    held = answer.calls.setdefault(key, [None, None, []])
    held[0] = held[0] or call.id
    if call.function is not None:
        held[1] = held[1] or call.function.name
        held[2].append(call.function.arguments or "")


def _built(answer: _Building) -> Answer:
    return Answer(
        text="".join(answer.text),
        reasoning="".join(answer.reasoning),
        refusal="".join(answer.refusal),
        calls=tuple(Call(id, name, "".join(text)) for id, name, text in answer.calls.values()),
        finish=answer.finish,
    )


def _final(choice: Any) -> Answer:
    said = choice.message
    calls = [Call(c.id, c.function.name, c.function.arguments or "") for c in said.tool_calls or ()]
    return Answer(
        text=said.content or "",
        reasoning="".join(_reasoning(said.model_extra or {})),
        refusal=said.refusal or "",
        calls=tuple(calls),
        finish=choice.finish_reason,
    )
