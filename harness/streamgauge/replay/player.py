"""Plays one answer on an open connection: each piece in one write, at its time, then the close.

Times are absolute, counted from the moment the request had been read, so that one late piece does
not delay the next. Only where the first one cannot be on time, because many ask at once or the
answer took long to make, do all others move with it: a gap too short would look like buffering.
It must never decide what is sent: the wire form says that.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, assert_never, cast

from streamgauge.exchange import Close
from streamgauge.replay.http1 import Bounds
from streamgauge.replay.sent import Sent
from streamgauge.replay.wire_form import WireForm

_RESET_AFTER = 0.005
"""A reset overtakes bytes that are still on their way; on loopback these need less."""
_RESET_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The connection as the player sees it; `gone` is set when the client sends no more."""

    transport: asyncio.Transport
    writable: asyncio.Event
    gone: asyncio.Event
    bounds: Bounds
    speed: float
    log: Callable[[Sent], None] | None


async def play(stage: Stage, form: WireForm, sent: Sent) -> None:
    """Play to the end and log what was sent; `sent` says of what and since when."""
    moments = _Moments(offsets=array("q"), times=array("d"))

    def note(close: Close, error: str | None = sent.error) -> None:
        if stage.log is not None:
            pairs = tuple(zip(moments.offsets, moments.times, strict=True))
            ended = time.monotonic()
            stage.log(replace(sent, segments=pairs, ended=ended, close=close, error=error))

    try:
        await _send(stage, form, sent.began, moments)
        await _settle(stage, form.close)
    except asyncio.CancelledError:
        note(Close.CANCELLED, "the connection was lost before all was sent")
        raise
    except TimeoutError:
        stage.transport.abort()
        note(Close.RESET, "the client stopped reading")
        return
    _end(stage, form)
    note(form.close)
    await _stay(stage, form)


class _Moments(NamedTuple):
    """What was sent when, in sixteen bytes a segment: a thousand streams may run for long."""

    offsets: array[int]
    times: array[float]


async def _send(stage: Stage, form: WireForm, began: float, moments: _Moments) -> None:
    transport, writable = stage.transport, stage.writable
    factor = 1 / stage.speed if stage.speed else 0.0
    transport.write(form.head)
    first = True
    for offset, due, data in form.pieces:
        # Without a wait, sleep(0) lets other connections have their turn.
        await asyncio.sleep(max(0.0, began + due * factor - time.monotonic()))
        if first:
            began, first = max(began, time.monotonic() - due * factor), False
        if not writable.is_set():
            await asyncio.wait_for(writable.wait(), stage.bounds.stuck)
        if data:
            if stage.log is not None:
                moments.offsets.append(offset)
                moments.times.append(time.monotonic())
            transport.write(data)


async def _settle(stage: Stage, close: Close) -> None:
    """Before a reset, wait until what was sent has left us: a reset throws the rest away."""
    if close is not Close.RESET:
        return
    until = time.monotonic() + stage.bounds.stuck
    while stage.transport.get_write_buffer_size():
        if time.monotonic() > until:
            raise TimeoutError
        await asyncio.sleep(_RESET_AFTER)
    await asyncio.sleep(_RESET_AFTER)


def _end(stage: Stage, form: WireForm) -> None:
    transport = stage.transport
    match form.close:
        case Close.CLEAN | Close.UNKNOWN:
            transport.write(form.tail)
            if form.ends_connection:
                transport.close()
        case Close.EOF:
            transport.write_eof()
        case Close.RESET:
            tcp = cast(socket.socket, transport.get_extra_info("socket"))
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
            transport.abort()
        case Close.TIMEOUT | Close.CANCELLED:
            pass
        case _:
            assert_never(form.close)


async def _stay(stage: Stage, form: WireForm) -> None:
    """After our FIN read on until the client goes; where the answer holds still, hold still."""
    match form.close:
        case Close.EOF:
            patience = stage.bounds.linger
        case Close.TIMEOUT | Close.CANCELLED:
            patience = stage.bounds.hold
        case _:
            return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stage.gone.wait(), patience)
    stage.transport.close()
