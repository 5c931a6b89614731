"""What steers a vendor's cache: on the wire only where the profile names a place for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.exchange import Close, Exchange, Framing, Head
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.prompt import Asked, Prompt
from streamgauge.trials.cache_tokens import CacheTokens, Slot, Steered

PROMPT = Prompt(asked=Asked(), turns=())
ONE = Slot(session_id="s", call_key="step-0", tool_name=None)
TWO = replace(ONE, call_key="step-1", tool_name="get_weather")
OTHER = replace(ONE, session_id="t")


def sent(steered: Steered) -> str | None:
    """The token on the wire, wherever it stands."""
    body = steered.prompt.members.get("prompt_cache_key")
    header = dict(steered.headers).get("x-grok-conv-id")
    assert body is None or header is None
    return str(body) if body is not None else header


@pytest.mark.parametrize(
    ("vendor", "dialect", "place"),
    [
        ("openai", "openai-chat", "body"),
        ("openai", "openai-responses", "body"),
        ("moonshot", "openai-chat", "body"),
        ("fireworks", "openai-chat", "body"),
        ("xai", "openai-chat", "header"),
        ("deepseek", "openai-chat", None),
        ("anthropic", "anthropic-messages", None),
        ("google", "gemini", None),
        ("moonshot", "anthropic-messages", None),
    ],
)
def test_a_token_stands_where_the_profile_says(
    target: Any, vendor: str, dialect: str, place: str | None
) -> None:
    steered = CacheTokens("run").steer(target(vendor, dialect), ONE, PROMPT)
    assert ("prompt_cache_key" in steered.prompt.members) is (place == "body")
    assert bool(steered.headers) is (place == "header")
    assert (sent(steered) is None) is (place is None)


def test_a_session_keeps_its_token_and_shares_it_with_nobody(target: Any) -> None:
    tokens, own = CacheTokens("run"), target()
    one, two, other = (sent(tokens.steer(own, slot, PROMPT)) for slot in (ONE, TWO, OTHER))
    again = sent(CacheTokens("another run").steer(own, ONE, PROMPT))
    assert one == two
    assert len({one, other, again}) == 3
    assert "s" not in {one}


def test_what_a_scenario_says_itself_wins(target: Any) -> None:
    said = replace(PROMPT, members={"prompt_cache_key": "mine"})
    assert sent(CacheTokens("run").steer(target(), ONE, said)) == "mine"


def judged(*keys: str | None, streamed: bool = True) -> Judgement:
    """A Responses answer that names these keys of its cache, event by event."""
    answers = [
        {"id": "r", "object": "response", "status": "completed", "output": [], "model": "m",
         **({} if key is None else {"prompt_cache_key": key})}
        for key in keys
    ]  # fmt: skip
    events = [
        {"type": "response.completed", "sequence_number": n, "response": answer}
        for n, answer in enumerate(answers)
    ]
    text = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
    kind = "text/event-stream" if streamed else "application/json"
    exchange = Exchange(
        head=Head(status=200, headers=(("content-type", kind),)),
        body=(text if streamed else json.dumps(answers[-1])).encode(),
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )
    return judge_exchange(exchange, Options(dialect="openai-responses", vendor="openai"))


@pytest.mark.parametrize("streamed", [True, False], ids=["a stream", "a document"])
def test_a_token_that_a_vendor_returns_is_used_from_then_on(target: Any, streamed: bool) -> None:
    tokens, own = CacheTokens("run"), target("openai", "openai-responses")
    tokens.steer(own, ONE, PROMPT)
    assert tokens.learn(own, ONE, judged("theirs", streamed=streamed)) == "captured"
    assert sent(tokens.steer(own, TWO, PROMPT)) == "theirs"
    assert tokens.learn(own, TWO, judged("theirs", streamed=streamed)) == "reused"
    assert sent(tokens.steer(own, OTHER, PROMPT)) not in ("theirs", None)


def test_the_last_of_several_counts(target: Any) -> None:
    tokens, own = CacheTokens("run"), target("openai", "openai-responses")
    tokens.steer(own, ONE, PROMPT)
    tokens.learn(own, ONE, judged("first", "last", None))
    assert sent(tokens.steer(own, TWO, PROMPT)) == "last"


def test_our_own_token_that_comes_back_is_no_catch(target: Any) -> None:
    tokens, own = CacheTokens("run"), target("openai", "openai-responses")
    ours = sent(tokens.steer(own, ONE, PROMPT))
    assert tokens.learn(own, ONE, judged(ours)) == "sent"
    assert tokens.learn(own, ONE, judged(None)) == "sent"
    assert tokens.learn(own, ONE, judged("")) == "sent"


def test_where_no_place_is_named_none_was_sent(target: Any) -> None:
    tokens, own = CacheTokens("run"), target("deepseek")
    tokens.steer(own, ONE, PROMPT)
    assert tokens.learn(own, ONE, judged("theirs")) == "none"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("vendor", "said"), [("moonshot", "sent"), ("xai", "sent"), ("deepseek", "none")]
)
async def test_records_and_requests_say_the_same(trying: Any, vendor: str, said: str) -> None:
    tried = await trying(["tool-result"], vendor=vendor)
    lives = [one["metadata"]["live"] for one in tried.records.values()]
    assert {one["cache_token"] for one in lives} == {said}
    assert {one["session_id"] for one in lives} == {f"{vendor}-simulated/tool-result"}
    assert [one["call_key"] for one in lives][-1] == "step-1"
    found = {
        json.loads(one.body).get("prompt_cache_key") or dict(one.headers).get("x-grok-conv-id")
        for one in tried.requests
    }
    assert len(found) == 1
    assert (found == {None}) is (said == "none")
