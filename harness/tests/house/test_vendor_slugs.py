"""Vendors are data: no slug or alias of a profile stands in executable code.

Docstrings, comments and links may name vendors. The names of dialects are words of ours and are
taken out before the search. Comparison is by whole word and exact case, as slugs are written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from streamgauge import data

Refuse = Callable[[Iterable[str]], None]

DIALECTS = ("openai-chat", "openai-responses", "anthropic-messages", "gemini")

# The profile of that slug stands for no vendor: it is what holds where none is known.
NO_VENDOR = "unknown"

_ON_THE_WIRE = "a member that stands in chunks, read by its name whoever sends it"
_A_KEY = "the shape of a key or the name of a header, which redaction must know"
# (module, literal): why that literal is not a vendor check.
ALLOWED: dict[tuple[str, str], str] = {
    ("streamgauge.capture.credentials", "openai-organization"): _A_KEY,
    ("streamgauge.capture.credentials", "openai-project"): _A_KEY,
    ("streamgauge.capture.credentials", "anthropic-organization-id"): _A_KEY,
    ("streamgauge.capture.credentials", "xai-"): _A_KEY,
    ("streamgauge.dialects.openai_chat.read", "x_groq"): _ON_THE_WIRE,
    ("streamgauge.dialects.openai_chat.read", "/x_groq/usage"): _ON_THE_WIRE,
    ("streamgauge.dialects.openai_chat.read", "google"): _ON_THE_WIRE,
}
# Modules whose texts are help for people: examples there name vendors as a user would.
HELP = frozenset({"streamgauge.cli", "streamgauge.cli_clients", "streamgauge.cli_stored"})
# Calls whose texts say who stands behind a rule.
CITES = frozenset({"Authority"})

_LINK = re.compile(r"https?://\S+")
_DIALECT = re.compile("|".join(name.replace("-", "[-_]") for name in DIALECTS))


def slugs() -> set[str]:
    """Every slug and alias, except those that are also the name of a dialect."""
    profiles = data.profiles_data()
    aliases = {alias for profile in profiles.values() for alias in profile.get("aliases", [])}
    return (profiles.keys() | aliases) - {*DIALECTS, NO_VENDOR}


def literals(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """String literals outside docstrings and bare strings, with their lines."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    bare |= {id(inner) for node in ast.walk(tree) if _cites(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in bare:
            if isinstance(node.value, str):
                yield node.value, node.lineno
            elif isinstance(node.value, bytes):
                yield node.value.decode("latin-1"), node.lineno


def _cites(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in CITES


def named(text: str, words: set[str]) -> list[str]:
    """The slugs that stand in a literal as whole words."""
    rest = _DIALECT.sub(" ", _LINK.sub(" ", text))
    return sorted(
        word
        for word in words
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", rest)
    )


def test_no_vendor_slug_stands_in_executable_code(sources: tuple[Any, ...], refuse: Refuse) -> None:
    words = slugs()
    refuse(
        f"{source.path}:{line}: {text!r} names {', '.join(found)}"
        for source in sources
        if source.name not in HELP
        for text, line in literals(source.tree)
        if (source.name, text) not in ALLOWED and (found := named(text, words))
    )


def test_every_allowed_literal_still_exists(sources: tuple[Any, ...]) -> None:
    present = {(source.name, text) for source in sources for text, _ in literals(source.tree)}
    assert not ALLOWED.keys() - present


CODE = [
    ('if vendor == "acme": ...', ["acme"]),
    ('f"{x} acme-cloud"', ["acme"]),
    ('{b"acme_key": 1}', ["acme"]),
    ('"""acme does this"""', []),
    ('def f():\n    """acme"""', []),
    ('"https://acme.example/docs"; x = "https://acme.example/docs"', []),
    ('x = "acmeist"', []),
    ('x = "Acme says"', []),
    ('x = "openai-chat and openai_chat"', []),
]


@pytest.mark.parametrize(("code", "found"), CODE, ids=[code for code, _ in CODE])
def test_the_search_finds_slugs_and_nothing_else(code: str, found: list[str]) -> None:
    texts = " | ".join(text for text, _ in literals(ast.parse(code)))
    assert named(texts, {"acme", "openai"}) == found
