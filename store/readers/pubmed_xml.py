"""PubMed XML of ``efetch`` and the baseline files (www.nlm.nih.gov/bsd/licensee/elements_descriptions.html)."""

from typing import Any

from store.readers.artefacts import is_placeholder, strip_full_stop
from store.readers.nbib import ARTICLE_NUMBER
from store.readers.people import Person, build_person
from store.readers.record_builder import choose_date, format_pages
from store.readers.xml_records import (
    Element,
    XmlReader,
    element_text,
    find_element,
    find_elements,
    find_text,
    find_texts,
    inner_markup,
    local_name,
    read_date,
)

_KEYWORDS = ("KeywordList/Keyword", "MeshHeadingList/MeshHeading/DescriptorName")
_IDS = {"pmc": "pmcid", "pmcid": "pmcid", "bookaccession": "nbk"}


class PubmedXmlReader(XmlReader):
    """Reads PubMed's articles and book documents."""

    NAME = "pubmed-xml"
    LABEL = "PubMed XML"
    TAGS = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation", "BookDocument"})
    ROOTS = frozenset(
        "pubmedarticleset pubmedbookarticleset medlinecitationset efetchresult "
        "pubmedarticle pubmedbookarticle medlinecitation bookdocument".split()
    )

    def map_fields(self, record: Element) -> dict[str, Any]:
        """Return our fields of an article or a book document."""
        citations = (find_element(record, name) for name in ("MedlineCitation", "BookDocument"))
        citation = next((element for element in citations if element is not None), record)
        article = find_element(citation, "Article")
        place = citation if article is None else article
        book, journal = find_element(citation, "Book"), find_element(article, "Journal")
        issue, people = find_element(journal, "JournalIssue"), find_element(place, "AuthorList")
        people = find_element(book, "AuthorList") if people is None else people
        lists = find_elements(book, "AuthorList")
        editors = [
            person for each in lists if each.get("Type") == "editors" for person in find_elements(each, "Author")
        ]
        titles = [
            strip_full_stop(inner_markup(find_element(place, "ArticleTitle"))),
            find_text(place, "VernacularTitle"),
            inner_markup(find_element(book, "BookTitle")),
        ]
        abstract = find_element(place, "Abstract")
        return {
            "title": next((text for text in titles if not is_placeholder(text, "title")), ""),
            "abstract": "\n".join(filter(None, map(_join_label, find_elements(abstract, "AbstractText"))))
            or _read_plain_abstract(abstract),
            "authors": [name for name in map(_read_author, find_elements(people, "Author")) if name],
            "editors": [name for name in map(_read_author, editors) if name],
            "authors_truncated": people is not None and people.get("CompleteYN") == "N",
            "date": _choose_date(citation, article, issue, book),
            "venue": _choose_venue(citation, journal, book),
            "keywords": [word for path in _KEYWORDS for word in find_texts(citation, path)],
            "pmid": find_text(citation, "PMID"),
            **_map_identifiers(record, place, book),
            "type": find_texts(place, "PublicationTypeList/PublicationType") or find_texts(place, "PublicationType"),
            "language": find_texts(place, "Language"),
            "volume": find_text(issue, "Volume") or find_text(book, "Volume"),
            "issue": find_text(issue, "Issue"),
            "pages": find_text(place, "Pagination/MedlinePgn")
            or format_pages(find_text(place, "Pagination/StartPage"), find_text(place, "Pagination/EndPage"))
            or _find_number(place),
            "issn": find_text(journal, "ISSN"),
            "journal_abbreviation": find_text(journal, "ISOAbbreviation")
            or find_text(citation, "MedlineJournalInfo/MedlineTA"),
            "isbn": find_text(book, "Isbn"),
            "publisher": find_text(book, "Publisher/PublisherName"),
            "place": find_text(book, "Publisher/PublisherLocation"),
            "edition": find_text(book, "Edition"),
            "series": find_text(book, "CollectionTitle"),
            "original_title": find_text(place, "VernacularTitle"),
            "other_abstract": "\n".join(map(inner_markup, find_elements(citation, "OtherAbstract/AbstractText"))),
            "corrections": [
                _map_correction(correction)
                for correction in find_elements(citation, "CommentsCorrectionsList/CommentsCorrections")
            ],
        }


def _find_number(place: Element) -> str:
    """Find the number that an article has in place of pages."""
    numbers = (element_text(each) for each in find_elements(place, "ELocationID") if each.get("EIdType") == "pii")
    return next(filter(ARTICLE_NUMBER.fullmatch, numbers), "")


def _choose_venue(citation: Element, journal: Element | None, book: Element | None) -> str:
    own = find_text(journal, "Title", "ISOAbbreviation") or find_text(book, "BookTitle")
    return own or find_text(citation, "MedlineJournalInfo/MedlineTA")


def _join_label(part: Element) -> str:
    label, text = part.get("Label", ""), inner_markup(part)
    return f"{label}: {text}" if label and text and label != "UNLABELLED" else text


def _read_plain_abstract(abstract: Element | None) -> str:
    """Return an abstract without the elements that it should have."""
    return "" if find_elements(abstract, "AbstractText") else element_text(abstract)


def _read_author(author: Element) -> Person | str:
    first = find_text(author, "ForeName", "FirstName", "Initials")
    body = find_text(author, "CollectiveName")
    return build_person(find_text(author, "LastName"), first, find_text(author, "Suffix"), literal=body)


def _choose_date(citation: Element, article: Element | None, issue: Element | None, book: Element | None) -> str:
    published = find_element(issue, "PubDate")
    published = find_element(book, "PubDate") if published is None else published
    dates = (read_date(published), find_text(published, "MedlineDate"), read_date(find_element(article, "ArticleDate")))
    return choose_date(*dates) or choose_date(read_date(find_element(citation, "ContributionDate")))


def _map_identifiers(record: Element, place: Element, book: Element | None) -> dict[str, Any]:
    lists = (
        "PubmedData/ArticleIdList/ArticleId",
        "PubmedBookData/ArticleIdList/ArticleId",
        "BookDocument/ArticleIdList/ArticleId",
    )
    elements = (element for path in lists for element in find_elements(record, path))
    ids = {element.get("IdType", ""): element_text(element) for element in elements}
    located = [*find_elements(place, "ELocationID"), *find_elements(book, "ELocationID")]
    places = {element.get("EIdType", ""): element_text(element) for element in located if element.get("ValidYN") != "N"}
    return {
        "doi": places.get("doi") or ids.get("doi"),
        "identifiers": {ours: ids[theirs] for theirs, ours in _IDS.items() if ids.get(theirs)},
    }


def _map_correction(correction: Element) -> dict[str, str]:
    """Describe a retraction, erratum or comment: what it is and where."""
    return {
        "type": correction.get("RefType", local_name(correction)),
        "source": find_text(correction, "RefSource"),
        "pmid": find_text(correction, "PMID"),
    }
