"""UTF-8 under the lines, and nothing before the first."""

from __future__ import annotations

import pytest

from streamgauge.rules.framing.encoding import body_is_utf8, no_byte_order_mark

PLAIN = b'data: {"choices":[]}\n\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(PLAIN, [], id="ascii"),
        pytest.param('data: "né"\n\n'.encode(), [], id="two-bytes"),
        pytest.param(PLAIN + b'data: "\xff"\n\n', [(1, (29, 30), "ff 22 0a 0a")], id="in-data"),
        pytest.param(b": \xc3(\n\n" + PLAIN, [(0, (2, 3), "c3 28 0a 0a")], id="in-a-comment"),
        pytest.param(PLAIN + b'data: "\xe2\x82', [], id="cut-inside-a-character"),
        pytest.param(PLAIN + b'data: "\xe2(', [(1, (29, 30), "e2 28")], id="no-character-to-be"),
        pytest.param(
            b'data: "\xff"\n\n' * 3, [(0, (7, 8), "ff 22 0a 0a")], id="three-times-is-one-finding"
        ),
    ],
)
def test_the_first_byte_that_is_not_utf8_is_shown(court, body, expected) -> None:
    findings = court(body_is_utf8, body).findings
    assert [(one.event, one.span, one.got) for one in findings] == expected


def test_equal_faults_are_counted(court) -> None:
    (finding,) = court(body_is_utf8, b'data: "\xff"\n\n' * 3).findings
    assert finding.times == 3


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        pytest.param(PLAIN, [], id="none"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN, [(0, 3)], id="one"),
        pytest.param(PLAIN + b"\xef\xbb\xbf" + PLAIN, [], id="later-it-is-text"),
        pytest.param(b"\xef\xbb\xbf[{}]", [(0, 3)], id="before-an-array"),
    ],
)
def test_a_mark_at_the_start_is_found(court, body, spans) -> None:
    findings = court(no_byte_order_mark, body).findings
    assert [one.span for one in findings] == spans
