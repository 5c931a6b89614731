"""Every scenario has a model that shows it, and every name in a cast means something."""

from __future__ import annotations

import pytest

from engines import llama_cpp, transformers_serve
from engines.casting import CASTS, OWN, Cast, scenario_names
from streamgauge import data
from streamgauge.door.attempt import scenarios
from streamgauge.pipeline import profiles
from streamgauge.vendors.profile import find

MODELS = {"llama-cpp": set(llama_cpp.MODELS), "transformers": set(transformers_serve.MODELS)}
NEEDS = {need for one in (*scenarios((), None), *scenarios((), str(OWN))) for need in one.needs}


@pytest.mark.parametrize("cast", CASTS.values(), ids=list(CASTS))
class TestCast:
    def test_every_scenario_is_shown_once_or_left_out(self, cast: Cast) -> None:
        shown = [name for names in cast.parts().values() for name in names]
        assert sorted([*shown, *cast.leaves_out]) == sorted(scenario_names())

    def test_only_models_that_there_are_show_something(self, cast: Cast) -> None:
        assert set(cast.parts()) == MODELS[cast.engine]

    def test_every_name_means_a_scenario(self, cast: Cast) -> None:
        named = {*cast.shows, *cast.leaves_out, *cast.unkept}
        assert named <= set(scenario_names())
        assert not set(cast.shows) & set(cast.leaves_out)

    def test_what_it_cannot_is_a_need_with_a_reason(self, cast: Cast) -> None:
        assert set(cast.cannot) <= NEEDS
        assert all((cast.cannot | cast.leaves_out).values())

    def test_its_profile_speaks_every_dialect(self, cast: Cast) -> None:
        profile = find(profiles(), cast.engine)
        assert profile is not None
        assert set(cast.dialects) <= set(profile.dialects)


def test_own_scenarios_hide_none_of_the_neutral_ones() -> None:
    assert not set(data.toml_folder(OWN)) & set(data.scenarios_data())
