"""Rules about how an error is stated: that there is one, in what shape, and with what words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from streamgauge.delta import Failure
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM, CLIENT_RAISES, KIMI_STREAM
from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, RESPONSES, Need, rule
from streamgauge.rules.schema.members import at
from streamgauge.transcript.chunk import Chunk


def failures(case: Case) -> Iterator[tuple[Chunk, Failure]]:
    """Every error that the stream states, with its chunk."""
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Failure):
            yield chunk, delta


@rule("errors/no-error-in-stream", Level.MUST, CLIENT_RAISES, needs=(Need.STREAM, Need.CHUNKS))
def no_error_in_stream(case: Case) -> Iterator[Evidence]:
    """The stream states no error.

    An error told well is better than silence; still the answer was not given, and official clients
    raise at this chunk. Only the first error is shown: what follows it is most often the same one
    told again.

    Why it matters: the answer is not whole. Retry, show or record it, but do not take the text so
    far for the answer.

    How it breaks in the world: overload and limits that strike after the first byte was sent, when
    the status can no longer say so. Clients are known to pass over the chunk and to report a short
    success (octos-org/octos#13, withceleste/celeste-python#192, farzaa/clicky#132).

    References:

    - <https://github.com/openai/openai-python/blob/main/src/openai/_streaming.py>: raises
    - <https://platform.openai.com/docs/guides/error-codes>
    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, "Error events"
    - <https://github.com/octos-org/octos/issues/13>
    """
    for chunk, failure in failures(case):
        got = failure.message if failure.message is not None else failure.raw
        says = "The stream states an error"
        yield case.at(chunk, says, "an answer", got, pointer=failure.pointer or None)
        return


@rule(
    "errors/error-has-standard-shape",
    Level.SHOULD,
    CHAT_STREAM,
    needs=(Need.STREAM, Need.FAILURE),
)
def error_has_standard_shape(case: Case) -> Iterator[Evidence]:
    """An error in a stream has the shape that the dialect documents.

    Chat: an object under `error`. Responses: an event of type `error`, or `response.failed` with
    the error inside. Messages: an event of type `error` with an object under `error`. Gemini: an
    object under `error` with a numeric code and a status. What the JSON Schema says of the members
    is not asked again. The body of a refused request is a matter of
    `errors/refusal-has-standard-shape`.

    Why it matters: clients look for the documented place. An error anywhere else looks like a chunk
    without choices, and the answer like a short one.

    How it breaks in the world: the body of an HTTP error sent as an event of the Responses API
    (ogx-ai/ogx#5224); an `error` event of Messages whose data is the bare error, without the
    envelope (llama.cpp's server, recorded); raw errors of the upstream passed through in another
    dialect's shape (envoyproxy/ai-gateway#2546); `error` as bare text, errors told in
    `error_message`, in `base_resp`, or as a flat code and message.

    References:

    - <https://platform.openai.com/docs/guides/error-codes>
    - <https://docs.claude.com/en/docs/build-with-claude/streaming>, "Error events"
    - <https://github.com/ogx-ai/ogx/issues/5224>
    """
    shape, expected = _SHAPES[case.transcript.dialect.name]
    for chunk, failure in failures(case):
        if not shape(chunk.value) and not _faulted(case, chunk, failure.pointer):
            bare = failure.raw is chunk.value and at(chunk.value, "/type") != "error"
            enveloped = case.transcript.dialect.name == MESSAGES and bare
            says = "The error lacks its envelope" if enveloped else _UNSHAPED
            yield case.at(chunk, says, expected, failure.raw, pointer=failure.pointer or None)


_UNSHAPED = "The error is not in the documented shape"


def _faulted(case: Case, chunk: Chunk, pointer: str) -> bool:
    """Whether the schema complains of the error already, or of the chunk as a whole."""
    return any(
        violation.pointer == "" or violation.pointer.startswith(pointer or "/")
        for violation in case.violations(chunk.value)
    )


def _chat(value: object) -> bool:
    return isinstance(at(value, "/error"), dict) and not isinstance(at(value, "/error/error"), str)


def _typed(value: object) -> bool:
    return at(value, "/type") in ("error", "response.failed")


def _messages(value: object) -> bool:
    return at(value, "/type") == "error" and isinstance(at(value, "/error"), dict)


def _gemini(value: object) -> bool:
    code, status = at(value, "/error/code"), at(value, "/error/status")
    return isinstance(code, int) and isinstance(status, str)


_SHAPES: dict[str, tuple[Callable[[object], bool], str]] = {
    CHAT: (_chat, '{"error": {"message": …, "type": …}}'),
    RESPONSES: (_typed, '{"type": "error", …} or {"type": "response.failed", …}'),
    MESSAGES: (_messages, '{"type": "error", "error": {"type": …, "message": …}}'),
    GEMINI: (_gemini, '{"error": {"code": …, "message": …, "status": …}}'),
}


@rule("errors/error-has-message", Level.SHOULD, CHAT_STREAM, needs=(Need.FAILURE,))
def error_has_message(case: Case) -> Iterator[Evidence]:
    """An error says in words what went wrong.

    Why it matters: the message is what a user sees and what an operator searches for. Without it
    every failure looks the same.

    How it breaks in the world: gateways that pass an empty error on (envoyproxy/ai-gateway#2546),
    and servers that state a code alone.

    References:

    - <https://platform.openai.com/docs/guides/error-codes>
    - <https://github.com/envoyproxy/ai-gateway/issues/2546>
    """
    for chunk, failure in failures(case):
        said = isinstance(failure.message, str) and bool(failure.message.strip())
        if not said and not _faulted(case, chunk, failure.pointer):
            says = "The error has no message"
            yield case.at(
                chunk, says, "a sentence", failure.message, pointer=failure.pointer or None
            )


@rule(
    "errors/no-error-only-chunk",
    Level.SHOULD,
    KIMI_STREAM,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CHUNKS),
    demanded=True,
)
def no_error_only_chunk(case: Case) -> Iterator[Evidence]:
    """No chunk holds an error and no choice; a failure is told by the finish reason.

    Why it matters: clients that look at `choices` alone read a chunk without choices as one that
    says nothing, and the failed answer as a whole one.

    How it breaks in the world: most servers do send such a chunk, so it is asked only of vendors
    that promise not to. A client treated it as a chunk of usage and answered with an empty success
    (diegosouzapw/OmniRoute#8210).

    References:

    - <https://github.com/sgl-project/sglang/issues/39897>, rule P1.16
    - <https://github.com/diegosouzapw/OmniRoute/issues/8210>
    """
    for chunk, failure in failures(case):
        if not isinstance(chunk.value, dict) or not chunk.value.get("choices"):
            says = "A chunk holds an error and no choice"
            expected = "a choice with a finish reason that says so"
            yield case.at(chunk, says, expected, failure.raw, pointer=failure.pointer or None)
