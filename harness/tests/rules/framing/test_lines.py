"""Lines of an event stream: fields, endings, and what is written with or without need."""

from __future__ import annotations

import pytest

from streamgauge.rules.framing import lines

A = b'data: {"choices":[]}\n\n'
CRLF = b'data: {"choices":[]}\r\n\r\n'
CR = b'data: {"choices":[]}\r\r'


def seen(outcome) -> list[tuple[int | None, str, int]]:
    return [(one.event, one.got, one.times) for one in outcome.findings]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(A + A, [], id="lf"),
        pytest.param(CRLF + CRLF, [], id="cr-lf"),
        pytest.param(CR + CR, [], id="cr"),
        pytest.param(A + CRLF + CRLF, [(1, "CR LF", 2)], id="lf-then-cr-lf"),
        pytest.param(CRLF + A, [(1, "LF", 1)], id="cr-lf-then-lf"),
        pytest.param(CRLF + b": ping\n\n" + CRLF, [(1, "LF", 1)], id="a-comment-of-a-proxy"),
        pytest.param(b"data: {}\n\r\n", [(0, "CR LF", 1)], id="inside-one-event"),
        pytest.param(b"data: {}\r\n\n", [(0, "LF", 1)], id="the-blank-line-differs"),
        pytest.param(A + b"data: half", [], id="no-ending-is-no-other-ending"),
    ],
)
def test_line_endings(court, body, expected) -> None:
    assert seen(court(lines.line_endings_are_consistent, body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"event: a\nid: 1\nretry: 5\n: c\n" + A, [], id="all-fields"),
        pytest.param(A + b",data: [DONE]\n\n", [(1, ",data: [DONE]", 1)], id="glued-sentinel"),
        pytest.param(b"Data: x\n" + A, [(0, "Data: x", 1)], id="case-counts"),
        pytest.param(b'data: {\n  "choices":[]\n}\n\n', [(0, '  "choices":[]', 1)], id="pretty"),
        pytest.param(A + b'{"choices":[]}\n\n', [(1, '{"choices":[]}', 1)], id="bare-chunk"),
        pytest.param(A + b'{"error":{"message":"x"}}\n\n', [], id="bare-error-is-for-errors"),
        pytest.param(A + b"error: no\n\n", [], id="error-line-is-for-errors"),
        pytest.param(
            A + b'{\n  "error": {\n    "code": 499\n  }\n}\n\n',
            [],
            id="printed-error-is-for-errors",
        ),
        pytest.param(A + b"dat", [], id="cut-inside-the-name"),
        pytest.param(A + b"stray\n\n" + A + b"stray\n\n", [(1, "stray", 2)], id="twice"),
    ],
)
def test_lines_that_are_no_fields(court, body, expected) -> None:
    assert seen(court(lines.every_line_is_a_field, body)) == expected


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        pytest.param(lines.one_data_line_per_event, A, [], id="one"),
        pytest.param(
            lines.one_data_line_per_event,
            A + b'data: {\ndata: "choices":[]}\n\n',
            [(1, 'data: "choices":[]}', 1)],
            id="two",
        ),
        pytest.param(lines.data_has_space, A, [], id="space"),
        pytest.param(
            lines.data_has_space, b"data:{}\n\ndata:{}\n\n", [(0, "data:{}", 2)], id="no-space"
        ),
        pytest.param(lines.data_has_space, b"data:\n\n", [], id="nothing-to-part"),
        pytest.param(lines.data_is_not_empty, A, [], id="data"),
        pytest.param(lines.data_is_not_empty, A + b"data:\n\n", [(1, "nothing", 1)], id="empty"),
        pytest.param(lines.data_is_not_empty, A + b"data\n\n", [(1, "nothing", 1)], id="bare-data"),
        pytest.param(lines.data_is_not_empty, b": ping\n\nid: 1\n\n" + A, [], id="not-dispatched"),
        pytest.param(lines.no_reconnect_fields, A, [], id="no-id"),
        pytest.param(
            lines.no_reconnect_fields,
            b"id: 1\ndata: {}\n\nid: 2\ndata: {}\n\nretry: 3000\n\n",
            [(0, "id: 1", 2), (2, "retry: 3000", 1)],
            id="id-and-retry",
        ),
        pytest.param(
            lines.only_data_lines,
            A + b": ping\n\n",
            [(1, "a line that begins with a colon", 1)],
            id="a-comment",
        ),
        pytest.param(
            lines.only_data_lines,
            b"event: chunk\n" + A + b"id: 1\nretry: 5\n" + A,
            [(0, "event: line", 1), (1, "id: line", 1)],
            id="named-and-numbered",
        ),
    ],
)
def test_what_events_are_made_of(court, rule, body, expected) -> None:
    assert seen(court(rule, body))[:2] == expected


def test_only_data_lines_is_off_unless_a_vendor_demands_it() -> None:
    assert lines.only_data_lines.demanded


@pytest.mark.parametrize(
    "rule", [lines.every_line_is_a_field, lines.data_has_space], ids=lambda rule: rule.slug
)
def test_other_framings_are_not_asked(court, rule) -> None:
    (skipped,) = court(rule, b'{"choices":[]}\n{"choices":[]}\n').skipped
    assert skipped.reason == "the body is not framed as server-sent events"
