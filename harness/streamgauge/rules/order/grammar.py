"""Rules over the grammar machines: the order of the stream, of its parts, and one answer only.

They walk tables that the dialects own; no order is spelled out here.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import MESSAGES_STREAM
from streamgauge.rules.order.steps import PART_SCOPES, is_piece
from streamgauge.rules.order.walk import Misstep, begins, first_faults, walk, whole_answers
from streamgauge.rules.rule import GEMINI, MESSAGES, RESPONSES, Need, rule

_OVER = frozenset({"ended", "failed", "failing", "blocked"})
"""States in which nothing may come: rules about ends, errors and stops say so."""


@rule(
    "order/stream-follows-grammar",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES, GEMINI},
    needs=(Need.STREAM, Need.CHUNKS),
)
def stream_follows_grammar(case: Case) -> Iterator[Evidence]:
    """The events of a stream come in the order that the dialect's documentation gives.

    Messages: `message_start`, then blocks, then `message_delta`, then `message_stop`. Responses:
    `response.created`, `response.queued` where it waits, `response.in_progress`, then items, then
    one terminal event. Gemini: candidates, or a blocked prompt instead of them. What follows the
    end or an error is judged by rules of its own, and so is an end that never comes.

    Why it matters: clients set up their state in the first events and take the last ones for the
    verdict. The official clients raise when the first event is missing, and a client that tolerates
    it has nowhere to put the id, the model and the input tokens.

    How it breaks in the world: gateways that translate from another dialect begin with whatever
    came first. A block was started before `message_start` (router-for-me/CLIProxyAPI#561); a
    translated Responses stream began with a text delta (BerriAI/litellm#22102).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, "Event types"
    - <https://platform.openai.com/docs/api-reference/responses-streaming>
    - <https://github.com/router-for-me/CLIProxyAPI/issues/561>
    """
    for answer in whole_answers(case.transcript):
        for miss in walk(answer, case.transcript.dialect, {"stream"}).missteps:
            if miss.state not in _OVER:
                yield _out_of_order(
                    case, miss, "An event came where the stream has no place for it"
                )


@rule(
    "order/parts-follow-grammar",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES, GEMINI},
    needs=(Need.STREAM, Need.CHUNKS),
)
def parts_follow_grammar(case: Case) -> Iterator[Evidence]:
    """Every part of the answer is begun once, goes on, and ends once, in that order.

    A part is a content block (Messages), an item, a content part, a summary part or the arguments
    of a call (Responses), or a call whose arguments are streamed (Gemini). An index is never used
    for a second part. Pieces that belong to no part, and parts that stay open, are judged by
    `order/pieces-belong-to-a-part` and `order/parts-are-closed`.

    Why it matters: clients find a part by its index. When an index is used again, the official
    Anthropic client adds the new text to the first part with that index and leaves the second one
    empty; a text that is never said to be done is never shown by clients that wait for it.

    How it breaks in the world: a bridge gave several items the same output index
    (BerriAI/litellm#36375); another counted messages and tools apart, both from 0
    (teabranch/open-responses-server#63); a local server began a thinking block under the index of
    the text block that it had never stopped (ollama/ollama#17101).

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, "Content block delta types"
    - <https://platform.openai.com/docs/api-reference/responses-streaming>
    - <https://github.com/BerriAI/litellm/issues/36375>
    """
    for answer in whole_answers(case.transcript):
        missteps = walk(answer, case.transcript.dialect, PART_SCOPES).missteps
        pieces = {miss.chunk.event.index for miss in missteps if is_piece(miss)}
        for miss in first_faults(missteps):
            if miss.chunk.event.index not in pieces:
                says = f"A step that the {miss.symbol.scope} may not take there"
                yield _out_of_order(case, miss, says)


def _out_of_order(case: Case, miss: Misstep, says: str) -> Evidence:
    key = "" if miss.symbol.key is None else f" {miss.symbol.key}"
    got = f"{miss.symbol.symbol} for {miss.symbol.scope}{key} in state {miss.state}"
    evidence = case.at(miss.chunk, says, miss.allowed, got, pointer=miss.symbol.pointer or None)
    return evidence._replace(times=miss.times)


@rule(
    "order/one-answer-per-stream",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    needs=(Need.STREAM, Need.CHUNKS),
)
def one_answer_per_stream(case: Case) -> Iterator[Evidence]:
    """A stream begins one answer and no second one: one `message_start`, one `response.created`.

    Why it matters: a client that starts afresh at the second beginning loses the first answer; one
    that ignores it glues two answers together. The official clients ignore a second
    `message_start`, so that two generations are read as one text.

    How it breaks in the world: a bridge sent the start event twice (BerriAI/litellm#32357); a
    retry behind a gateway spliced a second generation into the running stream, for which
    vercel/ai#18402 keeps a fixture.

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>
    - <https://github.com/BerriAI/litellm/issues/32357>
    - <https://github.com/vercel/ai/pull/18402>
    """
    starts = [chunk for chunk in case.transcript.chunks if begins(chunk, case.transcript.dialect)]
    for chunk in starts[1:]:
        yield case.at(
            chunk,
            "The stream begins another answer",
            f"one beginning, that of event {starts[0].event.index}",
            "another beginning",
            pointer="/type",
        )
