"""Rules of event names, in the dialects that have them."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Failure
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import MESSAGES_STREAM
from streamgauge.rules.rule import MESSAGES, RESPONSES, Need, rule
from streamgauge.transcript.chunk import Chunk, State


@rule(
    "framing/event-name-equals-type",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    needs=(Need.SSE, Need.CHUNKS),
)
def event_name_equals_type(case: Case) -> Iterator[Evidence]:
    """The name in an event's `event:` line is the `type` inside its data.

    Why it matters: some clients dispatch on the name, some on the type. Where the two differ, two
    clients see two different streams.

    How it breaks in the world: translators that keep the name of the event they came from
    (seifghazi/claude-code-proxy#32: no client saw `message_start`). In the recordings both are
    equal in every event that has both: 3,180 of Messages, 6,992 of Responses. Open Responses
    demands it in so many words. An `error` event whose data is the error itself, without the
    envelope, is a matter of `errors/error-has-standard-shape`.

    References:

    - [Anthropic, streaming messages: event types](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [Open Responses, specification](https://github.com/openresponses/openresponses/blob/main/src/pages/specification.mdx)
    """
    for chunk in case.transcript.chunks:
        type = _type(chunk)
        misnamed = type is not None and chunk.event.name and chunk.event.name != type
        if misnamed and not _is_bare_error(chunk):
            yield case.at(
                chunk, "An event's name is not the type in its data", f"event: {type}",
                f"event: {chunk.event.name}", pointer="/type",
            )  # fmt: skip


@rule(
    "framing/event-is-named",
    Level.MUST,
    MESSAGES_STREAM,
    dialects={MESSAGES, RESPONSES},
    needs=(Need.SSE, Need.CHUNKS),
)
def event_is_named(case: Case) -> Iterator[Evidence]:
    """Every event has an `event:` line.

    Why it matters: Anthropic's official clients dispatch on the name and skip events without one:
    a stream of nameless events ends in nothing, or in an assertion error (anthropic 2.12.0,
    measured).

    How it breaks in the world: a gateway sent `message_delta` and `message_stop` with data only, so
    that answers never ended (higress-group/higress#3502). OpenRouter's Responses streams have no
    names at all; OpenAI's client for Responses does not need them. Nameless errors are a matter of
    `errors/error-event-is-named`.

    References:

    - [Anthropic, streaming messages: event types](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [higress-group/higress#3502](https://github.com/higress-group/higress/pull/3502)
    """
    for chunk in case.transcript.chunks:
        failed = any(isinstance(delta, Failure) for delta in chunk.deltas)
        if chunk.state is State.JSON and not chunk.event.name and not failed:
            type = _type(chunk)
            got = "no event: line" if type is None else f"no event: line (type is {type})"
            yield case.at(chunk, "An event has no name", "event: and the type", got)


def _is_bare_error(chunk: Chunk) -> bool:
    """Whether the data is an error and nothing around it, so that its type is the error's own."""
    return any(
        isinstance(delta, Failure) and delta.raw is chunk.value and delta.type is not None
        for delta in chunk.deltas
    )


def _type(chunk: Chunk) -> str | None:
    """The type that a chunk states."""
    found = chunk.value.get("type") if isinstance(chunk.value, dict) else None
    return found if isinstance(found, str) else None
