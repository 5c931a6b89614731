"""The habits of one answer, by theme and in words: what `report diff` compares.

A trait says how something came (where usage stood, in how many pieces arguments came), never what
the model said. A trait that the run does not hold is left out, which is not the same as absent.
It never judges.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from streamgauge.delta import Append, Assign, Fragment, Kind, Stop, Usage
from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.exchange import Exchange, Head
from streamgauge.pipeline import profiles
from streamgauge.report.run import Record, unpack_body
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.identify import identify
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript

Traits = dict[str, str]
NONE = "none"
LISTS = frozenset(("counters", "headers", "event names"))
"""Traits that name several things, parted by a comma and a space."""
_FRAMING_HEADERS = {"content-type", "transfer-encoding", "content-length"}
_PASSING_HEADERS = {"date", "server", "connection", "keep-alive", "x-streamgauge-unverified"}


class Theme(enum.Enum):
    """What a trait is about, in the order in which themes are told."""

    ERRORS = "errors"
    ENDINGS = "endings"
    STOPS = "stop reasons"
    USAGE = "usage"
    CACHE = "cache"
    TOOLS = "tool calls"
    REASONING = "reasoning"
    FRAMING = "framing"


def traits(line: Mapping[str, Any]) -> dict[Theme, Traits]:
    """The traits of one result line of a run."""
    record = line["result"]
    message = record.get("message") or {}
    transcript = _transcript(line)
    return {
        Theme.ERRORS: dict(_errors(record, message.get("error"))),
        Theme.ENDINGS: dict(_endings(record)),
        Theme.STOPS: dict(_stops(message)),
        Theme.USAGE: dict(_usage(message, transcript)),
        Theme.CACHE: dict(_cache(record)),
        Theme.TOOLS: dict(_tools(message, transcript)),
        Theme.REASONING: dict(_reasoning(message)),
        Theme.FRAMING: dict(_framing(record, transcript)),
    }


def live(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """What only a live result has; empty for a recording."""
    return (record.get("metadata") or {}).get("live") or {}


def refused(record: Mapping[str, Any]) -> bool:
    """Whether the answer is an error and no stream."""
    status = live(record).get("status")
    return isinstance(status, int) and status >= 400


def _errors(record: Mapping[str, Any], error: object) -> Iterator[tuple[str, str]]:
    """Status, type, code and message in one line: they are read together."""
    said = [live(record).get("status"), record.get("error")]
    if isinstance(error, Mapping):
        said += [error.get("type"), error.get("code"), error.get("message")]
    yield "answer", " · ".join(str(one) for one in said if one is not None) or NONE


def _endings(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    metadata = record.get("metadata")
    if metadata:
        yield "ending", str(record["ending"])
        yield "end marker", str(metadata["end_marker"] or NONE)
        yield "close", str(metadata["close"])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or NONE


def _stops(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    stops = [_stop(choice) for choice in message.get("choices", ())]
    if stops:
        yield "finish reason", ", ".join(stops)


def _stop(choice: Mapping[str, Any]) -> str:
    """`sensitive (content_filter)`: as sent, and our word where it is another."""
    raw, neutral = choice.get("raw_finish_reason"), choice.get("finish_reason")
    said = NONE if raw is None else str(raw)
    return said if neutral in (None, raw) else f"{said} ({neutral})"


def _usage(message: Mapping[str, Any], transcript: Transcript | None) -> Iterator[tuple[str, str]]:
    if not message.get("choices"):
        return
    raw = (message.get("usage") or {}).get("raw") or {}
    yield "counters", _listed(_paths(raw))
    if transcript is not None:
        yield "place", _usage_place(transcript)


def _paths(value: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, inner in value.items():
        if isinstance(inner, Mapping) and inner:
            yield from _paths(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _usage_place(transcript: Transcript) -> str:
    chunks = [chunk for chunk in transcript.chunks if chunk.value is not None]
    having = [at for at, chunk in enumerate(chunks) if _has(chunk, Usage)]
    if not having:
        return NONE
    if not transcript.streamed:
        return "in the document"
    if len(having) == len(chunks) > 2:
        return "in every chunk"
    stops = [at for at, chunk in enumerate(chunks) if _has(chunk, Stop)]
    return " and ".join(dict.fromkeys(_beside(at, stops) for at in having))


def _beside(at: int, stops: list[int]) -> str:
    if at in stops:
        return "with the finish reason"
    if stops and at > stops[-1]:
        return "in a chunk of its own after the finish reason"
    return "in the first chunk" if at == 0 else "before the finish reason"


def _has(chunk: Chunk, kind: type) -> bool:
    return any(isinstance(delta, kind) for delta in chunk.deltas)


def _cache(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cache = (record.get("metadata") or {}).get("cache")
    if cache:
        yield "verdict", f"{cache['verdict']}{_because(cache.get('reason'))}"


def _because(reason: object) -> str:
    return f" ({reason})" if reason else ""


def _parts(message: Mapping[str, Any], kind: str) -> list[Record]:
    choices = message.get("choices", ())
    return [part for one in choices for part in one["parts"] if part["type"] == kind]


def _tools(message: Mapping[str, Any], transcript: Transcript | None) -> Iterator[tuple[str, str]]:
    calls = _parts(message, "tool_call")
    if message.get("choices"):
        yield "calls", str(len(calls))
    if not calls:
        return
    yield "id", ", ".join(sorted({_form(one.get("id"), one.get("name")) for one in calls}))
    yield "arguments", ", ".join(sorted({str(one.get("arguments_state")) for one in calls}))
    if transcript is not None and transcript.streamed:
        pieces = sum(chunk.count for chunk in transcript.chunks if _has_arguments(chunk))
        whole = pieces <= len(calls)
        yield "arguments come", "in one piece" if whole else "in several pieces"


def _has_arguments(chunk: Chunk) -> bool:
    for delta in chunk.deltas:
        match delta:
            case Fragment(arguments=arguments) if arguments:
                return True
            case Append(kind=Kind.TOOL_CALL, text=text) if text:
                return True
            case Assign(kind=Kind.TOOL_CALL, what="arguments" | "arguments_json"):
                return True
    return False


def _form(id: object, name: object) -> str:
    """The form of an id: the tool's name and what is random or counted are put as signs."""
    if not isinstance(id, str):
        return NONE if id is None else type(id).__name__
    plain = id.replace(name, "NAME") if isinstance(name, str) and name else id
    return re.sub(r"(?<![a-zA-Z])\d{1,3}(?![a-zA-Z0-9])|[0-9A-Za-z]{8,}", _sign, plain)


