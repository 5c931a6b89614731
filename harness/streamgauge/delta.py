"""Deltas: what one chunk says, in words that no dialect owns.

`dialect.read` turns a chunk into deltas; the aggregator folds deltas into a message. A delta
carries the JSON pointer of the value that it came from, so that evidence can point at bytes.
Reading is stateless: the same chunk always gives the same deltas. That is what lets a run of
look-alike chunks be read by template.

`choice` is the index of the answer (0 where a dialect has only one). `key` is the vendor's key
of a part inside that answer (a block index, an output index, or a tuple of such), or None where
the dialect has none; then a part ends when the kind changes.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable
from typing import NamedTuple

Key = Hashable | None


class Kind(enum.Enum):
    """Kinds of parts; the words of the result record."""

    TEXT = "text"
    REASONING = "reasoning"
    REFUSAL = "refusal"
    TOOL_CALL = "tool_call"
    SERVER_TOOL_CALL = "server_tool_call"
    SERVER_TOOL_CALL_RESPONSE = "server_tool_call_response"
    BLOB = "blob"
    GENERIC = "generic"


class Identity(NamedTuple):
    """The id and model that a chunk states; None where it states none."""

    id: str | None
    model: str | None


class Role(NamedTuple):
    """A role given to an answer."""

    choice: int
    role: object
    pointer: str


class Open(NamedTuple):
    """A keyed part begins. `raw_index` is the vendor's key as shown to users."""

    choice: int
    key: Key
    kind: Kind
    pointer: str
    raw_index: int | str | None = None
    id: object = None
    name: object = None
    field: str | None = None
    redacted: bool = False


class Append(NamedTuple):
    """A piece of a part's text: its content, or the arguments of a call.

    `field` is the name of the member that carried reasoning. With `key` None the piece
    continues the last part if that has the same kind and field, else it begins a new part.
    """

    choice: int
    key: Key
    kind: Kind
    text: str
    pointer: str
    field: str | None = None


class Fragment(NamedTuple):
    """A piece of a tool call as chat-like dialects send it; every member may be missing.

    `arguments` is a string piece, or a whole value where the vendor sends one.
    The aggregator decides which call it belongs to, by the key that the profile names.
    """

    choice: int
    index: object  # type: ignore[assignment]  # hides tuple.index, which nobody calls here
    id: object
    name: object
    arguments: object
    pointer: str
    extra: dict[str, object] | None = None


class Assign(NamedTuple):
    """Sets something of a part at once.

    `what` is one of: arguments (a whole value), arguments_json (whole text), response, signature,
    citation (appends), logprobs (extends), content (whole text), id, name, blob ((mime, base64
    text)), raw, redacted, or extra:<member> for an opaque member kept verbatim.
    `kind` names the part to begin when no such part is open.
    """

    choice: int
    key: Key
    kind: Kind
    what: str
    value: object
    pointer: str


class ShutPart(NamedTuple):
    """A keyed part ends."""

    choice: int
    key: Key
    pointer: str


class Copy(NamedTuple):
    """The vendor repeats a finished text (`.done` events): redundancy that rules compare.

    `what` is content or arguments_json.
    """

    choice: int
    key: Key
    what: str
    value: object
    pointer: str


class Stop(NamedTuple):
    """A finish reason: `reason` neutral, `raw` as sent; `extra` such as the stop sequence."""

    choice: int
    reason: str
    raw: object
    pointer: str


class Usage(NamedTuple):
    """A usage object as sent; its fields replace earlier ones, nothing is summed."""

    raw: dict[str, object]
    pointer: str


class Failure(NamedTuple):
    """An error inside the stream: its type, code and message as sent, and the whole of it raw."""

    type: object
    code: object
    message: object
    raw: object
    pointer: str


class Ended(NamedTuple):
    """The dialect's end of the whole answer was reached (`[DONE]`, `message_stop` …)."""

    marker: str
    sentinel: bool = False


class Unknown(NamedTuple):
    """An event type, part type or member that the dialect does not know: evidence, not an error."""

    what: str
    value: object
    pointer: str


class Malformed(NamedTuple):
    """A chunk, or a member of one, that could not be read. `why` is a short clause."""

    why: str
    pointer: str


Delta = (
    Identity
    | Role
    | Open
    | Append
    | Fragment
    | Assign
    | ShutPart
    | Copy
    | Stop
    | Usage
    | Failure
    | Ended
    | Unknown
    | Malformed
)
