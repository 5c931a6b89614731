"""Rules about `index`, the key under which a chat client joins the pieces of a call."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, GEMINI, Need, rule
from streamgauge.rules.tools.sent import at_member, entries, is_count
from streamgauge.rules.tools.sources import CHAT_CLIENT, CHAT_STREAM, STREAM_RULES
from streamgauge.transcript.note import Noted


@rule(
    "tools/index-is-present",
    Level.MUST,
    CHAT_CLIENT,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def index_is_present(case: Case) -> Iterator[Evidence]:
    """Every entry of `tool_calls` has an `index`.

    Why it matters: the index says which call a piece belongs to. openai-python 3.54.0 raises
    TypeError without it; other clients take a missing index for 0 and glue parallel calls together.

    How it breaks in the world: Google's OpenAI-compatible endpoint sends none, on the first piece
    and later ones (openai/openai-python#3246), Mistral's whole calls have none (recorded), Ollama
    once left it out (ollama/ollama#7881). SamSaffron/term-llm#314 shows what becomes of two calls.

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/openai/openai-python/issues/3246
    - https://github.com/ollama/ollama/issues/7881
    """
    for note in case.noted(Noted.INDEX_MISSING):
        says = "a piece of a tool call has no index"
        yield case.from_note(at_member(note), says, "the index of its call", "no index, or null")


@rule(
    "tools/index-is-count",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def index_is_count(case: Case) -> Iterator[Evidence]:
    """The index of a tool call is a whole number from zero on.

    Why it matters: clients use it as a position in a list. A negative one counts from the end in
    some languages and is an error in others; text or a fraction is an error nearly everywhere.

    How it breaks in the world: recorded GLM streams of Z.ai number a call `-1`.

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/openai/openai-python/issues/3410
    """
    for note in case.noted(Noted.INDEX_NOT_COUNT):
        says = "the index of a tool call is not a whole number from zero on"
        yield case.from_note(at_member(note, "index"), says, "0, 1, 2, …", note.detail)


@rule(
    "tools/indexes-count-from-zero",
    Level.MUST,
    CHAT_CLIENT,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def indexes_count_from_zero(case: Case) -> Iterator[Evidence]:
    """The calls of an answer are numbered 0, 1, 2 … in the order in which they begin.

    Why it matters: openai-python 3.54.0 keeps calls in a list and raises IndexError for a call
    numbered 1 when there is no call 0. Clients that loop over the count miss the last call.

    How it breaks in the world: gateways pass on the number of a content block, in which a text
    before the call is number 0 (agentgateway/agentgateway#2965, a gateway stream recorded by
    vercel/ai); servers skip numbers (openai/openai-python#3410).

    References:
    - https://github.com/openai/openai-python/issues/3410
    - https://github.com/agentgateway/agentgateway/issues/2965
    - https://github.com/sgl-project/sglang/issues/39897 (rule P1.8)
    """
    seen: dict[int, set[int]] = {}
    for entry in entries(case):
        index = entry.members.get("index")
        known = seen.setdefault(entry.choice, set())
        if isinstance(index, int) and is_count(index) and index not in known:
            expected = max(known, default=-1) + 1
            if index != expected:
                says, at = "the indexes of tool calls do not count up from zero", entry.pointer
                evidence = case.at(
                    entry.chunk, says, str(expected), index, pointer=at + "/index",
                    choice=entry.choice,
                )  # fmt: skip
                # The look-alikes of this piece find the index taken; they break nothing more.
                yield evidence._replace(times=1)
            known.add(index)


@rule(
    "tools/index-is-not-reused",
    Level.MUST,
    CHAT_CLIENT,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def index_is_not_reused(case: Case) -> Iterator[Evidence]:
    """An index belongs to one call; a call with a new id has a new index.

    Why it matters: clients join pieces by index. Two calls under one index become one call:
    openai-python 3.54.0 makes `id_1id_2` and `{…}{…}` of them.

    How it breaks in the world: whole calls all sent with index 0 (ollama/ollama#15457,
    BerriAI/litellm#37792, InternLM/lmdeploy#3412; recorded of Cerebras and Mistral), and, another
    fault that looks the same, a new id on every piece of one call (zai-org/GLM-4#194).

    References:
    - https://github.com/ollama/ollama/issues/15457
    - https://github.com/BerriAI/litellm/issues/37792
    - https://github.com/InternLM/lmdeploy/issues/3412
    """
    nameless = {(note.event, note.pointer) for note in case.noted(Noted.NAME_MISSING)}
    for note in case.noted(Noted.INDEX_REUSED):
        says = "a call with another id comes under an index that is taken"
        if (note.event, note.pointer) in nameless:
            says = "a piece without a name brings another id under an index that is taken"
        yield case.from_note(at_member(note, "index"), says, "an index of its own", note.detail)


@rule(
    "tools/fragments-have-a-call",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT, GEMINI},
    needs=(Need.STREAM, Need.CALLS),
)
def fragments_have_a_call(case: Case) -> Iterator[Evidence]:
    """Every piece of arguments belongs to a call that was begun with a name.

    Why it matters: a piece under an index that no call has is dropped by some clients and made a
    nameless call by others; either way the real call lacks it.

    How it breaks in the world: the head of a call comes with index 0 and its arguments with index
    1 (dirac-run/dirac#215, danny-avila/LibreChat#13987, where Bedrock's block number is used for
    one of them), a relay sends the second call's arguments without any head (dyedd/lens#49), a
    gateway counts the index up for every piece without an id (Portkey-AI/gateway#1537).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/dirac-run/dirac/issues/215
    - https://github.com/danny-avila/LibreChat/issues/13987
    - https://github.com/Portkey-AI/gateway/issues/1537
    """
    calls = {(choice, position): part for choice, position, part, _ in case.calls()}
    for note in case.noted(Noted.ORPHAN):
        part = calls.get((note.choice, -1 if note.part is None else note.part))
        if part is not None and not part.id and not part.name:
            says = "a piece belongs to no call that was begun"
            expected = "a first piece with the call's id and name"
            yield case.from_note(at_member(note), says, expected, part.arguments_json)


@rule(
    "tools/calls-not-interleaved",
    Level.MAY,
    STREAM_RULES,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def calls_not_interleaved(case: Case) -> Iterator[Evidence]:
    """The pieces of one call come together; the next call begins when it is whole.

    Why it matters: nothing in the chat API forbids to interleave calls, and official clients join
    them by index. Yet every recorded stream of OpenAI finishes one call before the next, and
    gateways and simple clients keep only "the current call".

    How it breaks in the world: a vendor went back to an earlier call after it had begun the next
    (LibreChat-AI/agents#181); vLLM's Messages route drops pieces of a call that is not the open
    one.

    References:
    - https://github.com/sgl-project/sglang/issues/39897 (rule P1.9)
    - https://github.com/LibreChat-AI/agents/issues/181
    """
    for note in case.noted(Noted.INTERLEAVED):
        says = "a piece comes for a call that is not the last one begun"
        yield case.from_note(at_member(note), says, "all pieces of one call in a row", note.detail)
