"""What a paper can be called by."""

from pathlib import Path

import pytest

from assistant.testing import HashEmbedder
from store.errors import InputError, NotFound
from store.filters import Filters
from store.ingest import add_items
from store.library import Library
from store.paper import Author, Paper
from store.paper_names import find_by_whole_title, find_paper, identify_paper, resolve_filters


def paper(id: str, title: str, author: str = "Ann Poe", year: int = 2022, **identifiers: str) -> Paper:
    return Paper(
        id=id, title=title, authors=(Author(name=author, position=1),), date=str(year), identifiers=identifiers
    )


PAPERS = (
    paper("a1", "Model soups: averaging weights of fine-tuned models", "Mitchell Wortsman", doi="10.1000/soups"),
    paper("a2", "Über Größe und Form", "José Núñez", 2019, arxiv="2203.05482"),
    paper("a3", "A Broader View of Thompson Sampling", "Yanlin Qu", 2025, pmid="31452104", pmcid="PMC6543210"),
    paper("a4", "Thompson Sampling for Queues", "Jing Dong", 2024, arxiv="math.ST/0601001"),
    paper("a5", "Notes on Trees", "Ann Poe", 2020, openalex="W2741809807"),
    paper("a6", "Notes on Forests", "Ann Poe", 2020),
    paper("a7", "Notes on Trees", "Bo Roe", 2021),
    paper("31452104", "Deep Nets"),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    opened = Library(tmp_path_factory.mktemp("names"), HashEmbedder())
    assert list(add_items(opened, PAPERS, lambda: 1.0))
    return opened


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("a1", "a1"),
        ("10.1000/soups", "a1"),
        ("doi:10.1000/SOUPS", "a1"),
        ("DOI 10.1000/soups", "a1"),
        ("https://doi.org/10.1000/soups", "a1"),
        ("http://dx.doi.org/10.1000/soups?x=1", "a1"),
        ("https://doi.org/10.1000%2Fsoups.", "a1"),
        ("2203.05482", "a2"),
        ("arXiv:2203.05482v3", "a2"),
        ("https://arxiv.org/abs/2203.05482v1", "a2"),
        ("https://arxiv.org/pdf/2203.05482.pdf", "a2"),
        ("10.48550/arXiv.2203.05482", "a2"),
        ("math/0601001", "a4"),
        ("math.ST/0601001v2", "a4"),
        ("https://arxiv.org/abs/math/0601001", "a4"),
        ("PMID: 31452104", "a3"),
        ("pmid:31452104", "a3"),
        ("https://pubmed.ncbi.nlm.nih.gov/31452104/", "a3"),
        ("31452104", "31452104"),
        ("PMC6543210", "a3"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6543210/", "a3"),
        ("https://openalex.org/W2741809807", "a5"),
        ("wortsman2022model", "a1"),
        ("@wortsman2022model", "a1"),
        ("[@Wortsman2022Model]", "a1"),
        (r"\citep{wortsman2022model}", "a1"),
        ("nunez2019uber", "a2"),
    ],
)
def test_an_id_a_key_or_an_identifier_in_any_spelling(library: Library, name: str, id: str) -> None:
    named = find_paper(library, name)
    assert (named.paper.id, named.by_title) == (id, False)
    assert identify_paper(library, name).id == id


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("model soups", "a1"),
        ("“Model Soups”", "a1"),
        ("MODEL SOUP", "a1"),
        ("weights of finetuned models", "a1"),
        ("weights of fine tuned", "a1"),
        ("uber grosse", "a2"),
        ("ÜBER GRÖSSE", "a2"),
        ("broader veiw", "a3"),
        ("modle soups", "a1"),
        ("model sups", "a1"),
        ("moodel soups", "a1"),
        ("Thompson sampling for", "a4"),
        ("forest", "a6"),
    ],
)
def test_a_unique_part_of_a_title(library: Library, name: str, id: str) -> None:
    named = find_paper(library, name)
    assert (named.paper.id, named.by_title) == (id, True)


def test_a_whole_title_goes_before_titles_that_it_is_a_part_of(tmp_path: Path) -> None:
    opened = Library(tmp_path, HashEmbedder())
    assert list(add_items(opened, [paper("x", "Deep Nets"), paper("y", "Deep Nets Revisited")], lambda: 1.0))
    assert find_paper(opened, "deep nets").paper.id == "x"
    view = opened.view()
    assert view
    assert [paper.id for paper in find_by_whole_title(view, "Deep nets")] == ["x"]
    assert find_by_whole_title(view, "Deep") == []


def test_what_may_mean_several_lists_them_with_their_keys(library: Library) -> None:
    with pytest.raises(InputError) as error:
        find_paper(library, "thompson sampling")
    assert str(error.value) == (
        "“thompson sampling” can mean 2 papers (it is part of several titles): "
        "qu2025broader “A Broader View of Thompson Sampling” (2025); "
        "dong2024thompson “Thompson Sampling for Queues” (2024). Name one of them by its key or id."
    )


def test_a_key_that_two_papers_share_is_told_apart_by_its_end(library: Library) -> None:
    with pytest.raises(InputError, match="poe2020notes-") as error:
        find_paper(library, "poe2020notes")
    keys = [word for word in str(error.value).split() if word.startswith("poe2020notes-")]
    assert [find_paper(library, key).paper.id for key in keys] == ["a5", "a6"]
    with pytest.raises(NotFound):
        find_paper(library, "poe2020notes-abcdef")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (
            "modal spoups",
            "Did you mean wortsman2022model “Model soups: averaging weights of fine-tuned models” (2022)?",
        ),
        ("wortsman2022modle", "Did you mean wortsman2022model “Model soups"),
        ("boiling point of tungsten", "List them with: conspectus papers."),
        ("", "List them with: conspectus papers."),
        ("?!", "List them with: conspectus papers."),
        ("10.9999/nothing", "List them with: conspectus papers."),
    ],
)
def test_what_is_not_there_says_what_comes_near(library: Library, name: str, hint: str) -> None:
    with pytest.raises(NotFound) as error:
        find_paper(library, name)
    assert error.value.hint.startswith(hint)


def test_papers_are_not_changed_by_a_part_of_a_title(library: Library) -> None:
    with pytest.raises(InputError, match="Name it by its id: a1"):
        identify_paper(library, "model soups")


def test_filters_hold_ids_afterwards(library: Library) -> None:
    assert resolve_filters(library, Filters(ids=("nunez2019uber", "a1", "model soups"))) == Filters(ids=("a2", "a1"))
    assert resolve_filters(library, Filters(ids=("a1",), year_from=2000)) == Filters(ids=("a1",), year_from=2000)
    assert resolve_filters(library, Filters(ids=())) == Filters(ids=())
    with pytest.raises(NotFound, match="nothing"):
        resolve_filters(library, Filters(ids=("a1", "nothing")))


def test_an_empty_library_has_no_paper(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        find_paper(Library(tmp_path / "none", HashEmbedder()), "model soups")
