"""What a user's turn holds beside one text: several texts, pictures, documents, failed results.

The neutral prompt keeps the text of a turn alone, so these are taken from the request of the one
dialect and put into the request of the other, turn by turn. It must never drop one in silence: what
the other dialect has no place for is told, with its JSON pointer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

Json = dict[str, object]

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)(?:;[\w.+-]+=[\w.+-]+)*;base64,(.*)\Z", re.DOTALL)


_RESULTS = frozenset({"functionResponse", "function_response"})


class Piece(NamedTuple):
    """A text, or a medium: its bytes as base64 text, or the address of one (`link`).

    `where` is its JSON pointer in the request that it was read from.
    """

    where: str
    text: str | None = None
    mime: str | None = None
    data: str = ""
    link: str | None = None


def pieces_of(value: Mapping[str, object], source: str) -> list[list[Piece]]:
    """What each user's turn says, in the order in which the dialect's `turns` gives them."""
    messages = value.get("contents" if source == "gemini" else "messages")
    found = messages if isinstance(messages, list) else [messages]
    said: list[list[Piece]] = []
    for number, message in enumerate(found):
        if isinstance(message, dict) and _is_users(message, source):
            said += _READERS[source](message, number)
    return said


def with_pieces(
    built: Json, said: Sequence[Sequence[Piece]], target: str, warnings: list[str]
) -> Json:
    """The request with every piece in its place. Turns of one text stay as they are."""
    write = _WRITERS.get(target)
    spoken = [message for message in _messages(built, target) if _is_plain(message, target)]
    if write is None or len(spoken) != len(said):
        lost = [piece for turn in said for piece in turn if piece.text is None]
        warnings += [_untold(piece, target) for piece in lost]
        return built
    for message, turn in zip(spoken, said, strict=True):
        if [piece.text is None for piece in turn] not in ([], [False]):
            blocks = [(piece, write(piece)) for piece in turn]
            warnings += [_untold(piece, target) for piece, block in blocks if block is None]
            kept = [block for _, block in blocks if block is not None]
            message["parts" if target == "gemini" else "content"] = kept
    return built


def failed_results(value: Mapping[str, object], source: str) -> frozenset[object]:
    """The ids of calls whose results say that they failed. Only one dialect has a word for it."""
    if source != "anthropic-messages":
        return frozenset()
    blocks = (block for message in _messages(value, source) for block in _blocks(message))
    return frozenset(
        block["tool_use_id"]
        for block in blocks
        if block.get("is_error") is True and isinstance(block.get("tool_use_id"), str)
    )


def with_failures(built: Json, failed: Sequence[bool], target: str, warnings: list[str]) -> Json:
    """The request with its failed results told as such, in the order of the results.

    A function's response says `error` in place of `output` (types of google-genai 3.4.0).
    """
    if not any(failed):
        return built
    if target != "gemini":
        warnings.append(f"is_error of a result has no words in {target}")
        return built
    results = [
        part["functionResponse"]
        for content in _messages(built, target)
        for part in _parts(content)
        if isinstance(part.get("functionResponse"), dict)
    ]
    for result, wrong in zip(results, failed, strict=False):
        if wrong and isinstance(result, dict):
            result["response"] = {"error": _mapping(result.get("response")).get("output")}
    return built


def has_cache_marks(value: Mapping[str, object], source: str) -> bool:
    """Whether a request says what is to be cached: a word of one dialect alone."""
    if source != "anthropic-messages":
        return False
    named = (value.get("system"), value.get("tools"))
    lists = [one for one in named if isinstance(one, list)]
    marked = [block for one in lists for block in one if isinstance(block, dict)]
    marked += [block for message in _messages(value, source) for block in _blocks(message)]
    return any("cache_control" in block for block in marked)


def lost_in_results(value: Mapping[str, object], source: str, target: str) -> Iterator[str]:
    """What stands beside text in the results of calls: results are text wherever they go."""
    if source == "gemini":
        return
    for number, message in enumerate(_messages(value, source)):
        at = f"/messages/{number}/content"
        for place, block in enumerate(_blocks(message)):
            if block.get("type") == "tool_result":
                media = [one for one in _blocks(block) if one.get("type") != "text"]
                yield from (_untold(_block(one, f"{at}/{place}"), target) for one in media)
            elif message.get("role") == "tool" and block.get("type") != "text":
                yield _untold(_item(block, f"{at}/{place}"), target)


# Reading.


def _is_users(message: Json, source: str) -> bool:
    role = message.get("role")
    return role == "user" or (source == "gemini" and role != "model")


def _of_messages(message: Json, number: int) -> Iterator[list[Piece]]:
    at = f"/messages/{number}/content"
    blocks = list(enumerate(_blocks(message)))
    runs = groupby(blocks, lambda pair: pair[1].get("type") == "tool_result")
    said = [[*run] for is_result, run in runs if not is_result]
    if not blocks:
        yield []
    for run in said:
        yield [_block(block, f"{at}/{place}") for place, block in run]


def _block(block: Json, where: str) -> Piece:
    text, source = block.get("text"), _mapping(block.get("source"))
    if block.get("type") == "text" and isinstance(text, str):
        return Piece(where, text)
    mime, data, link = (source.get(name) for name in ("media_type", "data", "url"))
    if source.get("type") == "base64" and isinstance(mime, str) and isinstance(data, str):
        return Piece(where, mime=mime, data=data)
    if source.get("type") == "url" and isinstance(link, str) and block.get("type") == "image":
        return Piece(where, link=link)
    return Piece(where)


def _of_chat(message: Json, number: int) -> Iterator[list[Piece]]:
    at = f"/messages/{number}/content"
    yield [_item(item, f"{at}/{place}") for place, item in enumerate(_blocks(message))]


def _item(item: Json, where: str) -> Piece:
    text, link = item.get("text"), _mapping(item.get("image_url")).get("url")
    if isinstance(text, str):
        return Piece(where, text)
    if not isinstance(link, str):
        return Piece(where)
    held = _DATA_URL.match(link)
    return Piece(where, link=link) if held is None else Piece(where, mime=held[1], data=held[2])


def _of_gemini(content: Json, number: int) -> Iterator[list[Piece]]:
    parts = list(enumerate(_parts(content)))
    runs = groupby(
        parts, lambda pair: bool({"functionResponse", "function_response"} & set(pair[1]))
    )
    said = [[*run] for is_result, run in runs if not is_result]
    if not parts:
        yield []
    for run in said:
        yield [_part(part, f"/contents/{number}/parts/{place}") for place, part in run]


def _part(part: Json, where: str) -> Piece:
    text = part.get("text")
    if isinstance(text, str):
        return Piece(where, text)
    held = _mapping(part.get("inlineData", part.get("inline_data")))
    mime, data = held.get("mimeType", held.get("mime_type")), held.get("data")
    if isinstance(mime, str) and isinstance(data, str):
        return Piece(where, mime=mime, data=data)
    return Piece(where)


_READERS: Mapping[str, Callable[[Json, int], Iterator[list[Piece]]]] = {
    "anthropic-messages": _of_messages,
    "openai-chat": _of_chat,
    "gemini": _of_gemini,
}


# Writing.


def _to_messages(piece: Piece) -> Json | None:
    if piece.text is not None:
        return {"type": "text", "text": piece.text}
    if piece.link is not None:
        return {"type": "image", "source": {"type": "url", "url": piece.link}}
    kind = "document" if piece.mime == "application/pdf" else "image"
    if piece.mime is None or not (kind == "document" or piece.mime.startswith("image/")):
        return None
    held = {"type": "base64", "media_type": piece.mime, "data": piece.data}
    return {"type": kind, "source": held}


def _to_chat(piece: Piece) -> Json | None:
    if piece.text is not None:
        return {"type": "text", "text": piece.text}
    link = piece.link
    if piece.mime is not None and piece.mime.startswith("image/"):
        link = f"data:{piece.mime};base64,{piece.data}"
    return None if link is None else {"type": "image_url", "image_url": {"url": link}}


def _to_gemini(piece: Piece) -> Json | None:
    if piece.text is not None:
        return {"text": piece.text}
    if piece.mime is None:
        return None
    return {"inlineData": {"mimeType": piece.mime, "data": piece.data}}


_WRITERS: Mapping[str, Callable[[Piece], Json | None]] = {
    "anthropic-messages": _to_messages,
    "openai-chat": _to_chat,
    "gemini": _to_gemini,
}


def _is_plain(message: Json, target: str) -> bool:
    """Whether a built message is a user's, and no result of a call."""
    if message.get("role") != "user":
        return False
    if target == "gemini":
        return any("text" in part for part in _parts(message))
    return isinstance(message.get("content"), str)


def _untold(piece: Piece, target: str) -> str:
    what = piece.mime or ("a linked picture" if piece.link is not None else "what stands there")
    return f"{piece.where}: {what} has no words in {target}"


def _messages(value: Mapping[str, object], dialect: str) -> list[Json]:
    found = value.get("contents" if dialect == "gemini" else "messages")
    messages = found if isinstance(found, list) else [found]
    return [message for message in messages if isinstance(message, dict)]


def _blocks(message: Json) -> list[Json]:
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []


def _parts(content: Json) -> list[Json]:
    parts = content.get("parts")
    found = parts if isinstance(parts, list) else [parts]
    return [part for part in found if isinstance(part, dict)]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
