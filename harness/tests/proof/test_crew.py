"""Tasks are answered in their order, whoever does them, and interrupted work is let go."""

from __future__ import annotations

import os

import pytest

from streamgauge.proof.crew import each


def half(number: int) -> int:
    if number < 0:
        raise ValueError("less than nothing")
    return number // 2


def whose(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 2])
def test_answers_come_in_the_order_of_the_tasks(jobs: int) -> None:
    assert list(each(half, range(20), jobs)) == [number // 2 for number in range(20)]


def test_several_processes_do_the_work() -> None:
    assert os.getpid() not in set(each(whose, range(4), 2))


def test_one_task_needs_no_process() -> None:
    assert list(each(whose, [0], 2)) == [os.getpid()]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_fails_is_raised_here(jobs: int) -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        list(each(half, [2, -1, 4], jobs))


def test_nobody_waits_for_answers_that_nobody_wants() -> None:
    answers = each(half, range(200), 2)
    assert next(answers) == 0
    answers.close()
