"""Walks grammar machines over the symbols of a stream, one answer at a time.

Pure. It says where a step was not allowed and where every instance of a machine was left; what
that is worth, rules decide. A step that is not allowed leaves the machine where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from streamgauge.dialects.dialect import Dialect, Machine, Symbol
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.transcript import Transcript

Instance = tuple[str, Hashable]
"""One instance of a machine: its scope and its key."""

_BEGINS = {"anthropic-messages": "message_start", "openai-responses": "response.created"}
"""The event type that begins an answer, where a dialect has one."""


class Misstep(NamedTuple):
    """A step that the machine does not allow in `state`; it stands for `times` equal steps."""

    chunk: Chunk
    symbol: Symbol
    state: str
    machine: Machine
    times: int

    @property
    def instance(self) -> Instance:
        """Which instance of which machine stumbled."""
        return self.symbol.scope, self.symbol.key

    @property
    def allowed(self) -> str:
        """What the machine would have taken instead, as a list for a reader."""
        steps = sorted(symbol for state, symbol in self.machine.edges if state == self.state)
        return ", ".join(steps) if steps else "nothing more"


class Left(NamedTuple):
    """Where an instance was left: its state, the last chunk and symbol that were for it."""

    state: str
    machine: Machine
    chunk: Chunk
    symbol: Symbol


class Walk(NamedTuple):
    """What a walk found."""

    missteps: tuple[Misstep, ...]
    left: Mapping[Instance, Left]


def begins(chunk: Chunk, dialect: Dialect) -> bool:
    """Whether a chunk is the event that begins an answer."""
    if not isinstance(chunk.value, dict):
        return False
    word = _BEGINS.get(dialect.name)
    return word is not None and chunk.value.get("type", chunk.event.name) == word


def answers(transcript: Transcript) -> list[list[Chunk]]:
    """The chunks, cut before every further event that begins an answer; one list at least.

    Two answers in one stream are one fault; each is then judged as if it were alone.
    """
    found: list[list[Chunk]] = [[]]
    begun = False
    for chunk in transcript.chunks:
        if begins(chunk, transcript.dialect):
            if begun:
                found.append([])
            begun = True
        found[-1].append(chunk)
    return found


def whole_answers(transcript: Transcript) -> list[list[Chunk]]:
    """The answers, or none where the stream is taken up in the middle of one.

    A stored response can be read from any event on. Then nobody knows what was begun before.
    """
    return [] if _taken_up(transcript) else answers(transcript)


def _taken_up(transcript: Transcript) -> bool:
    """Whether the request asks for a later event, or nobody knows and it may have.

    It may where the first number is not 0 and the response says that it runs in the background,
    or nothing of itself: no other response can be streamed again
    (https://community.openai.com/t/responses-api-reconnect-to-a-streaming-response/1362217).
    """
    request = transcript.exchange.request
    if request is not None:
        return "starting_after=" in request.url
    first = next((chunk for chunk in transcript.chunks if isinstance(chunk.value, dict)), None)
    if first is None or begins(first, transcript.dialect) or not isinstance(first.value, dict):
        return False
    number = first.value.get("sequence_number")
    if transcript.dialect.name not in _BEGINS or not isinstance(number, int) or number <= 0:
        return False
    values = (chunk.value for chunk in transcript.chunks if isinstance(chunk.value, dict))
    responses = (value.get("response") for value in values)
    return all(one.get("background") is True for one in responses if isinstance(one, dict))


def symbols(chunk: Chunk, dialect: Dialect) -> Sequence[Symbol]:
    """The steps of one chunk; none where nothing was read."""
    return () if chunk.value is None else dialect.symbols(chunk.event.name, chunk.value)


def walk(chunks: Sequence[Chunk], dialect: Dialect, scopes: Collection[str]) -> Walk:
    """Walk the machines of some scopes.

    A chunk with look-alikes is walked twice: once for itself and once for all of them, because a
    symbol that may repeat loops on one state.
    """
    machines = {machine.scope: machine for machine in dialect.machines if machine.scope in scopes}
    left: dict[Instance, Left] = {}
    missteps: list[Misstep] = []
    for chunk in chunks:
        steps = [step for step in symbols(chunk, dialect) if step.scope in machines]
        for times in (1, chunk.count - 1) if chunk.count > 1 else (1,):
            for step in steps:
                missteps += _take(step, machines[step.scope], chunk, times, left)
    return Walk(tuple(missteps), left)


def _take(
    step: Symbol, machine: Machine, chunk: Chunk, times: int, left: dict[Instance, Left]
) -> Iterator[Misstep]:
    instance = step.scope, step.key
    before = left.get(instance)
    state = machine.start if before is None else before.state
    after = machine.edges.get((state, step.symbol))
    left[instance] = Left(state if after is None else after, machine, chunk, step)
    if after is None:
        yield Misstep(chunk, step, state, machine, times)


def first_faults(missteps: Sequence[Misstep]) -> Iterator[Misstep]:
    """Of every instance the first misstep and its repetitions.

    A machine that stumbled stays where it was, so that what follows looks wrong as well; that is
    the same fault seen again and not another.
    """
    first: dict[Instance, tuple[str, str]] = {}
    for miss in missteps:
        what = miss.state, miss.symbol.symbol
        if first.setdefault(miss.instance, what) == what:
            yield miss
