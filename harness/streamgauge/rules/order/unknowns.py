"""The rule about words of a stream that nobody documents."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Unknown
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import RESPONSES_STREAM
from streamgauge.rules.rule import Need, rule


@rule(
    "order/events-are-known",
    Level.MAY,
    RESPONSES_STREAM,
    needs=(Need.STREAM, Need.CHUNKS),
)
def events_are_known(case: Case) -> Iterator[Evidence]:
    """Events, parts and pieces are of types that the dialect's documentation lists.

    A stream may say more than is documented, and a good reader passes over what it does not know.
    So this informs: here is something that readers will not understand.

    Why it matters: what a reader passes over is lost to its user, and strict readers stop at the
    first word that they do not know.

    How it breaks in the world: a client waited for ever on unknown delta types
    (NousResearch/hermes-agent#2356); an event stream ended with `response.done`, which clients
    that wait for `response.completed` do not take for an end; errors of another dialect's shape
    were sent where a typed event is expected (ogx-ai/ogx#5224).

    References:

    - <https://platform.openai.com/docs/api-reference/responses-streaming>
    - <https://docs.claude.com/en/docs/build-with-claude/streaming>: new event types may be added
    - <https://github.com/NousResearch/hermes-agent/issues/2356>
    """
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Unknown):
            name = delta.value if isinstance(delta.value, str) else delta.what
            yield case.at(
                chunk,
                f"Nobody documents {shown(name, 60)}",
                "a type that the documentation lists",
                delta.value,
                pointer=delta.pointer or None,
            )
