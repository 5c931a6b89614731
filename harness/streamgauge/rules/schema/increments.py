"""Rules about the make-up of one chat chunk that some vendors demand and most do not keep."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Level
from streamgauge.rules.order.authorities import KIMI_STREAM
from streamgauge.rules.rule import CHAT, Need, rule
from streamgauge.rules.schema.members import choices, failed

_NEEDS = (Need.STREAM, Need.CHUNKS)
_INCREMENTS = ("content", "reasoning_content", "reasoning", "refusal", "tool_calls")


@rule(
    "schema/one-choice-per-chunk",
    Level.SHOULD,
    KIMI_STREAM,
    dialects={CHAT},
    needs=_NEEDS,
    demanded=True,
)
def one_choice_per_chunk(case: Case) -> Iterator[Evidence]:
    """A chunk holds one choice at most, also where several answers were asked for.

    Why it matters: many clients look at `choices[0]` alone and lose the others without a word.

    How it breaks in the world: servers that send the pieces of all answers of one step together;
    clients then show the first answer and nothing of the rest.

    References:

    - <https://github.com/sgl-project/sglang/issues/39897>, rule P0.8
    """
    for chunk in case.transcript.chunks:
        found = list(choices(chunk))
        if len(found) > 1:
            says = "A chunk holds several choices"
            yield case.at(chunk, says, "one choice", len(found), pointer="/choices")


@rule(
    "schema/one-kind-per-chunk",
    Level.SHOULD,
    KIMI_STREAM,
    dialects={CHAT},
    needs=_NEEDS,
    demanded=True,
)
def one_kind_per_chunk(case: Case) -> Iterator[Evidence]:
    """A delta holds one kind of increment: text, reasoning or tool calls.

    Why it matters: clients branch on the first kind that they see and drop the other, and which of
    the two came first is not said.

    How it breaks in the world: one delta with content and tool calls made calls that nobody made
    (earendil-works/pi#4228); a server lost the tail of a text that came beside the first piece of
    a call (sgl-project/sglang#34214).

    References:

    - <https://github.com/sgl-project/sglang/issues/39897>, rule P0.10
    - <https://github.com/earendil-works/pi/issues/4228>
    """
    for chunk in case.transcript.chunks:
        for choice in choices(chunk):
            kinds = [name for name in _INCREMENTS if choice.delta.get(name) is not None]
            if len(kinds) > 1:
                says = "A delta holds several kinds of increments"
                pointer = f"{choice.pointer}/delta"
                got = " and ".join(kinds)
                yield case.at(chunk, says, "one kind", got, pointer=pointer, choice=choice.index)


@rule(
    "schema/no-null-increments",
    Level.SHOULD,
    KIMI_STREAM,
    dialects={CHAT},
    needs=_NEEDS,
    demanded=True,
)
def no_null_increments(case: Case) -> Iterator[Evidence]:
    """An increment that stands in a delta is not null; the content beside a role may be.

    Why it matters: clients that add what they find add the word "null" or fail; a member that says
    nothing is better left out.

    How it breaks in the world: servers that write every member of their delta type, so that each
    piece of reasoning comes with `content: null` and each piece of text with
    `reasoning_content: null`.

    References:

    - <https://github.com/sgl-project/sglang/issues/39897>, rule P0.12
    """
    for chunk in case.transcript.chunks:
        for choice in choices(chunk):
            for name in _INCREMENTS:
                allowed = name == "content" and "role" in choice.delta
                if name in choice.delta and choice.delta[name] is None and not allowed:
                    says = "An increment is null"
                    pointer = f"{choice.pointer}/delta/{name}"
                    yield case.at(
                        chunk, says, "a value, or no member", None, pointer=pointer,
                        choice=choice.index,
                    )  # fmt: skip


@rule(
    "schema/whole-chunk-members",
    Level.SHOULD,
    KIMI_STREAM,
    dialects={CHAT},
    needs=_NEEDS,
    demanded=True,
)
def whole_chunk_members(case: Case) -> Iterator[Evidence]:
    """Every choice of every chunk has `index`, `delta` and `finish_reason`, be it null.

    Chunks that state an error are not asked.

    Why it matters: clients of typed languages read all three without asking whether they are
    there.

    How it breaks in the world: servers that leave out members that are null send no
    `finish_reason` until the end; filter results come in choices without a delta.

    References:

    - <https://github.com/sgl-project/sglang/issues/39897>, rule P0.16
    """
    for chunk in case.transcript.chunks:
        if failed(chunk):
            continue
        for choice in choices(chunk):
            for name in ("index", "delta", "finish_reason"):
                if name not in choice.value:
                    says = f"A choice has no {name}"
                    yield case.at(
                        chunk, says, f"the member {name}", "no such member",
                        pointer=choice.pointer, choice=choice.index,
                    )  # fmt: skip