def _sign(match: re.Match[str]) -> str:
    text = match[0]
    if text.isdigit():
        return "#"
    if not re.search(r"\d", text):
        return text if text.islower() else f"<{len(text)} letters>"
    hexadecimal = re.fullmatch(r"[0-9a-f]+", text)
    return f"<{len(text)} {'hex digits' if hexadecimal else 'letters and digits'}>"


def _reasoning(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not message.get("choices"):
        return
    parts = _parts(message, "reasoning")
    yield "field", ", ".join(sorted({str(one.get("field")) for one in parts})) or NONE
    every = [part for one in message["choices"] for part in one["parts"]]
    signed = sorted({part["type"] for part in every if part.get("signature")})
    yield "signature", f"on {', '.join(signed)}" if signed else NONE


def _framing(record: Mapping[str, Any], transcript: Transcript | None) -> Iterator[tuple[str, str]]:
    facts, metadata = live(record), record.get("metadata")
    if metadata:
        yield "answer", "stream" if metadata["streamed"] else "one document"
    if facts:
        headers = {str(name).lower(): str(value) for name, value in facts.get("headers", ())}
        yield "content type", headers.get("content-type", NONE)
        yield "HTTP framing", str(facts.get("framing"))
        yield "headers", _listed(headers.keys() - _FRAMING_HEADERS - _PASSING_HEADERS)
    if transcript is not None and transcript.streamed:
        yield from _lines(transcript)


def _lines(transcript: Transcript) -> Iterator[tuple[str, str]]:
    body = transcript.exchange.body
    yield "line end", "CR LF" if b"\r\n" in body else "LF"
    names = {chunk.event.name for chunk in transcript.chunks if chunk.event.name}
    yield "event names", _listed(names)
    after = re.search(rb"(?m)^data:( ?)", body)
    if after is not None:
        yield "after `data:`", "a space" if after[1] else "nothing"
    yield "comments", "some" if re.search(rb"(?m)^:", body) else NONE


def _transcript(line: Mapping[str, Any]) -> Transcript | None:
    """The stream read again; None where the run keeps no bytes, or nobody knows the dialect."""
    record, packed = line["result"], line.get("body")
    if packed is None or record.get("dialect") not in {one.name for one in DIALECTS}:
        return None
    try:
        body, _ = unpack_body(packed)
    except ValueError:
        return None
    vendor = record.get("vendor")
    known = any(profile.slug == vendor for profile in profiles())
    exchange = Exchange(head=Head(status=live(record).get("status")), body=body)
    identity = identify(
        exchange, profiles(), dialect=record["dialect"], vendor=vendor if known else "auto"
    )
    if identity.dialect is None:
        return None
    facts = identity.profile.narrowed(identity.dialect.name).facts
    return transcribe(exchange, identity.dialect, facts, identity.framing)
