"""Claims whose words are all in the source, and that no sentence of it says."""

import pytest

from assistant.types import Support
from assistant.verify import verify
from assistant.verify.alignment import ClaimEvidence, find_evidence
from assistant.verify.pooling import (
    find_counterparts,
    find_denied_elsewhere,
    find_pooled_numbers,
    find_unanswered_denial,
    sets_other_side_apart,
)
from assistant.verify.source import parse_sentence, read_source
from store.paper import Paper

FARMERS = "We tested 21 barley lines in dry soil. We engage 70 skilled farmers for weeding."
FURROWS = "Clay furrows hold much rain but need costly ploughs. Such sandy furrows are quickly made by hand."
SENSORS = "Farm sensors are sold to growers who water by night. Sensors do not measure wind."
HEDGES = "Hedge rows keep wild bees in spring. Without rain, no flax grows."
CLOVER = "Unlike plain rye, clover mixtures fix nitrogen on poor land."


def read(source: str, claim: str) -> ClaimEvidence:
    paper = Paper(id="p", title="On Farming", abstract=source)
    return find_evidence(parse_sentence(claim), [read_source(paper)])


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("Seventy lines were tested.", [("Seventy", "lines")]),
        ("Twenty-one lines were tested.", []),
        ("Seventy farmers were engaged.", []),
        ("It is 70 times dry.", []),
        ("Seventy camels were tested.", []),
    ],
)
def test_a_number_is_said_with_what_it_counts(claim: str, found: list[tuple[str, str]]) -> None:
    assert list(find_pooled_numbers(read(FARMERS, claim))) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("Sandy furrows hold much rain.", [("Sandy furrows", "Clay furrows")]),
        ("Clay furrows hold much rain.", []),
        ("Broad furrows hold much rain.", []),
        (
            "Clay furrows are made by hand, whereas sandy furrows hold much rain.",
            [("sandy furrows", "Clay furrows")],
        ),
        ("Sandy furrows are made by hand, whereas clay furrows hold much rain.", []),
    ],
)
def test_a_thing_is_not_its_counterpart(claim: str, found: list[tuple[str, str]]) -> None:
    assert list(find_counterparts(read(FURROWS, claim)))[:1] == found


def test_what_the_title_names_has_no_counterpart() -> None:
    paper = Paper(id="p", title="Sandy furrows", abstract=FURROWS)
    evidence = find_evidence(parse_sentence("Sandy furrows hold much rain."), [read_source(paper)])
    assert list(find_counterparts(evidence)) == []


def test_a_verb_is_denied_where_it_comes_from() -> None:
    claim = "Farm sensors that are sold to growers measure wind."
    assert list(find_denied_elsewhere(read(SENSORS, claim))) == [("not measure", "measure")]
    assert list(find_denied_elsewhere(read(SENSORS, claim.replace("measure", "do not measure")))) == []
    assert list(find_denied_elsewhere(read(SENSORS, "Farm sensors are sold to growers."))) == []


def test_a_denial_is_answered_where_its_words_stand() -> None:
    assert find_unanswered_denial(read(HEDGES, "Nobody knows whether hedge rows keep wild bees.")) == "Nobody"
    assert find_unanswered_denial(read(HEDGES, "Without rain, flax hardly grows.")) is None
    assert find_unanswered_denial(read(HEDGES, "Hedge rows keep wild bees in spring.")) is None


@pytest.mark.parametrize(
    ("claim", "apart"),
    [
        ("Clover mixtures, unlike plain rye, fix nitrogen.", False),
        ("Plain rye, unlike clover mixtures, fixes nitrogen.", True),
        ("Plain rye fixes nitrogen.", False),
    ],
)
def test_what_is_set_apart_stays_apart(claim: str, apart: bool) -> None:
    assert sets_other_side_apart(read(CLOVER, claim).chosen[0].alignment) is apart


@pytest.mark.parametrize(
    ("source", "claim", "support"),
    [
        (CLOVER, "Plain rye, unlike clover mixtures, fixes nitrogen on poor land.", Support.DOUBTFUL),
        ("The new plough is the first for wet clay.", "The new plough is the largest for wet clay.", Support.DOUBTFUL),
        ("The new plough is the largest for clay.", "For clay, the new plough is the largest.", Support.WORDED),
        ("It is one of the first ploughs for clay.", "It is the first plough for clay.", Support.DOUBTFUL),
        ("It is one of the first ploughs for clay.", "It is among the first ploughs for clay.", Support.WORDED),
        (
            "Compared to plain ploughs, the new tool saves half of the fuel on clay.",
            "Compared to plain ploughs, ploughing with the new tool saves half of the fuel on clay.",
            Support.WORDED,
        ),
        (
            "Compared to plain ploughs, the new tool saves half of the fuel on clay.",
            "Plain ploughs save half of the fuel on clay.",
            Support.DOUBTFUL,
        ),
    ],
)
def test_what_the_check_makes_of_it(source: str, claim: str, support: Support) -> None:
    assert verify(claim, [Paper(id="p", title="On Farming", abstract=source)]).support is support
