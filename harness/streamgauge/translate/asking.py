"""A request in one dialect → the same request in another, with the history that its API wants back.

What the client's dialect could not hold of earlier answers (ids, signatures, the order of parts) is
put back from the ledger. It must never forge: a signature that nobody remembers stays missing, and
is told of.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import unquote, urlsplit

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Turn
from streamgauge.translate.content import (
    failed_results,
    has_cache_marks,
    lost_in_results,
    pieces_of,
    with_failures,
    with_pieces,
)
from streamgauge.translate.ledger import Ledger, thought_of, view_of
from streamgauge.translate.members import carried, left_out, stated
from streamgauge.translate.round_trip import verify_round_trip
from streamgauge.translate.schemas import differences

_METHOD = re.compile(r"models/([^/:]+):(stream)?generateContent", re.IGNORECASE)
"""Where the model and the wish for a stream stand in the path and not in the JSON."""

_SIGNED = ("anthropic-messages",)
"""Dialects that take thoughts back signed, or not at all (platform.claude.com, "Extended thinking",
on preserving thinking blocks)."""


_COMPARED = (
    *("tool_choice", "parallel_tools", "choices", "max_tokens", "stop_sequences"),
    *("logprobs", "top_logprobs", "thinking", "json_output"),
)
"""What the built request must still ask for; what it does not is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One translated request: what the client asked, and what to send where.

    `place` counts the turns after which the answer will stand, instructions left out.
    `path` is below the upstream's base URL. `wants_events` is False where the address asks for a
    stream in another form than events. `warnings` are lines on what could not be carried.
    """

    conversation: str
    index: int
    place: int
    asked: Asked
    value: dict[str, object]
    path: str
    wants_events: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def streams(self) -> bool:
        """Whether the client wants a stream."""
        return self.asked.stream is True


def conversation_of(turns: Sequence[Turn]) -> str:
    """The id of a conversation whose client states none: it follows from how it began."""
    begun = [turn.text for turn in turns if turn.role is Role.SYSTEM]
    begun += [turn.text for turn in turns if turn.role is Role.USER][:1]
    text = json.dumps(begun).encode("utf-8", "replace")
    return f"unnamed-{hashlib.sha256(text).hexdigest()[:16]}"


class Asker:
    """Translates requests from one dialect to another; `facts` are the upstream's."""

    def __init__(self, source: Dialect, target: Dialect, ledger: Ledger, facts: Facts) -> None:
        """`ledger` is shared with whoever records the answers."""
        self._source = source
        self._target = target
        self._ledger = ledger
        self._facts = facts

    def ask(
        self,
        value: Mapping[str, object],
        url: str,
        conversation: str | None = None,
        model: str | None = None,
    ) -> Asking:
        """The request for the upstream. `model` replaces the one that the client names."""
        asked = _addressed(self._source.request(value), url)
        turns = self._source.turns(value)
        conversation = conversation or conversation_of(turns)
        changes = verify_round_trip(self._ledger, conversation, turns)
        warnings = [f"/{change.position}: {change.says}" for change in changes]
        sent = tuple(self._turns(turns, conversation, warnings))
        prompt = Prompt(
            asked=self._sent(asked, model),
            turns=tuple(turn for turn, _ in sent),
            json_schema=stated(value, "json schema", self._source.name),
            seed=_count(stated(value, "seed", self._source.name)),
            members=carried(value, self._source.name, self._target.name),
        )
        built = self._whole(self._target.build(prompt, self._facts), value, sent, warnings)
        warnings += left_out(value, self._source.name, self._target.name)
        warnings += self._losses(asked, built)
        return Asking(
            conversation=conversation,
            index=self._ledger.begin_request(conversation),
            place=sum(turn.role is not Role.SYSTEM for turn in turns),
            asked=asked,
            value=built,
            path=self._target.path(prompt),
            wants_events=_wants_events(url),
            warnings=tuple(warnings),
        )

    def _whole(
        self,
        built: dict[str, object],
        value: Mapping[str, object],
        sent: Sequence[tuple[Turn, object]],
        warnings: list[str],
    ) -> dict[str, object]:
        """The built request with what the neutral prompt has no words for."""
        source, target = self._source.name, self._target.name
        failed = failed_results(value, source)
        wrong = [str(id) in failed for turn, id in sent if turn.role is Role.TOOL]
        built = with_failures(built, wrong, target, warnings)
        warnings += lost_in_results(value, source, target)
        if has_cache_marks(value, source):
            warnings.append(f"cache_control has no words in {target}")
        return with_pieces(built, pieces_of(value, source), target, warnings)

    def _sent(self, asked: Asked, model: str | None) -> Asked:
        """Counts are asked for even where the client does not: its dialect may always have them."""
        counted = True if asked.stream else None
        named = model or asked.model
        if named is not None:
            # Half of a surrogate pair cannot stand in an address.
            named = named.encode("utf-8", "replace").decode()
        return replace(asked, model=named, include_usage=counted)

    def _losses(self, asked: Asked, built: Mapping[str, object]) -> Iterator[str]:
        if asked.offers_server_tools:
            yield f"the vendor's own tools have no words in {self._target.name}"
        after = self._target.request(built)
        for name in _COMPARED:
            wanted = getattr(asked, name)
            if wanted not in (None, ()) and getattr(after, name) != wanted:
                yield f"{name} of the request has no words in {self._target.name}"
        yield from self._changed_tools(asked, after)

    def _changed_tools(self, asked: Asked, built: Asked) -> Iterator[str]:
        now = {tool.name: tool for tool in built.tools}
        for tool in asked.tools:
            after = now.get(tool.name)
            if after is None:
                yield f"the tool {tool.name} is lost"
                continue
            same = differences(tool.parameters, after.parameters)
            yield from (f"the schema of {tool.name} differs at {where}" for where in same)

    # History.

    def _turns(
        self, turns: Sequence[Turn], conversation: str, warnings: list[str]
    ) -> Iterator[tuple[Turn, object]]:
        """Each turn as it is sent, and the id of the call that it answers for the client."""
        last: tuple[Part, ...] = ()
        place = 0
        for is_tool, group in groupby(turns, lambda turn: turn.role is Role.TOOL):
            members = [*group]
            if is_tool:
                yield from self._results(members, last, conversation)
                place += len(members)
                continue
            for turn in members:
                if turn.role is Role.ASSISTANT:
                    last = turn.parts
                    yield replace(turn, parts=self._said(turn, place, conversation, warnings)), None
                else:
                    yield replace(turn, name=None), None
                place += turn.role is not Role.SYSTEM

    def _results(
        self, results: list[Turn], called: Sequence[Part], conversation: str
    ) -> Iterator[tuple[Turn, object]]:
        """Results in the order of the calls: an API without ids knows them by nothing else."""
        order = {str(part.id): at for at, part in enumerate(called) if part.kind is Kind.TOOL_CALL}
        for turn in sorted(results, key=lambda turn: order.get(str(turn.call_id), len(order))):
            use = self._ledger.find(conversation, turn.call_id)
            if use is None:
                yield replace(turn, name=turn.name or _name(called, turn.call_id)), turn.call_id
            else:
                yield replace(turn, call_id=use.original_id, name=use.name), turn.call_id

    def _said(
        self, turn: Turn, place: int, conversation: str, warnings: list[str]
    ) -> tuple[Part, ...]:
        """An answer as the upstream gave it, where it is remembered, else as near as can be."""
        thought = thought_of(turn.parts)
        remembered = self._ledger.recall(conversation, view_of(turn.parts), place, thought)
        if remembered is not None:
            return remembered
        where = f"/{turn.position}"
        if turn.parts:
            warnings.append(f"{where}: this answer is not one that was given here")
        return tuple(self._foreign(turn.parts, conversation, where, warnings))

    def _foreign(
        self, parts: Sequence[Part], conversation: str, where: str, warnings: list[str]
    ) -> Iterator[Part]:
        for part in parts:
            match part.kind:
                case Kind.TOOL_CALL:
                    yield self._call(part, conversation, where, warnings)
                case Kind.TEXT | Kind.REFUSAL:
                    yield replace(part, citations=(), signature=None, extra={})
                case Kind.REASONING if not part.redacted and self._target.name not in _SIGNED:
                    yield replace(part, field=None, signature=None, extra={})
                case _:
                    warnings.append(f"{where}: {part.kind.value} of another model is left out")

    def _call(self, part: Part, conversation: str, where: str, warnings: list[str]) -> Part:
        use = self._ledger.find(conversation, part.id)
        if use is None:
            warnings.append(f"{where}: no signature is known for the call {part.id}")
            return replace(part, signature=None, extra={}, field=None)
        return replace(part, id=use.original_id, signature=use.signature, extra={}, field=None)


def _addressed(asked: Asked, url: str) -> Asked:
    named = _METHOD.search(urlsplit(url).path)
    if named is None:
        return asked
    return replace(asked, model=asked.model or unquote(named[1]), stream=named[2] is not None)


def _wants_events(url: str) -> bool:
    named = _METHOD.search(urlsplit(url).path)
    return named is None or named[2] is None or "alt=sse" in urlsplit(url).query.split("&")


def _name(called: Sequence[Part], id: object) -> object:
    return next((part.name for part in called if part.id == id), None)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
