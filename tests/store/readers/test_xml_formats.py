"""PubMed, EndNote, arXiv and Crossref as XML; and XML that attacks, breaks off or is put together."""

import pytest

from store.errors import SourceError
from tests.store.readers.reading import Read, doubts, lost, papers
from tests.store.readers.samples import SAMPLES

ARTICLE = """<PubmedArticle><MedlineCitation><PMID>{0}</PMID>
<Article><ArticleTitle>{1}</ArticleTitle>{2}</Article></MedlineCitation></PubmedArticle>"""
LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))


def pubmed(*articles: str, head: str = "") -> str:
    return f"{head}<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>"


@pytest.mark.parametrize(
    "declared",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
    ],
)
def test_entities_are_refused(read: Read, declared: str) -> None:
    text = pubmed(ARTICLE.format(1, "&l9;", ""), head=f"<!DOCTYPE PubmedArticleSet [{declared}]>")
    with pytest.raises(SourceError, match="line 1: the XML declares entities") as refused:
        read(text)
    assert refused.value.hint


def test_small_faults_are_passed_over_and_told(read: Read) -> None:
    items = read(pubmed(ARTICLE.format(1, "A &nbsp; B & C \x0b", ""), ARTICLE.format(2, "D", "")))
    assert [paper.title for paper in papers(items)] == ["A B C", "D"]
    assert all("not well-formed" in doubt for doubt in doubts(items))
    assert doubts(items)


def test_a_file_that_breaks_off_loses_no_record_in_silence(read: Read) -> None:
    whole = pubmed(ARTICLE.format(1, "A", ""), "\n", ARTICLE.format(2, "B", "<Language>eng</Language>"))
    for end in range(whole.index("<PMID>2"), len(whole)):
        items = read(whole[:end])
        assert papers(items)[0].title == "A"
        assert len(papers(items)) + len(lost(items)) >= 2
        assert [one for one in items if one not in papers(items)], end


@pytest.mark.parametrize("text", ["<a>" * 5000, "x" * 11_000_000])
def test_what_passes_the_limits_is_told(read: Read, text: str) -> None:
    items = read(pubmed(ARTICLE.format(1, text, "")))
    assert papers(items) == []
    assert lost(items)


def test_files_put_one_behind_the_other_are_read(read: Read) -> None:
    text = pubmed(ARTICLE.format(1, "A", ""), head='<?xml version="1.0"?>\n')
    items = read(f"{text}\n{text.replace('>A<', '>B<')}")
    assert [(paper.title, paper.source.line) for paper in papers(items)] == [("A", 2), ("B", 5)]
    assert len(items) == 2


def test_records_without_a_root_are_read(read: Read) -> None:
    items = read(ARTICLE.format(1, "A", "") + ARTICLE.format(2, "B", ""))
    assert [paper.title for paper in papers(items)] == ["A", "B"]
    assert len(items) == 2


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="windows-1252"?>', '<?xml version="1.0"?>'])
def test_windows_1252_is_read_declared_or_not(read: Read, head: str) -> None:
    items = read(pubmed(ARTICLE.format(1, "Café “soup”", ""), head=head).encode("cp1252"))
    assert papers(items)[0].title == "Café “soup”"
    assert lost(items) == []


def test_pubmed_labels_markup_and_corrections(read: Read) -> None:
    body = """<Abstract><AbstractText Label="AIM">CO<sub>2</sub> &lt; 5</AbstractText>
<AbstractText>End.</AbstractText></Abstract>
<AuthorList CompleteYN="N"><Author><CollectiveName>The Group</CollectiveName></Author></AuthorList>"""
    more = """<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><PMID>9</PMID></CommentsCorrections>
</CommentsCorrectionsList>"""
    text = pubmed(ARTICLE.format(1, "A", body).replace("</MedlineCitation>", f"{more}</MedlineCitation>"))
    (paper,) = papers(read(text))
    assert paper.abstract == "AIM: CO2 < 5 End."
    assert (paper.authors[0].name, paper.authors_truncated) == ("The Group", True)
    assert paper.extra["corrections"] == [{"type": "RetractionIn", "source": "", "pmid": "9"}]


def test_pubmed_takes_ids_from_the_paper_not_from_its_references(read: Read) -> None:
    data = """<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1234/own</ArticleId>
<ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1234/other</ArticleId></ArticleIdList>
</Reference></ReferenceList></PubmedData></PubmedArticle>"""
    (paper,) = papers(read(pubmed(ARTICLE.format(1, "A", "").replace("</PubmedArticle>", data))))
    assert paper.identifiers == {"doi": "10.1234/own", "pmid": "1", "pmcid": "PMC1"}


def test_pubmed_titles_in_the_original_and_numbers_of_articles(read: Read) -> None:
    rest = """<ELocationID EIdType="pii">1042</ELocationID><VernacularTitle>Von Suppen.</VernacularTitle>"""
    (paper,) = papers(read(pubmed(ARTICLE.format(1, "[Not Available].", rest))))
    assert (paper.title, paper.extra["pages"]) == ("Von Suppen.", "1042")


