"""A small good stream, and faults planted for the tests: one for each way to go right or wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.faults.fault import Breaks, Fault, Invisible, Setting, fault
from streamgauge.proof.good import Good, Kind

MakeGood = Callable[..., Good]


def chunk(delta: dict[str, object], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"


BODY = "".join(
    [chunk({"role": "assistant", "content": "tea"}), chunk({}, "stop"), "data: [DONE]\n\n"]
).encode()


@pytest.fixture
def make_good() -> MakeGood:
    """A good stream with everything around it, or as it is changed."""

    def made(name: str = "written/a", kind: Kind = Kind.WRITTEN, **changed: object) -> Good:
        exchange = Exchange(
            request=Request(body=b'{"model":"m","stream":true,"messages":[]}'),
            head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
            body=BODY,
            arrivals=((0, 10.0), (len(BODY) // 2, 30.0)),
            seam=Seam.CLIENT,
            close=Close.CLEAN,
            framing=Framing.CHUNKED,
        )
        return Good(
            name=name, kind=kind, dialect="openai-chat", vendor="unknown",
            exchange=replace(exchange, **changed),
        )  # fmt: skip

    return made


CUT = "ending/end-is-reached"


def cut(exchange: Exchange) -> Exchange:
    return replace(exchange, body=exchange.body[: exchange.body.index(b"\n\n") + 2])


@fault(chat=Breaks((CUT,)))
def honest(exchange: Exchange, _: Setting) -> Exchange:
    """Cuts, and says so."""
    return cut(exchange)


@fault(chat=Breaks((), perhaps=(CUT,)))
def doubtful(exchange: Exchange, _: Setting) -> Exchange:
    """Cuts nothing, though it might."""
    return replace(exchange, source="elsewhere")


@fault(chat=Breaks(("framing/no-byte-order-mark",)))
def confused(exchange: Exchange, _: Setting) -> Exchange:
    """Cuts, and says something else."""
    return cut(exchange)


@fault(chat=Invisible("nobody looks at the source"))
def unseen(exchange: Exchange, _: Setting) -> Exchange:
    """Changes what no rule looks at."""
    return replace(exchange, source="elsewhere")


@fault(chat=Breaks((CUT,)))
def idle(exchange: Exchange, _: Setting) -> Exchange:
    """Finds nothing to spoil."""
    return exchange


@fault(gemini=Invisible("it says nothing of chat"))
def stray(exchange: Exchange, _: Setting) -> Exchange:
    """Cuts in a dialect of which it says nothing."""
    return cut(exchange)


@fault(chat=Breaks((CUT,)))
def failing(exchange: Exchange, _: Setting) -> Exchange:
    """Raises."""
    raise KeyError(exchange.source)


@fault(chat=Breaks(("timing/no-long-stall",), perhaps=("timing/keepalive-during-silence",)))
def slow(exchange: Exchange, _: Setting) -> Exchange:
    """Breaks a rule of time, where times are known."""
    last = len(exchange.body) - 14
    known = exchange.arrivals or ((0, 0.0),)
    return replace(exchange, arrivals=(*known, (last, 90_000.0)))


PLANTED: dict[str, Fault] = {
    one.name: one for one in (honest, doubtful, confused, unseen, idle, stray, failing, slow)
}
