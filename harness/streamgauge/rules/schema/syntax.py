"""Rules about the JSON text of chunks: is it JSON, and does it hide nothing from a fast parser?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import JSON
from streamgauge.rules.rule import Need, rule
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.wire.event import Oddity
from streamgauge.wire.payload import Flaw

# Words that stand for an end marker, well or badly written, are judged with the endings.
_END_WORD = re.compile(rb"[^\w{]*done[^\w}]*", re.IGNORECASE)


@rule("schema/chunk-is-json", Level.MUST, JSON, needs=(Need.STREAM, Need.CHUNKS))
def chunk_is_json(case: Case) -> Iterator[Evidence]:
    """The data of every event is one JSON text; only the dialect's end marker is none.

    Why it matters: official clients raise at the first event that they cannot parse, and the rest
    of the answer is lost. Clients that skip it lose a piece without a word.

    How it breaks in the world: a chunk was cut in mid-field and the next one glued to it
    (zai-org/GLM-5#66, anomalyco/opencode#8282); a gateway wrote its error into an event that was
    not finished, so that one event held two objects (Wei-Shaw/sub2api#1471); a server put the
    plain text of an error into the data (EricLBuehler/mistral.rs#1874).

    References:

    - <https://www.rfc-editor.org/rfc/rfc8259>
    - <https://github.com/zai-org/GLM-5/issues/66>
    - <https://github.com/Wei-Shaw/sub2api/issues/1471>
    """
    for chunk in case.transcript.chunks:
        if chunk.state is State.UNREADABLE and not _judged_elsewhere(chunk):
            data = (chunk.event.data or b"")[:400].decode("utf-8", "replace")
            why = "; ".join(
                f"{flaw.value} ({what})" if what else flaw.value for flaw, what in chunk.flaws
            )
            yield case.at(
                chunk, "The data of an event cannot be read", "one JSON text", f"{why}: {data}"
            )


def _judged_elsewhere(chunk: Chunk) -> bool:
    """Empty data and misspelt end markers have rules of their own."""
    empty = any(oddity is Oddity.EMPTY_DATA for oddity, _ in chunk.event.oddities)
    return empty or _END_WORD.fullmatch(chunk.event.data or b"") is not None


@rule("schema/no-duplicate-keys", Level.SHOULD, JSON, needs=(Need.STREAM, Need.CHUNKS))
def no_duplicate_keys(case: Case) -> Iterator[Evidence]:
    """No object of a chunk has the same key twice.

    Why it matters: RFC 8259 leaves open which of the two counts. Most parsers keep the last, some
    the first, some refuse; so two clients read two different answers from the same bytes.

    How it breaks in the world: servers and gateways that add a member to JSON as text instead of
    to the object (a second `usage`, a second `content`), most often when they patch the model name
    or the token counts into a chunk of somebody else.

    References:

    - <https://www.rfc-editor.org/rfc/rfc8259#section-4>: names within an object should be unique
    """
    for chunk, detail in _flawed(case, Flaw.DUPLICATE_KEY):
        yield case.at(chunk, "A key stands twice in one object", "every key once", detail)


@rule("schema/numbers-are-json", Level.MUST, JSON, needs=(Need.STREAM, Need.CHUNKS))
def numbers_are_json(case: Case) -> Iterator[Evidence]:
    """Numbers are numbers of JSON: no NaN and no Infinity.

    Why it matters: the words are not JSON. Parsers of Go, Rust and JavaScript refuse the whole
    chunk; Python's accepts them, which is why their makers do not notice.

    How it breaks in the world: log probabilities of impossible tokens are minus infinity, and a
    server written in Python prints them as `-Infinity`.

    References:

    - <https://www.rfc-editor.org/rfc/rfc8259#section-6>: Infinity and NaN are not permitted
    """
    for chunk, detail in _flawed(case, Flaw.NON_FINITE):
        yield case.at(chunk, "A number that JSON does not have", "a finite number or null", detail)


@rule("schema/numbers-are-exact", Level.MAY, JSON, needs=(Need.STREAM, Need.CHUNKS))
def numbers_are_exact(case: Case) -> Iterator[Evidence]:
    """Numbers are small enough to be read exactly everywhere: at most 2 to the power of 53.

    Why it matters: JavaScript and every reader that uses doubles rounds a larger integer. An id or
    a time in nanoseconds that is sent as a number comes out as another one.

    How it breaks in the world: times in nanoseconds and 64-bit ids written as JSON numbers, in
    timings and in the arguments of calls.

    References:

    - <https://www.rfc-editor.org/rfc/rfc8259#section-6>: interoperability of numbers
    """
    for chunk, detail in _flawed(case, Flaw.HUGE_NUMBER):
        yield case.at(
            chunk, "A number that common readers round", "at most 2**53, or a string", detail
        )


def _flawed(case: Case, wanted: Flaw) -> Iterator[tuple[Chunk, str]]:
    for chunk in case.transcript.chunks:
        if chunk.state is State.JSON:
            for flaw, detail in chunk.flaws:
                if flaw is wanted:
                    yield chunk, detail
