from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.export.bibtex_writer import format_bibtex, format_entries
from store.citation_keys import ListedKeys
from store.paper import Author, Paper
from tests.assistant.export import bib
from tests.assistant.small import paper

NASTY = st.text(st.sampled_from("aZ {}\\\"%$&#_^~@,=<>|'\n\u202eé字 and,") | st.characters(), max_size=30)
PAPERS = st.builds(
    Paper,
    id=NASTY,
    title=NASTY,
    authors=st.lists(st.builds(Author, name=NASTY), max_size=4).map(tuple),
    authors_truncated=st.booleans(),
    date=st.sampled_from([None, "2018", "2018-05", "2018-12-31", "0000", "2018-00"]),
    venue=st.none() | NASTY,
    identifiers=st.dictionaries(st.sampled_from(["doi", "arxiv", "pmid"]), NASTY),
    urls=st.lists(NASTY.map("https://x.org/{}".format)).map(tuple),
    extra=st.dictionaries(st.sampled_from(["volume", "number", "pages", "publisher"]), NASTY | st.integers()),
)


def entry(date: str | None = None, **fields: Any) -> bib.Entry:
    one = paper("p", **{"title": "T", "authors": "Ann Poe", **fields})
    (only,) = bib.read(format_bibtex([one.model_copy(update={"date": date})]))
    return only


@given(st.lists(PAPERS, max_size=4))
def test_any_papers_make_a_well_formed_file(papers: list[Paper]) -> None:
    entries = bib.read(format_bibtex(papers))
    once = {paper.id: paper for paper in papers}
    assert len({entry.key for entry in entries}) == len(entries) == len(once)
    for made, one in zip(entries, once.values(), strict=True):
        texts = {name: value for name, value in made.fields.items() if name not in ("doi", "eprint", "pmid", "url")}
        assert {name: found for name, value in texts.items() if (found := bib.active(value))} == {}
        authors = bib.names(made.fields["author"]) if "author" in made.fields else []
        assert len(authors) <= len(one.authors) + one.authors_truncated
        assert (authors[-1:] == ["others"]) == (one.authors_truncated and bool(authors))


def test_an_article_with_all_that_is_known() -> None:
    article = entry(
        title="WiSE-FT: 50% & more of a_b in {K}",
        authors="Ann B. Poe, Ludwig van Beethoven, The ATLAS Collaboration",
        date="2018-05-31",
        venue="Journal of R & D",
        identifiers={"doi": "10.1000/a_b%3c", "arxiv": "1805.01234", "pmid": "123"},
        urls=("https://example.org/~a_b?c=%20{d}",),
        extra={"volume": 12, "pages": "45–67"},
    )
    assert (article.kind, article.key) == ("article", "poe2018wise")
    assert article.fields == {
        "title": r"{WiSE-FT:} 50\% \& more of a\_b in \textbraceleft{}K\textbraceright{}",
        "author": "Poe, Ann B. and van Beethoven, Ludwig and {The ATLAS Collaboration}",
        "journal": r"Journal of R \& D",
        "volume": "12",
        "pages": "45--67",
        "year": "2018",
        "month": "may",
        "doi": "10.1000/a_b%3c",
        "eprint": "1805.01234",
        "archiveprefix": "arXiv",
        "pmid": "123",
        "url": "https://example.org/~a_b?c=%20%7Bd%7D",
    }


@pytest.mark.parametrize(
    ("venue", "kind"),
    [
        (None, "misc"),
        ("arXiv.org", "misc"),
        ("CoRR", "misc"),
        ("Biometrika", "article"),
        ("Proceedings of the 12th X", "inproceedings"),
        ("Conference on Y", "inproceedings"),
    ],
)
def test_the_kind_follows_from_the_venue(venue: str | None, kind: str) -> None:
    made = entry(venue=venue)
    assert made.kind == kind
    field = {"article": "journal", "inproceedings": "booktitle"}.get(kind)
    assert made.fields.keys() == {"title", "author"} | ({field} if field else set())


def test_hidden_authors_are_others() -> None:
    assert entry(authors_truncated=True).fields["author"] == "Poe, Ann and others"
    assert "author" not in entry(authors="", authors_truncated=True).fields


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Poe, Ann", "Poe, Ann"),
        ("John Roe, Jr.", "Roe, Jr., John"),
        ("Plato", "Plato"),
        ("others", "{others}"),
        ("Smith and Co, Ltd", "{Smith and Co}, Ltd"),
        ("Rich & Poor", r"{Rich \& Poor}"),
        ("José Núñez", "Núñez, José"),
        ("Research Group", "{Research Group}"),
        ("Others Poe", "Poe, {Others}"),
        ("Poe And", "{And}, Poe"),
        ("Jr Poe", "{Jr Poe}"),
        ("Given7 Family7", "Family7, Given7"),
    ],
)
def test_one_author_is_one_name(name: str, written: str) -> None:
    only = Paper(id="p", title="T", authors=(Author(name=name),))
    (made,) = bib.read(format_bibtex([only]))
    assert made.fields["author"] == written
    assert bib.names(written) == [written]


def test_an_address_in_the_abstract_is_not_that_of_the_paper() -> None:
    code, page = "https://example.org/code", "https://example.org/paper"
    assert "url" not in entry(abstract=f"See {code}.", urls=(code,)).fields
    assert entry(abstract=f"See {code}.", urls=(code, page)).fields["url"] == page
    assert "url" not in entry(urls=("javascript:alert(1)",)).fields


def test_keys_may_be_given_and_none_is_no_entry() -> None:
    assert format_bibtex([paper("p", "T")], {"p": "mine"}).startswith("@misc{mine,\n")
    assert format_bibtex([]) == ""


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ({"date": "In press"}, "  year = {In press},\n"),
        ({"date": "-0349~"}, "  date = {-0349~},\n"),
        ({"original_date": "1990?/1995"}, "  origdate = {1990?/1995},\n"),
        ({"event_date": "~ May"}, "  eventdate = {\\textasciitilde{} May},\n"),
    ],
)
def test_dates_stand_as_biblatex_reads_them(extra: dict[str, Any], line: str) -> None:
    one = Paper(id="p", title="T", extra=extra)
    assert line in "".join(format_entries([one], ListedKeys({"p": "p"})))
