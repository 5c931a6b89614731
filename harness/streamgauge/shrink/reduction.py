"""Makes a body small while something asked of it stays true: events, members, scalars, lines.

What is asked is any function of bytes, and it is all that is known of the fault. The steps are
tried over and over until none of them helps. No clock is read: the budget says when it is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from streamgauge.shrink.draft import Draft
from streamgauge.shrink.events import drop_events, drop_kinds_of_events
from streamgauge.shrink.lines import plain_lines
from streamgauge.shrink.members import drop_kinds_of_members, drop_members
from streamgauge.shrink.scalars import blank_paths, plain_scalars
from streamgauge.shrink.search import Budget, Interest, Search, Spent
from streamgauge.wire.framing import Framing, detect

_STEPS = (
    # What takes few questions first: it leaves less to ask about one by one.
    drop_kinds_of_events,
    drop_kinds_of_members,
    blank_paths,
    drop_events,
    drop_members,
    plain_scalars,
    plain_lines,
)
DEFAULT_JUDGEMENTS = 100_000


def reduced(draft: Draft, interesting: Interest, framing: Framing, budget: Budget) -> Draft:
    """The smallest draft that was found to be interesting before the budget was spent.

    `interesting` must be true of `draft` and give the same answer each time it is asked.
    """
    search = Search(draft, interesting, framing, budget)
    with suppress(Spent):  # the best so far is an answer too
        _to_the_end(search)
    return search.best


def _to_the_end(search: Search) -> None:
    while True:
        before = search.best
        for step in _STEPS:
            step(search)
        if search.best == before:
            return


def shrink(
    body: bytes, interesting: Callable[[bytes], bool], most: int = DEFAULT_JUDGEMENTS
) -> bytes:
    """The smallest body found for which `interesting` is still true, asked at most `most` times.

    An event stream stays an event stream, a document a document, and so on for each framing.
    Raises ValueError where it is not true of the body itself.

    >>> shrink(b'data: {"a": "one two", "b": 3}\\n\\n: idle\\n\\n', lambda body: b"two" in body)
    b'data: {"a":"two"}\\n\\n'
    """
    if not interesting(body):
        raise ValueError("what is asked is not true of the body that is to be made small")
    budget = Budget(most)
    framing = detect(body)

    def shows(draft: Draft) -> bool:
        return detect(draft.body) is framing and interesting(draft.body)

    return reduced(Draft(body), shows, framing, budget).body
