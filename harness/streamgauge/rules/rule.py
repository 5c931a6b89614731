"""What a rule is: one question with an authority, asked of one exchange.

A rule is a pure generator with its page as docstring. The decorator only attaches what the rule is;
nothing is registered. `catalogue` finds rules by looking through the families.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level

Ask = Callable[[Case], Iterator[Evidence]]

CHAT = "openai-chat"
RESPONSES = "openai-responses"
MESSAGES = "anthropic-messages"
GEMINI = "gemini"
ALL = frozenset({CHAT, RESPONSES, MESSAGES, GEMINI})


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who says so: a standard's section, a vendor's page, or an official client that breaks."""

    name: str
    url: str


class Need(enum.Enum):
    """What must be there before a rule can be asked; the value is the reason when it is not."""

    STREAM = "the body is not a stream"
    REQUEST = "no request is known"
    HISTORY = "no request is known that holds an earlier answer"
    HEAD = "no response head is known"
    STATUS = "no response status is known"
    HEADERS = "no response headers are known"
    CLOSE = "how the transport closed is unknown"
    STAYED = "the reader left before the end"
    SSE = "the body is not framed as server-sent events"
    ARRAY = "the body is not a streamed JSON array"
    ARRIVALS = "arrival times are unknown"
    SEAM = "where arrivals were observed is unknown"
    PRECISION = "the tool's own error is too large to tell"
    CHUNKS = "no chunk was read"
    CALLS = "no tool call in this answer"
    REASONING = "no reasoning in this answer"
    USAGE = "no usage in this answer"
    FAILURE = "no error in this stream"
    REFUSED = "the answer is no refusal"
    END = "the stream did not reach its end"
    COMPLETE = "the stream is not complete"
    TEXT = "no text in this answer"
    PARTS = "nothing was said"
    STOP = "no finish reason came"
    USAGE_ASKED = "usage was not asked for, as far as is known"
    JSON_ASKED = "JSON was not asked for"
    STOP_SEQUENCES = "no stop sequence was asked for"
    LOGPROBS = "no log probabilities in this answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `demanded` rules are asked only where a vendor's profile turns them on."""

    slug: str
    level: Level
    authority: Authority
    ask: Ask
    dialects: frozenset[str] = ALL
    needs: tuple[Need, ...] = ()
    demanded: bool = False

    @property
    def family(self) -> str:
        """The part of the slug before the slash."""
        return self.slug.partition("/")[0]

    @property
    def page(self) -> str:
        """The rule's page: what it asks, why it matters, how it breaks, references."""
        return (self.ask.__doc__ or "").strip()

    @property
    def says(self) -> str:
        """The first sentence of the page."""
        return self.page.split("\n\n")[0].replace("\n    ", " ").strip()


def rule(
    slug: str,
    level: Level,
    authority: Authority,
    *,
    dialects: frozenset[str] | set[str] = ALL,
    needs: tuple[Need, ...] = (Need.STREAM,),
    demanded: bool = False,
) -> Callable[[Ask], Rule]:
    """Make a rule of a generator function; the name then stands for the rule itself."""

    def make(ask: Ask) -> Rule:
        return Rule(
            slug=slug,
            level=level,
            authority=authority,
            ask=ask,
            dialects=frozenset(dialects),
            needs=needs,
            demanded=demanded,
        )

    return make
