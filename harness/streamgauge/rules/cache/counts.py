"""Rules of cache counters: they are there, they add up, and they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streamgauge.rules.cache.counters import READS, count_at, last_with
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, GEMINI, MESSAGES, RESPONSES, Authority, Need, rule

_OPENAI = Authority(
    name="OpenAI, prompt caching", url="https://platform.openai.com/docs/guides/prompt-caching"
)
_ANTHROPIC = Authority(
    name="Anthropic, prompt caching",
    url="https://docs.claude.com/en/docs/build-with-claude/prompt-caching",
)
_DEEPSEEK = Authority(
    name="DeepSeek, context caching", url="https://api-docs.deepseek.com/guides/kv_cache"
)


@rule(
    "cache/hits-within-input",
    Level.MUST,
    _OPENAI,
    dialects={CHAT, RESPONSES, GEMINI},
    needs=(Need.USAGE,),
)
def hits_within_input(case: Case) -> Iterator[Evidence]:
    """No more tokens were read from the cache than the input has.

    Why it matters: the price of the input is that of the tokens read from the cache and that of
    the rest. With more hits than input the rest is negative, and so is the bill or the statistic.

    How it breaks in the world: gateways that subtract the hits from the input for one dialect and
    pass both on in another (BerriAI/litellm#31190); vendors that count hits of several requests.
    The Messages API counts its input without the hits, so there is nothing to compare there.

    References:

    - [OpenAI, prompt caching](https://platform.openai.com/docs/guides/prompt-caching)
    - [Gemini, UsageMetadata](https://ai.google.dev/api/generate-content#UsageMetadata)
    - [BerriAI/litellm#31190](https://github.com/BerriAI/litellm/issues/31190)
    """
    usage = case.transcript.folded.message.usage
    if usage is None or usage.input_tokens is None:
        return
    for pointer in READS[case.transcript.dialect.name]:
        read = count_at(usage.raw, pointer)
        if read is not None and read > usage.input_tokens:
            yield _at(
                case, pointer, "More tokens were read from the cache than the input has",
                f"at most {usage.input_tokens}", str(read),
            )  # fmt: skip


@rule(
    "cache/counts-agree",
    Level.SHOULD,
    _DEEPSEEK,
    dialects={CHAT, GEMINI},
    needs=(Need.USAGE,),
)
def counts_agree(case: Case) -> Iterator[Evidence]:
    """Where the hits of a cache are counted in several places, the counts agree.

    `cached_tokens`, `prompt_tokens_details.cached_tokens` and `prompt_cache_hit_tokens` are one
    number; hits and misses together are the input; the details by kind add up to the whole.

    Why it matters: each client reads one of the places. Where they differ, two clients report two
    prices for one request.

    How it breaks in the world: DeepSeek and Kimi count in two places and gateways translate one of
    them; a zero is dropped here and kept there (BerriAI/litellm#36882).

    References:

    - [DeepSeek, context caching](https://api-docs.deepseek.com/guides/kv_cache)
    - [BerriAI/litellm#36882](https://github.com/BerriAI/litellm/issues/36882)
    """
    usage = case.transcript.folded.message.usage
    if usage is None:
        return
    counts = {
        pointer: read
        for pointer in READS[case.transcript.dialect.name]
        if (read := count_at(usage.raw, pointer)) is not None
    }
    first = next(iter(counts), "")
    for pointer, read in counts.items():
        if read != counts[first]:
            expected = f"{counts[first]} as at {first}"
            yield _at(case, pointer, "Two counts of cache hits differ", expected, str(read))
    yield from _misses(case, usage.raw)
    yield from _details(case, usage.raw)


def _misses(case: Case, raw: Mapping[str, object]) -> Iterator[Evidence]:
    """Hits and misses are the input."""
    hits = count_at(raw, "/prompt_cache_hit_tokens")
    misses = count_at(raw, "/prompt_cache_miss_tokens")
    whole = count_at(raw, "/prompt_tokens")
    if hits is None or misses is None or whole is None or hits + misses == whole:
        return
    says = "Hits and misses are not the input"
    yield _at(case, "/prompt_cache_miss_tokens", says, f"{whole} in all", f"{hits} + {misses}")


def _details(case: Case, raw: Mapping[str, object]) -> Iterator[Evidence]:
    """The details by modality are the cached count."""
    whole = count_at(raw, "/cachedContentTokenCount")
    details = raw.get("cacheTokensDetails")
    if whole is None or not isinstance(details, list) or not details:
        return
    counts = [count_at(detail, "/tokenCount") for detail in details]
    known = [count for count in counts if count is not None]
    if len(known) == len(counts) and sum(known) != whole:
        says = "The details of the cached tokens do not add up"
        yield _at(case, "/cacheTokensDetails", says, str(whole), " + ".join(map(str, known)))


_SPLIT = ("/cache_creation/ephemeral_5m_input_tokens", "/cache_creation/ephemeral_1h_input_tokens")


@rule("cache/writes-add-up", Level.MUST, _ANTHROPIC, dialects={MESSAGES}, needs=(Need.USAGE,))
def writes_add_up(case: Case) -> Iterator[Evidence]:
    """`cache_creation_input_tokens` is the sum of what was written for five minutes and for an
    hour.

    Why it matters: the two are priced differently. A client that bills by the split and one that
    bills by the sum must come to the same.

    How it breaks in the world: gateways that fill in the sum and leave the split at zero, or the
    other way round (Joouis/agent-maestro#166 had both at zero). Asked of each usage that has both.

    References:

    - [Anthropic, prompt caching](https://docs.claude.com/en/docs/build-with-claude/prompt-caching)
    """
    for spent in case.transcript.folded.usages:
        whole = count_at(spent.raw, "/cache_creation_input_tokens")
        parts = [count_at(spent.raw, pointer) for pointer in _SPLIT]
        known = [count for count in parts if count is not None]
        if whole is not None and len(known) == len(_SPLIT) and sum(known) != whole:
            pointer = f"{spent.pointer}/cache_creation"
            got = " + ".join(map(str, known))
            says = "The writes to the cache do not add up"
            yield Evidence(says, str(whole), got, spent.event, pointer)


@rule(
    "cache/counters-are-sent",
    Level.SHOULD,
    _OPENAI,
    needs=(Need.USAGE, Need.COMPLETE),
    demanded=True,
)
def counters_are_sent(case: Case) -> Iterator[Evidence]:
    """The usage holds every cache counter that the vendor documents, zero included.

    Why it matters: without them nobody can tell a hit from a miss, and an absent counter is not a
    zero: whether the cache works cannot be proved from the answer any more.

    How it breaks in the world: a zero that is dropped because it is falsy (BerriAI/litellm#36882),
    counters lost in a stream that the document has (langchain-ai/langchain-litellm#52,
    BerriAI/litellm#10667, BerriAI/litellm#5364). The vendor's profile names the counters.

    References:

    - [OpenAI, prompt caching](https://platform.openai.com/docs/guides/prompt-caching)
    - [BerriAI/litellm#36882](https://github.com/BerriAI/litellm/issues/36882)
    """
    usage = case.transcript.folded.message.usage
    wanted = case.facts.get("cache-counters")
    if usage is None or not isinstance(wanted, list | tuple):
        return
    for pointer in wanted:
        if isinstance(pointer, str) and count_at(usage.raw, pointer) is None:
            yield _at(case, pointer, "A cache counter is missing", "a whole number", "none")


def _at(case: Case, pointer: str, says: str, expected: str, got: str) -> Evidence:
    """Evidence at a member of the last usage that has it."""
    spent = last_with(case.transcript, pointer)
    return Evidence(says, expected, got, spent.event, f"{spent.pointer}{pointer}")
