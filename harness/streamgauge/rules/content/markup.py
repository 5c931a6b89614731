"""Rules about what belongs to the model and not to the reader: control tokens, calls, thoughts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.content.marks import around, at_text, marks
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Authority, Need, rule

_CONTROL = re.compile(
    r"<\|(?!(?:/?tool|python_tag|/?function|redacted))[A-Za-z_]{2,40}\|>"
    r"|<｜(?!tool)[A-Za-z_▁]{2,40}｜>"
    r"|<(?:start|end)_of_turn>|\[/?INST\]|(?:</s>|<eos>)\s*\Z"
)
_CALL = re.compile(
    r"<\|/?tool[a-z_]*\|?>|<\|python_tag\|>|<\|function[a-z_]*\|>|<｜tool[A-Za-z_▁]{2,40}｜>"
    r"|</?tool_call>|\[TOOL_CALLS\]|<function=[\w.-]+>|<invoke name=\"|</?function_calls>"
    r"|<[a-z]+:tool_call>|\[Tool call: [\w.-]+\("
)
_THOUGHT = re.compile(r"</?(?:think|thinking|reasoning|thought)>")


@rule(
    "content/no-control-tokens",
    Level.SHOULD,
    Authority(
        name="report of an end-of-turn token as the last delta",
        url="https://github.com/BerriAI/litellm/issues/3757",
    ),
    needs=(Need.STREAM, Need.PARTS),
)
def no_control_tokens(case: Case) -> Iterator[Evidence]:
    """Tokens that steer the model (`<|im_end|>`, `<|channel|>`, `<end_of_turn>`) are never
    shown.

    Why it matters: they are the seams of the prompt. A reader sees noise, and when the answer goes
    back as history the next prompt has a turn boundary in the middle of a message: some models
    then stop at once or answer as the user.

    How it breaks in the world: the end-of-turn token arrives as the last piece of text before the
    finish reason (BerriAI/litellm#3757, ModelTC/LightLLM#130), or the channel words of gpt-oss
    stay in the text of a tool call (NVIDIA/TensorRT-LLM#10651). Recorded: `<|begin_of_box|>` in
    GLM 4.5V answers. Marks in quotes or backticks, and marks that the request itself holds, do not
    count.

    References:

    - [BerriAI/litellm#3757](https://github.com/BerriAI/litellm/issues/3757)
    - [ModelTC/LightLLM#130](https://github.com/ModelTC/LightLLM/issues/130)
    - [NVIDIA/TensorRT-LLM#10651](https://github.com/NVIDIA/TensorRT-LLM/issues/10651)
    """
    says = "A control token of the model is shown to the reader."
    yield from _leaks(case, _CONTROL, says, "no control tokens", Kind.TEXT, Kind.REASONING)


@rule(
    "content/no-tool-markup",
    Level.SHOULD,
    Authority(
        name="report of a call that became part of the reasoning",
        url="https://github.com/MoonshotAI/Kimi-K2/issues/89",
    ),
    needs=(Need.STREAM, Need.PARTS),
)
def no_tool_markup(case: Case) -> Iterator[Evidence]:
    """A tool call comes as a tool call, never as markup or JSON in the text or the reasoning.

    Why it matters: a call written as text is not made. The agent shows `<tool_call>{"name":
    …}</tool_call>` to a person, gets finish reason `stop`, and the loop ends.

    How it breaks in the world: the server's parser misses the opening mark, because it came in two
    pieces or because the model called from inside its reasoning (vllm-project/vllm#28297,
    MoonshotAI/Kimi-K2#89); a gateway prints the call
    (suhaibbinyounis/github-copilot-api-vscode#79); a small model writes the call as plain JSON
    (BerriAI/litellm#12481, recorded with Llama 3.1 8B). Moonshot's vendor verifier counts such
    calls.

    References:

    - [MoonshotAI/Kimi-K2#89](https://github.com/MoonshotAI/Kimi-K2/issues/89)
    - [vllm-project/vllm#28297](https://github.com/vllm-project/vllm/issues/28297)
    - [BerriAI/litellm#12481](https://github.com/BerriAI/litellm/issues/12481)
    """
    says = "A tool call is written into the answer as markup."
    expected = "a tool call beside the text"
    yield from _leaks(case, _CALL, says, expected, Kind.TEXT, Kind.REASONING)
    for choice, _, part, trace in case.transcript.parts(Kind.TEXT):
        if _is_call(part.content, case):
            json_says = "A tool call is written into the answer as JSON."
            yield at_text(trace, 0, json_says, expected, part.content, choice=choice)


def _is_call(text: str, case: Case) -> bool:
    """Whether a text is nothing but the JSON of a call of a tool that the request offered."""
    asked = case.transcript.asked
    text = text.strip()
    if asked is None or not asked.tools or not text.startswith("{") or len(text) > 20_000:
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    named = isinstance(value, dict) and value.get("name") in [tool.name for tool in asked.tools]
    return named and not value.keys().isdisjoint(("arguments", "parameters"))


@rule(
    "content/no-reasoning-tags",
    Level.SHOULD,
    Authority(
        name="report of reasoning tags that confuse a parser",
        url="https://github.com/vllm-project/vllm/issues/14170",
    ),
    needs=(Need.STREAM, Need.TEXT),
)
def no_reasoning_tags(case: Case) -> Iterator[Evidence]:
    """The text of the answer holds no tags of reasoning such as `<think>` or `</think>`.

    Why it matters: what stands between the tags was never meant for the reader, and the client
    cannot fold it away, count it or send it back as reasoning. A lone `</think>` is worse: all
    that came before it has been shown as the answer.

    How it breaks in the world: servers without a reasoning parser for the model leave the tags
    where they are; parsers miss a tag that is cut in two (`</thi` + `nk>`: LibreChat-AI/agents#40,
    vinhnx/VTCode#247), a second thought after the answer (QwenLM/qwen-code#9607) or the close tag
    of a thought that began in the prompt (aula-id/koma#63). Some vendors do so by default and say
    so; their profiles say it too. Tags that the request asks for do not count.

    References:

    - [vllm-project/vllm#14170](https://github.com/vllm-project/vllm/issues/14170)
    - [aula-id/koma#63](https://github.com/aula-id/koma/issues/63)
    - [QwenLM/qwen-code#9607](https://github.com/QwenLM/qwen-code/issues/9607)
    """
    says = "The tags of reasoning are shown as part of the answer."
    yield from _leaks(case, _THOUGHT, says, "reasoning in a member of its own", Kind.TEXT)


def _leaks(
    case: Case, pattern: re.Pattern[str], says: str, expected: str, *kinds: Kind
) -> Iterator[Evidence]:
    for choice, _, part, trace in case.transcript.parts(*kinds):
        if "<" not in part.content and "[" not in part.content:
            continue
        found = list(marks(part.content, pattern, case))
        if not found:
            continue
        first = min(found, key=lambda mark: mark.position)
        times = sum(mark.times for mark in found)
        got = shown(around(part.content, first.position))
        yield at_text(trace, first.position, says, expected, got, choice=choice, times=times)
