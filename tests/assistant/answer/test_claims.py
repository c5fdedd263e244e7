import pytest

from assistant.answer.generative import says_something, states_something
from assistant.report.outline import DATA, GIST

TITLES = ["Rare Events in Simulated Traffic", "On Soups"]


@pytest.mark.parametrize(
    "text",
    [
        "The papers use various data sets, benchmarks, and settings.",
        "The abstracts do not mention a data set.",
        "The papers do not state that they have developed a novel algorithm.",
        "The data set is not explicitly stated.",
        "Rare events in simulated traffic.",
        "The analysis of the failures is missing.",
        "The second paper introduces a framework for queues.",
        "Ensembles of queues are introduced in the 3rd study.",
        "",
    ],
)
def test_what_tells_nothing(text: str) -> None:
    assert not says_something(text, DATA.ask, TITLES)


@pytest.mark.parametrize(
    "text",
    [
        "The estimate is tried on the ASOS data.",
        "Rare events in simulated traffic are estimated by adaptive sampling.",
        "Existing methods do not scale to large data sets.",
        "Early stopping does not improve calibration.",
        "Labels that are missing at random are imputed.",
        "The second stage of the estimate runs on paper traces.",
    ],
)
def test_what_tells_something(text: str) -> None:
    assert says_something(text, GIST.ask, TITLES)


@pytest.mark.parametrize(
    "text",
    [
        "The abstracts do not state how many patients took part.",
        "The provided papers don't explicitly mention a data set.",
        "The number of layers is not specified in the sources.",
        "Various papers.",
    ],
)
def test_what_states_nothing_is_no_claim(text: str) -> None:
    assert not states_something(text)


@pytest.mark.parametrize(
    "text", ["It does not provide guarantees under shift.", "WiSE-FT improves accuracy.", "DRO has 14 formulations."]
)
def test_a_statement_is_one_also_where_it_denies(text: str) -> None:
    assert states_something(text)
