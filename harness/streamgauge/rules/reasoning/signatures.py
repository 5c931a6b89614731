"""Rules about signed thoughts: the next request is refused without the signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

from streamgauge.delta import Append, Assign, Delta, Key, Kind, Open
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import GEMINI, MESSAGES, Authority, Need, rule

_STREAMING = Authority(
    name="Anthropic documentation, streaming extended thinking",
    url="https://docs.claude.com/en/docs/build-with-claude/streaming",
)


@rule(
    "reasoning/signature-is-present",
    Level.MUST,
    _STREAMING,
    dialects={MESSAGES},
    needs=(Need.STREAM, Need.END, Need.REASONING),
)
def signature_is_present(case: Case) -> Iterator[Evidence]:
    """Every thinking block gets a signature; a redacted block has its data instead.

    Why it matters: a thinking block must be sent back unmodified, with its signature, when a turn
    goes on after a tool call. Without it the next request is a 400, one turn after the fault was
    made.

    How it breaks in the world: servers and gateways that translate from another API have no
    signature to give and send none (kekzl/imp#1555), or hide it inside a `thinking_delta` where no
    accumulator looks (maximhq/bifrost#5638).

    References:

    - [Streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [Extended thinking](https://docs.claude.com/en/docs/build-with-claude/extended-thinking)
    - [kekzl/imp#1555](https://github.com/kekzl/imp/issues/1555)
    - [maximhq/bifrost#5638](https://github.com/maximhq/bifrost/issues/5638)
    """
    begun = _begun(case)
    for choice, _, part, trace in case.transcript.parts(Kind.REASONING):
        if part.redacted or (isinstance(part.signature, str) and part.signature):
            continue
        event, pointer = begun.get(part.index, (trace.first_event, None))
        says = "A thinking block has no signature."
        expected = "a signature_delta before the end of the block"
        yield Evidence(says, expected, "none", event, pointer, choice)


def _begun(case: Case) -> dict[int | str | None, tuple[int | None, str | None]]:
    """Where each block began, by its index."""
    return {
        delta.raw_index: (chunk.event.index, delta.pointer)
        for chunk, delta in case.transcript.deltas()
        if isinstance(delta, Open)
    }


@rule(
    "reasoning/signature-comes-last",
    Level.SHOULD,
    _STREAMING,
    dialects={MESSAGES},
    needs=(Need.STREAM, Need.REASONING),
)
def signature_comes_last(case: Case) -> Iterator[Evidence]:
    """The signature is the last delta of its thinking block, and the only one of its kind.

    Why it matters: it signs the text before it. Clients set it when it comes; text that follows is
    not signed, and a second signature replaces the first.

    How it breaks in the world: a gateway sends the signature of an opaque upstream when it happens
    to arrive (caozhiyuan/copilot-api#111), or splits it into pieces, so that only the last piece
    is kept (openclaw/openclaw#92201).

    References:

    - [Streaming messages](https://docs.claude.com/en/docs/build-with-claude/streaming)
    - [caozhiyuan/copilot-api#111](https://github.com/caozhiyuan/copilot-api/issues/111)
    - [openclaw/openclaw#92201](https://github.com/openclaw/openclaw/issues/92201)
    """
    signed: set[Key] = set()
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Open):
            signed.discard(delta.key)
        elif isinstance(delta, Assign) and delta.what == "signature":
            if delta.key in signed:
                says = "A thinking block is signed twice."
                yield case.at(chunk, says, "one signature", delta.value, pointer=delta.pointer)
            signed.add(delta.key)
        elif _thinks(delta) and delta.key in signed:
            says = "Thinking goes on after its signature."
            expected = "the end of the block"
            yield case.at(chunk, says, expected, delta.text, pointer=delta.pointer)


def _thinks(delta: Delta) -> TypeGuard[Append]:
    return isinstance(delta, Append) and delta.kind is Kind.REASONING and bool(delta.text)


@rule(
    "reasoning/call-is-signed",
    Level.MUST,
    Authority(
        name="Gemini API documentation, thought signatures",
        url="https://ai.google.dev/gemini-api/docs/thought-signatures",
    ),
    dialects={GEMINI},
    needs=(Need.STREAM, Need.END, Need.CALLS),
    demanded=True,
)
def call_is_signed(case: Case) -> Iterator[Evidence]:
    """The first function call of an answer carries a thought signature, where the model signs
    calls.

    Why it matters: the signature has to come back on that very part. Without it the next request
    is refused with 400 ("missing a thought_signature"), so the tool's result can never be
    delivered.

    How it breaks in the world: a proxy that rebuilds parts drops the member beside `functionCall`,
    or moves it to another part. Of parallel calls only the first is signed. The fact
    `signed-calls-models` is a regular expression on the model's name: older models sign nothing.

    References:

    - [Thought signatures](https://ai.google.dev/gemini-api/docs/thought-signatures)
    - [agentjido/req_llm#427](https://github.com/agentjido/req_llm/issues/427)
    -
      [langgenius/dify-official-plugins#2088](https://github.com/langgenius/dify-official-plugins/issues/2088)
    """
    pattern = case.facts.get("signed-calls-models")
    model = case.transcript.folded.message.model
    if not isinstance(pattern, str) or model is None or not _matches(pattern, model):
        return
    seen: set[int] = set()
    for choice, _, part, trace in case.calls():
        if choice not in seen and not part.signature:
            says = "The first function call of the answer has no thought signature."
            at = trace.pieces[0].pointer if trace.pieces else None
            expected = "thoughtSignature beside functionCall"
            yield Evidence(says, expected, "none", trace.first_event, at, choice)
        seen.add(choice)


def _matches(pattern: str, model: str) -> bool:
    try:
        return re.search(pattern, model) is not None
    except re.error:
        return False
