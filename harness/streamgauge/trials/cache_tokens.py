"""The store of cache tokens: what steers a vendor's cache, by session, call and tool.

A token reaches the wire only where the profile names a place for it (`cache-key-place`); one that
a vendor returns (`cache-token-returned`, JSON pointers into a chunk or a whole answer) is captured
and used from then on. Every result says which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from streamgauge.exchange import Headers
from streamgauge.pipeline import Judgement
from streamgauge.prompt import Prompt
from streamgauge.targets.target import Target
from streamgauge.trials.trial import Trial
from streamgauge.wire.payload import parse

_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a token is kept: the conversation, the request in it, the tool that it is about."""

    session_id: str
    call_key: str
    tool_name: str | None

    @classmethod
    def of(cls, trial: Trial, number: int, tool_name: str | None) -> Slot:
        """The slot of one request of a trial."""
        return cls(session_id=trial.name, call_key=f"step-{number}", tool_name=tool_name)

    def record(self) -> dict[str, str | None]:
        """As the result record writes it."""
        return {
            "session_id": self.session_id,
            "call_key": self.call_key,
            "tool_name": self.tool_name,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """A prompt with the token in its JSON, or headers that carry it."""

    prompt: Prompt
    headers: Headers = ()


class CacheTokens:
    """For one run. A session keeps its token over all its calls, until a vendor gives another."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._captured: dict[Slot, str] = {}
        self._latest: dict[str, str] = {}
        self._sent: dict[Slot, str] = {}

    def steer(self, target: Target, slot: Slot, prompt: Prompt) -> Steered:
        """Put the token where the vendor wants it; nothing where the profile names no place."""
        place = target.narrowed.facts.get("cache-key-place")
        if not isinstance(place, Mapping):
            return Steered(prompt=prompt)
        token = self._captured.get(slot) or self._latest.get(slot.session_id)
        value = token or self._own(slot)
        self._sent[slot] = value
        if isinstance(place.get("body"), str):
            members = {place["body"]: value, **prompt.members}
            return Steered(prompt=replace(prompt, members=members))
        name = place.get("header")
        return Steered(prompt=prompt, headers=((name, value),) if isinstance(name, str) else ())

    def learn(self, target: Target, slot: Slot, judged: Judgement) -> str:
        """Take a token from the answer; `captured`, `reused`, `sent` (our own) or `none`."""
        found = _returned(target, judged)
        if found is not None and found != self._sent.get(slot):
            self._captured[slot] = self._latest[slot.session_id] = found
            return "captured"
        if slot not in self._sent:
            return "none"
        return "reused" if self._sent[slot] != self._own(slot) else "sent"

    def _own(self, slot: Slot) -> str:
        """A token of ours: the same for every call of a session, new in every run."""
        said = f"{self._run}/{slot.session_id}".encode()
        return "sg-" + hashlib.sha256(said).hexdigest()[:_LENGTH]


def _returned(target: Target, judged: Judgement) -> str | None:
    """The token of the last chunk that has one."""
    pointers = target.narrowed.facts.get("cache-token-returned")
    if not isinstance(pointers, (list, tuple)) or judged.transcript is None:
        return None
    values = (parse(chunk.event.data or b"").value for chunk in judged.transcript.chunks)
    found = [_at(value, str(pointer)) for value in values for pointer in pointers]
    return next((one for one in reversed(found) if isinstance(one, str) and one), None)


def _at(value: object, pointer: str) -> object:
    for member in pointer.strip("/").split("/"):
        value = value.get(member) if isinstance(value, dict) else None
    return value
