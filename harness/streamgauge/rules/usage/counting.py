"""Rules about the numbers: they add up, they agree with each other, they never run backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streamgauge.delta import Kind, Usage
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import (
    CHAT,
    GEMINI,
    MESSAGES,
    RESPONSES,
    Authority,
    Need,
    rule,
)
from streamgauge.rules.usage.places import Place, count, last_spent, placed, spent

_USAGE = Authority(
    name="OpenAI API reference, usage of a chat completion",
    url="https://platform.openai.com/docs/api-reference/chat/object",
)
_ADDENDS = {
    CHAT: ("total_tokens", ("prompt_tokens", "completion_tokens")),
    RESPONSES: ("total_tokens", ("input_tokens", "output_tokens")),
    GEMINI: (
        "totalTokenCount",
        (
            "promptTokenCount",
            "candidatesTokenCount",
            "thoughtsTokenCount",
            "toolUsePromptTokenCount",
        ),
    ),
}
_NEEDED = {CHAT: 2, RESPONSES: 2, GEMINI: 1}
"""How many of the addends must be there; Gemini leaves a count out that is 0 (recorded)."""
_OUTPUT = {
    CHAT: ("completion_tokens",),
    RESPONSES: ("output_tokens",),
    MESSAGES: ("output_tokens",),
    GEMINI: ("candidatesTokenCount", "thoughtsTokenCount"),
}
_REASONING = ("/completion_tokens_details/reasoning_tokens", "/reasoning_tokens")
_RESPONSES_REASONING = ("/output_tokens_details/reasoning_tokens",)


@rule(
    "usage/total-adds-up",
    Level.MUST,
    _USAGE,
    dialects={CHAT, RESPONSES, GEMINI},
    needs=(Need.STREAM, Need.USAGE),
)
def total_adds_up(case: Case) -> Iterator[Evidence]:
    """The total is the sum of the counts that it is made of.

    Why it matters: budgets and bills are kept by the total, dashboards by the parts. Where they
    differ, tokens were spent that no count explains.

    How it breaks in the world: hidden thinking is in the total only (the OpenAI-compatible route
    of Gemini), or reasoning is counted beside the completion and not inside it (recorded: xAI; the
    fact `reasoning-beside-output` says so). Where that fact is not known, both ways of adding are
    accepted.

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/object), `usage`
    - [GenerateContentResponse](https://ai.google.dev/api/generate-content), `UsageMetadata`
    """
    total, addends = _ADDENDS[case.transcript.dialect.name]
    for chunk, usage in spent(case.transcript):
        got = count(usage.raw, total)
        counts = [count(usage.raw, name) for name in addends]
        if got is None or None in counts[: _NEEDED[case.transcript.dialect.name]]:
            continue
        sums = _sums(case, sum(one or 0 for one in counts), usage)
        if got not in sums:
            says = "The total is not the sum of its counts."
            expected = f"{total} {' or '.join(map(str, sums))}"
            yield case.at(chunk, says, expected, got, pointer=f"{usage.pointer}/{total}")


def _sums(case: Case, plain: int, usage: Usage) -> list[int]:
    """The totals that are right, by what is known of the vendor."""
    beside = case.facts.get("reasoning-beside-output")
    reasoning = _reasoning(case, usage.raw) or 0
    if case.transcript.dialect.name != CHAT or beside is False or not reasoning:
        return [plain]
    return [plain + reasoning] if beside is True else [plain, plain + reasoning]


def _reasoning(case: Case, raw: Mapping[str, object]) -> int | None:
    responses = case.transcript.dialect.name == RESPONSES
    pointers = _RESPONSES_REASONING if responses else _REASONING
    return next((n for p in pointers if (n := count(raw, p)) is not None), None)


@rule(
    "usage/counts-do-not-fall",
    Level.SHOULD,
    Authority(
        name="Anthropic documentation, streaming (usage of message_delta is cumulative)",
        url="https://docs.claude.com/en/docs/build-with-claude/streaming",
    ),
    needs=(Need.STREAM, Need.USAGE),
)
def counts_do_not_fall(case: Case) -> Iterator[Evidence]:
    """The count of output tokens never gets smaller while the stream goes on.

    Why it matters: counts in a stream are running totals, so the last one is the bill. A smaller
    one means that it counts pieces instead, and then the last is the smallest part of the truth.

    How it breaks in the world: a gateway sends the tokens of each chunk where totals belong
    (InsForge/InsForge#2015 tells what clients make of it), or closes with zeros. Counts of the
    prompt may be corrected downwards (recorded: Gemini) and are not judged.

    References:

    - [Streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [InsForge/InsForge#2015](https://github.com/InsForge/InsForge/issues/2015)
    """
    for name in _OUTPUT[case.transcript.dialect.name]:
        highest: dict[str, int] = {}
        for chunk, usage in spent(case.transcript):
            found, whose = count(usage.raw, name), _whose(usage)
            before = highest.get(whose, 0)
            if found is not None and found < before:
                says = "A running count of output tokens falls."
                expected = f"{name} of {before} or more"
                yield case.at(chunk, says, expected, found, pointer=f"{usage.pointer}/{name}")
            highest[whose] = max(found or 0, before)


def _whose(usage: Usage) -> str:
    """A usage inside a choice counts that choice only."""
    return usage.pointer if usage.pointer.startswith("/choices/") else ""


@rule(
    "usage/reasoning-within-output",
    Level.SHOULD,
    _USAGE,
    dialects={CHAT, RESPONSES},
    needs=(Need.STREAM, Need.USAGE),
)
def reasoning_within_output(case: Case) -> Iterator[Evidence]:
    """Reasoning tokens are a part of the output tokens, so there are never more of them.

    Why it matters: who wants the visible tokens subtracts one from the other, and gets a negative
    number, or a bill that leaves the thoughts out.

    How it breaks in the world: the two counts come from two tokenizers (recorded: OpenRouter, 11
    of 10), or reasoning is counted beside the completion (recorded: xAI; the fact
    `reasoning-beside-output` allows it, and a total that includes both shows it).

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/object),
      `completion_tokens_details`
    """
    if case.facts.get("reasoning-beside-output") is True:
        return
    total, addends = _ADDENDS[case.transcript.dialect.name]
    for chunk, usage in spent(case.transcript):
        reasoning, output = _reasoning(case, usage.raw), count(usage.raw, addends[1])
        if reasoning is None or output is None or reasoning <= output:
            continue
        beside = (count(usage.raw, addends[0]) or 0) + output + reasoning
        if count(usage.raw, total) == beside:
            continue
        says = "There are more reasoning tokens than output tokens."
        pointer = f"{usage.pointer}/{addends[1]}"
        yield case.at(chunk, says, f"{reasoning} or more", output, pointer=pointer)


@rule(
    "usage/not-zero",
    Level.SHOULD,
    Authority(
        name="report of zeros in place of counts",
        url="https://github.com/zai-org/GLM-5/issues/139",
    ),
    needs=(Need.STREAM, Need.COMPLETE, Need.USAGE),
)
def not_zero(case: Case) -> Iterator[Evidence]:
    """An answer that says something has used input and output tokens.

    Why it matters: zero is a number, not "unknown". It is summed, billed and plotted, and a budget
    that counts zeros never runs out.

    How it breaks in the world: a translator fills in zeros because the upstream gave no counts
    (farion1231/cc-switch#2303), or stops after the zeros of the first event (zai-org/GLM-5#139
    sends the numbers in the last one only). Empty answers are not judged.

    References:

    - [zai-org/GLM-5#139](https://github.com/zai-org/GLM-5/issues/139)
    - [farion1231/cc-switch#2303](https://github.com/farion1231/cc-switch/issues/2303)
    """
    usage = case.transcript.folded.message.usage
    said = any(
        part.content.strip() or part.kind is Kind.TOOL_CALL
        for _, _, part, _ in case.transcript.parts()
    )
    if usage is None or not said:
        return
    event, pointer = last_spent(case.transcript)
    counts = {"input": usage.input_tokens, "output": usage.output_tokens}
    for name in [name for name, found in counts.items() if found == 0]:
        says = f"The answer says something and counts no {name} tokens."
        yield Evidence(says, f"{name} tokens", "0", event, pointer)


@rule(
    "usage/reasoning-is-counted",
    Level.MAY,
    _USAGE,
    dialects={CHAT, RESPONSES, GEMINI},
    needs=(Need.STREAM, Need.COMPLETE, Need.REASONING, Need.USAGE),
)
def reasoning_is_counted(case: Case) -> Iterator[Evidence]:
    """Reasoning that was sent is counted as reasoning.

    Why it matters: thoughts are often most of the bill. Without the count nobody can see what
    thinking costs. It informs only: many vendors have no such count.

    How it breaks in the world: servers leave the details out (recorded: Ollama, Cerebras, some
    Z.ai models) or say 0 beside hundreds of thoughts (recorded: DeepSeek on Azure, o3 behind
    OpenRouter).

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/object),
      `completion_tokens_details`
    """
    usage = case.transcript.folded.message.usage
    sent = any(part.content for _, _, part, _ in case.transcript.parts(Kind.REASONING))
    if usage is not None and sent and not usage.reasoning_tokens:
        event, pointer = last_spent(case.transcript)
        says = "Reasoning was sent and is not counted."
        got = "no count" if usage.reasoning_tokens is None else "0"
        yield Evidence(says, "reasoning tokens", got, event, pointer)


@rule(
    "usage/copies-agree",
    Level.SHOULD,
    Authority(
        name="OpenAI API reference, `stream_options.include_usage`",
        url="https://platform.openai.com/docs/api-reference/chat/create",
    ),
    dialects={CHAT},
    needs=(Need.STREAM, Need.COMPLETE, Need.USAGE),
)
def copies_agree(case: Case) -> Iterator[Evidence]:
    """Usage that is sent more than once after the finish says the same each time.

    Why it matters: one client takes the first copy, another the last. If they differ, two honest
    programs report two prices for one call.

    How it breaks in the world: vendors send up to three copies (Groq: `x_groq`, the finish chunk
    and an own chunk; Kimi: in the choice and in an own chunk); a proxy that rewrites counts
    rewrites one of them. Running totals before the finish, and usage inside one of several
    choices, are not compared.

    References:

    - [OpenAI API reference](https://platform.openai.com/docs/api-reference/chat/create),
      `stream_options`
    """
    several = len(case.transcript.folded.message.choices) > 1
    first: dict[str, int] = {}
    finishes: dict[int, int] = {}
    for stop in case.transcript.folded.stops:
        finishes.setdefault(stop.choice, stop.event)
    # While one of several choices still speaks, counts may still run.
    finished = max(finishes.values(), default=0)
    for place, chunk, usage in placed(case.transcript):
        if chunk.event.index < finished or (several and place is Place.CHOICE):
            continue
        for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
            found = count(usage.raw, name)
            if found is not None and found != first.setdefault(name, found):
                says = "Two copies of the usage differ."
                pointer = f"{usage.pointer}/{name}"
                yield case.at(chunk, says, f"{name} {first[name]}", found, pointer=pointer)


@rule(
    "usage/details-are-counted",
    Level.SHOULD,
    Authority(
        name="Moonshot's stream rules, P0.2",
        url="https://github.com/sgl-project/sglang/issues/39897",
    ),
    dialects={CHAT},
    needs=(Need.STREAM, Need.USAGE),
    demanded=True,
)
def details_are_counted(case: Case) -> Iterator[Evidence]:
    """Each usage object counts cached prompt tokens and reasoning tokens; zero is a count.

    Why it matters: the vendor's bill and its tests of caching are made from the two. A missing
    count cannot be told from a cache that never hits.

    How it breaks in the world: inference servers send the details only behind a flag, or as null.

    References:

    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P0.2
    """
    wanted = (
        "/prompt_tokens_details/cached_tokens",
        "/completion_tokens_details/reasoning_tokens",
    )
    for chunk, usage in spent(case.transcript):
        for pointer in wanted:
            if count(usage.raw, pointer) is None:
                says = "A detail of the usage is not counted."
                expected = f"a whole number at {pointer}"
                yield case.at(chunk, says, expected, "none", pointer=usage.pointer)


@rule(
    "usage/headers-agree",
    Level.SHOULD,
    Authority(
        name="Moonshot's stream rules, P0.18",
        url="https://github.com/sgl-project/sglang/issues/39897",
    ),
    dialects={CHAT},
    needs=(Need.STREAM, Need.HEAD, Need.USAGE),
    demanded=True,
)
def headers_agree(case: Case) -> Iterator[Evidence]:
    """The token counts in the response's headers are those of the final usage.

    Why it matters: the headers come before the body and survive a stream that is cut, so they are
    what a bill falls back on.

    How it breaks in the world: a proxy drops the headers, or answers from a cache of its own with
    the headers of another call. The fact `usage-headers` maps each header to a pointer into usage.

    References:

    - [Moonshot's stream rules](https://github.com/sgl-project/sglang/issues/39897), P0.18
    """
    usage = case.transcript.folded.message.usage
    headers = case.facts.get("usage-headers")
    if usage is None or not isinstance(headers, dict):
        return
    event, pointer = last_spent(case.transcript)
    for header, field in headers.items():
        counted = count(usage.raw, str(field))
        sent = case.transcript.exchange.head.header(str(header))
        if counted is not None and (sent is None or sent.strip() != str(counted)):
            says = "A header with a token count is missing or differs from the usage."
            got = "no such header" if sent is None else sent
            yield Evidence(says, f"{header}: {counted}", got[:80], event, pointer)
