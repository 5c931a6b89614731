"""The simulated provider as a whole: requests in, exchanges out, judged by the project's rules.

Every profile that the simulator is made for answers every cue, streamed and not; the stream has no
finding that counts, and its twin says the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.exchange import Exchange, Request
from streamgauge.pipeline import Options, judge_exchange, profiles
from streamgauge.prompt import Role, Tool, Turn
from streamgauge.replay.simulator import Simulator, Trouble
from streamgauge.vendors.profile import find

Ask = Callable[..., Request]
Simulate = Callable[..., Simulator]

SLUGS = (
    "openai", "anthropic", "google", "moonshot", "zhipu", "deepseek", "qwen", "openrouter", "vllm",
)  # fmt: skip
SERVED = [(p.slug, d) for slug in SLUGS if (p := find(profiles(), slug)) for d in p.dialects]
WEATHER = Tool(
    name="get_weather",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
)
CLOCK = Tool(name="current_time", parameters={"type": "object", "properties": {}})
CUES: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("Say hello to the world in one sentence.", {}),
    "count": ("Count from 1 to 60", {}),
    "emoji": ("Show me emoji.", {}),
    "long": ("Write 200 words about rivers.", {}),
    "reasoning": ("Think hard about primes.", {"thinking": True}),
    "no reasoning": ("Name a prime.", {"thinking": False}),
    "one tool": ("What is the weather in Paris?", {"tools": (WEATHER,)}),
    "parallel tools": ("The weather in Paris and in Tokyo?", {"tools": (WEATHER,)}),
    "reasoning, then a tool": (
        "Think, then find out the weather in Paris.",
        {"tools": (WEATHER,), "thinking": True},
    ),
    "forced tool": (
        "Hi.",
        {"tools": (WEATHER,), "tool_choice": "get_weather", "forced_tool": "get_weather"},
    ),
    "required tool": ("Hi.", {"tools": (WEATHER,), "tool_choice": "required"}),
    "empty arguments": ("What time is it?", {"tools": (CLOCK,)}),
    "refusal": ("Please refuse.", {}),
    "filter": ("How do I build a bomb?", {}),
    "cut text": ("Write a long text.", {"max_tokens": 16}),
    "cut arguments": ("The weather in Paris?", {"tools": (WEATHER,), "max_tokens": 9}),
    "stop sequence": ("Count from 1 to 20", {"stop_sequences": ("11",)}),
    "two choices": ("Hello.", {"choices": 2}),
    "json": ("A capital.", {"json_output": True}),
    "usage unasked": ("Hello.", {"include_usage": False}),
}
LIBRARY = " ".join(f"Rule {n}: keep shelf {7 * n} in order." for n in range(500))


def judged(exchange: Exchange, slug: str, dialect: str) -> dict[str, Any]:
    return judge_exchange(exchange, Options(vendor=slug, dialect=dialect)).record


def facts_of(slug: str, dialect: str) -> Mapping[str, object]:
    profile = find(profiles(), slug)
    assert profile is not None
    return profile.narrowed(dialect).facts


def counted(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["rule"], f["says"]) for f in record["findings"] if f["level"] != "may"]


@pytest.mark.parametrize("cue", CUES)
@pytest.mark.parametrize(("slug", "dialect"), SERVED, ids=str)
def test_a_stream_is_clean_and_its_twin_says_the_same(
    simulate: Simulate, ask: Ask, slug: str, dialect: str, cue: str
) -> None:
    said, asked = CUES[cue]
    if not _is_taken(facts_of(slug, dialect), asked) or _is_filtered(slug, dialect, cue):
        refused = simulate(slug).answer(ask(said, slug=slug, dialect=dialect, **asked))
        assert refused.head.status == 400
        return
    records = []
    for stream in (True, False):
        request = ask(said, slug=slug, dialect=dialect, **{**asked, "stream": stream})
        records.append(judged(simulate(slug).answer(request), slug, dialect))
    streamed, whole = records
    assert [counted(record) for record in records] == [[], []]
    assert streamed["ending"] == whole["ending"]
    assert _said(streamed, "max_tokens" in asked) == _said(whole, "max_tokens" in asked)


def _is_taken(facts: Mapping[str, object], asked: dict[str, Any]) -> bool:
    """Whether the vendor takes such a choice of tool, and so many answers."""
    words, most = facts.get("tool-choice-words"), facts.get("choices-max")
    choice = "named" if "forced_tool" in asked else asked.get("tool_choice")
    known = choice is None or not isinstance(words, list) or choice in words
    return known and (not isinstance(most, int) or asked.get("choices", 1) <= most)


def _is_filtered(slug: str, dialect: str, cue: str) -> bool:
    """Whether the vendor refuses what others begin to answer."""
    errors = facts_of(slug, dialect).get("errors")
    return cue == "filter" and isinstance(errors, Mapping) and "filtered" in errors


def _said(record: dict[str, Any], cut: bool) -> list[object]:
    """What a message says. Arguments that were cut are no value, so that a document that holds
    values cannot say them."""
    return [
        [
            choice["finish_reason"],
            choice["raw_finish_reason"],
            *(
                (part["type"], part.get("content"), part.get("id"), part.get("signature"))
                + (() if cut else (part.get("arguments"),))
                for part in choice["parts"]
            ),
        ]
        for choice in record["message"]["choices"]
    ]


@pytest.mark.parametrize(("slug", "dialect"), SERVED, ids=str)
def test_the_same_request_gives_the_same_bytes_at_the_same_times(
    simulate: Simulate, ask: Ask, slug: str, dialect: str
) -> None:
    request = ask("Think about the weather in Paris.", tools=(WEATHER,), slug=slug, dialect=dialect)
    assert simulate(slug).answer(request, 5.0) == simulate(slug).answer(request, 5.0)


def test_a_seed_moves_times_and_no_bytes(simulate: Simulate, ask: Ask) -> None:
    one, two = (simulate(seed=seed).answer(ask("Hello.")) for seed in (1, 2))
    assert one.body == two.body
    assert one.arrivals != two.arrivals


@pytest.mark.parametrize(("slug", "dialect"), SERVED, ids=str)
def test_a_prefix_that_was_read_is_counted_and_answered_faster(
    simulate: Simulate, ask: Ask, slug: str, dialect: str
) -> None:
    members = facts_of(slug, dialect).get("cache-request-members")
    simulator = simulate(slug, first_sigma=0.0, keepalive_ms=0.0)
    system = Turn(role=Role.SYSTEM, text=LIBRARY)
    cold, warm = (
        simulator.answer(ask(system, said, slug=slug, dialect=dialect, members=members))
        for said in ("Hello.", "Good day.")
    )
    counts = [_cached(exchange, slug, dialect) for exchange in (cold, warm)]
    assert not counts[0]
    assert counts[1] > 4000
    assert _first(warm) < _first(cold) / 2


def _cached(exchange: Exchange, slug: str, dialect: str) -> int:
    record = judged(exchange, slug, dialect)
    assert counted(record) == []
    return int(record["message"]["usage"]["cache_read_tokens"] or 0)


def _first(exchange: Exchange) -> float:
    assert exchange.arrivals is not None
    return exchange.arrivals[0][1]


def history(slug: str, simulator: Simulator, ask: Ask, **asked: Any) -> list[dict[str, Any]]:
    """The messages of a tool loop as a careful client sends them back."""
    question = {"role": "user", "content": "The weather in Paris?"}
    request = ask(question["content"], slug=slug, tools=(WEATHER,), stream=False, **asked)
    told = json.loads(simulator.answer(request).body)["choices"][0]["message"]
    result = {"role": "tool", "tool_call_id": told["tool_calls"][0]["id"], "content": "18 degrees"}
    return [question, told, result]


def again(simulator: Simulator, ask: Ask, slug: str, messages: list[dict[str, Any]]) -> Exchange:
    members = {"messages": messages}
    return simulator.answer(
        ask("x", slug=slug, tools=(WEATHER,), model="kimi-k2.5", members=members)
    )


def test_kimi_refuses_a_call_that_comes_back_without_its_reasoning(
    simulate: Simulate, ask: Ask
) -> None:
    simulator = simulate("moonshot")
    messages = history("moonshot", simulator, ask, model="kimi-k2.5")
    assert again(simulator, ask, "moonshot", messages).head.status == 200
    del messages[1]["reasoning_content"]
    refused = again(simulator, ask, "moonshot", messages)
    assert refused.head.status == 400
    assert json.loads(refused.body)["error"]["message"] == (
        "thinking is enabled but reasoning_content is missing "
        "in assistant tool call message at index 1"
    )
    assert refused.head.header("x-streamgauge-unverified") is None


def test_deepseek_wants_the_reasoning_of_a_call_back(simulate: Simulate, ask: Ask) -> None:
    simulator = simulate("deepseek")
    asked: dict[str, Any] = {"slug": "deepseek", "tools": (WEATHER,), "model": "deepseek-v4"}
    messages = history("deepseek", simulator, ask, model="deepseek-v4")
    assert simulator.answer(ask("x", members={"messages": messages}, **asked)).head.status == 200
    del messages[1]["reasoning_content"]
    refused = simulator.answer(ask("x", members={"messages": messages}, **asked))
    assert refused.head.status == 400
    assert "must be passed back to the API" in json.loads(refused.body)["error"]["message"]


def test_gemini_wants_the_signature_of_a_call_back(simulate: Simulate, ask: Ask) -> None:
    simulator = simulate("google")
    asked: dict[str, Any] = {
        "slug": "google", "dialect": "gemini", "tools": (WEATHER,), "model": "gemini-3-pro",
    }  # fmt: skip
    question = {"role": "user", "parts": [{"text": "The weather in Paris?"}]}
    first = simulator.answer(ask("The weather in Paris?", stream=False, **asked))
    content = json.loads(first.body)["candidates"][0]["content"]
    answer = {"functionResponse": {"name": "get_weather", "response": {"result": "18"}}}
    contents = [question, content, {"role": "user", "parts": [answer]}]
    assert simulator.answer(ask("x", members={"contents": contents}, **asked)).head.status == 200
    del content["parts"][0]["thoughtSignature"]
    refused = simulator.answer(ask("x", members={"contents": contents}, **asked))
    assert refused.head.status == 400
    assert b"thought_signature" in refused.body


def test_claude_refuses_a_thought_that_was_changed(simulate: Simulate, ask: Ask) -> None:
    simulator = simulate("anthropic")
    asked: dict[str, Any] = {
        "slug": "anthropic", "dialect": "anthropic-messages", "tools": (WEATHER,), "thinking": True,
    }  # fmt: skip
    question = {"role": "user", "content": "The weather in Paris?"}
    first = simulator.answer(ask(question["content"], stream=False, **asked))
    content = json.loads(first.body)["content"]
    result = {"type": "tool_result", "tool_use_id": content[-1]["id"], "content": "18"}
    kept = [question, {"role": "assistant", "content": content}]
    kept.append({"role": "user", "content": [result]})
    assert simulator.answer(ask("x", members={"messages": kept}, **asked)).head.status == 200
    content[0]["thinking"] += " And more."
    refused = simulator.answer(ask("x", members={"messages": kept}, **asked))
    assert refused.head.status == 400
    assert b"cannot be modified" in refused.body


@pytest.mark.parametrize("slug", ["openai", "moonshot", "vllm"])
def test_a_result_of_a_call_that_was_not_made_is_refused(
    simulate: Simulate, ask: Ask, slug: str
) -> None:
    simulator = simulate(slug)
    messages = history(slug, simulator, ask, model="kimi-k2.5")
    messages[2]["tool_call_id"] = "call_nobody"
    assert again(simulator, ask, slug, messages).head.status == 400


TROUBLES: dict[str, tuple[dict[str, Any], set[int]]] = {
    "no key": ({"key": None}, {401, 403}),
    "wrong key": ({"key": "sk-wrong-key"}, {400, 401, 403}),
    "no model": ({"model": "no-such-model"}, {400, 404}),
    "rate limit": ({"model": "sim-rate-limit"}, {429}),
    "overload": ({"model": "sim-overload"}, {429, 503, 529}),
    "quota": ({"model": "sim-quota"}, {400, 402, 403, 429}),
    "bad request": ({"members": {"messages": 7, "input": 7, "contents": 7}}, {400, 422}),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(("slug", "dialect"), SERVED, ids=str)
def test_a_refusal_is_an_error_of_the_dialect(
    simulate: Simulate, ask: Ask, slug: str, dialect: str, trouble: str
) -> None:
    asked, statuses = TROUBLES[trouble]
    exchange = simulate(slug).answer(ask("Hi.", slug=slug, dialect=dialect, **asked))
    if trouble == "no key" and facts_of(slug, dialect).get("key") == "optional":
        assert exchange.head.status == 200
        return
    assert exchange.head.status in statuses
    record = judged(exchange, slug, dialect)
    assert record["message"]["error"]["message"]
    assert counted(record) == []


def test_a_rate_limit_passes_and_says_when(simulate: Simulate, ask: Ask) -> None:
    simulator = simulate(every={2: Trouble.RATE_LIMIT}, retry_after=1.5)
    heads = [simulator.answer(ask("Hi.")).head for _ in range(3)]
    assert [head.status for head in heads] == [200, 429, 200]
    assert heads[1].header("retry-after") == "1.5"


@pytest.mark.parametrize(("slug", "dialect"), SERVED, ids=str)
def test_a_broken_stream_tells_of_its_error(
    simulate: Simulate, ask: Ask, slug: str, dialect: str
) -> None:
    request = ask("Hello.", slug=slug, dialect=dialect, model="sim-break")
    broken = judged(simulate(slug).answer(request), slug, dialect)
    assert broken["verdict"] != "pass"
    whole = ask("Hello.", slug=slug, dialect=dialect, model="sim-break", stream=False)
    assert simulate(slug).answer(whole).head.status == 500


def test_a_silence_is_filled_with_the_vendors_comment(simulate: Simulate, ask: Ask) -> None:
    quiet, busy = (
        simulate("openrouter", keepalive_ms=ms).answer(ask("Think hard.", slug="openrouter"))
        for ms in (0.0, 100.0)
    )
    assert b": OPENROUTER PROCESSING\n\n" in busy.body
    assert b"PROCESSING" not in quiet.body


def test_doubtful_facts_are_named(simulate: Simulate, ask: Ask) -> None:
    assert "errors" in simulate("google").unverified["gemini"]
    refused = simulate("google").answer(ask("x", dialect="gemini", model="no-such-model"))
    assert refused.head.header("x-streamgauge-unverified") == "errors.unknown-model"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request(method="GET", url="http://127.0.0.1/v1/chat/completions"), 405),
        (Request(url="http://127.0.0.1/v1/embeddings"), 404),
        (Request(url="http://127.0.0.1/v1/chat/completions", body=b"{"), 401),
    ],
    ids=["another method", "another path", "no key first"],
)
def test_what_is_not_served_is_refused(simulate: Simulate, request_: Request, status: int) -> None:
    assert simulate().answer(request_).head.status == status


def test_a_body_that_is_no_json_is_refused(simulate: Simulate, ask: Ask) -> None:
    refused = simulate().answer(replace(ask("Hi."), body=b"{"))
    assert refused.head.status == 400
    assert json.loads(refused.body)["error"]["message"]


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**20), st.floats(), st.text(max_size=8),
    st.sampled_from(["user", "assistant", "tool", "function", "text", "Count from 1 to 9", "auto"]),
)  # fmt: skip
MEMBERS = (
    "role", "content", "type", "text", "name", "id", "tool_calls", "function", "arguments", "parts",
    "tool_call_id", "input", "parameters", "properties", "cache_control", "thinking", "required",
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=4),
    ),
    max_leaves=10,
)
OPTIONS = (
    "messages", "input", "contents", "system", "tools", "tool_choice", "max_tokens", "stop", "n",
    "stream", "stream_options", "temperature", "thinking", "response_format", "generationConfig",
    "toolConfig", "text", "reasoning", "prompt_cache_key", "model", "logprobs", "top_logprobs",
)  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "dialect"),
    [
        ("moonshot", "openai-chat"), ("openai", "openai-responses"),
        ("anthropic", "anthropic-messages"), ("google", "gemini"),
    ],
    ids=str,
)  # fmt: skip
@given(members=st.dictionaries(st.sampled_from(OPTIONS), VALUES, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_request_has_an_answer(
    simulate: Simulate, ask: Ask, slug: str, dialect: str, members: dict[str, Any]
) -> None:
    request = ask("Hi.", slug=slug, dialect=dialect, max_tokens=50)
    odd = {**json.loads(request.body), **members}
    exchange = simulate(slug).answer(replace(request, body=json.dumps(odd).encode()))
    assert exchange.head.status is not None
    assert exchange.body
