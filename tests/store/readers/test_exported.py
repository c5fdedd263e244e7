"""One paper as other programs and sites write it (``exported/``; forms as they are defined, texts of our own)."""

from pathlib import Path

import pytest

from store.errors import SourceError
from store.readers import read_papers
from tests.store.readers.reading import lost, papers

FOLDER = Path(__file__).parent / "exported"
FILES = sorted(path.name for path in FOLDER.iterdir() if path.name != "pubmed-abstracts.txt")
WITHOUT_ABSTRACT = {"dblp.bib", "inspire.bib", "google-scholar.bib"}
WITHOUT_DOI = {"google-scholar.bib"}
INITIALS = {"ovid.ris": ["A Müller", "J de la Roe"], "cochrane.ris": ["A Müller", "J de la Roe"]}
INITIALS["embase.ris"] = ["A. Müller", "J. de la Roe"]
VENUES = {"ads.bib": "The Astrophysical Journal", "biorxiv.ris": "bioRxiv"}
WITH_PMID = {"ovid.ris", "cochrane.ris", "rayyan.csv", "dimensions.csv", "lens.csv", "lens.json"}
WITH_DAY = {
    *("proquest.ris", "springer.ris", "acm.ris", "biorxiv.ris"),
    *("zotero.csv", "rayyan.csv", "dimensions.csv", "lens.csv", "lens.json"),
}


@pytest.mark.parametrize("name", FILES)
def test_an_export_is_read_as_it_is_meant(name: str) -> None:
    items = list(read_papers(FOLDER / name))
    (paper,) = papers(items)
    assert len(items) == 1, "there is nothing to doubt"
    assert paper.title.removesuffix(".") == "Soup über alles"
    assert [author.name for author in paper.authors] == INITIALS.get(name, ["Ann Müller", "José de la Roe"])
    assert paper.authors_truncated == (name == "google-scholar.bib")
    assert (paper.date or "")[:4] == "2018"
    assert (paper.date_precision == "day") == (name in WITH_DAY)
    assert paper.venue == VENUES.get(name, "Journal of Soups")
    assert paper.identifiers.get("doi") == (None if name in WITHOUT_DOI else "10.1234/soup.5")
    assert paper.identifiers.get("pmid") == ("29999999" if name in WITH_PMID else None)
    assert paper.abstract.startswith("We cook soup & taste it.") == (name not in WITHOUT_ABSTRACT)
    assert not lost(items)


def test_pubmeds_abstracts_without_fields_are_refused_with_what_to_take_instead() -> None:
    with pytest.raises(SourceError, match="Abstract") as refused:
        read_papers(FOLDER / "pubmed-abstracts.txt")
    assert "Format: PubMed" in refused.value.hint
