"""Small runs of trials to compare and to merge: real records of hand-written streams."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from streamgauge import Exchange, check
from streamgauge.exchange import Close, Framing, Head
from streamgauge.report import run
from streamgauge.report.run import Run, counted
from streamgauge.verdict.judge import Counts

Record = dict[str, Any]
USAGE = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}


def chunk(delta: Record, finish: str | None = None, **members: Any) -> str:
    """One chunk of a chat stream, as its event."""
    choice: Record = {"index": 0, "delta": delta, "finish_reason": finish}
    shown = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
        **members,
    }
    return f"data: {json.dumps(shown)}\n\n"


def call(id: str | None, arguments: str) -> Record:
    """A delta that holds a piece of the call of a tool."""
    function = {"name": "look", "arguments": arguments} if id else {"arguments": arguments}
    return {"tool_calls": [{"index": 0, "id": id, "type": "function", "function": function}]}


def text(*pieces: str, stop: str = "stop", usage: str = "own", end: str = "\n\n") -> bytes:
    """A stream of text; `usage` stands in a chunk of its `own`, `with` the reason, or nowhere."""
    said = [chunk({"role": "assistant", "content": ""})]
    said += [chunk({"content": piece}) for piece in pieces]
    said.append(chunk({}, stop, **({"usage": USAGE} if usage == "with" else {})))
    said += [chunk({}, choices=[], usage=USAGE)] if usage == "own" else []
    return ("".join(said) + "data: [DONE]\n\n").replace("\n\n", end).encode()


def tool(id: str, *pieces: str) -> bytes:
    """A stream that calls one tool, its arguments in these pieces."""
    said = [chunk({"role": "assistant", **call(id, pieces[0])})]
    said += [chunk(call(None, piece)) for piece in pieces[1:]]
    return ("".join([*said, chunk({}, "tool_calls")]) + "data: [DONE]\n\n").encode()


def refusal(message: str, **members: Any) -> bytes:
    """An error answer in the chat dialect's shape."""
    return json.dumps({"error": {"message": message, **members}}).encode()


def line(
    name: str,
    body: bytes,
    *,
    target: str = "kimi",
    status: int = 200,
    content_type: str = "text/event-stream",
    vendor: str = "unknown",
    **live: Any,
) -> Record:
    """A result line of a trial `target/name`, judged for real."""
    exchange = Exchange(
        source=f"{target}/{name}",
        head=Head(status=status, headers=(("content-type", content_type),)),
        body=body,
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )
    judged = check(exchange, dialect="openai-chat", vendor=vendor)
    record = judged.record
    record["metadata"]["live"] = {
        "target": target,
        "scenario": name.partition("#")[0].partition("~")[0],
        "step": 0,
        "status": status,
        "headers": [["content-type", content_type]],
        "framing": "chunked",
        **live,
    }
    transcript = judged.transcript
    bounds = list(transcript.bounds) if transcript is not None else [0, len(body)]
    return run.result(record, run.pack_body(body, bounds))


def trials(
    lines: Iterable[Record],
    *,
    target: str = "kimi",
    skips: Iterable[Record] = (),
    exit: int = 0,
    **header: Any,
) -> Run:
    """A whole run of these lines."""
    lines = tuple(lines)
    counts = Counts()
    for one in lines:
        counts = counted(counts, one["result"])
    about = {"name": target, "vendor": "unknown", "dialect": "openai-chat", "model": "m"}
    first = run.header(
        version="0.1.0",
        created="2025-01-02T03:04:05Z",
        rules_digest="sha256:" + "0" * 64,
        rules={},
        options={"fail_on": "must", "targets": [{**about, "simulated": True}]},
    )
    last = run.footer(counts, skips=skips, exit=exit)
    return Run(header={**first, **header}, results=lines, footer=last)
