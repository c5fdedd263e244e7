"""PubMed XML of ``efetch`` and the baseline files (www.nlm.nih.gov/bsd/licensee/elements_descriptions.html)."""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import date_of
from store.readers.textfile import TextFile
from store.readers.xml_records import (
    Element,
    at,
    date_at,
    every,
    inner,
    local,
    read_xml,
    root_of,
    text_at,
    texts_at,
    words,
)

NAME = "pubmed-xml"
LABEL = "PubMed XML"

_TAGS = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation", "BookDocument"})
_ROOTS = _TAGS | {"PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet", "eFetchResult"}
_KEYWORDS = ("KeywordList/Keyword", "MeshHeadingList/MeshHeading/DescriptorName")
_IDS = {"pmc": "pmcid", "pmcid": "pmcid", "bookaccession": "nbk"}


def sniff(head: str) -> bool:
    """The root of PubMed's sets or records."""
    return root_of(head).partition(" ")[0] in _ROOTS


def read(file: TextFile) -> Iterator[Item]:
    """Yield each citation; one without title, abstract and identifier is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of an article or a book document."""
    citation = next(
        (one for one in (at(record, "MedlineCitation"), at(record, "BookDocument")) if one is not None), record
    )
    article = at(citation, "Article")
    place = citation if article is None else article
    book, journal = at(citation, "Book"), at(article, "Journal")
    issue, people = at(journal, "JournalIssue"), at(place, "AuthorList")
    people = at(book, "AuthorList") if people is None else people
    abstract = at(place, "Abstract")
    return {
        "title": inner(at(place, "ArticleTitle")) or text_at(place, "VernacularTitle") or inner(at(book, "BookTitle")),
        "abstract": "\n".join(filter(None, map(_labelled, every(abstract, "AbstractText")))) or _bare(abstract),
        "authors": [name for name in map(_author, every(people, "Author")) if name],
        "authors_truncated": people is not None and people.get("CompleteYN") == "N",
        "date": _date(citation, article, issue, book),
        "venue": _venue(citation, journal, book),
        "keywords": [word for path in _KEYWORDS for word in texts_at(citation, path)],
        "pmid": text_at(citation, "PMID"),
        **_identifiers(record, place, book),
        "type": texts_at(place, "PublicationTypeList/PublicationType") or texts_at(place, "PublicationType"),
        "language": texts_at(place, "Language"),
        "volume": text_at(issue, "Volume"),
        "issue": text_at(issue, "Issue"),
        "pages": text_at(place, "Pagination/MedlinePgn", "Pagination/StartPage"),
        "issn": text_at(journal, "ISSN"),
        "isbn": text_at(book, "Isbn"),
        "publisher": text_at(book, "Publisher/PublisherName"),
        "original_title": text_at(place, "VernacularTitle"),
        "other_abstract": "\n".join(map(inner, every(citation, "OtherAbstract/AbstractText"))),
        "corrections": [_correction(one) for one in every(citation, "CommentsCorrectionsList/CommentsCorrections")],
    }


def _venue(citation: Element, journal: Element | None, book: Element | None) -> str:
    own = text_at(journal, "Title", "ISOAbbreviation") or text_at(book, "BookTitle")
    return own or text_at(citation, "MedlineJournalInfo/MedlineTA")


def _labelled(part: Element) -> str:
    label, said = part.get("Label", ""), inner(part)
    return f"{label}: {said}" if label and said and label != "UNLABELLED" else said


def _bare(abstract: Element | None) -> str:
    """An abstract without the elements that it should have."""
    return "" if every(abstract, "AbstractText") else words(abstract)


def _author(author: Element) -> str:
    whole = " ".join(filter(None, (text_at(author, "ForeName", "FirstName", "Initials"), text_at(author, "LastName"))))
    suffix = text_at(author, "Suffix")
    return (f"{whole}, {suffix}" if suffix and whole else whole) or text_at(author, "CollectiveName")


def _date(citation: Element, article: Element | None, issue: Element | None, book: Element | None) -> str:
    published = at(issue, "PubDate")
    published = at(book, "PubDate") if published is None else published
    given = (date_at(published), text_at(published, "MedlineDate"), date_at(at(article, "ArticleDate")))
    return date_of(*given) or date_of(date_at(at(citation, "ContributionDate")))


def _identifiers(record: Element, place: Element, book: Element | None) -> dict[str, Any]:
    lists = (
        "PubmedData/ArticleIdList/ArticleId",
        "PubmedBookData/ArticleIdList/ArticleId",
        "BookDocument/ArticleIdList/ArticleId",
    )
    ids = {one.get("IdType", ""): words(one) for path in lists for one in every(record, path)}
    located = [*every(place, "ELocationID"), *every(book, "ELocationID")]
    places = {one.get("EIdType", ""): words(one) for one in located if one.get("ValidYN") != "N"}
    return {
        "doi": places.get("doi") or ids.get("doi"),
        "identifiers": {ours: ids[theirs] for theirs, ours in _IDS.items() if ids.get(theirs)},
    }


def _correction(one: Element) -> dict[str, str]:
    """A retraction, erratum or comment: what it is and where."""
    return {"type": one.get("RefType", local(one)), "source": text_at(one, "RefSource"), "pmid": text_at(one, "PMID")}
