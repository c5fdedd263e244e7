import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.author_mentions import find_authors
from store.index.snapshot import Snapshot

NAMES = st.builds(
    "{} {}".format,
    st.sampled_from(["Grace", "Émile", "J.", "van", "Q"]),
    st.sampled_from(["Hopper", "O'Brien", "McCarthy", "Zola-Weil", "Ørsted"]),
)
PLACES = st.sampled_from(
    [
        "papers by {}",
        "Papers by {}?",
        "which articles were written by {}",
        "What did {} work on?",
        "anything by {} in 2020",
    ]
)


@given(PLACES, NAMES)
def test_a_stranger_is_found_in_the_place_of_an_author(view: Snapshot, place: str, name: str) -> None:
    assert find_authors(place.format(name), view).unknown == name


@given(
    PLACES, st.sampled_from(["Ethan Che", "E. Che", "Matthew O'Kelly", "José Núñez", "Nunez", "Abraham Wald", "Min Li"])
)
def test_an_author_is_no_stranger(view: Snapshot, place: str, name: str) -> None:
    assert find_authors(place.format(name), view).unknown == ""


@pytest.mark.parametrize(
    "question", ["Is Grace Hopper an author?", "by Grace Hopper", "Grace Hopper", "papers on Grace Hopper", ""]
)
def test_elsewhere_a_name_is_a_topic(view: Snapshot, question: str) -> None:
    assert find_authors(question, view).unknown == ""


def test_several_misspelt_names_are_each_read_as_meant(view: Snapshot) -> None:
    mentions = find_authors("papers by Hashimotto and Namkong", view)
    assert [condition.filters.author for condition in mentions.conditions] == [("Hashimoto",), ("Namkoong",)]
    assert mentions.unknown == ""
    assert find_authors("papers by Hashimotto and Hopper", view).unknown == "Hopper"
