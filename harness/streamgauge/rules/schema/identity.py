"""Rules about who a chunk says it is: id, model and creation time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM, KIMI_STREAM
from streamgauge.rules.order.walk import answers
from streamgauge.rules.rule import CHAT, GEMINI, RESPONSES, Need, rule
from streamgauge.rules.schema.members import NAMES, at, failed
from streamgauge.transcript.chunk import Chunk


@rule(
    "schema/id-is-constant",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT, RESPONSES, GEMINI},
    needs=(Need.STREAM, Need.CHUNKS),
)
def id_is_constant(case: Case) -> Iterator[Evidence]:
    """All chunks of a stream carry the same id.

    In chat that means every chunk, or none where a server sends no ids at all. Chunks that state
    an error, and ids that are empty, are not asked.

    Why it matters: the id ties the chunks together, in clients that demultiplex, in logs and in
    bills. The official OpenAI client raises when `response.completed` names another response than
    `response.created` did.

    How it breaks in the world: an adapter made a new id for every chunk (BerriAI/litellm#37792), a
    local server likewise (nath1295/MLX-Textgen#9); a failure that a gateway adds comes with an id
    of its own.

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>: each chunk has the same id
    - <https://github.com/BerriAI/litellm/issues/37792>
    - <https://github.com/sgl-project/sglang/issues/39897>, rules P1.3 and P1.14
    """
    yield from _constant(case, NAMES[case.transcript.dialect.name].id, "id")
    if case.transcript.dialect.name == CHAT:
        yield from _left_out(case)


def _left_out(case: Case) -> Iterator[Evidence]:
    """The chunks with choices that have no id, though other chunks have one."""
    answers = [
        (chunk, chunk.value)
        for chunk in case.transcript.chunks
        if isinstance(chunk.value, dict) and "choices" in chunk.value and not failed(chunk)
    ]
    named = next((value["id"] for _, value in answers if value.get("id")), None)
    for chunk, value in answers:
        if named is not None and "id" not in value:
            yield case.at(chunk, "The id of the other chunks is missing", shown(named), "no id")


@rule(
    "schema/model-is-constant",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT, RESPONSES, GEMINI},
    needs=(Need.STREAM, Need.CHUNKS),
)
def model_is_constant(case: Case) -> Iterator[Evidence]:
    """All chunks of a stream name the same model.

    Chunks that state an error, and names that are empty, are not asked.

    Why it matters: the name decides which price, which limits and which quirks apply. When it
    changes in the middle, nobody can say which model answered.

    How it breaks in the world: gateways that rewrite the name to the one that was asked for miss
    some chunks, mostly the first or the one with the usage.

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>, `model`
    - <https://github.com/sgl-project/sglang/issues/39897>, rules P1.3 and P1.14
    """
    yield from _constant(case, NAMES[case.transcript.dialect.name].model, "model")


def _constant(case: Case, pointer: str, name: str) -> Iterator[Evidence]:
    for answer in answers(case.transcript):
        first: str | None = None
        for chunk in answer:
            value = at(chunk.value, pointer)
            if not isinstance(value, str) or not value or value == first or failed(chunk):
                continue
            if first is None:
                first = value
            else:
                says = f"The {name} is not that of the chunks before"
                yield case.at(chunk, says, first, value, pointer=pointer)


@rule(
    "schema/id-is-not-blank",
    Level.SHOULD,
    CHAT_STREAM,
    needs=(Need.STREAM, Need.CHUNKS),
)
def id_is_not_blank(case: Case) -> Iterator[Evidence]:
    """The id of a chunk, an answer or an item is not an empty string.

    Why it matters: an empty id is a placeholder that somebody forgot. Clients that key on the id
    file these chunks apart from the answer; a stored answer or an item without an id cannot be
    referred to in the next request.

    How it breaks in the world: Azure's first chunk, which holds the filter results of the prompt,
    has an empty id, and the results of its asynchronous filter have too; some gateways send no id
    at all but the empty one.

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>, `id`: a unique identifier
    """
    name = case.transcript.dialect.name
    for chunk in case.transcript.chunks:
        for pointer in (NAMES[name].id, *_ITEM_IDS.get(name, ())):
            if at(chunk.value, pointer) == "":
                yield case.at(
                    chunk, "The id is empty", "the id of the answer", '""', pointer=pointer
                )


_ITEM_IDS = {RESPONSES: ("/item_id", "/item/id", "/item/call_id")}


@rule(
    "schema/created-is-constant",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CHUNKS),
)
def created_is_constant(case: Case) -> Iterator[Evidence]:
    """All chunks of a stream carry the same creation time.

    Chunks that state an error are not asked.

    Why it matters: `created` says when the answer was begun. A client that sorts or groups by it,
    together with the id, tears an answer apart whose chunks carry the time of each chunk.

    How it breaks in the world: servers that write the current time into every chunk; the difference
    shows only in answers that take longer than a second. Azure sends 0 in its first chunk.

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>: each chunk has the same
      timestamp
    - <https://github.com/sgl-project/sglang/issues/39897>, rules P1.3 and P1.14
    """
    first: int | None = None
    for chunk in case.transcript.chunks:
        value = None if failed(chunk) else at(chunk.value, _CREATED)
        if not isinstance(value, int) or isinstance(value, bool):
            continue
        first = value if first is None else first
        other = _others(chunk, value, first)
        if other is not None:
            event, got, times = other
            says = "The creation time is not that of the chunks before"
            yield Evidence(says, str(first), str(got), event, _CREATED, times=times)


_CREATED = "/created"


def _others(chunk: Chunk, value: int, first: int) -> tuple[int, int, int] | None:
    """(event, value, how many) of the first value that differs, the look-alikes counted in."""
    column = None if chunk.run is None else chunk.run.column(_CREATED)
    if column is None:
        return None if value == first else (chunk.event.index, value, chunk.count)
    same = str(first).encode("ascii")
    values = [value, *(first if raw == same else int(raw) for raw in column)]
    offsets = [offset for offset, got in enumerate(values) if got != first]
    if not offsets:
        return None
    return chunk.event.index + offsets[0], values[offsets[0]], len(offsets)


@rule(
    "schema/id-has-vendor-form",
    Level.SHOULD,
    KIMI_STREAM,
    needs=(Need.STREAM, Need.CHUNKS),
    demanded=True,
)
def id_has_vendor_form(case: Case) -> Iterator[Evidence]:
    """The id of an answer has the form that the vendor gives to its ids (fact `id-pattern`).

    Why it matters: it tells whose server answered. A host that serves a vendor's model under the
    vendor's contract is expected to make ids of that form.

    How it breaks in the world: gateways replace the id by one of their own, and inference servers
    write a bare UUID.

    References:

    - <https://github.com/sgl-project/sglang/issues/39897>, rule P2.1: `chatcmpl-` and 24
      hexadecimal digits
    """
    pattern = case.facts.get("id-pattern")
    if not isinstance(pattern, str):
        return
    form = re.compile(pattern)
    pointer = NAMES[case.transcript.dialect.name].id
    for chunk in case.transcript.chunks:
        value = at(chunk.value, pointer)
        if isinstance(value, str) and value and form.fullmatch(value) is None:
            yield case.at(chunk, "The id has another form", pattern, value, pointer=pointer)
