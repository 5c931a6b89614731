"""What a file may cost to read, and the one way in which reading fails.

Every importer takes these limits and raises `Unreadable`, nothing else. The message is one line
for a person: what is wrong and, where we know it, what would be right. It must never carry bytes
of the file, because a file may hold a key.
"""

from __future__ import annotations

from dataclasses import dataclass


class Unreadable(ValueError):
    """These bytes are not a recording that we can read; the message is one line that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds for one file; passing one is `Unreadable`, never a slow death.

    `inflated_bytes` bounds what a compressed file or body may become. `ratio` bounds it in
    relation to the compressed size, once more than `ratio_from` bytes came out: deflate cannot
    pass 1032:1, repetitive streams stay under 200:1. `depth` and `nodes` bound a YAML document
    after its aliases are expanded. `exchanges` bounds how many one file may hold.
    """

    inflated_bytes: int = 256 * 1024 * 1024
    ratio: int = 500
    ratio_from: int = 1024 * 1024
    depth: int = 64
    nodes: int = 2_000_000
    exchanges: int = 20_000
