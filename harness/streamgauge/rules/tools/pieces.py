"""Rules about how the pieces of a call come, and about the copies of a finished call."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import CHAT, MESSAGES, RESPONSES, Need, rule
from streamgauge.rules.tools.sent import Entry, entries
from streamgauge.rules.tools.sources import RESPONSES_STREAM, STREAM_RULES, reported
from streamgauge.transcript.building import Trace

_LONG = 256
"""Characters of arguments that take a model long enough to be streamed; some sixty tokens."""


def _told_apart(case: Case) -> Iterator[tuple[Entry, bool]]:
    """Every entry, and whether it is the first of its call: a new index, or else a new id."""
    seen: set[tuple[int, str]] = set()
    for entry in entries(case):
        index, id = entry.members.get("index"), entry.members.get("id")
        key = (entry.choice, repr(index if index is not None else id))
        first = key not in seen
        seen.add(key)
        yield entry, first


@rule(
    "tools/header-has-empty-arguments",
    Level.SHOULD,
    STREAM_RULES,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
    demanded=True,
)
def header_has_empty_arguments(case: Case) -> Iterator[Evidence]:
    """The first piece of a call holds index, id, type, name and, as arguments, the empty text.

    Asked only of vendors whose profile demands it.

    Why it matters: it is the form that OpenAI streams and that every client was written against;
    some clients throw away arguments that come with the name.

    How it breaks in the world: most inference servers send the first bit of the arguments, or all
    of them, with the name (styles B to D of docs/dialects.md); vLLM's Messages route then lost
    that bit (vllm-project/vllm#34887).

    References:
    - https://github.com/sgl-project/sglang/issues/39897 (rules P0.3, P0.13)
    - https://github.com/vllm-project/vllm/issues/34887
    """
    for entry, first in _told_apart(case):
        if not first:
            continue
        arguments = entry.function.get("arguments")
        lacking = [name for name in ("index", "id", "type") if entry.members.get(name) is None]
        lacking += [] if entry.function.get("name") else ["function.name"]
        if arguments != "" or lacking:
            got = f"without {', '.join(lacking)}" if lacking else f"arguments {arguments!r}"
            says, at = "the first piece of a call is no header", f"{entry.pointer}/function"
            expected = 'index, id, type, name and arguments ""'
            yield case.at(entry.chunk, says, expected, got, pointer=at, choice=entry.choice)


@rule(
    "tools/continuations-are-bare",
    Level.SHOULD,
    STREAM_RULES,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
    demanded=True,
)
def continuations_are_bare(case: Case) -> Iterator[Evidence]:
    """Later pieces of a call hold the index and a bit of arguments, and nothing else.

    Asked only of vendors whose profile demands it. Repeated ids and names are asked of everybody,
    by `tools/id-sent-once` and `tools/name-sent-once`.

    Why it matters: clients take an id, a type or a name for the start of a call.

    How it breaks in the world: servers built on one model class send every member on every piece:
    `"id": ""` and `"type": "function"` (DashScope, recorded), `"name": null` (SGLang).

    References:
    - https://github.com/sgl-project/sglang/issues/39897 (rule P0.14)
    """
    for entry, first in _told_apart(case):
        extra = sorted(entry.members.keys() - {"index", "function"})
        extra += sorted(f"function.{name}" for name in entry.function.keys() - {"arguments"})
        if extra and not first:
            says, expected = "a later piece of a call is not bare", "index and function.arguments"
            got, at = ", ".join(extra), entry.pointer
            yield case.at(entry.chunk, says, expected, got, pointer=at, choice=entry.choice)


@rule(
    "tools/arguments-arrive-in-pieces",
    Level.MAY,
    reported("https://github.com/sgl-project/sglang/issues/11888"),
    dialects={CHAT, RESPONSES, MESSAGES},
    needs=(Need.STREAM, Need.CALLS),
)
def arguments_arrive_in_pieces(case: Case) -> Iterator[Evidence]:
    """Long arguments are streamed piece by piece.

    Gemini sends arguments whole by design and is not asked; short arguments are never questioned.

    Why it matters: while a server holds the arguments back nothing comes over the wire. Proxies
    and clients that wait for bytes give up, and nobody sees what the model is doing.

    How it breaks in the world: parsers that must see the whole call before they send it
    (sgl-project/sglang#11888; Z.ai without `tool_stream`, where a 30 s silence ended the
    connection, NousResearch/hermes-agent#12758). Groq, xAI, Cerebras and Mistral always send
    calls whole.

    References:
    - https://github.com/sgl-project/sglang/issues/11888
    - https://github.com/NousResearch/hermes-agent/issues/12758
    - https://github.com/anthropics/anthropic-sdk-typescript/issues/529
    """
    for choice, _, part, trace in case.calls():
        size = len(part.arguments_json)
        if size > _LONG and _pieces(trace) == 1:
            says = "long arguments came in one piece"
            event, pointer = trace.event_at(0) or (None, None)
            got = f"{size} characters in one piece"
            yield Evidence(says, "several pieces", got, event, pointer, choice)


def _pieces(trace: Trace) -> int:
    """How many pieces there are, as far as two: more are not counted."""
    if any(piece.run is not None for piece in trace.pieces):
        return 2
    return min(2, sum(1 for piece in trace.pieces if piece.text))


@rule(
    "tools/arguments-copies-agree",
    Level.MUST,
    RESPONSES_STREAM,
    dialects={RESPONSES},
    needs=(Need.STREAM,),
)
def arguments_copies_agree(case: Case) -> Iterator[Evidence]:
    """The finished arguments that are repeated are those that were streamed.

    The `.done` event, the item that is done and the final response each say them again.

    Why it matters: clients differ in which of them they run. openai-python builds on the final
    response, agents often on the item that is done.

    How it breaks in the world: a bridge builds the done event from another buffer and leaves it
    empty when the pieces had no id (Oaklight/llm-rosetta#86); in all recorded streams the copies
    agree.

    References:
    - https://platform.openai.com/docs/api-reference/responses-streaming
    - https://github.com/Oaklight/llm-rosetta/issues/86
    """
    parts = {(choice, at): part for choice, at, part, _ in case.transcript.parts()}
    for copy in case.transcript.folded.copies:
        part = parts.get((copy.choice, copy.part))
        if part is None or copy.what != "arguments_json" or copy.value == part.arguments_json:
            continue
        got = shown(copy.value) if isinstance(copy.value, str) else repr(copy.value)
        says, expected = "repeated arguments are not those streamed", shown(part.arguments_json)
        yield Evidence(says, expected, got, copy.event, copy.pointer, copy.choice)
