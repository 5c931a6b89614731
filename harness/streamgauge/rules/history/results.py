"""Rules that put the calls of a history beside their results."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.history.judged import unkept
from streamgauge.rules.rule import Authority, Need, rule

_GUIDE = Authority(
    name="OpenAI guide, function calling",
    url="https://platform.openai.com/docs/guides/function-calling",
)


@rule("history/calls-are-answered", Level.SHOULD, _GUIDE, needs=(Need.HISTORY,))
def calls_are_answered(case: Case) -> Iterator[Evidence]:
    """Every tool call in the history has a result.

    The result stands right behind the turn that called where the vendor is known to want that,
    else anywhere after it.

    Why it matters: most vendors refuse the request, and since a client sends the same history each
    time, the conversation cannot go on at all.

    How it breaks in the world: a tool fails or the user interrupts, and nobody writes a result
    (MoonshotAI/kimi-cli#1977); a message comes between call and result (gptme/gptme#3421).

    References:
    - https://github.com/MoonshotAI/kimi-cli/issues/1977
    - https://github.com/gptme/gptme/issues/3421
    - https://platform.openai.com/docs/guides/function-calling
    - https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
    """
    yield from unkept(case, "history/calls-are-answered")


@rule("history/answers-name-calls", Level.SHOULD, _GUIDE, needs=(Need.HISTORY,))
def answers_name_calls(case: Case) -> Iterator[Evidence]:
    """Every tool result names a call that came before it.

    Calls without an id are named by their tool. Where the provider keeps the conversation
    (`previous_response_id`), the calls are not in the request, and nothing is asked.

    Why it matters: a result that answers nothing is refused, or the model takes one result for
    another's.

    How it breaks in the world: an old history is shortened between a call and its result
    (anthropics/claude-code#18947), or a stream's id is lost on the way (sigoden/aichat#1296).

    References:
    - https://github.com/anthropics/claude-code/issues/18947
    - https://github.com/sigoden/aichat/issues/1296
    - https://platform.openai.com/docs/guides/function-calling
    - https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
    """
    yield from unkept(case, "history/answers-name-calls")
