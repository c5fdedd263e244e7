"""Which papers were taken back, and which only speak of it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.paper import Paper
from store.readers import read_papers
from store.readers.retractions import find_retraction

NOTICE = "Lancet. 2010 Feb 6;375(9713):445. doi: 10.1016/S0140-6736(10)60175-4. PMID: 20137807"


def said(title: str = "A title", abstract: str = "", doi: str = "", **extra: Any) -> str:
    return find_retraction(title, abstract, doi, extra)[0]


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("RETRACTED: Effects of vitamin Z", "retracted"),
        ("Retracted Article: Effects of vitamin Z", "retracted"),
        ("RETRACTED ARTICLE Effects of vitamin Z", "retracted"),
        ("[Retracted] Effects of vitamin Z", "retracted"),
        ("Retracted - Effects of vitamin Z", "retracted"),
        ("WITHDRAWN: Interventions for scurvy", "withdrawn"),
        ("Effects of vitamin Z (Retracted article. See vol. 14, pg. 301 (2), 2009)", "retracted"),
        ("Effects of vitamin Z [retracted]", "retracted"),
    ],
)
def test_titles_tell(title: str, word: str) -> None:
    assert said(title) == word


@pytest.mark.parametrize(
    "title",
    [
        "Retracted papers and their citations",
        "Retraction: Effects of vitamin Z",
        "Retraction Note: Effects of vitamin Z",
        "Notice of retraction",
        "WITHDRAWN PATIENTS IN TRIALS",
        "Effects of (withdrawn) drugs on mice",
        "Why are withdrawn drugs still sold?",
    ],
)
def test_titles_about_it_do_not(title: str) -> None:
    assert said(title) == ""


@pytest.mark.parametrize(
    "abstract",
    [
        "This paper has been withdrawn by the author due to a crucial error in Lemma 3.",
        "This submission has been withdrawn by arXiv administrators because of plagiarism.",
        "The paper is withdrawn.",
        "Withdrawn by the authors",
        "Paper withdrawn",
        "We prove that P is not NP. This paper has been withdrawn.",
    ],
)
def test_abstracts_that_are_withdrawn(abstract: str) -> None:
    assert said(abstract=abstract) == "withdrawn"


@pytest.mark.parametrize(
    "abstract",
    [
        "The drug was withdrawn in 2004. Consent was withdrawn by two patients. This paper studies both.",
        "Withdrawn children speak less.",
        "We study why papers are retracted. The retracted paper was cited 40 times.",
        "In this article we ask whether troops were withdrawn.",
    ],
)
def test_abstracts_about_it_are_not(abstract: str) -> None:
    assert said(abstract=abstract) == ""


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({"comment": "12 pages, 3 figures. This paper has been withdrawn by the author"}, "withdrawn"),
        ({"comment": ["9 pages, withdrawn due to a bug"]}, "withdrawn"),
        ({"comment": "supersedes the withdrawn arXiv:0704.0001"}, ""),
        ({"comment": "Replaces withdrawn paper"}, ""),
        ({"note": "Methods: withdrawn patients were left out"}, ""),
        ({"type": ["Journal Article", "Retracted Publication"]}, "retracted"),
        ({"type": "Article; Retracted Publication"}, "retracted"),
        ({"Document Type": "Retracted"}, "retracted"),
        ({"type": ["Retraction of Publication"]}, ""),
        ({"type": "Study of retracted papers"}, ""),
        ({"is_retracted": True}, "retracted"),
        ({"retracted": False}, ""),
        ({"Retracted": "Yes"}, "retracted"),
        ({"Retracted": "no"}, ""),
        ({"withdrawn": "true"}, "withdrawn"),
        ({"corrections": [{"type": "RetractionIn", "source": NOTICE, "pmid": "20137807"}]},
         "retracted 2010-02-06 (10.1016/S0140-6736(10)60175-4)"),
        ({"corrections": [{"type": "RetractionOf", "pmid": "1"}, {"type": "PartialRetractionIn", "pmid": "2"}]}, ""),
        ({"retraction_in": "Lancet. 2010 Feb 6;375:445. PMID: 20137807"}, "retracted 2010-02-06 (PMID 20137807)"),
        ({"updated-by": [{"type": "retraction", "DOI": "10.1/n", "updated": {"date-parts": [[2021, 3, 4]]}}]},
         "retracted 2021-03-04 (10.1/n)"),
        ({"updated-by": [{"type": "correction", "DOI": "10.1/n"}, {"type": "withdrawal"}]}, "withdrawn"),
        ({"updated-by": [{"type": "expression_of_concern"}]}, ""),
        ({"update-to": [{"type": "retraction", "DOI": "10.1/other"}]}, ""),
        ({"update-to": [{"type": "retraction", "DOI": "10.1/SELF"}]}, "retracted"),
        ({"RetractionNature": "Retraction", "RetractionDate": "2021-01-31", "RetractionDOI": "10.1000/n"},
         "retracted 2021-01-31 (10.1000/n)"),
        ({"RetractionNature": "Correction", "RetractionDate": "2021-01-31"}, ""),
    ],
)  # fmt: skip
def test_fields_tell(extra: dict[str, Any], expected: str) -> None:
    assert said(doi="10.1/self", **extra) == expected


def test_what_says_just_this_does_not_stay_beside_it() -> None:
    found, left = find_retraction(
        "A", "", "", {"note": ["Retracted 2021 (10.1000/n)", "mine"], "retraction": "withdrawn"}
    )
    assert (found, left) == ("retracted 2021 (10.1000/n)", {"note": "mine"})


def test_what_says_most_is_taken() -> None:
    assert said("RETRACTED: A", retracted=True, retraction_in=NOTICE).startswith("retracted 2010-02-06 (10.1016/")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["retracted", "withdrawn 2019"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "DOI", "updated"]), inner),
    max_leaves=6,
)
names = st.sampled_from("note comment type updated-by update-to corrections retraction Retracted retraction_in".split())


@given(title=st.text(), abstract=st.text(), extra=st.dictionaries(names, values))
def test_any_record_can_be_asked(title: str, abstract: str, extra: dict[str, Any]) -> None:
    found, left = find_retraction(title, abstract, "", extra)
    assert not found or found.split()[0] in ("retracted", "withdrawn")
    assert left.keys() <= extra.keys()


PUBMED = """<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID>
<Article><ArticleTitle>Vitamin Z</ArticleTitle><PublicationTypeList>
<PublicationType>Retracted Publication</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>BMJ. 2011 Jan 6;342:c7452</RefSource>
<PMID>2</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
FILES = {
    "pubmed-xml": (PUBMED, "retracted 2011-01-06 (PMID 2)"),
    "nbib": (
        "PMID- 1\nTI  - Vitamin Z\nPT  - Retracted Publication\nRIN - BMJ. 2011 Jan 6;342:c7452. PMID: 2\n",
        "retracted 2011-01-06 (PMID 2)",
    ),
    "ris": ("TY  - JOUR\nTI  - RETRACTED: Vitamin Z\nPY  - 2010\nER  - \n", "retracted"),
    "wos": ("FN X\nVR 1.0\nPT J\nTI Vitamin Z\nSO BMJ\nDT Article; Retracted Publication\nER\nEF\n", "retracted"),
    "csv": ("Title,Year,Document Type\nVitamin Z,2010,Retracted\n", "retracted"),
    "openalex": ('{"id":"https://openalex.org/W1","title":"Vitamin Z","is_retracted":true}', "retracted"),
    "crossref": (
        '{"message-type":"work","message":{"DOI":"10.1000/a","title":["Vitamin Z"],"updated-by":[{"type":"retraction",'
        '"DOI":"10.1000/n","updated":{"date-parts":[[2021,3,4]]}}]}}',
        "retracted 2021-03-04 (10.1000/n)",
    ),
    "arxiv-snapshot": (
        '{"id":"0704.0001","submitter":"A","title":"Z","comments":"This paper has been withdrawn","abstract":"Text.",'
        '"versions":[],"update_date":"2008-01-01"}',
        "withdrawn",
    ),
    "jsonl": ('{"title":"Vitamin Z","retraction":"retracted 2021"}', "retracted 2021"),
    "bibtex": ("@article{a, title={Vitamin Z}, note={Retracted 2021-03-04}}", "retracted 2021-03-04"),
}


@pytest.mark.parametrize("format", FILES)
def test_each_format_tells_in_its_own_way(format: str, tmp_path: Path) -> None:
    content, expected = FILES[format]
    file = tmp_path / "file"
    file.write_text(content, encoding="utf-8")
    (paper,) = [one for one in read_papers(file, format) if isinstance(one, Paper)]
    assert paper.retraction == expected
    assert paper.marked_title == f"[{expected.split()[0]}] {paper.title}"


def test_our_own_lines_keep_it(tmp_path: Path) -> None:
    paper = Paper(id="a", title="A", retraction="retracted 2021-03-04 (10.1000/n)")
    file = tmp_path / "own.jsonl"
    file.write_text(paper.model_dump_json(), encoding="utf-8")
    (again,) = [one for one in read_papers(file) if isinstance(one, Paper)]
    assert again.retraction == paper.retraction


def test_a_paper_that_stands_has_the_hash_that_it_had() -> None:
    paper = Paper(id="a", title="A", abstract="B")
    assert paper.content_hash() != paper.model_copy(update={"retraction": "withdrawn"}).content_hash()
    assert paper.marked_title == "A"
