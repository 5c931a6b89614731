"""Rules about the keyed parts of Messages and Responses: overlap, numbers, ends, lost pieces."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from streamgauge.dialects.dialect import Symbol
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import MESSAGES_STREAM
from streamgauge.rules.order.steps import PART_SCOPES, is_piece
from streamgauge.rules.order.walk import Misstep, first_faults, symbols, walk, whole_answers
from streamgauge.rules.rule import MESSAGES, RESPONSES, Need, rule
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.note import Noted


@rule(
    "order/parts-do-not-overlap",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES},
    needs=(Need.STREAM, Need.PARTS),
)
def parts_do_not_overlap(case: Case) -> Iterator[Evidence]:
    """A content block is stopped before the next one is started.

    Why it matters: the documentation shows blocks one after the other, and clients are built on
    it: Claude Code waits for ever when blocks overlap, and clients that keep only "the current
    block" put pieces into the wrong one, so that the input of a tool becomes `{}`.

    How it breaks in the world: gateways that translate parallel tool calls start each block as
    its first piece comes and stop them all at the end (farion1231/cc-switch#2303,
    musistudio/claude-code-router#1725, router-for-me/CLIProxyAPI#5581, BerriAI/litellm#15307).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>
    - <https://github.com/farion1231/cc-switch/issues/2303>
    - <https://github.com/router-for-me/CLIProxyAPI/issues/5581>
    """
    for answer in whole_answers(case.transcript):
        found = walk(answer, case.transcript.dialect, {"blocks", "part"})
        # A block that is started again under its own index is a fault of that part alone.
        again = {miss.chunk.event.index for miss in found.missteps if miss.symbol.scope == "part"}
        for miss in found.missteps:
            if miss.symbol.scope == "blocks" and miss.chunk.event.index not in again:
                yield case.at(
                    miss.chunk,
                    "A block was started while another was open",
                    "the stop of the open block first",
                    miss.symbol.symbol,
                    pointer=miss.symbol.pointer,
                )


@rule(
    "order/part-indexes-count",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    # Not PARTS: an item that says nothing, such as a hidden thought, has its index all the same.
    needs=(Need.STREAM, Need.CHUNKS),
)
def part_indexes_count(case: Case) -> Iterator[Evidence]:
    """The indexes of parts count 0, 1, 2 … in the order in which the parts begin.

    That holds for content blocks, for output items, and inside an item for content parts and
    summary parts.

    Why it matters: the index is the place of the part in the finished answer. The official
    Anthropic client raises IndexError when the first block has index 1; others leave a hole that
    the next request is refused for.

    How it breaks in the world: a gateway kept index 0 for a text that never came, so that an
    answer with tool calls alone began at 1 (maximhq/bifrost#3441); another gave every item of an
    answer the index 0 (teabranch/open-responses-server#63).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>: the index of a block is its
      place in the content of the final message
    - <https://platform.openai.com/docs/api-reference/responses-streaming>, `output_index`
    - <https://github.com/maximhq/bifrost/issues/3441>
    """
    for answer in whole_answers(case.transcript):
        due: dict[tuple[str, Hashable], int] = {}
        for chunk, step in _first_steps(case, answer):
            parent, number = _numbered(step.key)
            expected = due.get((step.scope, parent), 0)
            if number is None:
                # An item without an index goes by its id; it has its place in the row all the same.
                due[step.scope, parent] = expected + isinstance(step.key, str)
                continue
            due[step.scope, parent] = number + 1
            if number != expected:
                yield case.at(
                    chunk,
                    f"The index of a new {step.scope} does not follow the one before",
                    str(expected),
                    number,
                    pointer=_POINTERS.get(step.scope, step.pointer or None),
                )._replace(times=1)


_NUMBERED = frozenset({"part", "item", "summary", "command"})
_POINTERS = {"summary": "/summary_index", "command": "/command_index"}


def _first_steps(case: Case, answer: Sequence[Chunk]) -> Iterator[tuple[Chunk, Symbol]]:
    """The first step of every part, whatever it was: also a part that never began has its place."""
    seen: set[tuple[str, Hashable]] = set()
    for chunk in answer:
        for step in symbols(chunk, case.transcript.dialect):
            instance = step.scope, step.key
            if step.scope in _NUMBERED and instance not in seen:
                seen.add(instance)
                yield chunk, step


def _numbered(key: Hashable) -> tuple[Hashable, int | None]:
    """The parent and the number that a key holds; None for a number that is none."""
    parent: Hashable = key[:-1] if isinstance(key, tuple) else ()
    number = key[-1] if isinstance(key, tuple) and key else key
    return parent, number if isinstance(number, int) and not isinstance(number, bool) else None


@rule(
    "order/parts-are-closed",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    needs=(Need.STREAM, Need.CHUNKS, Need.END),
)
def parts_are_closed(case: Case) -> Iterator[Evidence]:
    """When an answer ends, every part that it began has ended.

    It is asked of streams that came to their end: where a stream was cut or ended in an error, an
    open part is no fault of its own.

    Why it matters: clients take a part as final at its end. Without it the arguments of a call are
    never parsed, a block stays on the screen as if still being written, and clients that act on
    the done event never act.

    How it breaks in the world: a router left the block of a tool call open when the next began
    (musistudio/claude-code-router#1725); a bridge sent no done events before
    `response.completed` (Oaklight/llm-rosetta#56, agentgateway/agentgateway#2281).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, `content_block_stop`
    - <https://platform.openai.com/docs/api-reference/responses-streaming>, the `.done` events
    - <https://github.com/Oaklight/llm-rosetta/issues/56>
    """
    for answer in whole_answers(case.transcript)[-1:]:
        found = walk(answer, case.transcript.dialect, PART_SCOPES)
        stumbled = {miss.instance for miss in found.missteps}
        for instance, left in found.left.items():
            if instance not in stumbled and left.state not in left.machine.accepts:
                yield Evidence(
                    f"A part of the kind {left.symbol.scope} was begun and never ended",
                    "its end before the end of the answer",
                    f"{left.symbol.scope} {left.symbol.key} left in state {left.state}",
                    left.chunk.last_event,
                    left.symbol.pointer or None,
                )


@rule(
    "order/pieces-belong-to-a-part",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    needs=(Need.STREAM, Need.CHUNKS),
)
def pieces_belong_to_a_part(case: Case) -> Iterator[Evidence]:
    """A piece comes only for a part that was begun and has not ended.

    Why it matters: a client has nowhere to put the piece. Claude Code stops with "Content block
    not found", the official OpenAI client raises IndexError, others drop the text in silence.

    How it breaks in the world: bridges that stream text without announcing the item or the part
    (BerriAI/litellm#22102, Oaklight/llm-rosetta#56), and gateways that close a part at the first
    tool call while its text still comes (router-for-me/CLIProxyAPI#5581,
    pydantic/pydantic-ai#8208).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>
    - <https://platform.openai.com/docs/api-reference/responses-streaming>
    - <https://github.com/BerriAI/litellm/issues/22102>
    """
    for answer in whole_answers(case.transcript):
        missteps = walk(answer, case.transcript.dialect, PART_SCOPES).missteps
        for miss in first_faults(missteps):
            if is_piece(miss):
                yield _homeless(case, miss)


def _homeless(case: Case, miss: Misstep) -> Evidence:
    ended = miss.state != miss.machine.start
    says = "A piece came for a part that had ended" if ended else "A piece came for no part"
    evidence = case.at(
        miss.chunk,
        says,
        f"a {miss.symbol.scope} that was begun and is open",
        f"{miss.symbol.symbol} for {miss.symbol.scope} {miss.symbol.key}",
        pointer=miss.symbol.pointer or None,
    )
    return evidence._replace(times=miss.times)


@rule(
    "order/pieces-match-their-part",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    needs=(Need.STREAM, Need.PARTS),
)
def pieces_match_their_part(case: Case) -> Iterator[Evidence]:
    """A piece is of the kind of the part that it is for: text for text, thinking for thinking.

    Why it matters: the official Anthropic client drops a thinking delta in a text block without a
    word; Claude Code stops with "Mismatched content block type". Either way a piece of the answer
    is lost.

    How it breaks in the world: a server sent text into an open `tool_use` block
    (sgl-project/sglang#24293); a router put the second stretch of reasoning into a text block
    (musistudio/claude-code-router#1725); a bridge did the same (BerriAI/litellm#33224).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, "Content block delta types"
    - <https://platform.openai.com/docs/api-reference/responses-streaming>
    - <https://github.com/sgl-project/sglang/issues/24293>
    """
    says = "A piece is of another kind than its part"
    for answer in whole_answers(case.transcript):
        for miss in walk(answer, case.transcript.dialect, {"block-type"}).missteps:
            evidence = case.at(
                miss.chunk,
                says,
                f"for a {miss.state} block: {miss.allowed}",
                miss.symbol.symbol,
                pointer=miss.symbol.pointer,
            )
            yield evidence._replace(times=miss.times)
    if case.transcript.dialect.name == RESPONSES:
        for note in case.noted(Noted.KIND_MISMATCH):
            yield case.from_note(
                note, says, "a piece of the kind that the part began with", note.detail
            )
