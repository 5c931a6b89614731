"""Rules about what a vendor does not want to find in a history."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.history.judged import unkept
from streamgauge.rules.rule import CHAT, Authority, Need, rule

_FOREIGN = Authority(
    name="BerriAI/litellm#30835", url="https://github.com/BerriAI/litellm/issues/30835"
)
_EMPTY = Authority(
    name="anomalyco/opencode#24087", url="https://github.com/anomalyco/opencode/issues/24087"
)


@rule(
    "history/no-foreign-members",
    Level.SHOULD,
    _FOREIGN,
    dialects={CHAT},
    needs=(Need.HISTORY,),
    demanded=True,
)
def no_foreign_members(case: Case) -> Iterator[Evidence]:
    """An answer that is sent back has no reasoning member that this vendor refuses.

    Asked where the vendor is known to check its messages for members that it does not know.

    Why it matters: the member that one vendor demands is fatal at another. A conversation that
    moves from Kimi to Mistral is refused as a whole.

    How it breaks in the world: a client keeps `reasoning_content` for everyone, or sends it empty
    (charmbracelet/crush#1590, BerriAI/litellm#30835).

    References:
    - https://github.com/charmbracelet/crush/issues/1590
    - https://github.com/BerriAI/litellm/issues/30835
    """
    yield from unkept(case, "history/no-foreign-members")


@rule("history/texts-are-not-empty", Level.SHOULD, _EMPTY, needs=(Need.HISTORY,), demanded=True)
def texts_are_not_empty(case: Case) -> Iterator[Evidence]:
    """An answer that is sent back holds no empty text.

    Asked where the vendor is known to refuse one.

    Why it matters: a stream may open a text and say nothing in it. Sent back as it came, it spoils
    every later request of the conversation.

    How it breaks in the world: the model goes straight to a tool, and the client keeps the empty
    text that came before (anomalyco/opencode#24087, anthropics/claude-code#59812).

    References:
    - https://github.com/anomalyco/opencode/issues/24087
    - https://github.com/anthropics/claude-code/issues/59812
    """
    yield from unkept(case, "history/texts-are-not-empty")
