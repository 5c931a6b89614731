"""Notes: what the aggregator noticed while it put parts together. Evidence, never a repair."""

from __future__ import annotations

import enum
from typing import NamedTuple


class Noted(enum.Enum):
    """What was noticed. The text explains it to a reader of the code, not of a report."""

    ORPHAN = "a piece for a part or call that was never begun"
    AFTER_SHUT = "a piece for a part that had ended"
    KIND_MISMATCH = "a piece of another kind than its part"
    KEY_REUSED = "a part begun under a key that is still open or was used before"
    NEVER_SHUT = "a keyed part that was begun and not ended"
    SHUT_WITHOUT_OPEN = "an end for a part that was never begun"
    INDEX_MISSING = "a tool-call piece without an index"
    INDEX_NOT_COUNT = "a tool-call index that is not a non-negative integer"
    INDEX_REUSED = "a new call id under an index that another call has"
    ID_MISSING = "a call begun without an id"
    ID_NOT_STRING = "a call id that is not a string"
    ID_BLANK_AGAIN = "an empty id on a later piece of a call"
    ID_AGAIN = "the same id on a later piece of a call"
    ID_LATE = "a call that got its id after its first piece"
    NAME_MISSING = "a call begun without a name"
    NAME_NOT_STRING = "a tool name that is not a string"
    NAME_BLANK_AGAIN = "an empty name on a later piece of a call"
    NAME_AGAIN = "the same name on a later piece of a call"
    NAME_CHANGED = "another name on a later piece of a call"
    NAME_LATE = "a call that got its name after its first piece"
    INTERLEAVED = "a piece for a call that is not the last one begun"
    ARGUMENTS_NOT_TEXT = "arguments sent as a value, not as text"
    COPY_ONLY = "a finished text that was never streamed"
    AFTER_STOP = "a piece of an answer that had its finish reason"


class Note(NamedTuple):
    """One thing noticed: in which chunk, at which member, for which answer and part."""

    noted: Noted
    event: int
    pointer: str
    choice: int
    part: int | None
    detail: object = None
    times: int = 1


class CopyOf(NamedTuple):
    """A finished text that the vendor repeated, beside the part that it repeats."""

    choice: int
    part: int
    what: str
    value: object
    event: int
    pointer: str
