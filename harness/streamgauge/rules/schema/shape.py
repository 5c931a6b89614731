"""The rule that asks the JSON Schema of the dialect about every chunk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence, Violation
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM
from streamgauge.rules.rule import Need, rule
from streamgauge.rules.schema.members import ABSENT, at
from streamgauge.transcript.chunk import State

# A validator's message begins with the value; what the schema says stands behind these words.
_ASKS = re.compile(r".*\b(?:is|are|was|were|does|do|has|have) (?=not |less |greater |more |fewer )")

_COMPARES = re.compile(r"^(?:not |(?:less|greater) than (?:or equal to )?)")


@rule("schema/chunk-matches-schema", Level.MUST, CHAT_STREAM, needs=(Need.STREAM, Need.CHUNKS))
def chunk_matches_schema(case: Case) -> Iterator[Evidence]:
    """Every chunk fits the JSON Schema of its dialect, as the vendor's documented habits change it.

    The schemas come with the package (`conformance/schemas`). They name what must be there and
    what type it has; members that they do not know are allowed.

    Why it matters: generated clients are made from the same reference. A member that is missing or
    of another type is an exception in typed languages and `undefined` in the others.

    How it breaks in the world: events without `output_index` (lemonade-sdk/lemonade#3607), a
    terminal event without id, object and model (Oaklight/llm-rosetta#56), a whole message beside
    the delta and another `object` (perplexityai/api-discussion#193), tool calls in a shape that
    clients cannot consume (huggingface/text-generation-inference#2864).

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>
    - <https://platform.openai.com/docs/api-reference/responses-streaming>
    - <https://docs.claude.com/en/docs/build-with-claude/streaming>
    - <https://ai.google.dev/api/generate-content>
    """
    for chunk in case.transcript.chunks:
        if chunk.state is State.JSON:
            for violation in case.violations(chunk.value):
                found = at(chunk.value, violation.pointer)
                yield case.at(
                    chunk,
                    f"The chunk does not fit its schema ({violation.keyword})",
                    _expected(violation),
                    "nothing" if found is ABSENT else found,
                    pointer=violation.pointer or None,
                )


def _expected(violation: Violation) -> str:
    """What the schema asks for, without the value, so that equal faults look equal."""
    if violation.keyword in ("required", "const", "dependentRequired"):
        return violation.says
    asks = _ASKS.match(violation.says)
    if asks is None:
        return f"what `{violation.keyword}` allows there"
    return _COMPARES.sub("", violation.says[asks.end() :])
