"""Rules about the name of the tool that is called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import ALL, CHAT, GEMINI, MESSAGES, RESPONSES, Need, rule
from streamgauge.rules.tools.sent import at_member, beginnings, differ, fragments, spot_of
from streamgauge.rules.tools.sources import CHAT_CLIENT, CHAT_REQUEST, CHAT_STREAM, reported
from streamgauge.transcript.note import Noted


@rule("tools/name-is-present", Level.MUST, CHAT_STREAM, dialects=ALL, needs=(Need.CALLS,))
def name_is_present(case: Case) -> Iterator[Evidence]:
    """Every tool call names its tool.

    A piece with neither id nor name belongs to no call and breaks
    `tools/fragments-have-a-call` instead.

    Why it matters: without a name there is nothing to run. openai-python 3.54.0 hands on a call
    whose name is null.

    How it breaks in the world: servers send the id with an empty name and never the name itself
    (gsd-build/gsd-2#4647), or one call as two entries of which the second has no name
    (sgl-project/sglang#23071).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/gsd-build/gsd-2/issues/4647
    - https://github.com/sgl-project/sglang/issues/23071
    """
    # In keyed dialects an absent name is the schema's matter; only an empty one is ours.
    lacking = (None, "") if case.transcript.dialect.name in (CHAT, GEMINI) else ("",)
    reused = {(note.event, note.pointer) for note in case.noted(Noted.INDEX_REUSED)}
    continued = {
        (note.choice, note.part)
        for note in case.noted(Noted.NAME_MISSING)
        if (note.event, note.pointer) in reused
    }
    begun = beginnings(case)
    for choice, position, part, trace in case.calls():
        if (
            part.name in lacking
            and part.id not in (None, "")
            and (choice, position) not in continued
        ):
            spot = spot_of(begun, choice, part)
            event = trace.first_event if spot.event is None else spot.event
            got = "no name" if part.name is None else '""'
            says = "a call names no tool"
            yield Evidence(says, "the name of a tool", got, event, spot.pointer, choice)


@rule(
    "tools/name-sent-once",
    Level.MUST,
    CHAT_CLIENT,
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def name_sent_once(case: Case) -> Iterator[Evidence]:
    """Only the first piece of a call carries the tool's name, and the whole of it.

    Why it matters: openai-python 3.54.0 joins every string of a call's pieces, so that `search`
    sent twice becomes `searchsearch`; clients that keep the first or the last lose half of a name
    that was split.

    How it breaks in the world: llama.cpp once repeated the name on every piece
    (ggml-org/llama.cpp#12379, #13774; pydantic-ai glued them), MiniMax behind NVIDIA's endpoint
    does (NousResearch/hermes-agent#11984). Names split over two pieces were cut by a client that
    keeps the first (MoonshotAI/kimi-code#3220).

    References:
    - https://github.com/openai/openai-python/blob/main/src/openai/lib/streaming/_deltas.py
    - https://github.com/ggml-org/llama.cpp/issues/13774
    - https://github.com/NousResearch/hermes-agent/issues/11984
    - https://github.com/MoonshotAI/kimi-code/issues/3220
    """
    calls = {(choice, position): part for choice, position, part, _ in case.calls()}
    sent = {(d.pointer, c.event.index): d.index for c, d in fragments(case)}
    for note in case.noted(Noted.NAME_AGAIN, Noted.NAME_CHANGED):
        part = calls.get((note.choice, -1 if note.part is None else note.part))
        if part is not None and differ(sent.get((note.pointer, note.event)), part.index):
            continue  # that is two calls with one id: tools/id-is-unique
        again = note.noted is Noted.NAME_AGAIN
        says = f"a later piece of a call carries {'its name again' if again else 'another name'}"
        where = at_member(note, "function/name")
        yield case.from_note(where, says, "no name after the first piece", note.detail)


@rule(
    "tools/name-not-blanked",
    Level.SHOULD,
    reported("https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/649"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def name_not_blanked(case: Case) -> Iterator[Evidence]:
    """Later pieces of a call leave the tool's name out; they do not send it empty.

    Why it matters: clients that overwrite what they have end up with a nameless call; clients
    that join strings do not notice.

    How it breaks in the world: LM Studio repeats `"name": ""` on every piece
    (lmstudio-ai/lmstudio-bug-tracker#649), and so does GLM served by Mistral (recorded).

    References:
    - https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/649
    - https://platform.openai.com/docs/api-reference/chat-streaming
    """
    for note in case.noted(Noted.NAME_BLANK_AGAIN):
        says, expected = "a later piece of a call carries an empty name", "no name after the first"
        yield case.from_note(at_member(note, "function/name"), says, expected, '""')


@rule(
    "tools/name-comes-first",
    Level.SHOULD,
    reported("https://github.com/spring-projects/spring-ai/issues/6525"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def name_comes_first(case: Case) -> Iterator[Evidence]:
    """The tool's name comes with the first piece of a call.

    Why it matters: clients choose the tool, its parser and its display by the name, when the
    first piece comes; pieces before it are thrown away or fail.

    How it breaks in the world: an OCI bridge sends id, name and arguments in three pieces
    (spring-projects/spring-ai#6525), TensorRT-LLM sent arguments before any name
    (gsd-build/gsd-2#4647).

    References:
    - https://github.com/spring-projects/spring-ai/issues/6525
    - https://github.com/gsd-build/gsd-2/issues/4647
    """
    for note in case.noted(Noted.NAME_LATE):
        where = at_member(note, "function/name")
        says = "a call got its name after its first piece"
        yield case.from_note(where, says, "the name on the first piece", note.detail)


_CALLABLE = {
    CHAT: re.compile(r"[A-Za-z0-9_-]{1,64}"),
    RESPONSES: re.compile(r"[A-Za-z0-9_-]{1,128}"),
    MESSAGES: re.compile(r"[A-Za-z0-9_-]{1,128}"),
    GEMINI: re.compile(r"[A-Za-z0-9_.:-]{1,128}"),
}
"""What the four APIs allow as the name of a function."""


@rule("tools/names-are-callable", Level.MAY, CHAT_REQUEST, dialects=ALL, needs=(Need.CALLS,))
def names_are_callable(case: Case) -> Iterator[Evidence]:
    """A call names a tool that the API would let anybody define.

    Names that the request itself offered are never questioned.

    Why it matters: letters, digits, underscores and dashes are what APIs accept as a name
    (Gemini takes dots and colons too). Anything else is a sign that the model's markup was cut at
    the wrong place, and the next request, which repeats the name, is refused.

    How it breaks in the world: models write calls in formats of their own, such as
    `functions.search:0`, and a parser that leaves a prefix or a token in place shows it here. All
    names in recorded streams fit, so a break is worth a look.

    References:
    - https://platform.openai.com/docs/api-reference/chat/create
    - https://ai.google.dev/api/caching#FunctionDeclaration
    """
    form = _CALLABLE[case.transcript.dialect.name]
    asked = case.transcript.asked
    offered = {tool.name for tool in asked.tools} if asked is not None else set()
    begun = beginnings(case)
    for choice, _, part, _ in case.calls():
        name = part.name
        if isinstance(name, str) and name and name not in offered and not form.fullmatch(name):
            spot = spot_of(begun, choice, part)
            says, expected = (
                "a call names what no tool can be called",
                f"a name like {form.pattern}",
            )
            yield Evidence(says, expected, shown(name), spot.event, spot.pointer, choice)
