"""Rules about thinking and answering: one ends, the other follows, and both are accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from streamgauge.delta import Append, Fragment, Kind
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, GEMINI, Authority, Need, rule
from streamgauge.rules.usage.places import last_spent
from streamgauge.transcript.chunk import Chunk

_NUMBERED = Authority(
    name="Moonshot's stream rules, P1.7",
    url="https://github.com/sgl-project/sglang/issues/39897",
)


@dataclass(slots=True)
class _Thought:
    """How far the thinking of one answer has come."""

    last: tuple[Chunk, str] | None = None
    closers: int = 0
    answered: bool = field(default=False)


@rule(
    "reasoning/thinking-is-closed",
    Level.SHOULD,
    _NUMBERED,
    dialects={CHAT},
    needs=(Need.STREAM, Need.END, Need.REASONING),
    demanded=True,
)
def thinking_is_closed(case: Case) -> Iterator[Evidence]:
    """Thinking ends with one empty `reasoning_content`, before anything of the answer.

    Why it matters: it is the only sign that the thinking is over. A client that shows a timer or
    folds the thoughts waits for it; without it the switch is guessed from the next delta.

    How it breaks in the world: servers drop deltas that are empty, send the sign with each later
    chunk, or let a late thought follow the answer. An empty string before the first thought means
    nothing, and an answer that was cut while thinking need not close it.

    References:

    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P1.7
    """
    thoughts: dict[int, _Thought] = {}
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Append | Fragment):
            thought = thoughts.setdefault(delta.choice, _Thought())
            yield from _step(case, chunk, delta, thought)
    cut = {c.index for c in case.transcript.folded.message.choices if c.finish_reason == "length"}
    for choice, thought in thoughts.items():
        open_ended = thought.last is not None and not thought.closers and not thought.answered
        if open_ended and thought.last is not None and choice not in cut:
            says = "The stream ends and the thinking was never closed."
            chunk, pointer = thought.last
            event = chunk.last_event
            yield Evidence(says, 'one reasoning_content ""', "none", event, pointer, choice)


def _step(
    case: Case, chunk: Chunk, delta: Append | Fragment, thought: _Thought
) -> Iterator[Evidence]:
    thinks = isinstance(delta, Append) and delta.kind is Kind.REASONING
    text = delta.text if isinstance(delta, Append) else "{}"
    if thinks and text:
        if thought.closers or thought.answered:
            says = "Thinking goes on after it was closed or after the answer began."
            yield case.at(
                chunk, says, "nothing of reasoning", text,
                pointer=delta.pointer, choice=delta.choice,
            )  # fmt: skip
        thought.last = (chunk, delta.pointer)
    elif thinks and thought.last is not None:
        thought.closers += 1
        if thought.closers > 1:
            says = "Thinking is closed more than once."
            yield case.at(
                chunk, says, "one closing delta", '""', pointer=delta.pointer, choice=delta.choice
            )
    elif text and not thinks:
        if thought.last is not None and not thought.closers and not thought.answered:
            says = "The answer begins before the thinking is closed."
            yield case.at(
                chunk, says, 'one reasoning_content "" first', text,
                pointer=delta.pointer, choice=delta.choice,
            )  # fmt: skip
        thought.answered = True


@rule(
    "reasoning/answer-follows-reasoning",
    Level.SHOULD,
    Authority(
        name="report of thoughts, then stop, and no answer",
        url="https://github.com/mistralai/client-python/issues/628",
    ),
    needs=(Need.STREAM, Need.COMPLETE, Need.REASONING),
)
def answer_follows_reasoning(case: Case) -> Iterator[Evidence]:
    """A model that thought and then stopped by itself has also answered.

    Why it matters: the thoughts are not shown, or folded away; the person sees nothing, and the
    program gets an empty text with finish reason `stop`.

    How it breaks in the world: more than a thousand thoughts, then `stop`
    (mistralai/client-python#628, MoonshotAI/Kimi-K2#128); the whole answer in the reasoning member
    ; the text behind a `</think>` lost in the last piece (raullenchai/Rapid-MLX#2182). An answer
    cut by a limit is not judged.

    References:

    - [mistralai/client-python#628](https://github.com/mistralai/client-python/issues/628)
    - [MoonshotAI/Kimi-K2#128](https://github.com/MoonshotAI/Kimi-K2/issues/128)
    - [raullenchai/Rapid-MLX#2182](https://github.com/raullenchai/Rapid-MLX/issues/2182)
    """
    folded = case.transcript.folded
    for choice in folded.message.choices:
        thoughts = [at for at, part in enumerate(choice.parts) if part.kind is Kind.REASONING]
        others = any(
            part.kind not in (Kind.REASONING, Kind.TEXT) or part.content.strip()
            for part in choice.parts
            if part.kind is not Kind.REASONING
        )
        if choice.finish_reason != "stop" or not thoughts or others:
            continue
        trace = folded.traces[choice.index, thoughts[-1]]
        pointer = trace.pieces[-1].pointer if trace.pieces else None
        says = "The model thought, stopped by itself and did not answer."
        got = f"reasoning and {choice.raw_finish_reason!r}"
        yield Evidence(says, "text or a call", got, trace.last_event, pointer, choice.index)


@rule(
    "reasoning/sent-when-counted",
    Level.MAY,
    Authority(
        name="report of reasoning that is counted and not shown",
        url="https://github.com/dirac-run/dirac/issues/227",
    ),
    dialects={CHAT, GEMINI},
    needs=(Need.STREAM, Need.COMPLETE, Need.USAGE),
)
def sent_when_counted(case: Case) -> Iterator[Evidence]:
    """Where reasoning tokens are counted, reasoning is sent.

    Why it matters: tokens that are billed and not shown cannot be checked, and a client that
    streams shows nothing while they are made. It informs only: several vendors never show
    thoughts, on purpose and by their documents.

    How it breaks in the world: a gateway reads only one of the members that carry reasoning
    (dirac-run/dirac#227, azrtydxb/Fastllm-proxy#23) and passes the count on. In the dialect where
    thoughts are sent on request only, nothing is said unless the request asked for them.

    References:

    - [dirac-run/dirac#227](https://github.com/dirac-run/dirac/issues/227)
    - [azrtydxb/Fastllm-proxy#23](https://github.com/azrtydxb/Fastllm-proxy/issues/23)
    """
    transcript = case.transcript
    usage = transcript.folded.message.usage
    on_request = transcript.dialect.name == GEMINI
    asked = transcript.asked is not None and transcript.asked.thinking is True
    if usage is None or not usage.reasoning_tokens or (on_request and not asked):
        return
    if not any(True for _ in transcript.parts(Kind.REASONING)):
        event, pointer = last_spent(transcript)
        says = "Reasoning is counted and none was sent."
        got = f"{usage.reasoning_tokens} reasoning tokens"
        yield Evidence(says, "reasoning in the stream", got, event, pointer)
