"""Lines of a trial of clients, as a ledger has them, for the tests of their views."""

from __future__ import annotations

from typing import Any

Line = dict[str, Any]
HEADER: Line = {"schema": 1, "streamgauge": "1.0", "at": "2030-01-02T03:04:05Z", "clients": []}
SENT: Line = {
    "status": 200,
    "content_type": "text/event-stream",
    "bytes": 1000,
    "segments": [[0, 1.0], [990, 12.5]],
    "close": "reset",
    "error": None,
    "tail": {"from": 990, "text": "data: cut\n"},
}


def a_line(client: str = "lib/chat", case: str = "plain", **members: Any) -> Line:
    """A kept line; `broken` in `behaviour` and `kept` is the caller's."""
    return {
        "client": client, "version": "1.2", "case": case, "about": "A short text.", "group": None,
        "dialect": "openai-chat", "stream": "written:plain", "fault": None, "split": "events",
        "framing": "chunked", "connection": "keep-alive", "close": "eof", "duty": "equal",
        "authority": "https://example.org/", "behaviour": "equal", "kept": True, "level": "must",
        "says": "as sent", "reply": {"answer": {"text": "a"}}, "told": "t", "requests": 1,
        "segments": 2, "sent": SENT, "hash": "h", **members,
    }  # fmt: skip


def broken(client: str = "lib/chat", case: str = "plain", **members: Any) -> Line:
    """A line of a duty that was broken."""
    return a_line(
        client, case, **{"behaviour": "lost-text", "kept": False, "says": "it lost", **members}
    )


def skipped(client: str = "lib/chat", case: str = "plain") -> Line:
    """A line of a case that a client was not asked."""
    nothing = dict.fromkeys(("behaviour", "kept", "reply", "told", "sent"))
    return a_line(client, case, says="does not tell: tools", **nothing)


def splits(told: str, **members: Any) -> list[Line]:
    """A group, a letter of `told` for each split."""
    return [
        a_line(case=f"plain.{number}", group="plain", split=str(number), told=letter, **members)
        for number, letter in enumerate(told)
    ]
