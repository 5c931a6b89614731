"""The rule about an answer that was cut at the limit of its request and says that it ended.

It asks only where arithmetic leaves no other reading, and never guesses from the text alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule
from streamgauge.transcript.building import Trace

RESPONSES_OBJECT = Authority(
    name="OpenAI API reference, the response object",
    url="https://platform.openai.com/docs/api-reference/responses/object",
)
_SPOKEN = (Kind.TEXT, Kind.REASONING)


@rule(
    "stop/cut-at-limit-is-told",
    Level.SHOULD,
    RESPONSES_OBJECT,
    needs=(Need.STREAM, Need.REQUEST, Need.STOP, Need.USAGE, Need.TEXT),
)
def cut_at_limit_is_told(case: Case) -> Iterator[Evidence]:
    """An answer that was cut at the limit of its request does not say that it ended by itself.

    Asked only where it can be known. The output has as many tokens as the request allows, the
    stream brought as many pieces, so that every token was words and none was the model's sign of
    its end, and the last piece leaves off in the middle of a sentence. Calls and stop sequences
    use tokens that nobody sees; with them it is not asked. A cut before the first word of an
    answer, or inside arguments or JSON, is a matter of `reasoning/answer-follows-reasoning`,
    `tools/arguments-are-whole` and `content/json-output-is-json`.

    Why it matters: the reason alone tells half an answer from a whole one. Without it nobody asks
    for the rest, and half a sentence is stored, shown or parsed.

    How it breaks in the world: two servers end every Responses stream with `response.completed`
    and status `completed`, cut or not (llama.cpp's server and `transformers serve`, recorded); a
    gateway put a limit of its own in place and called the cut answer `stop`
    (project-arbr/arbr-control-plane#34).

    References:

    - <https://platform.openai.com/docs/api-reference/responses/object>, `incomplete_details`
    - <https://platform.openai.com/docs/api-reference/chat/create>, `max_completion_tokens`
    - <https://github.com/project-arbr/arbr-control-plane/pull/34>
    """
    asked, stops = case.transcript.asked, case.transcript.folded.stops
    limit = asked.max_tokens if asked is not None else None
    if asked is None or asked.stop_sequences or len(stops) != 1 or stops[0].reason != "stop":
        return
    if limit is not None and limit == _spent(case) == _pieces(case) and _leaves_off(case):
        stop = stops[0]
        says = "The answer was cut at the limit and says that it ended"
        got = shown(f"{stop.raw} after {limit} tokens of {limit}")
        yield Evidence(says, "the reason for a cut", got, stop.event, stop.pointer, stop.choice)


def _spent(case: Case) -> int | None:
    usage = case.transcript.folded.message.usage
    return None if usage is None else usage.output_tokens


def _pieces(case: Case) -> int | None:
    """How many pieces of text and thought came; None where tokens went to anything else."""
    parts = list(case.transcript.parts())
    if any(part.kind not in _SPOKEN for _, _, part, _ in parts):
        return None
    return sum(_count(trace) for *_, trace in parts)


def _count(trace: Trace) -> int:
    spoken = (piece for piece in trace.pieces if piece.text)
    return sum(1 if piece.run is None else len(piece.run) for piece in spoken)


def _leaves_off(case: Case) -> bool:
    """Whether the last part of the answer ends inside a sentence: with a word, or a comma."""
    *_, (_, _, part, trace) = case.transcript.parts()
    text = trace.pieces[-1].text if trace.pieces else ""
    return part.kind is Kind.TEXT and (text[-1:].isalnum() or text[-1:] == ",")
