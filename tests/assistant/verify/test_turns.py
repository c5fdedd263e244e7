"""Negations, opposites and comparisons: which sentences turn each other round."""

import pytest

from assistant.types import Support
from assistant.verify import verify
from store.paper import Paper

CAUGHT = [
    ("Bees cannot tell red petals from green petals.", "Bees tell red petals from green petals."),
    ("The filter works without a pump.", "The filter does not work without a pump."),
    ("Pruning fails to improve the yield of pears.", "Pruning improves the yield of pears."),
    ("The estimator is unstable under drift.", "The estimator is stable under drift."),
    ("The test is valid for nonlinear systems.", "The test is invalid for nonlinear systems."),
    ("Warm soil increases the growth of seedlings.", "Warm soil decreases the growth of seedlings."),
    ("Hand sorting is cheap for small farms.", "Hand sorting is expensive for small farms."),
    ("Clay pots keep more water than plastic pots.", "Plastic pots keep more water than clay pots."),
    ("Grafting outperforms layering in wet years.", "Layering outperforms grafting in wet years."),
    ("The gain stems from shade rather than from water.", "The gain stems from water rather than from shade."),
    ("Farmers rarely irrigate young vines.", "Farmers often irrigate young vines."),
    ("Agents struggle to plan long harvests.", "Agents plan long harvests."),
    ("Blight did not occur in the shaded plots.", "Blight occurred in the shaded plots."),
    ("Resistance to frost was not detected in young vines.", "Resistance to frost was detected in young vines."),
    ("Resistance to frost was not increased in young vines.", "Young vines had no resistance to frost."),
    ("The sensor is robust to frost.", "The sensor is vulnerable to frost."),
]
SAID_OTHERWISE = [
    ("The filter does not work without a pump.", "Without a pump, the filter fails to work."),
    ("Pruning is no better than thinning for pears.", "Pruning does not outperform thinning for pears."),
    ("Grafting outperforms layering in wet years.", "Layering is outperformed by grafting in wet years."),
    ("The estimator is not stable under drift.", "Under drift, the estimator is unstable."),
    ("Agents struggle to plan long harvests.", "Agents have difficulty planning long harvests."),
    ("Drying needs no additional energy.", "Drying works without any extra energy."),
    ("Unlike clay pots, plastic pots keep little water.", "In contrast to clay pots, plastic pots keep little water."),
    ("Clay pots keep more water than plastic pots.", "More water is kept by clay pots than by plastic pots."),
    ("Shade raises sugar but lowers acidity.", "Acidity is lowered and sugar raised by shade."),
    ("Resistance to frost was not detected in young vines.", "The young vines showed no resistance to frost."),
    ("Blight did not occur in the shaded plots.", "The shaded plots had no blight."),
    ("Beetles have never been seen in the new orchard.", "There were no beetles in the new orchard."),
    ("Weeds were absent in the mulched beds.", "The mulched beds had no weeds."),
    ("No weeds were found in the mulched beds.", "Weeds did not occur in the mulched beds."),
    ("The method not only sorts but also weighs apples.", "The method both sorts and weighs apples."),
]


def support(source: str, claim: str) -> Support:
    return verify(claim, [Paper(id="p", title="On Farming", abstract=source)]).support


@pytest.mark.parametrize(("source", "claim"), CAUGHT)
def test_what_turns_the_source_round_fails(source: str, claim: str) -> None:
    assert support(source, claim).fails


@pytest.mark.parametrize(("claim", "source"), CAUGHT)
def test_so_it_is_the_other_way_about(source: str, claim: str) -> None:
    assert support(source, claim).fails


@pytest.mark.parametrize(("source", "claim"), SAID_OTHERWISE)
def test_what_says_it_otherwise_is_supported(source: str, claim: str) -> None:
    assert support(source, claim) is Support.WORDED


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Blight did not occur in dry years, but it was common in wet years.", "There was no blight in wet years."),
        ("Blight was not only observed in pears but also in plums.", "No blight was observed in pears."),
    ],
)
def test_a_verb_denies_its_subject_in_its_own_clause_alone(source: str, claim: str) -> None:
    assert support(source, claim) is Support.CONTRADICTED
