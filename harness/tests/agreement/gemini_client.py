"""Reads streamGenerateContent with the official google-genai client, chunk by chunk.

The client has no helper that adds chunks up, so the fold is ours: texts joined by candidate, calls
in order, arguments that arrive in pieces set by their path, the last word on stopping and usage
counts. Usage is compared in the names of the wire.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from google import genai
from google.genai import types

from tests.agreement.said import Answer, Call, Said
from tests.agreement.transport import Tape


class GeminiClient:
    """The official client over a tape."""

    def __init__(self) -> None:
        self.tape = Tape()
        options = types.HttpOptions(httpx_client=self.tape.client())
        self._client = genai.Client(api_key="none", http_options=options)

    def iterate(self, body: bytes) -> Said:
        """`generate_content_stream`, folded here."""
        self.tape.body = body
        answers: dict[int, _Building] = {}
        usage: dict[str, Any] | None = None
        for chunk in self._client.models.generate_content_stream(model="m", contents="x"):
            _take(answers, chunk)
            if chunk.usage_metadata is not None:
                usage = _plain(chunk.usage_metadata)
        return Said(answers={i: a.built() for i, a in answers.items()}, usage=usage)


class _Building:
    def __init__(self) -> None:
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.calls: list[Call] = []
        self.finish: object = None

    def built(self) -> Answer:
        text, reasoning = "".join(self.text), "".join(self.reasoning)
        return Answer(text=text, reasoning=reasoning, calls=tuple(self.calls), finish=self.finish)


def _take(answers: dict[int, _Building], chunk: Any) -> None:
    feedback = chunk.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        answers.setdefault(0, _Building()).finish = feedback.block_reason.value
    for candidate in chunk.candidates or ():
        answer = answers.setdefault(candidate.index or 0, _Building())
        for part in (candidate.content and candidate.content.parts) or ():
            _hear(answer, part)
        if candidate.finish_reason is not None:
            answer.finish = candidate.finish_reason.value


def _hear(answer: _Building, part: Any) -> None:
    if part.text:
        (answer.reasoning if part.thought else answer.text).append(part.text)
    call = part.function_call
    if call is None:
        return
    if call.name is not None:
        answer.calls.append(Call(call.id, call.name, None, dict(call.args or {})))
    for piece in call.partial_args or ():
        _set(answer.calls[-1].value, piece)


def _set(arguments: Any, piece: Any) -> None:
    """Put one piece where its path leads; a string goes on where one already stands."""
    steps = re.findall(r"[^.$\[\]]+", piece.json_path)
    for step, following in itertools.pairwise(steps):
        arguments = _into(arguments, step, [] if following.isdigit() else {})
    for value in (piece.string_value, piece.number_value, piece.bool_value):
        if value is not None:
            before = _into(arguments, steps[-1], value[:0] if isinstance(value, str) else value)
            _put(arguments, steps[-1], before + value if isinstance(value, str) else value)


def _into(holder: Any, step: str, fresh: Any) -> Any:
    """What stands at a step, `fresh` where nothing did."""
    if isinstance(holder, dict):
        return holder.setdefault(step, fresh)
    if int(step) == len(holder):
        holder.append(fresh)
    return holder[int(step)]


def _put(holder: Any, step: str, value: Any) -> None:
    holder[step if isinstance(holder, dict) else int(step)] = value


def _plain(usage: Any) -> dict[str, Any]:
    found: dict[str, Any] = usage.model_dump(mode="json", by_alias=True, exclude_none=True)
    return found
