"""Rules about reasoning and signatures that a request must carry back."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.history.judged import unkept
from streamgauge.rules.rule import Authority, Need, rule

_THINKING = Authority(
    name="Anthropic docs, extended thinking",
    url="https://docs.claude.com/en/docs/build-with-claude/extended-thinking",
)
_SIGNATURES = Authority(
    name="Google AI docs, thought signatures",
    url="https://ai.google.dev/gemini-api/docs/thought-signatures",
)


@rule(
    "history/reasoning-is-sent-back",
    Level.SHOULD,
    _THINKING,
    needs=(Need.HISTORY,),
    demanded=True,
)
def reasoning_is_sent_back(case: Case) -> Iterator[Evidence]:
    """The request sends back the reasoning that the vendor wants to see again.

    Asked where the vendor is known to refuse a history without it. Which turns owe it is the
    vendor's: those with tool calls while it thinks (Kimi, DeepSeek), every one where all thinking
    is kept (Kimi K3), or the last of a tool loop, which begins with its thought (Anthropic). In
    the Responses API a reasoning item needs the item that followed it.

    Why it matters: nothing is wrong with the first answer, and the next request is refused. This
    is the commonest way in which an agent breaks when its model is changed for one that thinks.

    How it breaks in the world: a client reads the text and the calls, and drops a member that it
    does not know (bytedance/deer-flow#3043), or a gateway takes thoughts out when it translates
    the history (Gitlawb/openclaude#859).

    References:
    - https://github.com/bytedance/deer-flow/issues/3043
    - https://github.com/Gitlawb/openclaude/issues/859
    - https://api-docs.deepseek.com/guides/thinking_mode
    - https://docs.claude.com/en/docs/build-with-claude/extended-thinking
    """
    yield from unkept(case, "history/reasoning-is-sent-back")


@rule(
    "history/signatures-are-sent-back",
    Level.SHOULD,
    _SIGNATURES,
    needs=(Need.HISTORY,),
    demanded=True,
)
def signatures_are_sent_back(case: Case) -> Iterator[Evidence]:
    """The request sends back the signatures of thoughts and calls.

    Asked where the vendor refuses a history without them. Gemini 3 wants the signature of the
    first call of each step since the user last spoke, Anthropic that of every thought. Whether a
    signature is the right one cannot be seen in one exchange: only the provider knows.

    Why it matters: a signature is how the vendor finds its own thoughts again. Without it the next
    request is refused, or the model goes on without what it had thought.

    How it breaks in the world: pieces of a stream are joined and their signature is lost
    (genkit-ai/genkit-dart#301), or a format has no place for it (labring/aiproxy#450).

    References:
    - https://github.com/genkit-ai/genkit-dart/issues/301
    - https://github.com/labring/aiproxy/issues/450
    - https://ai.google.dev/gemini-api/docs/thought-signatures
    - https://docs.claude.com/en/docs/build-with-claude/extended-thinking
    """
    yield from unkept(case, "history/signatures-are-sent-back")
