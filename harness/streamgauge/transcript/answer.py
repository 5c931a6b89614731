"""One answer under construction: finds the part that each delta belongs to.

Keyed dialects name the part. Chat-like dialects name it by index, id or not at all; then the rules
of `calls` decide. What fits nothing becomes a part of its own, with a note.
"""

from __future__ import annotations

from streamgauge.delta import Append, Assign, Copy, Fragment, Key, Kind, Open, ShutPart, Stop
from streamgauge.dialects.dialect import Facts
from streamgauge.transcript import calls
from streamgauge.transcript.assigning import assign_to
from streamgauge.transcript.building import Building, Piece, decoded
from streamgauge.transcript.note import CopyOf, Note, Noted
from streamgauge.wire.json_spans import locate
from streamgauge.wire.template import Run


class Answer:
    """The parts of one choice, in order of first appearance."""

    def __init__(self, index: int, facts: Facts) -> None:
        self.index = index
        self.role: object = None
        self.reason: str | None = None
        self.raw_reason: object = None
        self.parts: list[Building] = []
        self.notes: list[Note] = []
        self.copies: list[CopyOf] = []
        self.calls = calls.Calls(by_index_only=facts.get("tool-call-key") == "index")
        self._by_key: dict[Key, int] = {}
        self._logprobs: dict[Kind, list[object]] = {}

    @property
    def called(self) -> bool:
        """Whether a tool call of the client's was made."""
        return any(part.kind is Kind.TOOL_CALL for part in self.parts)

    def note(self, noted: Noted, event: int, pointer: str, part: int | None, what: object) -> None:
        """Keep what was noticed."""
        self.notes.append(Note(noted, event, pointer, self.index, part, what))

    def begin(self, part: Building) -> int:
        """Add a part; its position."""
        pending = self._logprobs.pop(part.kind, None)
        if pending:
            part.logprobs.extend(pending)
        self.parts.append(part)
        return len(self.parts) - 1

    def open(self, delta: Open, event: int) -> None:
        """Begin a part that the vendor announces."""
        if delta.key is not None and delta.key in self._by_key:
            position = self._by_key[delta.key]
            self.note(Noted.KEY_REUSED, event, delta.pointer, position, delta.raw_index)
        part = Building(
            kind=delta.kind,
            key=delta.key,
            index=delta.raw_index,
            id=delta.id,
            name=delta.name,
            field=delta.field,
            redacted=delta.redacted,
            opened=True,
        )
        position = self.begin(part)
        if delta.key is not None:
            self._by_key[delta.key] = position

    def append(self, delta: Append, event: int) -> None:
        """Add a piece of text."""
        if self.raw_reason is not None and delta.text:
            self.note(Noted.AFTER_STOP, event, delta.pointer, None, None)
        position = self._position(delta, event)
        if position is not None:
            piece = Piece(event, delta.text, None, delta.pointer)
            self.parts[position].pieces.append(piece)

    def _position(self, delta: Append, event: int) -> int | None:
        if delta.key is None:
            return self._continue_or_begin(delta)
        position = self._by_key.get(delta.key)
        if position is None:
            self.note(Noted.ORPHAN, event, delta.pointer, None, delta.key)
            return self._begin_keyed(delta.key, delta)
        part = self.parts[position]
        if not _fits(part.kind, delta.kind):
            self.note(Noted.KIND_MISMATCH, event, delta.pointer, position, delta.kind.value)
            key = (delta.key, delta.kind)
            found = self._by_key.get(key)
            return self._begin_keyed(key, delta) if found is None else found
        if part.shut:
            self.note(Noted.AFTER_SHUT, event, delta.pointer, position, delta.key)
        return position

    def _begin_keyed(self, key: Key, delta: Append | Assign) -> int:
        field = delta.field if isinstance(delta, Append) else None
        raw = delta.key if isinstance(delta.key, int | str) else None
        position = self.begin(Building(kind=delta.kind, key=key, field=field, index=raw))
        self._by_key[key] = position
        return position

    def _continue_or_begin(self, delta: Append) -> int | None:
        """Without keys a part goes on until the kind, or reasoning's member, changes."""
        if self.parts:
            last = self.parts[-1]
            same = last.kind is delta.kind and last.field == delta.field
            if same and last.key is None and not last.shut:
                return len(self.parts) - 1
        if not delta.text:
            return None
        return self.begin(Building(kind=delta.kind, field=delta.field))

    def extend(self, delta: Append | Fragment, run: Run) -> None:
        """Add the texts of a run of look-alikes to the part that the delta went to."""
        column = run.column(delta.pointer)
        if column is None:
            return
        if isinstance(delta, Append):
            position = self._by_key.get(delta.key) if delta.key is not None else None
            if position is not None and not _fits(self.parts[position].kind, delta.kind):
                position = self._by_key.get((delta.key, delta.kind))
        else:
            position = self.calls.last
        self._repeat_notes(delta.pointer, run)
        position = len(self.parts) - 1 if position is None else position
        piece = Piece(run.first, decoded(b"".join(column)), run, delta.pointer)
        self.parts[position].pieces.append(piece)

    def _repeat_notes(self, pointer: str, run: Run) -> None:
        """What was noted of the exactly read chunk holds for each of its look-alikes."""
        event = run.first - 1
        for at in range(len(self.notes) - 1, -1, -1):
            note = self.notes[at]
            if note.event != event:
                break
            repeats = note.noted not in _ONCE and note.pointer.startswith(pointer)
            if repeats:
                self.notes[at] = note._replace(times=1 + len(run))

    def add_fragment(self, delta: Fragment, event: int, data: bytes) -> None:
        """Add a piece of a tool call."""
        if self.raw_reason is not None:
            self.note(Noted.AFTER_STOP, event, delta.pointer, None, None)
        position = self.calls.place(self, delta, event)
        part = self.parts[position]
        for key, value in (delta.extra or {}).items():
            _keep_extra(part, key, value)
        arguments = delta.arguments
        if isinstance(arguments, str):
            if arguments:
                part.pieces.append(Piece(event, arguments, None, delta.pointer))
        elif arguments is not None:
            self.note(Noted.ARGUMENTS_NOT_TEXT, event, delta.pointer, position, None)
            part.value, part.has_value = arguments, True
            part.value_text = _text_at(data, delta.pointer)
            part.pieces.append(Piece(event, "", None, delta.pointer))

    def assign(self, delta: Assign, event: int, data: bytes) -> None:
        """Set something of a part at once."""
        if delta.what == "logprobs" and not self._has(delta.kind):
            values = delta.value if isinstance(delta.value, list) else [delta.value]
            self._logprobs.setdefault(delta.kind, []).extend(values)
            return
        position = self._target(delta, event)
        part = self.parts[position]
        assign_to(part, delta.what, delta.value)
        if delta.what == "arguments":
            part.value_text = _text_at(data, delta.pointer)
        if delta.what in ("arguments", "response", "blob", "raw", "content"):
            text = delta.value if delta.what == "content" else ""
            piece = Piece(event, text if isinstance(text, str) else "", None, delta.pointer)
            part.pieces.append(piece)
        if delta.what == "signature" and delta.key is None:
            part.shut = True

    def _has(self, kind: Kind) -> bool:
        return any(part.kind is kind for part in self.parts)

    def _target(self, delta: Assign, event: int) -> int:
        if delta.key is not None:
            position = self._by_key.get(delta.key)
            if position is None:
                position = self._of_item(delta)
            if position is not None:
                return position
            self.note(Noted.ORPHAN, event, delta.pointer, None, delta.key)
            return self._begin_keyed(delta.key, delta)
        signs = delta.what == "signature"
        for position in range(len(self.parts) - 1, -1, -1):
            part = self.parts[position]
            if part.kind is delta.kind and part.key is None:
                taken = signs and part.signature is not None
                if taken:
                    break
                return position
        return self.begin(Building(kind=delta.kind))

    def _of_item(self, delta: Assign) -> int | None:
        """The first part of the item that a one-element key names."""
        if not isinstance(delta.key, tuple):
            return None
        for position, part in enumerate(self.parts):
            same_item = isinstance(part.key, tuple) and part.key[0] == delta.key[0]
            if part.kind is delta.kind and same_item:
                return position
        return None

    def shut(self, delta: ShutPart, event: int) -> None:
        """End a keyed part."""
        position = self._by_key.get(delta.key)
        if position is None:
            self.note(Noted.SHUT_WITHOUT_OPEN, event, delta.pointer, None, delta.key)
        else:
            self.parts[position].shut = True

    def copy(self, delta: Copy, event: int) -> None:
        """Keep a repeated text for comparison; take it as the text where nothing was streamed."""
        position = self._by_key.get(delta.key)
        if position is None:
            return
        part = self.parts[position]
        if not part.pieces and isinstance(delta.value, str) and delta.value:
            self.note(Noted.COPY_ONLY, event, delta.pointer, position, delta.what)
            part.pieces.append(Piece(event, delta.value, None, delta.pointer))
        self.copies.append(
            CopyOf(self.index, position, delta.what, delta.value, event, delta.pointer)
        )

    def stop(self, delta: Stop) -> None:
        """Keep the last finish reason that came."""
        self.reason, self.raw_reason = delta.reason, delta.raw


def _fits(part: Kind, piece: Kind) -> bool:
    """Pieces of arguments look the same for the client's tools and for the vendor's own."""
    return part is piece or (part is Kind.SERVER_TOOL_CALL and piece is Kind.TOOL_CALL)


_ONCE = frozenset(
    (
        Noted.ID_LATE,
        Noted.NAME_LATE,
        Noted.ID_MISSING,
        Noted.NAME_MISSING,
        Noted.ORPHAN,
        Noted.INTERLEAVED,
    )
)
"""What the first piece settles: those that look like it have a part, and are in their turn."""


def _keep_extra(part: Building, key: str, value: object) -> None:
    if key == "signature":
        part.signature = value
    elif key == "partialArgs":
        part.partial.extend(value if isinstance(value, list) else [value])
    elif key == "plain":
        part.field = "input"
    elif key == "willContinue":
        part.awaits_more = value is True
    else:
        part.extra[key] = value


def _text_at(data: bytes, pointer: str) -> str:
    span = locate(data, {pointer}).get(pointer)
    return "" if span is None else data[span[0] : span[1]].decode("utf-8", "replace")
