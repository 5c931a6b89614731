"""One answer under construction: keyed parts, what fits nothing, what is noticed."""

from __future__ import annotations

from array import array

import pytest

from streamgauge.delta import Append, Assign, Copy, Delta, Fragment, Kind, Open, ShutPart, Stop
from streamgauge.transcript.answer import Answer
from streamgauge.transcript.note import Noted
from streamgauge.wire.template import Run

TEXT, CALL, REASONING = Kind.TEXT, Kind.TOOL_CALL, Kind.REASONING


def opened(key: object, kind: Kind = TEXT, **members: object) -> Open:
    return Open(0, key, kind, "/o", **members)  # type: ignore[arg-type]


def text(said: str, key: object = None, kind: Kind = TEXT, field: str | None = None) -> Append:
    return Append(0, key, kind, said, "/t", field)  # type: ignore[arg-type]


def put(what: str, value: object, key: object = None, kind: Kind = TEXT) -> Assign:
    return Assign(0, key, kind, what, value, "/a")  # type: ignore[arg-type]


def answer_of(*deltas: Delta) -> Answer:
    answer = Answer(0, {})
    for event, delta in enumerate(deltas):
        match delta:
            case Open():
                answer.open(delta, event)
            case Append():
                answer.append(delta, event)
            case Assign():
                answer.assign(delta, event, b'{"a": [1, 2]}')
            case ShutPart():
                answer.shut(delta, event)
            case Copy():
                answer.copy(delta, event)
            case Stop():
                answer.stop(delta)
            case Fragment():
                answer.add_fragment(delta, event, b"{}")
            case _:
                raise AssertionError(delta)
    return answer


STOP = Stop(0, "stop", "stop", "/s")
ROWS: dict[str, tuple[list[Delta], list[tuple[Kind, str]], list[Noted]]] = {
    "pieces by key": (
        [opened(0), opened(1), text("a", 0), text("b", 1), text("c", 0)],
        [(TEXT, "ac"), (TEXT, "b")],
        [],
    ),
    "pieces without a key go on": ([text("a"), text("b")], [(TEXT, "ab")], []),
    "another kind begins a part": (
        [text("a"), text("b", kind=REASONING), text("c")],
        [(TEXT, "a"), (REASONING, "b"), (TEXT, "c")],
        [],
    ),
    "another field begins a part": (
        [text("a", None, REASONING, "x"), text("b", None, REASONING, "y")],
        [(REASONING, "a"), (REASONING, "b")],
        [],
    ),
    "nothing begins no part": ([text(""), text("", kind=REASONING)], [], []),
    "a piece of no part": ([text("a", 7), text("b", 7)], [(TEXT, "ab")], [Noted.ORPHAN]),
    "a piece of another kind": (
        [opened(0), text("a", 0), text("b", 0, REASONING), text("c", 0, REASONING)],
        [(TEXT, "a"), (REASONING, "bc")],
        [Noted.KIND_MISMATCH, Noted.KIND_MISMATCH],
    ),
    "arguments for the vendor's own tool fit": (
        [opened(0, Kind.SERVER_TOOL_CALL), text("{}", 0, CALL)],
        [(Kind.SERVER_TOOL_CALL, "{}")],
        [],
    ),
    "a piece after the end of its part": (
        [opened(0), ShutPart(0, 0, "/e"), text("a", 0)],
        [(TEXT, "a")],
        [Noted.AFTER_SHUT],
    ),
    "an end of no part": ([ShutPart(0, 0, "/e")], [], [Noted.SHUT_WITHOUT_OPEN]),
    "a part begun twice": (
        [opened(0), text("a", 0), opened(0), text("b", 0)],
        [(TEXT, "a"), (TEXT, "b")],
        [Noted.KEY_REUSED],
    ),
    "text after the finish reason": (
        [text("a"), STOP, text("b")],
        [(TEXT, "ab")],
        [Noted.AFTER_STOP],
    ),
    "nothing after the finish reason": ([text("a"), STOP, text("")], [(TEXT, "a")], []),
    "a repeated text": (
        [opened(0), text("a", 0), Copy(0, 0, "content", "a", "/c")],
        [(TEXT, "a")],
        [],
    ),
    "a text that only the copy has": (
        [opened(0), Copy(0, 0, "content", "a", "/c")],
        [(TEXT, "a")],
        [Noted.COPY_ONLY],
    ),
    "a copy of no part": ([Copy(0, 0, "content", "a", "/c")], [], []),
    "a whole text at once": ([opened(0), put("content", "a", 0)], [(TEXT, "a")], []),
    "a value for the last part of its kind": (
        [text("a", kind=REASONING), text("b"), put("signature", "s", kind=REASONING)],
        [(REASONING, "a"), (TEXT, "b")],
        [],
    ),
    "something for no item": (
        [opened((1, 0)), text("a", (1, 0)), put("extra:phase", "x", (2,))],
        [(TEXT, "a"), (TEXT, "")],
        [Noted.ORPHAN],
    ),
    "something for no part": ([put("signature", "s", 3)], [(TEXT, "")], [Noted.ORPHAN]),
}


@pytest.mark.parametrize("name", ROWS)
def test_each_delta_finds_its_part(name: str) -> None:
    deltas, parts, notes = ROWS[name]
    answer = answer_of(*deltas)
    assert [(part.kind, part.text()) for part in answer.parts] == parts
    assert [note.noted for note in answer.notes] == notes


