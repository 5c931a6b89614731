"""A stream of some kB in which every planted bug shows: much that is right, and odd but legal."""

from __future__ import annotations

import json
from typing import Any

_SENTENCE = "Die Fähre legt um acht ab, und wer den Wind kennt, nimmt den Mantel mit 🌊."
_WORDS = _SENTENCE.split(" ")


def _chunk(index: int, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _document([choice], **more)


def _document(choices: list[Any], **more: Any) -> str:
    head = {"id": "chatcmpl-7f3a", "object": "chat.completion.chunk", "created": 1700000000}
    return json.dumps({**head, "model": "m-1", "choices": choices, **more}, ensure_ascii=False)


def _call(index: int, arguments: str, **more: Any) -> dict[str, Any]:
    name = {"name": more.pop("name")} if "name" in more else {}
    return {"index": index, **more, "function": {**name, "arguments": arguments}}


def _calls() -> list[str]:
    pieces = ['{"pl', 'ace":', ' "Kiel"}']
    opened = [
        {"tool_calls": [_call(n, "", id=f"call_{n}", type="function", name="tide")]} for n in (0, 1)
    ]
    filled = [{"tool_calls": [_call(n, text)]} for text in pieces for n in (0, 1)]
    return [_chunk(0, delta) for delta in (*opened, *filled)]


def payloads() -> list[str]:
    """The chunks, in order: two answers, two calls dovetailed, usage on its own at the end."""
    words = [_chunk(n % 2, {"content": f"{word} "}) for n, word in enumerate(_WORDS * 2)]
    far = [_chunk(n, {"content": "潮の満ち引きを見る。" * (7 + n)}) for n in (0, 1)]
    odd = [_chunk(0, {"content": "a\u2028b"}), _chunk(1, {"content": "not [DONE] yet"})]
    ends = [
        _chunk(0, {"content": "last words"}, "tool_calls"),
        _chunk(1, {}, "stop"),
        _chunk(1, {}),
    ]
    both = [{"index": n, "delta": {"content": "both"}, "finish_reason": None} for n in (0, 1)]
    usage = {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46}
    return [*words, *far, *odd, _document(both), *_calls(), *ends, _document([], usage=usage)]


def stream() -> bytes:
    """The chunks as a body: a byte-order mark, all line ends, names, comments, an open end."""
    events = [f"data: {payload}\n\n" for payload in payloads()]
    events[3] = events[3].replace("data: ", "data:")
    events[5] = events[5].replace("data: ", "data:   ")
    events[7] = events[7].replace("\n", "\r\n")
    events[9] = events[9].replace("\n", "\r")
    events[11] = f": still here\n{events[11]}"
    events[13] = events[13].replace(', "object"', ',\ndata: "object"')
    events[15] = f"event: chunk\nid: 15\n{events[15]}"
    # JSON may hold a line end between two tokens, and a line that is a bare name is an empty value.
    events[17] = events[17].replace(', "object"', ',\ndata\ndata: "object"')
    return ("\ufeff" + "".join(events) + "data: [DONE]\n\ndata: {}\n").encode()