def test_a_chapter_of_crossref_has_the_editors_and_the_date_of_its_book(read: Read) -> None:
    text = """<doi_records><doi_record><crossref><book><book_metadata><contributors>
<person_name contributor_role="editor"><given_name>Max</given_name><surname>Roe</surname></person_name></contributors>
<titles><title>Soups</title></titles><publication_date><year>2001</year></publication_date></book_metadata>
<content_item component_type="chapter"><titles><title>Broth</title></titles></content_item>
</book></crossref></doi_record></doi_records>"""
    (paper,) = papers(read(text))
    assert (paper.kind, paper.date, paper.venue) == ("chapter", "2001", "Soups")
    assert [(person.role, person.name) for person in paper.contributors] == [("editor", "Max Roe")]


def test_pubmed_books(read: Read) -> None:
    text = """<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>5</PMID><Book><BookTitle>Soups</BookTitle>
<PubDate><Year>2009</Year><Month>02</Month></PubDate></Book></BookDocument></PubmedBookArticle></PubmedArticleSet>"""
    (paper,) = papers(read(text))
    assert (paper.title, paper.date, paper.venue) == ("Soups", "2009-02", "Soups")


def test_an_error_of_arxiv_is_told(read: Read) -> None:
    text = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#x</id><title>Error</title>
<summary>incorrect id format</summary></entry></feed>"""
    items = read(text)
    assert papers(items) == []
    assert len(lost(items)) == 1


def test_arxiv_ids_and_categories(read: Read) -> None:
    first, second = papers(read(SAMPLES["arxiv-atom"]))
    assert (first.identifiers["arxiv"], first.categories) == ("2203.05482", ("cs.LG", "stat.ML"))
    assert second.identifiers == {"arxiv": "math/0601001"}
    assert papers(read(SAMPLES["arxiv-oai"]))[1].identifiers == {"arxiv": "math/0601001"}


def test_a_record_that_arxiv_deleted_is_told(read: Read) -> None:
    text = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><record><header status="deleted">
<identifier>oai:arXiv.org:1</identifier></header></record></OAI-PMH>"""
    assert len(lost(read(text))) == 1


def test_endnote_keeps_what_it_does_not_know(read: Read) -> None:
    text = """<xml><records><record><ref-type name="Book">6</ref-type><titles><title>A</title></titles>
<custom1>x</custom1><custom1>y</custom1><id>5</id><urls><related-urls><url>https://x.org/a</url></related-urls></urls>
</record></records></xml>"""
    (paper,) = papers(read(text))
    assert paper.extra == {"type": "Book", "custom1": ["x", "y"], "id": "5"}
    assert paper.urls == ("https://x.org/a",)


def test_a_location_that_pubmed_calls_invalid_is_no_doi(read: Read) -> None:
    (paper,) = papers(
        read(
            "<PubmedArticle><MedlineCitation><Article><ArticleTitle>A</ArticleTitle>"
            '<ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID></Article></MedlineCitation>'
            '<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/right</ArticleId></ArticleIdList></PubmedData>'
            "</PubmedArticle>"
        )
    )
    assert paper.identifiers == {"doi": "10.1000/right"}


def test_of_many_small_faults_three_are_told_and_the_rest_counted(read: Read) -> None:
    items = read(pubmed(*(ARTICLE.format(n, "A &nbsp; B", "") for n in range(1, 6))))
    reasons = doubts(items)
    assert sum("not well-formed XML" in doubt for doubt in reasons) == 3
    assert [doubt for doubt in reasons if "more faults" in doubt] == ["2 more faults in the form of the XML"]


def test_the_numbers_of_a_journal_article_of_crossref(read: Read) -> None:
    text = """<doi_records><doi_record><crossref><journal>
<journal_metadata><full_title>Soups</full_title><issn>1234-5679</issn></journal_metadata>
<journal_issue><journal_volume><volume>35</volume></journal_volume><issue>2</issue></journal_issue>
<journal_article><titles><title>A</title></titles><pages><first_page>212</first_page><last_page>213</last_page></pages>
<doi_data><doi>10.1000/a</doi><resource>https://example.org/a</resource></doi_data></journal_article>
</journal></crossref></doi_record></doi_records>"""
    (paper,) = papers(read(text))
    assert {name: paper.extra[name] for name in ("volume", "issue", "pages")} == {
        "volume": "35",
        "issue": "2",
        "pages": "212–213",
    }
    assert (paper.venue, paper.urls, paper.identifiers) == (
        "Soups",
        ("https://example.org/a",),
        {"doi": "10.1000/a"},
    )


def test_people_with_carriage_returns_between_them_are_several(read: Read) -> None:
    text = """<xml><records><record><ref-type name="Book">6</ref-type><contributors><authors><author>Poe, Ann&#xD;Roe,
Max</author></authors></contributors><titles><title>A title</title></titles></record></records></xml>"""
    (paper,) = papers(read(text))
    assert [author.name for author in paper.authors] == ["Ann Poe", "Max Roe"]


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        ("<title>Of <i>posted</i> things</title><subtitle>A survey</subtitle>", "Of posted things: A survey"),
        ("<title>Why?</title><subtitle>A survey</subtitle>", "Why? A survey"),
        ("<title>Things: a survey</title><subtitle>A survey</subtitle>", "Things: a survey"),
    ],
)
def test_a_subtitle_is_a_part_of_the_title(read: Read, titles: str, title: str) -> None:
    text = f"<doi_records><doi_record><crossref><posted_content><titles>{titles}</titles></posted_content></crossref>"
    assert papers(read(f"{text}</doi_record></doi_records>"))[0].title == title
