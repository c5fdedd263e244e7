"""Papers as items of CSL-JSON."""

from assistant.export.csl import build_item
from store.paper import Author, Paper


def test_names_have_their_parts() -> None:
    names = ("Ludwig van Beethoven", "John Roe, Jr.", "The ATLAS Collaboration", "Plato")
    authors = tuple(Author(name=name, position=n) for n, name in enumerate(names, 1))
    found = build_item(Paper(id="a", title="A", authors=authors, authors_truncated=True), "key")
    assert found["author"] == [
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        {"family": "Roe", "given": "John", "suffix": "Jr."},
        {"literal": "The ATLAS Collaboration"},
        {"literal": "Plato"},
        {"literal": "et al."},
    ]


def test_a_preprint_an_article_and_what_nobody_knows() -> None:
    preprint = Paper(id="a", title="A", identifiers={"arxiv": "2203.05482"})
    article = Paper(id="b", title="B", venue="BMJ", date="2020-05", extra={"type": "journal-article"})
    assert build_item(preprint, "a")["type"] == "article"
    assert build_item(preprint, "a")["number"] == "arXiv:2203.05482"
    assert build_item(article, "b")["type"] == "article-journal"
    assert build_item(article, "b")["issued"] == {"date-parts": [[2020, 5]]}
    assert build_item(Paper(id="c", title="C"), "c") == {
        "id": "c",
        "citation-key": "c",
        "type": "document",
        "title": "C",
    }


def test_a_retraction_stands_before_the_note() -> None:
    paper = Paper(id="a", title="A", retraction="retracted 2021", extra={"note": "Read it"})
    assert build_item(paper, "a")["note"] == "retracted 2021\nRead it"
