"""One `GenerateContentResponse` → its deltas.

A chunk of the stream and a whole answer have the same shape, so one reader serves both.
Total over any JSON value, stateless, and uniform: two chunks that differ only in a text that is
not empty differ only in the text of one delta. It must never decide what a chunk is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from streamgauge.delta import (
    Assign,
    Delta,
    Failure,
    Identity,
    Kind,
    Malformed,
    Role,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.gemini.parts import Spot, part
from streamgauge.dialects.gemini.words import CANDIDATE_EXTRAS, FINISH, TOP_MEMBERS

Json = Mapping[str, object]

_ABOUT = frozenset({"citationMetadata", "logprobsResult", *CANDIDATE_EXTRAS})


def read(_: str | None, value: object) -> Sequence[Delta]:
    """The deltas of one chunk. Events of this API have no name, so a name says nothing."""
    if isinstance(value, list):
        return [delta for number, item in enumerate(value) for delta in _chunk(item, f"/{number}")]
    return [*_chunk(value, "")]


def _chunk(value: object, base: str) -> Iterator[Delta]:
    if not isinstance(value, dict):
        yield Malformed("the chunk is not an object", base)
        return
    if value and TOP_MEMBERS.isdisjoint(value):
        yield Unknown("chunk", value, base)
        return
    yield from _identity(value, base)
    yield from _feedback(value.get("promptFeedback"), f"{base}/promptFeedback")
    yield from _candidates(value.get("candidates"), f"{base}/candidates")
    yield from _usage(value.get("usageMetadata"), f"{base}/usageMetadata")
    if "error" in value:
        yield from _error(value["error"], f"{base}/error")


def _identity(value: Json, base: str) -> Iterator[Delta]:
    found: list[str | None] = []
    for member in ("responseId", "modelVersion"):
        stated = value.get(member)
        if stated is not None and not isinstance(stated, str):
            yield Malformed(f"{member} is not a string", f"{base}/{member}")
        found.append(stated if isinstance(stated, str) else None)
    if found != [None, None]:
        yield Identity(found[0], found[1])


def _feedback(value: object, base: str) -> Iterator[Delta]:
    """A block reason ends the answer before it began; safety ratings alone say nothing."""
    if value is None:
        return
    if not isinstance(value, dict):
        yield Malformed("promptFeedback is not an object", base)
        return
    reason = value.get("blockReason")
    if isinstance(reason, str):
        yield Stop(0, "content_filter", reason, f"{base}/blockReason")
    elif reason is not None:
        yield Malformed("blockReason is not a string", f"{base}/blockReason")


def _candidates(value: object, base: str) -> Iterator[Delta]:
    if value is None:
        return
    if not isinstance(value, list):
        yield Malformed("candidates is not an array", base)
        return
    for number, candidate in enumerate(value):
        pointer = f"{base}/{number}"
        if isinstance(candidate, dict):
            yield from _candidate(candidate, pointer)
        else:
            yield Malformed("the candidate is not an object", pointer)


def _candidate(value: Json, base: str) -> Iterator[Delta]:
    """Content first, then what is said about it, then the stop."""
    choice = index_of(value)
    if choice is None:
        yield Malformed("index is not a whole number", f"{base}/index")
        choice = 0
    yield from _content(value.get("content"), Spot(choice, f"{base}/content"))
    if not _ABOUT.isdisjoint(value):
        yield from _about(value, Spot(choice, base))
    reason = value.get("finishReason")
    if isinstance(reason, str) and reason:
        yield Stop(choice, FINISH.get(reason, "unknown"), reason, f"{base}/finishReason")
    elif reason is not None:
        yield Malformed("finishReason is not a word", f"{base}/finishReason")


def index_of(candidate: Json) -> int | None:
    """The candidate's index: 0 where there is none, for JSON made from protobuf omits zeros."""
    index = candidate.get("index")
    if index is None:
        return 0
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def _content(value: object, spot: Spot) -> Iterator[Delta]:
    """Content may lack its parts or its role, and may be missing altogether."""
    if value is None:
        return
    if not isinstance(value, dict):
        yield Malformed("content is not an object", spot.pointer)
        return
    if value.get("role") is not None:
        yield Role(spot.choice, value["role"], spot.at("role"))
    parts = value.get("parts")
    if isinstance(parts, list):
        for number, item in enumerate(parts):
            yield from part(item, Spot(spot.choice, f"{spot.pointer}/parts/{number}"))
    elif parts is not None:
        yield Malformed("parts is not an array", spot.at("parts"))


def _about(value: Json, spot: Spot) -> Iterator[Delta]:
    """Citations, log probabilities and opaque members; they belong to the last text."""
    yield from _citations(value.get("citationMetadata"), spot.into("citationMetadata"))
    scores = value.get("logprobsResult")
    if scores is not None:
        pointer = spot.at("logprobsResult")
        yield Assign(spot.choice, None, Kind.TEXT, "logprobs", [scores], pointer)
    for member in CANDIDATE_EXTRAS:
        found = value.get(member)
        if found is not None and found != {}:
            what = f"extra:{member}"
            yield Assign(spot.choice, None, Kind.TEXT, what, found, spot.at(member))


def _citations(value: object, spot: Spot) -> Iterator[Delta]:
    """`citations`, or `citationSources` as the older API calls them."""
    if value is None:
        return
    if not isinstance(value, dict):
        yield Malformed("citationMetadata is not an object", spot.pointer)
        return
    for member in ("citations", "citationSources"):
        sources = value.get(member)
        if isinstance(sources, list):
            for number, source in enumerate(sources):
                pointer = f"{spot.at(member)}/{number}"
                yield Assign(spot.choice, None, Kind.TEXT, "citation", source, pointer)
        elif sources is not None:
            yield Malformed(f"{member} is not an array", spot.at(member))


def _usage(value: object, pointer: str) -> Iterator[Delta]:
    if isinstance(value, dict):
        yield Usage(value, pointer)
    elif value is not None:
        yield Malformed("usageMetadata is not an object", pointer)


def _error(value: object, pointer: str) -> Iterator[Delta]:
    if isinstance(value, dict):
        yield Failure(value.get("status"), value.get("code"), value.get("message"), value, pointer)
        return
    yield Malformed("error is not an object", pointer)
    yield Failure(None, None, value if isinstance(value, str) else None, value, pointer)
