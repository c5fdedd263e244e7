"""PubMed XML of ``efetch`` and the baseline files (www.nlm.nih.gov/bsd/licensee/elements_descriptions.html)."""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import choose_date
from store.readers.textfile import TextFile
from store.readers.xml_records import (
    Element,
    find_element,
    read_date,
    find_elements,
    inner_markup,
    local_name,
    read_xml,
    root_name,
    find_text,
    find_texts,
    element_text,
)

NAME = "pubmed-xml"
LABEL = "PubMed XML"

_TAGS = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation", "BookDocument"})
_ROOTS = _TAGS | {"PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet", "eFetchResult"}
_KEYWORDS = ("KeywordList/Keyword", "MeshHeadingList/MeshHeading/DescriptorName")
_IDS = {"pmc": "pmcid", "pmcid": "pmcid", "bookaccession": "nbk"}


def sniff(head: str) -> bool:
    """The root of PubMed's sets or records."""
    return root_name(head).partition(" ")[0] in _ROOTS


def read(file: TextFile) -> Iterator[Item]:
    """Yield each citation; one without title, abstract and identifier is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of an article or a book document."""
    citation = next(
        (one for one in (find_element(record, "MedlineCitation"), find_element(record, "BookDocument")) if one is not None), record
    )
    article = find_element(citation, "Article")
    place = citation if article is None else article
    book, journal = find_element(citation, "Book"), find_element(article, "Journal")
    issue, people = find_element(journal, "JournalIssue"), find_element(place, "AuthorList")
    people = find_element(book, "AuthorList") if people is None else people
    abstract = find_element(place, "Abstract")
    return {
        "title": inner_markup(find_element(place, "ArticleTitle")) or find_text(place, "VernacularTitle") or inner_markup(find_element(book, "BookTitle")),
        "abstract": "\n".join(filter(None, map(_labelled, find_elements(abstract, "AbstractText")))) or _bare(abstract),
        "authors": [name for name in map(_author, find_elements(people, "Author")) if name],
        "authors_truncated": people is not None and people.get("CompleteYN") == "N",
        "date": _date(citation, article, issue, book),
        "venue": _venue(citation, journal, book),
        "keywords": [word for path in _KEYWORDS for word in find_texts(citation, path)],
        "pmid": find_text(citation, "PMID"),
        **_identifiers(record, place, book),
        "type": find_texts(place, "PublicationTypeList/PublicationType") or find_texts(place, "PublicationType"),
        "language": find_texts(place, "Language"),
        "volume": find_text(issue, "Volume"),
        "issue": find_text(issue, "Issue"),
        "pages": find_text(place, "Pagination/MedlinePgn", "Pagination/StartPage"),
        "issn": find_text(journal, "ISSN"),
        "isbn": find_text(book, "Isbn"),
        "publisher": find_text(book, "Publisher/PublisherName"),
        "original_title": find_text(place, "VernacularTitle"),
        "other_abstract": "\n".join(map(inner_markup, find_elements(citation, "OtherAbstract/AbstractText"))),
        "corrections": [_correction(one) for one in find_elements(citation, "CommentsCorrectionsList/CommentsCorrections")],
    }


def _venue(citation: Element, journal: Element | None, book: Element | None) -> str:
    own = find_text(journal, "Title", "ISOAbbreviation") or find_text(book, "BookTitle")
    return own or find_text(citation, "MedlineJournalInfo/MedlineTA")


def _labelled(part: Element) -> str:
    label, said = part.get("Label", ""), inner_markup(part)
    return f"{label}: {said}" if label and said and label != "UNLABELLED" else said


def _bare(abstract: Element | None) -> str:
    """An abstract without the elements that it should have."""
    return "" if find_elements(abstract, "AbstractText") else element_text(abstract)


def _author(author: Element) -> str:
    whole = " ".join(filter(None, (find_text(author, "ForeName", "FirstName", "Initials"), find_text(author, "LastName"))))
    suffix = find_text(author, "Suffix")
    return (f"{whole}, {suffix}" if suffix and whole else whole) or find_text(author, "CollectiveName")


def _date(citation: Element, article: Element | None, issue: Element | None, book: Element | None) -> str:
    published = find_element(issue, "PubDate")
    published = find_element(book, "PubDate") if published is None else published
    given = (read_date(published), find_text(published, "MedlineDate"), read_date(find_element(article, "ArticleDate")))
    return choose_date(*given) or choose_date(read_date(find_element(citation, "ContributionDate")))


def _identifiers(record: Element, place: Element, book: Element | None) -> dict[str, Any]:
    lists = (
        "PubmedData/ArticleIdList/ArticleId",
        "PubmedBookData/ArticleIdList/ArticleId",
        "BookDocument/ArticleIdList/ArticleId",
    )
    ids = {one.get("IdType", ""): element_text(one) for path in lists for one in find_elements(record, path)}
    located = [*find_elements(place, "ELocationID"), *find_elements(book, "ELocationID")]
    places = {one.get("EIdType", ""): element_text(one) for one in located if one.get("ValidYN") != "N"}
    return {
        "doi": places.get("doi") or ids.get("doi"),
        "identifiers": {ours: ids[theirs] for theirs, ours in _IDS.items() if ids.get(theirs)},
    }


def _correction(one: Element) -> dict[str, str]:
    """A retraction, erratum or comment: what it is and where."""
    return {"type": one.get("RefType", local_name(one)), "source": find_text(one, "RefSource"), "pmid": find_text(one, "PMID")}
