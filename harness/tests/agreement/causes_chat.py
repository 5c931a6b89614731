"""Causes in the openai client, chat: what its types leave out and how its helper adds up."""

from __future__ import annotations

from tests.agreement.case import ANYWHERE, CHAT, CHAT_CHUNKS, CHAT_HELPER, SAID, Case, Cause


def _usage_elsewhere(case: Case) -> bool:
    """`chunk.usage` is the only place where the client's types hold usage."""
    bare = [{k: v for k, v in c.items() if k not in ("x_groq", "timings")} for c in case.objects]
    for chunk in bare:
        if "choices" in chunk:
            chunk["choices"] = [
                {k: v for k, v in choice.items() if k != "usage"} for choice in chunk["choices"]
            ]
    return case.is_ours_of_chunks(bare)


def _usage_of_the_last_chunk(case: Case) -> bool:
    """The helper takes the usage of every chunk, null or absent as well, so the last one counts."""
    heard = [c for c in case.objects if c.get("object") == "chat.completion.chunk"]
    last = heard[-1].get("usage") if heard else None
    return bool(case.difference.theirs == last)


def _chunks_without_their_object(case: Case) -> bool:
    """The helper passes over chunks whose `object` is not `chat.completion.chunk`.

    Where no chunk is left it has no completion, and an assertion fails.
    """
    heard = [c for c in case.objects if c.get("object") == "chat.completion.chunk"]
    if case.difference.where == "raises":
        return not heard and case.raised("AssertionError")
    return len(heard) < len(case.objects) and case.is_ours_of_chunks(heard)


def _calls_by_position(case: Case) -> bool:
    """The helper adds call pieces up by `index`: one that is absent or jumps is no position."""
    if case.raised("TypeError", "list indices must be integers", "NoneType"):
        return any(call.get("index") is None for call in case.calls)
    if not case.raised("IndexError", "list index out of range"):
        return False
    begun: set[object] = set()
    for call in case.calls:
        if call.get("index") not in begun and call.get("index") != len(begun):
            return True
        begun.add(call.get("index"))
    return False


def _one_index_for_two_calls(case: Case) -> bool:
    """One who joins pieces by `index` joins two calls that share one; we go by their ids."""
    ids: dict[object, set[object]] = {}
    for call in case.calls:
        ids.setdefault(call.get("index"), set()).add(call.get("id") or None)
    texts = [
        "".join(call.text for call in said)
        for said in (case.difference.ours, case.difference.theirs)
    ]
    return texts[0] == texts[1] and any(len(found - {None}) > 1 for found in ids.values())


def _nothing_after_done(case: Case) -> bool:
    """The client stops reading at `[DONE]`; we read what stands behind it, and say so."""
    before, sentinel, _ = case.stream.body.partition(b"data: [DONE]")
    return bool(sentinel) and case.is_ours_of(before)


def _strings_are_joined(case: Case) -> bool:
    """The helper joins every string of a call, repeated ids and names as well."""
    joined: dict[object, list[str]] = {}
    for call in case.calls:
        function = call.get("function") or {}
        pieces = (call.get("id"), function.get("name"), function.get("arguments"))
        held = joined.setdefault(call.get("index"), ["", "", ""])
        joined[call.get("index")] = [a + (b or "") for a, b in zip(held, pieces, strict=True)]
    theirs = [[call.id, call.name, call.text] for call in case.difference.theirs or ()]
    return theirs == list(joined.values())


def _lists_without_index(case: Case) -> bool:
    """The helper merges lists of objects by `index`, which annotations do not have."""
    lists = [value for delta in case.deltas for value in delta.values() if isinstance(value, list)]
    bare = any(isinstance(item, dict) and "index" not in item for one in lists for item in one)
    return bare and case.raised("RuntimeError", "to have an `index` key")


def _content_lists(case: Case) -> bool:
    """The helper joins strings only, and forgets typed content where text comes after it."""
    return any(isinstance(delta.get("content"), list) for delta in case.deltas)


def _choices_by_position(case: Case) -> bool:
    """The helper takes `index` of a choice for its position among those it has seen."""
    begun: list[object] = []
    for choice in case.choices:
        if choice.get("index") not in begun:
            begun.append(choice.get("index"))
    return begun != [*range(len(begun))] and case.raised("IndexError", "index out of range")


CAUSES = (
    Cause(
        name="usage-elsewhere-in-the-chunk",
        where=("usage",),
        readers=CHAT,
        proof=_usage_elsewhere,
        witness="groq-llama3-8b-8192-5b7967779e",
    ),
    Cause(
        name="usage-of-the-last-chunk-counts",
        where=("usage",),
        readers=(CHAT_HELPER,),
        proof=_usage_of_the_last_chunk,
        witness="openai-gpt-5-2025-08-07-d716ed34f9",
    ),
    Cause(
        name="chunks-without-their-object-are-skipped",
        where=ANYWHERE,
        readers=(CHAT_HELPER,),
        proof=_chunks_without_their_object,
        witness="zai-glm-4.5-19ac0d946d",
    ),
    Cause(
        name="calls-by-position",
        where=("raises",),
        readers=(CHAT_HELPER,),
        proof=_calls_by_position,
        witness="google-gemini-2.0-flash-2519b53673",
    ),
    Cause(
        name="one-index-for-two-calls",
        where=("calls",),
        readers=(CHAT_CHUNKS,),
        proof=_one_index_for_two_calls,
        witness="openai-chat/call-index-reused",
    ),
    Cause(
        name="nothing-after-done",
        where=SAID,
        readers=CHAT,
        proof=_nothing_after_done,
        witness="openai-chat/usage-behind-the-sentinel",
    ),
    Cause(
        name="repeated-ids-and-names-are-joined",
        where=("calls",),
        readers=(CHAT_HELPER,),
        proof=_strings_are_joined,
        witness="openrouter-moonshotai-kimi-k2-46abf4e46e",
    ),
    Cause(
        name="lists-without-index",
        where=("raises",),
        readers=(CHAT_HELPER,),
        proof=_lists_without_index,
        witness="openrouter-deepseek-deepseek-chat-d6ca068ffb",
    ),
    Cause(
        name="typed-content-is-lost",
        where=("text", "reasoning"),
        readers=(CHAT_HELPER,),
        proof=_content_lists,
        witness="mistral-mistral-small-latest-6743979a63",
    ),
    Cause(
        name="choices-by-position",
        where=("raises",),
        readers=(CHAT_HELPER,),
        proof=_choices_by_position,
        witness="openai-chat/choice-index-starts-at-one",
    ),
)
