"""Causes in the openai client, Responses: what its helper demands of the order and the ids."""

from __future__ import annotations

from tests.agreement.case import EVENTS, RESPONSES, RESPONSES_HELPER, Case, Cause


def _only_completed_is_final(case: Case) -> bool:
    """The helper knows no final response but that of `response.completed`."""
    completed = any(event.get("type") == "response.completed" for event in case.objects)
    return not completed and case.raised("RuntimeError", "Didn't receive a `response.completed`")


def _created_is_first(case: Case) -> bool:
    """The helper wants `response.created` first; a background answer is queued first."""
    first = case.objects[0].get("type") if case.objects else None
    late = first != "response.created"
    return late and case.raised("RuntimeError", "received `response.created`")


def _parts_must_be_added(case: Case) -> bool:
    """The helper finds a text's part only if an event added it, at its place in the list."""
    added = {
        (event.get("output_index"), event.get("content_index"))
        for event in case.objects
        if event.get("type") == "response.content_part.added"
    }
    meant = {
        (event.get("output_index"), event.get("content_index"))
        for event in case.objects
        if event.get("type") == "response.output_text.delta"
    }
    return not meant <= added and case.raised("IndexError", "index out of range")


def _call_id_changes(case: Case) -> bool:
    """An item is done under another call_id than it was added with, and the helper minds."""
    ids: dict[object, set[object]] = {}
    for event in case.objects:
        if str(event.get("type")).startswith("response.output_item."):
            ids.setdefault(event.get("output_index"), set()).add(event["item"].get("call_id"))
    changed = any(len(found) > 1 for found in ids.values())
    return changed and case.raised("RuntimeError", "output item identity changed")


def _arguments_only_when_done(case: Case) -> bool:
    """No delta brings the arguments, so one who joins deltas has none; we take the `.done` copy."""
    wholes = {
        event.get("arguments")
        for event in case.objects
        if event.get("type") == "response.function_call_arguments.done"
    }
    heard = [
        call._replace(text="") if call.text in wholes else call for call in case.difference.ours
    ]
    return heard == list(case.difference.theirs)


def _final_text_is_another(case: Case) -> bool:
    """The deltas do not add up to the text that the final response repeats.

    Our message is what was streamed; the helper's is the final response. In recordings that was
    somebody who cut deltas out. We tell of it (content/copies-agree).
    """
    pieces = [e["delta"] for e in case.objects if e.get("type") == "response.output_text.delta"]
    final = [e["response"] for e in case.objects if e.get("type") == "response.completed"]
    said = [
        part["text"]
        for item in final[-1]["output"]
        for part in item.get("content") or ()
        if part.get("type") == "output_text"
    ]
    streamed, repeated = "".join(pieces), "".join(said)
    return (streamed, repeated) == (case.difference.ours, case.difference.theirs)


def _several_answers(case: Case) -> bool:
    """The recording joins answers that came one by one; ids change, places begin again."""
    changed = case.raised("RuntimeError", "Lifecycle response identity changed")
    return case.stream.answers > 1 and (changed or case.difference.where == "calls")


CAUSES = (
    Cause(
        name="several-answers-in-one-recording",
        where=("raises", "calls"),
        readers=RESPONSES,
        proof=_several_answers,
        witness="azure-gpt-5.1-codex-max-5ae23af050",
    ),
    Cause(
        name="only-completed-is-final",
        where=("raises",),
        readers=(RESPONSES_HELPER,),
        proof=_only_completed_is_final,
        witness="azure-codex-mini-19114b8549",
    ),
    Cause(
        name="created-must-be-first",
        where=("raises",),
        readers=(RESPONSES_HELPER,),
        proof=_created_is_first,
        witness="openai-gpt-4o-2024-08-06-0c4bdabf89",
    ),
    Cause(
        name="parts-must-be-added",
        where=("raises",),
        readers=(RESPONSES_HELPER,),
        proof=_parts_must_be_added,
        witness="openai-responses/part-never-added",
    ),
    Cause(
        name="call-id-changes",
        where=("raises",),
        readers=(RESPONSES_HELPER,),
        proof=_call_id_changes,
        witness="openai-gpt-5.4-2026-03-05-6e8bb79981",
    ),
    Cause(
        name="arguments-only-when-done",
        where=("calls",),
        readers=(EVENTS,),
        proof=_arguments_only_when_done,
        witness="lmstudio-zai-org-glm-4.7-flash-4ddd2ffc12",
    ),
    Cause(
        name="final-text-is-another",
        where=("text",),
        readers=(RESPONSES_HELPER,),
        proof=_final_text_is_another,
        witness="openai-gpt-5.2-2025-12-11-3b115f3806",
    ),
)
