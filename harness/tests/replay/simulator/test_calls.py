"""Which tools are called next: by the words, the choice, and what was called before."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.message import Part
from streamgauge.prompt import Asked, Role, Tool, Turn
from streamgauge.replay.simulator.calls import last_said, next_calls, results


def user(text: str) -> Turn:
    return Turn(role=Role.USER, text=text)


def called(*names: str) -> Turn:
    parts = tuple(Part(kind=Kind.TOOL_CALL, name=name, id=name) for name in names)
    return Turn(role=Role.ASSISTANT, parts=parts)


def result(text: str) -> Turn:
    return Turn(role=Role.TOOL, text=text, call_id="x")


PARIS = ("get_weather", "Paris")
TOKYO = ("get_weather", "Tokyo")
NOW = ("current_time", None)

CASES: dict[str, tuple[dict[str, object], list[Turn], list[tuple[str, str | None]]]] = {
    "one place": ({}, [user("The weather in Paris?")], [PARIS]),
    "two places": ({}, [user("The weather in Paris and in Tokyo?")], [PARIS, TOKYO]),
    "not at once": (
        {"parallel_tools": False},
        [user("The weather in Paris and in Tokyo?")],
        [PARIS],
    ),
    "the second step": (
        {"parallel_tools": False},
        [user("The weather in Paris and in Tokyo?"), called("get_weather"), result("18")],
        [TOKYO],
    ),
    "first this, then that": (
        {},
        [user("First the time, then the weather in Paris.")],
        [NOW],
    ),
    "then that": (
        {},
        [user("First the time, then the weather in Paris."), called("current_time"), result("9")],
        [PARIS],
    ),
    "done": ({}, [user("The weather in Paris?"), called("get_weather"), result("18")], []),
    "asked anew": (
        {},
        [user("The weather in Paris?"), called("get_weather"), user("And the weather in Tokyo?")],
        [TOKYO],
    ),
    "no words for it": ({}, [user("Say hello.")], []),
    "the tool": ({}, [user("Use the tool.")], [("get_weather", "Use the tool")]),
    "without tools": ({}, [user("The weather in Paris, without tools?")], []),
    "none": ({"tool_choice": "none"}, [user("The weather in Paris?")], []),
    "required": ({"tool_choice": "required"}, [user("Hi!")], [("get_weather", "Hi")]),
    "forced": (
        {"tool_choice": "current_time", "forced_tool": "current_time"},
        [user("The weather in Paris?")],
        [NOW],
    ),
    "forced to what is not there": ({"forced_tool": "nothing"}, [user("Hi!")], []),
}


@pytest.mark.parametrize(("asked", "turns", "expected"), CASES.values(), ids=CASES.keys())
def test_the_next_calls_follow_from_the_conversation(
    asked: dict[str, object],
    turns: list[Turn],
    expected: list[tuple[str, str | None]],
    weather: Tool,
    clock: Tool,
) -> None:
    made = next_calls(Asked(tools=(weather, clock), **asked), turns)  # type: ignore[arg-type]
    cities = [c.arguments.get("city") if isinstance(c.arguments, dict) else None for c in made]
    assert list(zip([call.name for call in made], cities, strict=True)) == expected


def test_calls_at_once_are_bounded(weather: Tool) -> None:
    places = ", in ".join(f"A{chr(97 + n)}" for n in range(26))
    made = next_calls(Asked(tools=(weather,)), [user(f"The weather in {places}")])
    assert len(made) == 16


def test_what_no_json_can_carry_is_not_repeated() -> None:
    assert last_said([user("half \ud83d of one")]) == "half ? of one"


def test_results_are_those_at_the_end() -> None:
    turns = [user("x"), called("a"), result("1"), result("2")]
    assert [turn.text for turn in results(turns)] == ["1", "2"]
    assert not results([*turns, user("y")])


def test_a_tool_is_known_by_a_word_of_its_name() -> None:
    tools = (Tool(name="listAlarms"), Tool(name="send_letter"))
    (call,) = next_calls(Asked(tools=tools), [user("Write a letter.")])
    assert call.name == "send_letter"
