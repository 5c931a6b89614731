"""Rules about the id of a call: there, first, once, its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamgauge.delta import Fragment
from streamgauge.rules.case import Case, Evidence, shown
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import ALL, CHAT, GEMINI, MESSAGES, RESPONSES, Need, rule
from streamgauge.rules.tools.sent import (
    at_member,
    beginnings,
    differ,
    entries,
    fragments,
    is_count,
    is_legacy,
    spot_of,
)
from streamgauge.rules.tools.sources import CHAT_CLIENT, CHAT_REQUEST, STREAM_RULES, reported
from streamgauge.transcript.note import Noted


@rule(
    "tools/id-is-present",
    Level.MUST,
    CHAT_REQUEST,
    dialects={CHAT, RESPONSES, MESSAGES},
    needs=(Need.CALLS,),
)
def id_is_present(case: Case) -> Iterator[Evidence]:
    """Every tool call has an id that is not empty.

    The deprecated `function_call` has none by design and is not asked, nor is a piece that
    belongs to no call at all (`tools/fragments-have-a-call`).

    Why it matters: the result of the tool goes back under this id (`tool_call_id`, `call_id`,
    `tool_use_id`). Without one the next request is refused, or the result is matched by luck.

    How it breaks in the world: bridges to APIs whose calls need no id send `""` (Google's
    OpenAI-compatible endpoint, recorded) or nothing (GLM behind a gateway,
    binaricat/Netcatty#1007); a client then raised KeyError (BerriAI/litellm#15133).

    References:
    - https://platform.openai.com/docs/api-reference/chat/create
    - https://github.com/binaricat/Netcatty/issues/1007
    - https://github.com/BerriAI/litellm/issues/15133
    """
    # In keyed dialects an absent id is the schema's matter; only an empty one is ours.
    lacking = (None, "") if case.transcript.dialect.name == CHAT else ("",)
    begun = beginnings(case)
    for choice, _, part, trace in case.calls():
        if part.id in lacking and part.name and not is_legacy(part):
            spot = spot_of(begun, choice, part)
            event = trace.first_event if spot.event is None else spot.event
            says, got = "a call has no id", "no id" if part.id is None else '""'
            yield Evidence(says, "an id of its own", got, event, spot.pointer, choice)


@rule("tools/id-is-unique", Level.MUST, CHAT_REQUEST, dialects=ALL, needs=(Need.CALLS,))
def id_is_unique(case: Case) -> Iterator[Evidence]:
    """No two calls of one answer have the same id.

    Why it matters: results are matched to calls by the id. Two calls with one id get one result
    twice, and vendors refuse a history that holds them.

    How it breaks in the world: bridges make the id of the tool's name, so that two calls of one
    tool collide (brainlid/langchain#620).

    References:
    - https://platform.openai.com/docs/api-reference/chat/create
    - https://github.com/brainlid/langchain/issues/620
    """
    says, expected = "two calls have the same id", "an id of its own for every call"
    if case.transcript.dialect.name == CHAT:
        yield from _shared_in_chat(case, says, expected)
        return
    if case.transcript.dialect.name == GEMINI:
        yield from _shared_in_gemini(case, says, expected)
        return
    begun, seen = beginnings(case), set()
    for choice, _, part, trace in case.calls():
        if isinstance(part.id, str) and part.id:
            if (choice, part.id) in seen:
                event = trace.first_event
                pointer = begun[choice, part.id].pointer if (choice, part.id) in begun else None
                yield Evidence(says, expected, shown(part.id), event, pointer, choice)
            seen.add((choice, part.id))


def _shared_in_gemini(case: Case, says: str, expected: str) -> Iterator[Evidence]:
    """Only the first piece of a call has a name there, so a second name is a second call."""
    seen: set[tuple[int, str]] = set()
    for chunk, delta in case.transcript.deltas():
        if not isinstance(delta, Fragment) or not delta.name or not isinstance(delta.id, str):
            continue
        if (delta.choice, delta.id) in seen and delta.id:
            pointer, choice = delta.pointer.removesuffix("/args") + "/id", delta.choice
            yield case.at(chunk, says, expected, delta.id, pointer=pointer, choice=choice)
        seen.add((delta.choice, delta.id))


def _shared_in_chat(case: Case, says: str, expected: str) -> Iterator[Evidence]:
    """Chat joins entries by id, so a shared id shows as one id under two indexes or names."""
    first: dict[tuple[int, str], tuple[object, object]] = {}
    for entry in entries(case):
        id, index, name = entry.members.get("id"), entry.members.get("index"), entry.function
        if not isinstance(id, str) or not id:
            continue
        keys = (index if is_count(index) else None, name.get("name") or None)
        before = first.setdefault((entry.choice, id), keys)
        if differ(before[0], keys[0]) or (keys[0] is None and differ(before[1], keys[1])):
            at = entry.pointer + "/id"
            yield case.at(entry.chunk, says, expected, id, pointer=at, choice=entry.choice)


@rule(
    "tools/id-not-blanked",
    Level.SHOULD,
    reported("https://github.com/spring-projects/spring-ai/issues/6591"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def id_not_blanked(case: Case) -> Iterator[Evidence]:
    """Later pieces of a call leave its id out; they do not send it empty.

    Why it matters: clients that take any id for the start of a call begin a second, nameless one;
    others overwrite the id that they had.

    How it breaks in the world: DashScope sends `"id": ""` on every later piece
    (spring-projects/spring-ai#6374, recorded), and so do some routes behind OpenRouter and
    LMDeploy (InternLM/lmdeploy#3412). spring-ai took each for a new call
    (spring-projects/spring-ai#6591).

    References:
    - https://github.com/spring-projects/spring-ai/issues/6374
    - https://github.com/spring-projects/spring-ai/issues/6591
    - https://github.com/InternLM/lmdeploy/issues/3412
    """
    for note in case.noted(Noted.ID_BLANK_AGAIN):
        says, expected = "a later piece of a call carries an empty id", "no id after the first"
        yield case.from_note(at_member(note, "id"), says, expected, '""')


@rule(
    "tools/id-sent-once", Level.MUST, CHAT_CLIENT, dialects={CHAT}, needs=(Need.STREAM, Need.CALLS)
)
def id_sent_once(case: Case) -> Iterator[Evidence]:
    """Only the first piece of a call carries its id.

    Why it matters: openai-python 3.54.0 joins every string of a call's pieces but `type`, so that
    an id sent twice becomes `call_acall_a`, which no vendor knows. Other clients begin a new call
    for every id that they see.

    How it breaks in the world: gateways that build each chunk from a whole object repeat the id
    (spring-projects/spring-ai#5974 took each for a new call); a demo server even made a new id for
    every piece (zai-org/GLM-4#194). A new id under a used index breaks
    `tools/index-is-not-reused`.

    References:
    - https://github.com/openai/openai-python/blob/main/src/openai/lib/streaming/_deltas.py
    - https://github.com/spring-projects/spring-ai/issues/5974
    """
    calls = {(choice, position): part for choice, position, part, _ in case.calls()}
    sent = {(d.pointer, c.event.index): d.index for c, d in fragments(case)}
    for note in case.noted(Noted.ID_AGAIN):
        part = calls.get((note.choice, -1 if note.part is None else note.part))
        if part is None or differ(sent.get((note.pointer, note.event)), part.index):
            continue  # that is two calls with one id: tools/id-is-unique
        says = "a later piece of a call carries its id again"
        if note.detail != part.id:
            says = "a later piece of a call carries another id"
        yield case.from_note(at_member(note, "id"), says, "no id after the first", note.detail)


@rule(
    "tools/id-comes-first",
    Level.SHOULD,
    reported("https://github.com/spring-projects/spring-ai/issues/6525"),
    dialects={CHAT},
    needs=(Need.STREAM, Need.CALLS),
)
def id_comes_first(case: Case) -> Iterator[Evidence]:
    """The id of a call comes with its first piece.

    Why it matters: clients announce a call when its first piece comes, and need the id to do so.
    One that comes later finds the call under an id that the client made up.

    How it breaks in the world: servers that stream a call before they have numbered it; gateways
    that send id, name and arguments in pieces of their own (spring-projects/spring-ai#6525 is the
    case of a late name).

    References:
    - https://platform.openai.com/docs/api-reference/chat-streaming
    - https://github.com/spring-projects/spring-ai/issues/6525
    """
    for note in case.noted(Noted.ID_LATE):
        says = "a call got its id after its first piece"
        yield case.from_note(at_member(note, "id"), says, "the id on the first piece", note.detail)


@rule("tools/id-has-vendor-form", Level.SHOULD, STREAM_RULES, needs=(Need.CALLS,), demanded=True)
def id_has_vendor_form(case: Case) -> Iterator[Evidence]:
    """A call's id has the form that the vendor documents.

    Asked only of vendors whose profile demands it; the fact `tool-id-pattern` holds the form as a
    regular expression that must match the whole id.

    Why it matters: open models were trained on one form of ids. With another in the history they
    stop calling tools, and servers that parse the id refuse it.

    How it breaks in the world: gateways put ids of their own (`call_…`, `toolu_…`) in place of
    `functions.name:0` or `name_0`, and self-hosted Kimi then answers in plain text
    (MoonshotAI/K2-Vendor-Verifier).

    References:
    - https://github.com/sgl-project/sglang/issues/39897 (rule P2.2)
    - https://github.com/MoonshotAI/K2-Vendor-Verifier
    """
    pattern = case.facts.get("tool-id-pattern")
    form = _compiled(pattern) if isinstance(pattern, str) else None
    if form is None:
        return
    begun = beginnings(case)
    for choice, _, part, _ in case.calls():
        if isinstance(part.id, str) and part.id and not form.fullmatch(part.id[:256]):
            spot = spot_of(begun, choice, part)
            says, expected = "a call's id has another form", f"an id like {pattern}"
            yield Evidence(says, expected, shown(part.id), spot.event, spot.pointer, choice)


def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None
