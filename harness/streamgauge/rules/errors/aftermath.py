"""Rules about what comes after an error: nothing of the answer, no success, and its own ending."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Append, Assign, Ended, Failure, Fragment, Open, Stop
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.errors.stated import failures
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM, OPEN_RESPONSES
from streamgauge.rules.order.walk import begins
from streamgauge.rules.rule import RESPONSES, Need, rule
from streamgauge.transcript.chunk import Chunk

_NEEDS = (Need.STREAM, Need.FAILURE)


def _after_error(case: Case) -> Iterator[Chunk]:
    """The chunks behind the one that states the first error."""
    failed = False
    for chunk in case.transcript.chunks:
        if failed:
            yield chunk
        failed = failed or any(isinstance(delta, Failure) for delta in chunk.deltas)


@rule("errors/nothing-after-error", Level.SHOULD, CHAT_STREAM, needs=_NEEDS)
def nothing_after_error(case: Case) -> Iterator[Evidence]:
    """After an error the answer does not go on.

    The error may be told again, usage may follow, and the stream may be ended.

    Why it matters: clients raise at the error and read no further, so that what follows is lost;
    those that read on cannot know which text is part of the answer.

    How it breaks in the world: gateways that change to another upstream after an error and go on in
    the same stream, and servers that report a warning as if it were an error.

    References:

    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, "Error events"
    - <https://platform.openai.com/docs/guides/error-codes>
    """
    for chunk in _after_error(case):
        for delta in chunk.deltas:
            said = isinstance(delta, Append) and bool(delta.text)
            if said or isinstance(delta, Fragment | Open | Assign):
                assert isinstance(delta, Append | Fragment | Open | Assign)
                says = "The answer goes on after an error"
                yield case.at(
                    chunk, says, "nothing more of the answer", "another piece",
                    pointer=delta.pointer, choice=delta.choice,
                )  # fmt: skip
                break


@rule("errors/error-is-not-healed", Level.SHOULD, CHAT_STREAM, needs=_NEEDS)
def error_is_not_healed(case: Case) -> Iterator[Evidence]:
    """A stream that states an error does not end as if it had succeeded.

    A finish reason other than an error, the dialect's successful end, and the end marker all count
    as success. Servers that are known to close every stream with the marker say so by the fact
    `sentinel-after-error`; then the marker alone is no fault.

    Why it matters: clients that look at the end alone take the broken answer for a whole one. A
    tool call that was cut in its arguments is then carried out.

    How it breaks in the world: a client took a stream with an error and an end marker for a
    success and kept cut arguments (damianvtran/local-operator#223); benchmarks counted failed
    streams as short successes (tugot17/tokenomics#16); several servers send the marker after the
    error.

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>
    - <https://github.com/damianvtran/local-operator/issues/223>
    - <https://github.com/tugot17/tokenomics/issues/16>
    """
    first = next(failures(case))[0].event.index
    marker_allowed = case.facts.get("sentinel-after-error") is True
    for chunk, delta in case.transcript.deltas():
        if chunk.event.index < first:
            continue
        if isinstance(delta, Stop) and delta.reason != "error":
            says = "A finish reason of success came with or after an error"
            yield case.at(
                chunk, says, "error, or none", delta.raw, pointer=delta.pointer,
                choice=delta.choice,
            )  # fmt: skip
        elif isinstance(delta, Ended) and not (delta.sentinel and marker_allowed):
            says = "The stream ends as if it had succeeded"
            yield case.at(chunk, says, "the end of the body", delta.marker)


@rule(
    "errors/failed-follows-error",
    Level.SHOULD,
    OPEN_RESPONSES,
    dialects={RESPONSES},
    needs=_NEEDS,
)
def failed_follows_error(case: Case) -> Iterator[Evidence]:
    """An `error` event in a response that was created is followed by `response.failed`.

    Why it matters: clients wait for a terminal event. The official OpenAI client says "Didn't
    receive a response.completed event" when none comes, which hides the real error.

    How it breaks in the world: a gateway ended silently after a failure, or with an error event
    and no terminal one (BerriAI/litellm#32579).

    References:

    - <https://github.com/openresponses/openresponses/blob/main/src/pages/specification.mdx>: an
      error while streaming is followed by `response.failed`
    - <https://github.com/BerriAI/litellm/issues/32579>
    """
    created = open_error = None
    for chunk in case.transcript.chunks:
        created = created or (chunk if begins(chunk, case.transcript.dialect) else None)
        type = chunk.value.get("type", chunk.event.name) if isinstance(chunk.value, dict) else None
        if type == "error":
            open_error = open_error or chunk
        elif type in ("response.failed", "response.completed", "response.incomplete"):
            open_error = None
    if created is not None and open_error is not None:
        says = "No response.failed follows the error"
        yield case.at(open_error, says, "response.failed", "the end of the stream", pointer="/type")
