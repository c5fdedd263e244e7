"""JSON of biomedical databases: Europe PMC's searches (europepmc.org/RestfulWebService) and NCBI's ``esummary``."""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.artefacts import strip_full_stop
from store.readers.author_names import part_initials
from store.readers.json_records import JsonApiReader, as_object, as_objects, as_texts, get_text
from store.readers.people import Person, build_person
from store.readers.record_builder import choose_date, map_authors


class EuropePmcReader(JsonApiReader):
    """Reads the answers of Europe PMC."""

    NAME = "europe-pmc"
    LABEL = "Europe PMC JSON"
    SIGNS = (
        (re.compile(r'"resultList"\s*:'),),
        (re.compile(r'"authorString"\s*:'), re.compile(r'"(?:pubYear|journalTitle|journalInfo|abstractText)"\s*:')),
    )

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the results of an answer."""
        results = as_object(answer.get("resultList")).get("result")
        return results if isinstance(results, list) else None

    def map_fields(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a result."""
        info = as_object(result.get("journalInfo"))
        journal, book = as_object(info.get("journal")), as_object(result.get("bookOrReportDetails"))
        people = as_objects(as_object(result.get("authorList")).get("author"))
        kinds = as_object(result.get("pubTypeList")).get("pubType") or get_text(result, "pubType").split("; ")
        return {
            "title": strip_full_stop(get_text(result, "title")),
            "abstract": get_text(result, "abstractText"),
            **(
                {"authors": [*filter(None, map(_read_author, people))]}
                if people
                else _split_string(get_text(result, "authorString"))
            ),
            "date": choose_date(get_text(info, "printPublicationDate"), get_text(info, "dateOfPublication"),
                                get_text(result, "pubYear"), get_text(result, "firstPublicationDate")),
            "venue": get_text(journal, "title") or get_text(book, "comprisingTitle")
            or get_text(result, "journalTitle", "bookOrReportDetails"),
            "keywords": as_texts(as_object(result.get("keywordList")).get("keyword")),
            "doi": get_text(result, "doi"),
            "pmid": get_text(result, "pmid"),
            "identifiers": {"pmcid": get_text(result, "pmcid")},
            "citation_count": get_text(result, "citedByCount") or None,
            "volume": get_text(info, "volume") or get_text(result, "journalVolume"),
            "issue": get_text(info, "issue") or get_text(result, "issue"),
            "pages": get_text(result, "pageInfo"),
            "journal_abbreviation": get_text(journal, "isoabbreviation", "medlineAbbreviation"),
            "publisher": get_text(book, "publisher"),
            "isbn": get_text(book, "isbn13", "isbn10"),
            "issn": [get_text(journal, "issn"), get_text(journal, "essn"), get_text(result, "journalIssn")],
            "language": get_text(result, "language"),
            "type": as_texts(kinds),
        }  # fmt: skip


class PubmedSummaryReader(JsonApiReader):
    """Reads the answers of NCBI's esummary, which have no abstracts."""

    NAME = "pubmed-summary"
    LABEL = "PubMed esummary JSON"
    SIGNS = ((re.compile(r'"uids"\s*:\s*\['), re.compile(r'"(?:esummary|articleids|pubdate)"')),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the summaries of an answer."""
        result = as_object(answer.get("result")) or answer
        uids = result.get("uids")
        return [result.get(uid) for uid in as_texts(uids)] if isinstance(uids, list) else None

    def map_fields(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a summary."""
        ids = {
            get_text(number, "idtype"): get_text(number, "value") for number in as_objects(summary.get("articleids"))
        }
        people = as_objects(summary.get("authors"))
        return {
            "title": strip_full_stop(get_text(summary, "title", "booktitle")),
            **map_authors(_turn(person) for person in people if get_text(person, "authtype") != "Editor"),
            "editors": [_turn(person) for person in people if get_text(person, "authtype") == "Editor"],
            "date": choose_date(get_text(summary, "pubdate"), get_text(summary, "epubdate")),
            "venue": get_text(summary, "fulljournalname", "source"),
            "pmid": ids.get("pubmed") or get_text(summary, "uid"),
            "doi": ids.get("doi"),
            "identifiers": {"pmcid": ids.get("pmc", "")},
            "citation_count": get_text(summary, "pmcrefcount") or None,
            "language": as_texts(summary.get("lang")),
            "type": as_texts(summary.get("pubtype")),
            "issn": [*filter(None, (get_text(summary, "issn"), get_text(summary, "essn")))],
            "journal_abbreviation": get_text(summary, "source"),
            "publisher": get_text(summary, "publishername"),
            "place": get_text(summary, "publisherlocation"),
            **{name: get_text(summary, name) for name in ("volume", "issue", "pages", "edition")},
        }


def _read_author(author: dict[str, Any]) -> Person | str:
    body = get_text(author, "collectiveName", "fullName")
    return build_person(get_text(author, "lastName"), get_text(author, "firstName", "initials"), literal=body)


def _split_string(text: str) -> dict[str, Any]:
    """Return the authors of "Poe A, Roe M."."""
    return map_authors(part_initials(name) or name for name in map(str.strip, text.rstrip(". ").split(",")))


def _turn(author: dict[str, Any]) -> str:
    name = get_text(author, "name")
    return part_initials(name) or name
