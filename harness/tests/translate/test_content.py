"""Pictures, several texts and failed results find their place in the other dialect."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.prompt import Role
from streamgauge.translate.asking import Asker, Asking
from streamgauge.translate.content import pieces_of
from streamgauge.translate.ledger import Ledger

MESSAGES, CHAT, GEMINI = "anthropic-messages", "openai-chat", "gemini"
PNG = "iVBORw0KGgo="
LINK = "https://pictures.example/a.png"

SAID: dict[str, dict[str, Any]] = {
    "a picture": {
        MESSAGES: [
            {"type": "text", "text": "What is this?"},
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/png", "data": PNG},
            },
        ],
        CHAT: [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
        ],
        GEMINI: [
            {"text": "What is this?"},
            {"inlineData": {"mimeType": "image/png", "data": PNG}},
        ],
    },
    "two texts": {
        MESSAGES: [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}],
        CHAT: [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}],
        GEMINI: [{"text": "One."}, {"text": "Two."}],
    },
    "a document": {
        MESSAGES: [
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="},
            }
        ],
        GEMINI: [{"inlineData": {"mimeType": "application/pdf", "data": "JVBERi0="}}],
    },
    "a linked picture": {
        MESSAGES: [{"type": "image", "source": {"type": "url", "url": LINK}}],
        CHAT: [{"type": "image_url", "image_url": {"url": LINK}}],
    },
}
WAYS = [
    (name, source, target)
    for name, forms in SAID.items()
    for source in forms
    for target in forms
    if source != target
]


def request(dialect: str, content: Any) -> Any:
    if dialect == GEMINI:
        return {"contents": [{"role": "user", "parts": content}]}
    return {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": content}]}


def users(dialect: str, value: Any) -> list[Any]:
    messages = value["contents" if dialect == GEMINI else "messages"]
    return [m.get("parts", m.get("content")) for m in messages if m["role"] == "user"]


def asked(value: Any, source: str, target: str) -> Asking:
    return Asker(named(source), named(target), Ledger(), {}).ask(value, "")


@pytest.mark.parametrize(("name", "source", "target"), WAYS)
def test_what_both_can_say_is_carried(name: str, source: str, target: str) -> None:
    asking = asked(request(source, SAID[name][source]), source, target)
    assert users(target, asking.value) == [SAID[name][target]]
    assert asking.warnings == ()


@pytest.mark.parametrize(
    ("source", "content", "target", "says"),
    [
        (CHAT, SAID["a linked picture"][CHAT], GEMINI, "/messages/0/content/0: a linked picture"),
        (
            MESSAGES,
            SAID["a document"][MESSAGES],
            CHAT,
            "/messages/0/content/0: application/pdf",
        ),
        (
            GEMINI,
            [{"text": "Hear."}, {"inlineData": {"mimeType": "audio/wav", "data": "UklGRg=="}}],
            MESSAGES,
            "/contents/0/parts/1: audio/wav",
        ),
        (CHAT, [{"type": "input_audio"}], MESSAGES, "/messages/0/content/0: what stands there"),
        (
            MESSAGES,
            SAID["a picture"][MESSAGES],
            "openai-responses",
            "/messages/0/content/1: image/png",
        ),
    ],
    ids=["a link", "a document", "sound", "unknown", "a dialect without a writer"],
)
def test_what_has_no_place_is_told_with_its_own(
    source: str, content: Any, target: str, says: str
) -> None:
    asking = asked(request(source, content), source, target)
    assert asking.warnings == (f"{says} has no words in {target}",)


def test_one_text_stays_one_text() -> None:
    one = [{"type": "text", "text": "Hi."}]
    asking = asked(request(MESSAGES, one), MESSAGES, CHAT)
    assert users(CHAT, asking.value) == ["Hi."]


RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "no", "is_error": True}
MIXED: list[tuple[str, Any]] = [
    (MESSAGES, [{"type": "text", "text": "1"}, RESULT, {"type": "text", "text": "2"}]),
    (MESSAGES, [RESULT]),
    (MESSAGES, []),
    (MESSAGES, "text"),
    (GEMINI, [{"functionResponse": {"name": "f"}}, {"text": "2"}]),
    (GEMINI, []),
    (CHAT, "text"),
    (CHAT, None),
]


@pytest.mark.parametrize(("source", "content"), MIXED)
def test_turns_are_counted_as_the_dialect_counts_them(source: str, content: Any) -> None:
    value = request(source, content)
    turns = [turn for turn in named(source).turns(value) if turn.role is Role.USER]
    pieces = pieces_of(value, source)
    said = ["".join(piece.text or "" for piece in turn) for turn in pieces]
    assert said == [turn.text for turn in turns]


def test_a_failed_result_says_so() -> None:
    calls = [
        {"type": "tool_use", "id": id, "name": "f", "input": {}} for id in ("a", "b")
    ]  # fmt: skip
    good = {"type": "tool_result", "tool_use_id": "b", "content": "yes"}
    value = request(MESSAGES, "Go.")
    value["messages"] += [
        {"role": "assistant", "content": calls},
        {"role": "user", "content": [good, RESULT]},
    ]
    (_, results) = users(GEMINI, asked(value, MESSAGES, GEMINI).value)
    given = [part["functionResponse"]["response"] for part in results]
    assert given == [{"error": "no"}, {"output": "yes"}]


PICTURE = SAID["a picture"][MESSAGES][1]


@pytest.mark.parametrize(
    ("source", "message", "says"),
    [
        (
            MESSAGES,
            {"role": "user", "content": [{**RESULT, "content": [PICTURE]}]},
            "/messages/1/content/0: image/png has no words in gemini",
        ),
        (
            CHAT,
            {"role": "tool", "tool_call_id": "a", "content": SAID["a picture"][CHAT]},
            "/messages/1/content/1: image/png has no words in gemini",
        ),
    ],
    ids=["messages", "chat"],
)
def test_a_picture_in_a_result_is_told(source: str, message: Any, says: str) -> None:
    value = request(source, "Go.")
    value["messages"].append(message)
    assert says in asked(value, source, GEMINI).warnings
