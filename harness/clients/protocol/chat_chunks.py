"""Adds up the chunks of clients that hand over chat chunks as they come: their README's loop.

Nothing is mended on the way: a call's pieces go by the index that the chunk gives.
"""


def added_up(chunks, reasoning=("reasoning_content",)):
    """The answer of all chunks; `reasoning` names the members of a delta that may hold it."""
    answer = {"text": "", "reasoning": "", "refusal": "", "calls": []}
    calls = {}
    for chunk in chunks:
        usage = getattr(chunk, "usage", None)
        if usage:
            answer["input_tokens"] = usage.prompt_tokens
            answer["output_tokens"] = usage.completion_tokens
        for choice in chunk.choices or ():
            if choice.index == 0:
                _add(answer, calls, choice, reasoning)
    return {**answer, "calls": list(calls.values())}


def _add(answer, calls, choice, reasoning):
    delta = choice.delta
    answer["text"] += delta.content or ""
    answer["refusal"] += getattr(delta, "refusal", None) or ""
    answer["reasoning"] += next(filter(None, (_text(delta, one) for one in reasoning)), "")
    answer["finish_reason"] = choice.finish_reason or answer.get("finish_reason")
    for call in getattr(delta, "tool_calls", None) or ():
        known = calls.setdefault(call.index, {"id": None, "name": None, "text": ""})
        known["id"] = call.id or known["id"]
        known["name"] = call.function.name or known["name"]
        known["text"] += call.function.arguments or ""


def _text(delta, member):
    """A member's text, which some clients wrap in an object."""
    found = getattr(delta, member, None)
    return getattr(found, "content", found)


def chat_tools(asked):
    """The tools of a case as chat requests have them."""
    return [{"type": "function", "function": tool} for tool in asked["tools"]]