@pytest.mark.parametrize(("key", "index"), [(7, 7), ("a", "a"), ((1, 2), None)], ids=str)
def test_a_part_of_a_piece_s_own_key_keeps_it_as_its_index(key: object, index: object) -> None:
    (part,) = answer_of(text("a", key)).parts
    assert part.index == index


def test_a_signature_without_a_key_closes_the_part_it_signs() -> None:
    answer = answer_of(
        text("a", kind=REASONING),
        put("signature", "s", kind=REASONING),
        text("b", kind=REASONING),
        put("signature", "t", kind=REASONING),
    )
    assert [(part.text(), part.signature) for part in answer.parts] == [("a", "s"), ("b", "t")]


def test_probabilities_before_their_text_wait_for_it_and_later_ones_follow() -> None:
    early, late = put("logprobs", [1]), put("logprobs", [2])
    (part,) = answer_of(early, text("a"), late).parts
    assert part.logprobs == [1, 2]


def test_a_second_signature_never_replaces_the_first() -> None:
    signed = put("signature", "s", kind=REASONING)
    answer = answer_of(text("a", kind=REASONING), signed, signed._replace(value="t"))
    assert [(part.text(), part.signature) for part in answer.parts] == [("a", "s"), ("", "t")]


@pytest.mark.parametrize("number", ["2", "1000"])
def test_a_value_of_an_item_goes_to_the_item_s_first_part(number: str) -> None:
    # Numbers that are equal need not be one object, so each is made anew.
    first, second = opened((int(number), 0)), opened((int(number), 1))
    answer = answer_of(first, second, put("extra:phase", "x", (int(number),)))
    assert [part.extra for part in answer.parts] == [{"phase": "x"}, {}]


def test_arguments_set_at_once_keep_their_text() -> None:
    answer = answer_of(opened(0, CALL), Assign(0, 0, CALL, "arguments", [1, 2], "/a"))
    part = answer.parts[0].finish()
    assert (part.arguments, part.arguments_json) == ([1, 2], "[1, 2]")
    assert answer.called


def test_extras_of_a_call_are_put_where_they_belong() -> None:
    extra = {"signature": "s", "partialArgs": [{"jsonPath": "$.a", "stringValue": "x"}], "k": 1}
    delta = Fragment(0, 0, "c", "f", None, "/f", {**extra, "willContinue": True})
    (part,) = answer_of(delta).parts
    assert (part.signature, part.partial, part.awaits_more, part.extra) == (
        *("s", extra["partialArgs"], True, {"k": 1}),
    )


FRAGMENTS: dict[str, tuple[list[object], str, object, list[Noted]]] = {
    "text in pieces": (['{"a":', "1}"], '{"a":1}', {"a": 1}, []),
    "no text at all": ([None, ""], "", {}, []),
    "a whole value": ([{"a": 1}], "", {"a": 1}, [Noted.ARGUMENTS_NOT_TEXT]),
}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_arguments_are_text_in_pieces_or_a_value(name: str) -> None:
    arguments, said, value, notes = FRAGMENTS[name]
    answer = answer_of(*(Fragment(0, 0, "c", "f", one, "/f") for one in arguments))
    (part,) = answer.parts
    assert (part.text(), part.finish().arguments) == (said, value)
    assert len(part.pieces) == sum(bool(one) for one in arguments)
    assert [note.noted for note in answer.notes if note.noted in notes] == notes


def run_of(first: int, *raws: bytes) -> Run:
    return Run(first, array("q", range(len(raws) + 1)), ("/t",), (list(raws),))


ONCE_OR_EACH = {
    "an orphan is one once": ([text("a", 7)], {Noted.ORPHAN: 1}),
    "another kind is one each time": (
        [opened(7, CALL), text("a", 7)],
        {Noted.KIND_MISMATCH: 3},
    ),
    "after the end each time": (
        [opened(7), ShutPart(0, 7, "/e"), text("a", 7)],
        {Noted.AFTER_SHUT: 3},
    ),
    "after the reason each time": ([opened(7), STOP, text("a", 7)], {Noted.AFTER_STOP: 3}),
}


@pytest.mark.parametrize("name", ONCE_OR_EACH)
def test_what_was_noted_of_a_chunk_holds_for_its_look_alikes(name: str) -> None:
    deltas, times = ONCE_OR_EACH[name]
    answer = answer_of(*deltas)
    last = deltas[-1]
    assert isinstance(last, Append)
    answer.extend(last, run_of(len(deltas), b"b", b"\\u00e9"))
    assert answer.parts[-1].text() == "abé"
    assert {note.noted: note.times for note in answer.notes} == times


def test_a_run_after_nothing_noted_adds_its_text() -> None:
    answer = answer_of(text("a"))
    answer.extend(text("a"), run_of(1, b"b", b"c"))
    assert (answer.parts[0].text(), answer.notes) == ("abc", [])


def test_a_run_whose_text_does_not_vary_adds_nothing() -> None:
    answer = answer_of(text("a"))
    answer.extend(text("a")._replace(pointer="/other"), run_of(1, b"b"))
    assert answer.parts[0].text() == "a"
