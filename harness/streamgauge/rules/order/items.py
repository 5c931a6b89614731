"""Rules about what Responses events say of their place: sequence numbers and item ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import RESPONSES_STREAM
from streamgauge.rules.order.walk import answers, begins
from streamgauge.rules.rule import RESPONSES, Need, rule
from streamgauge.rules.schema.members import at
from streamgauge.transcript.chunk import Chunk

_NUMBER = "/sequence_number"


@rule(
    "order/sequence-numbers-count",
    Level.SHOULD,
    RESPONSES_STREAM,
    dialects={RESPONSES},
    needs=(Need.STREAM, Need.CHUNKS),
)
def sequence_numbers_count(case: Case) -> Iterator[Evidence]:
    """`sequence_number` is 0 in `response.created` and one more in every event after it.

    A stream that is taken up again in the middle begins with a later number; from there on it
    counts. That the member is missing is a matter of `schema/chunk-matches-schema`.

    Why it matters: the number is how a client tells that it missed nothing and where it asks a
    stored answer to go on (`starting_after`). Strict clients refuse a stream whose numbers have
    gaps.

    How it breaks in the world: gateways that drop or merge events leave gaps
    (ENTERPILOT/GoModel#953); an error event made by a gateway began again at 1
    (BerriAI/litellm#32579); an `omitempty` lost the 0 (Wei-Shaw/sub2api#7129).

    References:

    - <https://platform.openai.com/docs/api-reference/responses-streaming>
    - <https://github.com/BerriAI/litellm/issues/32579>
    """
    for answer in answers(case.transcript):
        due: int | None = None
        for chunk in answer:
            number = _number(chunk)
            if number is None:
                continue
            if due is None:
                due = 0 if begins(chunk, case.transcript.dialect) else number
            for event, expected, got in _gaps(chunk, number, due):
                yield Evidence(
                    "The sequence number does not follow the one before",
                    str(expected),
                    str(got),
                    event,
                    _NUMBER,
                )
            due = _last(chunk, number) + 1


def _number(chunk: Chunk) -> int | None:
    value = chunk.value.get("sequence_number") if isinstance(chunk.value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _rest(chunk: Chunk, number: int) -> Sequence[int]:
    """The numbers of the look-alikes; where the member does not vary they repeat it."""
    column = None if chunk.run is None else chunk.run.column(_NUMBER)
    return [number] * (chunk.count - 1) if column is None else list(map(int, column))


def _last(chunk: Chunk, number: int) -> int:
    rest = _rest(chunk, number)
    return rest[-1] if rest else number


def _gaps(chunk: Chunk, number: int, due: int) -> Iterator[tuple[int, int, int]]:
    """(event, expected, got) wherever a number is not the one before and one more."""
    rest = _rest(chunk, number)
    first = chunk.event.index
    if number == due and (not rest or (rest[0] == due + 1 and _counts(rest))):
        return
    for offset, got in enumerate((number, *rest)):
        if got != due:
            yield first + offset, due, got
        due = got + 1


def _counts(numbers: Sequence[int]) -> bool:
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@rule(
    "order/item-ids-are-constant",
    Level.MUST,
    RESPONSES_STREAM,
    dialects={RESPONSES},
    needs=(Need.STREAM, Need.CHUNKS),
)
def item_ids_are_constant(case: Case) -> Iterator[Evidence]:
    """An item keeps its id, its call id and its name from the first event to the last.

    So do the items of the final output, where it has as many as the stream had.

    Why it matters: clients look parts up by item id. The official OpenAI client raises when the
    id of an item that is done is not the one that was added; others open a new part for every id.

    How it breaks in the world: a bridge made a new id for every reasoning delta
    (BerriAI/litellm#36375); placeholder ids in stream events (vllm-project/vllm#24788); one host
    is known to encrypt and rotate the ids on every event.

    References:

    - <https://platform.openai.com/docs/api-reference/responses-streaming>, `item_id`
    - <https://github.com/BerriAI/litellm/issues/36375>
    - <https://github.com/vllm-project/vllm/issues/24788>
    """
    for answer in answers(case.transcript):
        known: dict[tuple[int, str], str] = {}
        for chunk in answer:
            count = len({index for index, _ in known})
            for index, what, value, pointer in (*_named(chunk), *_named_at_end(chunk, count)):
                first = known.setdefault((index, what), value)
                if value != first:
                    says = f"An event names another {what} than the item began with"
                    yield case.at(chunk, says, first, value, pointer=pointer)
        yield from _nameless(case, answer, known)


def _nameless(
    case: Case, answer: Sequence[Chunk], known: Mapping[tuple[int, str], str]
) -> Iterator[Evidence]:
    """Items that come without the id by which the other events of their index name them."""
    for chunk in answer:
        item, index = at(chunk.value, "/item"), at(chunk.value, "/output_index")
        if isinstance(item, dict) and isinstance(index, int) and "id" not in item:
            id = known.get((index, "item id"))
            if id is not None:
                yield case.at(
                    chunk, "An item has not the id of its events", id, "no id", pointer="/item"
                )


_Name = tuple[int, str, str, str]
_WHATS = {"id": "item id", "call_id": "call id", "name": "name"}


def _named(chunk: Chunk) -> Iterator[_Name]:
    """(output index, what, its value, pointer) of one event; blanks name nothing."""
    value = chunk.value
    if not isinstance(value, dict):
        return
    index, id = value.get("output_index"), value.get("item_id")
    if not isinstance(index, int) or isinstance(index, bool):
        return
    if isinstance(id, str) and id:
        yield index, "item id", id, "/item_id"
    yield from _names_of(value.get("item"), index, "/item")


def _named_at_end(chunk: Chunk, count: int) -> Iterator[_Name]:
    """The same of the final output, if it holds `count` items."""
    output = at(chunk.value, "/response/output")
    if isinstance(output, list) and len(output) == count:
        for index, item in enumerate(output):
            yield from _names_of(item, index, f"/response/output/{index}")


def _names_of(item: object, index: int, pointer: str) -> Iterator[_Name]:
    for member, what in _WHATS.items():
        name = item.get(member) if isinstance(item, dict) else None
        if isinstance(name, str) and name:
            yield index, what, name, f"{pointer}/{member}"
