"""Reads one chunk of a chat/completions stream into deltas.

Stateless and total: any JSON value gives deltas, nothing raises. Forms that vendors add (reasoning
under four names, typed content lists, error shapes) are read by their shape, never by vendor; the
shapes and who sends them are listed in docs/dialects.md.
"""

from __future__ import annotations

from streamgauge.delta import (
    Append,
    Assign,
    Delta,
    Failure,
    Fragment,
    Identity,
    Kind,
    Malformed,
    Role,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.openai_chat.failure import read_failure
from streamgauge.dialects.openai_chat.stop import neutral_reason

_REASONING = ("reasoning_content", "reasoning")
# Extra members of a delta that the next request must give back verbatim.
_OPAQUE = ("extra_content", "provider_specific_fields")


def read(name: str | None, value: object) -> list[Delta]:
    """The deltas of one chunk. `name` is the SSE event name, or None."""
    if not isinstance(value, dict):
        return _read_non_object(name, value)
    out: list[Delta] = []
    identifier, model = value.get("id"), value.get("model")
    if isinstance(identifier, str) or isinstance(model, str):
        out.append(
            Identity(
                identifier if isinstance(identifier, str) else None,
                model if isinstance(model, str) else None,
            )
        )
    failure = read_failure(name, value)
    if failure is not None:
        out.append(failure)
    choices = value.get("choices")
    if isinstance(choices, list):
        for position, choice in enumerate(choices):
            _read_choice(choice, position, out)
    elif failure is None:
        out.append(Malformed("choices is not a list", "/choices"))
    _read_usage(value, out)
    return out


def _read_non_object(name: str | None, value: object) -> list[Delta]:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        failure = read_failure(name, value[0])
        if failure is not None:
            return [failure._replace(raw=value, pointer="/0" + failure.pointer)]
    if isinstance(value, str) and name == "error":
        return [Failure(None, None, value, value, "")]
    return [Malformed("chunk is not an object", "")]


def _read_usage(value: dict[str, object], out: list[Delta]) -> None:
    """Usage wherever vendors put it: in the chunk, under x_groq, or as llama.cpp timings."""
    outer = value.get("x_groq")
    if isinstance(outer, dict) and isinstance(outer.get("usage"), dict):
        out.append(Usage(outer["usage"], "/x_groq/usage"))
    usage = value.get("usage")
    if isinstance(usage, dict):
        out.append(Usage(usage, "/usage"))
    elif usage is not None:
        out.append(Malformed("usage is not an object", "/usage"))
    timings = value.get("timings")
    if isinstance(timings, dict) and isinstance(timings.get("cache_n"), int):
        out.append(Usage({"timings": timings}, "/timings"))


def _read_choice(choice: object, position: int, out: list[Delta]) -> None:
    at = f"/choices/{position}"
    if not isinstance(choice, dict):
        out.append(Malformed("choice is not an object", at))
        return
    index = choice.get("index", 0)
    if not isinstance(index, int) or isinstance(index, bool):
        out.append(Malformed("choice index is not an integer", at + "/index"))
        index = position
    delta = choice.get("delta")
    if isinstance(delta, dict):
        _read_delta(index, delta, at + "/delta", out)
    elif delta is not None:
        out.append(Malformed("delta is not an object", at + "/delta"))
    _read_logprobs(index, choice.get("logprobs"), at + "/logprobs", out)
    reason = choice.get("finish_reason")
    if reason is not None and reason != "":
        out.append(Stop(index, neutral_reason(reason), reason, at + "/finish_reason"))
    usage = choice.get("usage")
    if isinstance(usage, dict):
        out.append(Usage(usage, at + "/usage"))


def _read_logprobs(index: int, logprobs: object, at: str, out: list[Delta]) -> None:
    if not isinstance(logprobs, dict):
        if logprobs is not None:
            out.append(Malformed("logprobs is not an object", at))
        return
    for member, kind in (("content", Kind.TEXT), ("refusal", Kind.REFUSAL)):
        entries = logprobs.get(member)
        if isinstance(entries, list) and entries:
            out.append(Assign(index, None, kind, "logprobs", entries, f"{at}/{member}"))


def _read_delta(index: int, delta: dict[str, object], at: str, out: list[Delta]) -> None:
    role = delta.get("role")
    if role is not None:
        out.append(Role(index, role, at + "/role"))
    _read_reasoning(index, delta, at, out)
    content = delta.get("content")
    if content is not None:
        _read_content(index, content, delta, at + "/content", out)
    refusal = delta.get("refusal")
    if isinstance(refusal, str):
        out.append(Append(index, None, Kind.REFUSAL, refusal, at + "/refusal"))
    elif refusal is not None:
        out.append(Malformed("refusal is not a string", at + "/refusal"))
    calls = delta.get("tool_calls")
    if isinstance(calls, list):
        for position, call in enumerate(calls):
            _read_call(index, call, f"{at}/tool_calls/{position}", out)
    elif calls is not None:
        out.append(Malformed("tool_calls is not a list", at + "/tool_calls"))
    _read_legacy(index, delta, at, out)
    _read_extras(index, delta, at, out)


def _read_reasoning(index: int, delta: dict[str, object], at: str, out: list[Delta]) -> None:
    """Reasoning text once, where several members repeat it: details win only when alone."""
    said = False
    for member in _REASONING:
        text = delta.get(member)
        if isinstance(text, str):
            if not said:
                out.append(Append(index, None, Kind.REASONING, text, f"{at}/{member}", member))
            said = said or bool(text)
        elif text is not None:
            out.append(Malformed(f"{member} is not a string", f"{at}/{member}"))
    details = delta.get("reasoning_details")
    if isinstance(details, list):
        for position, item in enumerate(details):
            _read_detail(index, item, f"{at}/reasoning_details/{position}", said, out)
    elif details is not None:
        out.append(Malformed("reasoning_details is not a list", at + "/reasoning_details"))


def _read_detail(index: int, item: object, at: str, said: bool, out: list[Delta]) -> None:
    if not isinstance(item, dict):
        out.append(Malformed("reasoning detail is not an object", at))
        return
    if not said:
        for member in ("text", "summary"):
            text = item.get(member)
            if isinstance(text, str):
                field = "reasoning_details"
                out.append(
                    Append(index, None, Kind.REASONING, text, f"{at}/{member}", field),
                )
    data = item.get("data")
    if isinstance(data, str):
        out.append(Assign(index, None, Kind.REASONING, "encrypted", data, at + "/data"))
    signature = item.get("signature")
    if isinstance(signature, str) and signature:
        out.append(Assign(index, None, Kind.REASONING, "signature", signature, at + "/signature"))


def _read_content(
    index: int, content: object, delta: dict[str, object], at: str, out: list[Delta]
) -> None:
    if isinstance(content, str):
        kind, field = (Kind.REASONING, "content") if _is_thought(delta) else (Kind.TEXT, None)
        out.append(Append(index, None, kind, content, at, field))
    elif isinstance(content, list):
        for position, item in enumerate(content):
            _read_item(index, item, f"{at}/{position}", out)
    else:
        out.append(Malformed("content is neither string nor list", at))


def _is_thought(delta: dict[str, object]) -> bool:
    """Gemini's OpenAI-compatible endpoint marks thought text beside the content."""
    extra = delta.get("extra_content")
    google = extra.get("google") if isinstance(extra, dict) else None
    return isinstance(google, dict) and google.get("thought") is True


def _read_item(index: int, item: object, at: str, out: list[Delta]) -> None:
    """One entry of a typed content list: a string, a text item or a thinking item."""
    if isinstance(item, str):
        out.append(Append(index, None, Kind.TEXT, item, at))
    elif not isinstance(item, dict):
        out.append(Malformed("content item is neither string nor object", at))
    elif isinstance(item.get("text"), str):
        out.append(Append(index, None, Kind.TEXT, item["text"], at + "/text"))
    elif isinstance(item.get("thinking"), list):
        for position, piece in enumerate(item["thinking"]):
            text = piece.get("text") if isinstance(piece, dict) else piece
            pointer = f"{at}/thinking/{position}"
            if isinstance(text, str):
                pointer += "/text" if isinstance(piece, dict) else ""
                out.append(Append(index, None, Kind.REASONING, text, pointer, "content.thinking"))
            else:
                out.append(Malformed("thinking piece has no text", pointer))
        if isinstance(item.get("signature"), str):
            signature = item["signature"]
            out.append(
                Assign(index, None, Kind.REASONING, "signature", signature, at + "/signature")
            )
    elif isinstance(item.get("thinking"), str):
        text = item["thinking"]
        out.append(Append(index, None, Kind.REASONING, text, at + "/thinking", "content.thinking"))
    else:
        out.append(Unknown("content item", item, at))


def _read_call(index: int, call: object, at: str, out: list[Delta]) -> None:
    if not isinstance(call, dict):
        out.append(Malformed("tool call is not an object", at))
        return
    custom = call.get("custom")
    if isinstance(custom, dict) and call.get("function") is None:
        _read_custom(index, call, custom, at, out)
        return
    function = call.get("function")
    if not isinstance(function, dict):
        if function is not None:
            out.append(Malformed("function is not an object", at + "/function"))
        function = {}
    extra: dict[str, object] = {key: call[key] for key in _OPAQUE if key in call}
    arguments = function.get("arguments")
    pointer = at + "/function/arguments" if arguments is not None else at
    fragment = Fragment(
        index,
        call.get("index"),
        call.get("id"),
        function.get("name"),
        arguments,
        pointer,
        extra or None,
    )
    out.append(fragment)


def _read_custom(
    index: int, call: dict[str, object], custom: dict[str, object], at: str, out: list[Delta]
) -> None:
    """A custom tool's call: its input is plain text, not JSON."""
    text = custom.get("input")
    pointer = at + "/custom/input" if text is not None else at
    identifier, name = call.get("id"), custom.get("name")
    extra: dict[str, object] | None = {"plain": True} if name else None
    out.append(Fragment(index, call.get("index"), identifier, name, text, pointer, extra))


def _read_legacy(index: int, delta: dict[str, object], at: str, out: list[Delta]) -> None:
    """The deprecated `function_call`: one call, no id, no index."""
    call = delta.get("function_call")
    if isinstance(call, dict):
        name, arguments = call.get("name"), call.get("arguments")
        pointer = at + "/function_call/arguments" if arguments is not None else at
        out.append(Fragment(index, "function_call", None, name, arguments, pointer))
    elif call is not None:
        out.append(Malformed("function_call is not an object", at + "/function_call"))


def _read_extras(index: int, delta: dict[str, object], at: str, out: list[Delta]) -> None:
    annotations = delta.get("annotations")
    if isinstance(annotations, list):
        for position, item in enumerate(annotations):
            pointer = f"{at}/annotations/{position}"
            out.append(Assign(index, None, Kind.TEXT, "citation", item, pointer))
    audio = delta.get("audio")
    if isinstance(audio, dict):
        _read_audio(index, audio, at + "/audio", out)
    extra = delta.get("extra_content")
    if extra is not None and "tool_calls" not in delta and not _is_thought(delta):
        pointer = at + "/extra_content"
        out.append(Assign(index, None, Kind.TEXT, "extra:extra_content", extra, pointer))


def _read_audio(index: int, audio: dict[str, object], at: str, out: list[Delta]) -> None:
    data, transcript = audio.get("data"), audio.get("transcript")
    if isinstance(data, str):
        out.append(Assign(index, "audio", Kind.BLOB, "blob", ("audio", data), at + "/data"))
    if isinstance(transcript, str):
        out.append(Append(index, "audio", Kind.BLOB, transcript, at + "/transcript"))
