"""Rules about the choices of chat and the candidates of Gemini: who speaks, when, which index."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Append, Delta, Fragment, Role, Stop
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import CHAT_STREAM, KIMI_STREAM
from streamgauge.rules.rule import CHAT, GEMINI, Need, rule
from streamgauge.rules.schema.members import choices
from streamgauge.transcript.chunk import Chunk
from streamgauge.transcript.note import Noted


@rule(
    "order/nothing-said-after-finish",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT, GEMINI},
    needs=(Need.STREAM, Need.STOP),
)
def nothing_said_after_finish(case: Case) -> Iterator[Evidence]:
    """After its finish reason an answer says nothing more: no text, no reasoning, no call.

    A chunk may hold the last piece and the finish reason together; a chunk with usage, or with the
    finish reason again, may follow.

    Why it matters: the finish reason is where clients stop reading. What comes later is lost by
    most and fails the whole step in strict ones.

    How it breaks in the world: hosts that send a late piece of content, reasoning or a call after
    the finish reason (anomalyco/opencode#49167); a gateway that put STOP on empty chunks at the
    start, so that the whole reply came after it (Chevey339/kelivo#1003).

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>, `finish_reason`
    - <https://ai.google.dev/api/generate-content>, `finishReason`
    - <https://github.com/anomalyco/opencode/issues/49167>
    """
    for note in case.noted(Noted.AFTER_STOP):
        yield case.from_note(
            note,
            "The answer goes on after its finish reason",
            "nothing more of this answer",
            "another piece",
        )


@rule(
    "order/role-comes-first",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT},
    needs=(Need.STREAM, Need.PARTS),
)
def role_comes_first(case: Case) -> Iterator[Evidence]:
    """Every answer is begun with the role `assistant`, before or beside its first piece.

    Where a vendor demands a chunk for the role alone (fact `role-with-content`), that chunk holds
    `content` as an empty text or null, and no finish reason.

    Why it matters: typed clients build the message from the first delta and fail, or file the text
    under no role, when the role is missing.

    How it breaks in the world: a gateway lost the role when it translated another dialect
    (Portkey-AI/gateway#1399); a local server sent no role chunk (nath1295/MLX-Textgen#9); one
    vendor sometimes sends an empty role (MiniMax-AI/MiniMax-M2.5#2).

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>, `delta.role`
    - <https://github.com/Portkey-AI/gateway/issues/1399>
    - <https://github.com/sgl-project/sglang/issues/39897>, rule P0.9
    """
    begun: set[int] = set()
    for chunk, delta in case.transcript.deltas():
        if not isinstance(delta, Role) and not _says(delta):
            continue
        assert isinstance(delta, Role | Append | Fragment | Stop)
        if delta.choice in begun:
            continue
        begun.add(delta.choice)
        if not isinstance(delta, Role):
            yield _role_fault(case, chunk, "An answer begins without a role", delta)
        elif delta.role != "assistant":
            says = "An answer begins with another role than assistant"
            yield _role_fault(case, chunk, says, delta)
        elif case.facts.get("role-with-content") is True:
            yield from _role_chunk(case, chunk, delta.choice)


def _says(delta: Delta) -> bool:
    return isinstance(delta, Fragment | Stop) or (isinstance(delta, Append) and bool(delta.text))


def _role_fault(
    case: Case, chunk: Chunk, says: str, delta: Role | Append | Fragment | Stop
) -> Evidence:
    got = delta.role if isinstance(delta, Role) else "no role"
    choice = delta.choice
    evidence = case.at(chunk, says, "assistant", got, pointer=delta.pointer, choice=choice)
    return evidence._replace(times=1)


def _role_chunk(case: Case, chunk: Chunk, index: int) -> Iterator[Evidence]:
    for choice in choices(chunk):
        bare = choice.delta.get("content", index) in ("", None)
        if choice.index == index and not (bare and choice.value.get("finish_reason") is None):
            says = "The chunk of the role says more than the role"
            expected = "content empty or null, no finish reason"
            yield case.at(chunk, says, expected, choice.value, pointer=choice.pointer, choice=index)


@rule(
    "order/role-once",
    Level.SHOULD,
    KIMI_STREAM,
    dialects={CHAT},
    needs=(Need.STREAM, Need.PARTS),
    demanded=True,
)
def role_once(case: Case) -> Iterator[Evidence]:
    """The role stands in the first chunk of an answer and in no later one.

    Why it matters: clients that begin a message at every role show one answer as many. Most
    vendors repeat the role in every chunk, so it is asked only where a vendor promises not to.

    How it breaks in the world: many servers write the role into every chunk because they build
    each chunk from the same template; clients that open a message per role then show fragments.

    References:

    - <https://github.com/sgl-project/sglang/issues/39897>, rules P1.5 and P1.6
    """
    seen: set[int] = set()
    for chunk, delta in case.transcript.deltas():
        if not isinstance(delta, Role):
            continue
        times = chunk.count if delta.choice in seen else chunk.count - 1
        seen.add(delta.choice)
        if times:
            says = "The role is sent again"
            evidence = case.at(chunk, says, "no role", delta.role, pointer=delta.pointer)
            yield evidence._replace(times=times, choice=delta.choice)


@rule(
    "order/usage-comes-last",
    Level.SHOULD,
    CHAT_STREAM,
    dialects={CHAT},
    needs=(Need.STREAM, Need.USAGE),
)
def usage_comes_last(case: Case) -> Iterator[Evidence]:
    """A chunk that holds usage and no choices comes after all answers have finished.

    Where usage stands is asked by `usage/place-is-standard`; a chunk that says more of a finished
    answer is a matter of `order/nothing-said-after-finish`.

    Why it matters: clients take the chunk without choices as the end of the answer and stop; the
    counts in it can only be final when nothing more is generated.

    How it breaks in the world: gateways that pass usage on as soon as they have it, or that merge
    two upstream streams; some repeat the usage chunk after the end (higress-group/higress#3733).

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>, `usage`: an additional chunk
      before the end marker, its choices empty
    """
    usage: Chunk | None = None
    finished: set[int] = set()
    for chunk in case.transcript.chunks:
        usage = chunk if usage is None and _is_usage(chunk) else usage
        for delta in chunk.deltas:
            if not _says(delta):
                continue
            assert isinstance(delta, Append | Fragment | Stop)
            if usage is not None and delta.choice not in finished:
                yield case.at(
                    chunk,
                    "An answer goes on after the chunk that holds the usage alone",
                    f"nothing of an answer after event {usage.event.index}",
                    "another piece or a finish reason",
                    choice=delta.choice,
                )
            if isinstance(delta, Stop):
                finished.add(delta.choice)


def _is_usage(chunk: Chunk) -> bool:
    value = chunk.value
    return (
        isinstance(value, dict)
        and value.get("choices") == []
        and isinstance(value.get("usage"), dict)
    )


@rule(
    "order/choice-indexes-count",
    Level.MUST,
    CHAT_STREAM,
    dialects={CHAT, GEMINI},
    needs=(Need.STREAM, Need.PARTS),
)
def choice_indexes_count(case: Case) -> Iterator[Evidence]:
    """The answers of a stream have the indexes 0, 1, 2 …, and each piece that of its answer.

    Why it matters: the index is all that tells several answers apart. A gap leaves clients waiting
    for an answer that never comes; an index that grows with every piece makes one answer a
    hundred.

    How it breaks in the world: a server used the number of the token as the index
    (huggingface/text-generation-inference#1648); a gateway wrote the index of the tool call there
    (BerriAI/litellm#9242), another lost the index, so that answers merged (BerriAI/litellm#3276).

    References:

    - <https://platform.openai.com/docs/api-reference/chat-streaming>, `choices[].index`
    - <https://github.com/huggingface/text-generation-inference/issues/1648>
    - <https://github.com/BerriAI/litellm/issues/9242>
    """
    yield from _shared_indexes(case)
    seen: dict[int, list[Chunk]] = {}
    for chunk, delta in case.transcript.deltas():
        if isinstance(delta, Role | Append | Fragment | Stop):
            found = seen.setdefault(delta.choice, [])
            if not found or found[-1] is not chunk:
                found.append(chunk)
    for expected, index in enumerate(sorted(seen)):
        if index != expected:
            says = "The indexes of the answers do not count from 0"
            yield case.at(seen[index][0], says, str(expected), index)._replace(times=1)
            return
    # Short answers may all stand whole in one chunk.
    apart = len({id(found[0]) for found in seen.values()}) == len(seen)
    if len(seen) > 2 and apart and all(len(c) == 1 and c[0].count == 1 for c in seen.values()):
        says = "Every chunk begins another answer"
        yield case.at(seen[1][0], says, "pieces of the same answer under one index", "1, 2, 3 …")


def _shared_indexes(case: Case) -> Iterator[Evidence]:
    """Two answers of one chunk under one index, where an index that is not sent is 0."""
    member = "choices" if case.transcript.dialect.name == CHAT else "candidates"
    for chunk in case.transcript.chunks:
        answers = chunk.value.get(member) if isinstance(chunk.value, dict) else None
        seen: set[int] = set()
        for position, answer in enumerate(answers if isinstance(answers, list) else ()):
            index = answer.get("index", 0) if isinstance(answer, dict) else None
            if not isinstance(index, int):
                continue
            if index in seen:
                says = "Two answers of one chunk have the same index"
                where = f"/{member}/{position}"
                yield case.at(chunk, says, "an index of its own", index, pointer=where)
            seen.add(index)
