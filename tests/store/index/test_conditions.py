"""Which papers every condition of the filters holds for."""

from collections.abc import Iterator

import pytest

from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Author, Paper
from tests.store.samples import library, paper, put


def people(*names: str) -> tuple[Author, ...]:
    return tuple(Author(name=name, position=n) for n, name in enumerate(names, 1))


PAPERS: list[Paper] = [
    paper(
        0,
        title="Soups: a systematic review",
        authors=people("Ana Müller", "Bo Li"),
        date="2018-05-20",
        venue="Journal of Machine Learning Research",
        keywords=("Neural Networks",),
        citation_count=12,
        language="en",
    ),
    paper(
        1,
        title="Stews",
        authors=people("Bo Li", "Ana Mueller"),
        date="2018",
        venue="Nature",
        tags=("to read",),
        kind="thesis",
        language="de",
    ),
    paper(
        2,
        title="Broths",
        authors=people("Cy Namkoong"),
        date="2018-05",
        venue="Nature Communications",
        abstract="",
        abstract_raw="",
        collections=("Kitchen",),
        citation_count=0,
        extra={"type": ["Journal Article", "Randomized Controlled Trial"]},
    ),
    paper(3, title="Roux", authors=(), date=None, venue="PLoS ONE", kind="article", citation_count=3),
    paper(
        4,
        title="Jus",
        authors=people("Dee Poe", "Bo Li"),
        authors_truncated=True,
        date="2021-01-02",
        venue="Neural Information Processing Systems (NeurIPS)",
        keywords=("neural network", "soup"),
    ),
]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    made: Library = library(tmp_path_factory.mktemp("conditions"))
    put(made, PAPERS)
    found = made.view()
    assert found
    yield found
    made.close()


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(author=("Muller",)), "01"),
        (Filters(first_author=("Li",)), "1"),
        (Filters(first_author=("Li", "Poe")), "14"),
        (Filters(last_author=("Li",)), "0"),  # Whether Li is the last of paper 4 is not known.
        (Filters(single_author=True), "2"),
        (Filters(single_author=False), "014"),
        (Filters(min_authors=2), "014"),
        (Filters(min_authors=3), "4"),  # Of two authors "et al." at least one more is there.
        (Filters(min_authors=4), ""),
        (Filters(min_authors=0), "0124"),
        (Filters(min_authors=2, max_authors=2), "01"),  # Paper 4 has more than it names.
        (Filters(max_authors=1), "2"),
        (Filters(max_authors=9), "012"),
        (Filters(max_authors=0), ""),
        (Filters(min_authors=3, max_authors=2), ""),
        (Filters(states=("venue", "date")), "0124"),
        (Filters(states=("keywords",)), "04"),
        (Filters(states="citations"), "023"),  # type: ignore[arg-type]  # one is taken for a list of one
        (Filters(states=("authors",)), "0124"),
        (Filters(states=("doi",)), ""),
        (Filters(title="Soup reviews"), "0"),
        (Filters(title="soup stews"), ""),
        (Filters(years=(2018, 2021)), "0124"),
        (Filters(date_from="2018-05"), "024"),
        (Filters(date_to="2018-05"), "02"),  # Paper 1 may be of December.
        (Filters(date_to="2018-05-20"), "0"),
        (Filters(date_to="2018"), "012"),
        (Filters(date_to="2018-12"), "012"),
        (Filters(date_from="2018-05", date_to="2018-05"), "02"),
        (Filters(venue=("nature",)), "1"),
        (Filters(venue=("communications",)), "2"),
        (Filters(venue=("NeurIPS",)), "4"),
        (Filters(venue=("JMLR",)), "0"),
        (Filters(venue=("J. Mach. Learn. Res.",)), "0"),
        (Filters(venue=("plos one", "Nature")), "13"),
        (Filters(venue=("Science",)), ""),
        (Filters(keyword=("neural networks",)), "0"),
        (Filters(keyword=("neural",)), "04"),
        (Filters(tag=("to read",)), "1"),
        (Filters(collection=("kitchen",)), "2"),
        (Filters(kind=("systematic reviews",)), "0"),
        (Filters(kind=("review",)), "0"),
        (Filters(kind=("randomised trials",)), "2"),
        (Filters(kind=("thesis", "preprints")), "13"),
        (Filters(language=("German",)), "1"),
        (Filters(language=("en", "de")), "01"),
        (Filters(has_abstract=False), "2"),
        (Filters(min_citations=3), "03"),
        (Filters(max_citations=3), "23"),
        (Filters(without=(Filters(author=("Li",)),)), "23"),
        (Filters(without=(Filters(author=("Li",), year_from=2020),)), "0123"),
        (Filters(without=(Filters(author=("Li",)), Filters(years=(2018,)))), "3"),
        (Filters(either=(Filters(author=("Namkoong",)), Filters(year_from=2020))), "24"),
        (Filters(either=(Filters(author=("Li",)), Filters(author=("Poe",))), year_to=2018), "01"),
        (Filters(without=(Filters(either=(Filters(tag=("to read",)), Filters(has_abstract=False))),)), "034"),
    ],
)
def test_the_papers_of_a_condition(view: Snapshot, filters: Filters, numbers: str) -> None:
    assert sorted(view.list_ids(filters)) == [f"p{number}" for number in numbers]
    assert len(view.rows(filters)) == len(numbers)
    others = view.list_ids(Filters(without=(filters,)))
    assert sorted(others) == [f"p{number}" for number in "01234" if number not in numbers]


def test_the_most_cited_come_first_and_the_uncounted_not_at_all(view: Snapshot) -> None:
    assert view.list_ids(Filters(), most_cited=True) == ["p0", "p3", "p2"]
    assert view.list_ids(Filters(author=("Li",)), most_cited=True) == ["p0"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Namkong", "Namkoong"),
        ("Cy Namkong", "Cy Namkoong"),
        ("nmakoong", "Namkoong"),
        ("Namkonk", ""),
        ("Lu", ""),
        ("Zhang", ""),
    ],
)
def test_a_name_with_a_letter_wrong(view: Snapshot, typed: str, meant: str) -> None:
    assert view.suggest_author(typed) == meant
