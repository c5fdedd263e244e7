"""How many of the failing imports and exports of ../shared/cases/formats come out right.

    python -m benchmarks.formats_cases [--errors] [--kinds]

``cases.jsonl`` names a file, what went wrong with it, and in words what is right; the files stay where they are. Each
case has one expectation here, made of those words and judged by what the public functions give: a case is right where
the expectation holds, and wrong where it does not or anything is raised. A file that is refused by name counts as right
where the words allow that ("read, or named").
"""

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.export.apa import format_apa
from assistant.export.csl import format_references
from assistant.export.library_export import format_papers
from assistant.testing import HashEmbedder
from benchmarks.corpora import SHARED
from store.citation_keys import citation_keys
from store.errors import ConspectusError, SourceError
from store.ingest import add_file
from store.library import Library
from store.paper import Paper, Problem
from store.readers import Item, read_papers

FOLDER = SHARED / "cases" / "formats"


class Case:
    """A file that was read, and what is made of it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @cached_property
    def items(self) -> list[Item]:
        """Everything that the file holds."""
        return list(read_papers(self.file))

    @cached_property
    def papers(self) -> list[Paper]:
        """Its papers."""
        return [item for item in self.items if isinstance(item, Paper)]

    @property
    def paper(self) -> Paper:
        """Its first paper."""
        return self.papers[0]

    @property
    def reasons(self) -> str:
        """What was reported, in one text."""
        return "\n".join(item.reason for item in self.items if isinstance(item, Problem))

    @property
    def names(self) -> list[str]:
        """The authors of the first paper as they are shown."""
        return [author.name for author in self.paper.authors]

    def export(self, format: str) -> str:
        """The papers as a file of another format."""
        keys = citation_keys(self.papers)
        return "".join(format_papers(lambda: iter(self.papers), format, keys))

    @property
    def csl(self) -> list[dict[str, Any]]:
        """The papers as items of CSL."""
        return list(json.loads(self.export("csl-json")))

    def again(self, format: str) -> list[Paper]:
        """The papers that are read of such a file."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.txt"
            copy.write_text(self.export(format), encoding="utf-8")
            return [item for item in read_papers(copy) if isinstance(item, Paper)]

    def count_merged(self) -> int:
        """How many papers the file makes in a library."""
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Path(folder), HashEmbedder())
            for _ in add_file(library, self.file):
                pass
            view = library.view()
            return view.count if view else 0

    def reference(self, style: str, number: int = 0) -> str:
        """One reference in a style."""
        return format_references(self.papers, style)[number]


def _ends(text: str, *parts: str) -> bool:
    return all(part in text for part in parts)


def _reads(title: str, authors: list[str], **fields: Any) -> Callable[[Case], bool]:
    """The file is read as one paper with all of that, or refused by a message that names what it is."""

    def check(case: Case) -> bool:
        try:
            paper = case.paper
        except SourceError as refusal:
            return "unknown" not in refusal.what and bool(refusal.hint)
        same = all(getattr(paper, name) == value for name, value in fields.items() if name != "ids")
        ids = fields.get("ids", {}).items() <= paper.identifiers.items()
        return paper.title.rstrip(".") == title and case.names == authors and same and ids

    return check


_TWO = ["Ann Poe", "Max Roe"]
_DOI = {"doi": "10.1000/abc"}
_JSON = {"abstract": "The abstract.", "ids": _DOI}


def _people(item: dict[str, Any], role: str) -> list[str]:
    return [f"{person.get('family')}, {person.get('given')}" for person in item.get(role, [])]


def _missing(case: Case) -> bool:
    second = case.papers[1]
    return (
        case.names == _TWO
        and not second.authors
        and second.venue is None
        and not second.abstract
        and not {"volume", "isbn"} & {name for paper in case.papers for name in paper.extra}
        and "NA" not in case.export("csl-json")
    )


EXPECTED: dict[str, Callable[[Case], bool]] = {
    "ris-initials-jr": lambda c: "Toukhsati, S. R., Smith, J. R., Petrov, I. V., & Kim, I. I." in format_apa(c.paper),
    "wos-initials-jr": lambda c: c.names == ["JR Smith", "IV Petrov", "SR Nielsen"],
    "csv-initials-jr": lambda c: c.names == ["JR Smith", "IV Petrov"],
    "ris-suffix-zotero": lambda c: c.names == ["F. W. Cobb, Jr."],
    "x-ris-suffix-spec": lambda c: "AU  - Cobb, Fields W., Jr.\r\n" in c.export("ris"),
    "bib-dblp-0001": lambda c: c.names == ["Wenbo Guo", "Wei Wang"] and "0001" not in c.export("bibtex"),
    "bib-cnki-zh": lambda c: c.names[0] == "杨育伟" and "杨, 育伟" in c.export("bibtex"),
    "csl-particles": lambda c: "王小明" in c.names and c.csl[0]["author"][4] == {"family": "王", "given": "小明"},
    "x-csl-chicago-cjk": lambda c: "王小明" in c.reference("chicago"),
    "wos-isi-semicolons": lambda c: (
        c.names == ["Hadine Joffe", "Janet E Hall", "Staci Gruber"] and c.paper.identifiers.get("pmid") == "16735938"
    ),
    "scopus-no-author": lambda c: not c.paper.authors and not c.paper.abstract,
    "wos-anonymous": lambda c: not c.paper.authors,
    "csv-na": _missing,
    "wos-email-in-name": lambda c: c.names == ["Andrew N. Stillman", "Ann Poe"],
    "abstract-prefix": lambda c: c.paper.abstract.startswith("Forest and owl"),
    "x-csl-bib-compound": lambda c: "García Márquez, Gabriel and Salazar Miranda, Arianna" in c.export("bibtex"),
    "x-ris-ris-compound": lambda c: "AU  - García Márquez, Gabriel\r\n" in c.export("ris"),
    "x-bib-bib-compound": lambda c: "Mohammad Nejad, S. and Corte-Real Santos, Maria" in c.export("bibtex"),
    "x-bib-csl-editor": lambda c: _people(c.csl[0], "editor") == ["Roe, Max", "Moe, Eva"],
    "x-bib-csl-editor-only-book": lambda c: _people(c.csl[3], "editor") == ["Moe, Eva", "Roe, Max"],
    "x-bib-csl-institution": lambda c: (
        (c.csl[2].get("publisher"), c.csl[2].get("number"), c.csl[2].get("issue")) == ("Institute X", "TR-99-02", None)
    ),
    "x-bib-csl-series": lambda c: c.csl[0].get("collection-title") == "Lecture Notes",
    "x-bib-csl-urldate": lambda c: (
        (c.csl[4].get("accessed"), c.csl[4]["type"]) == ({"date-parts": [[2020, 1, 2]]}, "webpage")
    ),
    "x-bib-ris-school-isbn": lambda c: _ends(c.export("ris"), "PB  - University of Somewhere\r\n", "SN  - 978-3-86490"),
    "x-ris-bib-editor": lambda c: "  editor = {Roe, Max and Moe, Eva},\n" in c.export("bibtex"),
    "x-ris-bib-isbn": lambda c: (
        "  isbn = {978-3-86490-311-3},\n" in c.export("bibtex") and "issn" not in c.export("bibtex")
    ),
    "x-ris-bib-school": lambda c: _ends(
        c.export("bibtex"), "school = {University of Somewhere}", "type = {PhD thesis}"
    ),
    "x-ris-csl-editor": lambda c: c.csl[0]["editor"][0] == {"family": "Roe", "given": "Max"},
    "x-ris-csl-accessed": lambda c: c.csl[0]["accessed"] == {"date-parts": [[2020, 1, 2]]},
    "x-csl-csl-range": lambda c: c.csl[1]["issued"]["date-parts"] == [[2011], [2012]],
    "x-csl-csl-season": lambda c: str(c.csl[0]["issued"].get("season")) == "1",
    "x-nbib-csl-issn": lambda c: _ends(str(c.csl[0].get("ISSN")), "1563-5279", "0020-7454"),
    "x-wos-ris-pmid": lambda c: (
        c.again("ris")[0].identifiers.get("pmid") == "23460466" and c.again("ris")[0].identifiers.get("wos") is not None
    ),
    "x-endnote-booksection": lambda c: (
        _ends(c.export("bibtex"), "@incollection", "booktitle = {The {Book}}", "editor = {Roe, Max}")
        and "journal" not in c.export("bibtex")
    ),
    "x-nbib-bib-dashes": lambda c: c.again("bibtex")[0].keywords == ("GAMBLING -- Psychological aspects",),
    "x-bib-tilde-roundtrip": lambda c: (
        c.again("bibtex")[0].title.startswith("miR-106b~25 ") and "106b~25" in c.again("bibtex")[0].abstract
    ),
    "x-apa-thesis": lambda c: (
        "Doe, J. (2011). A thesis title [PhD thesis, University of Somewhere]." in format_apa(c.papers[1])
    ),
    "x-csl-chicago-given": lambda c: "Doe, Jan." in c.reference("chicago", 1),
    "x-ieee-editor-only": lambda c: "E. Moe" in c.reference("ieee", 3) and "Ed" in c.reference("ieee", 3),
    "crossref-null-date": lambda c: c.paper.date is None or c.paper.year_inferred,
    "ris-da-y1": lambda c: c.paper.date == "1950-01-01",
    "ris-pmc-ids": lambda c: (
        (c.paper.identifiers.get("pmid"), c.paper.identifiers.get("pmcid"), c.paper.date)
        == ("23690738", "PMC3654245", "2013-04-18")
    ),
    "csl-old-issued-list": lambda c: c.paper.date == "2009-01-01",
    "date-22": lambda c: c.paper.date == "2019-05-01",
    "date-23": lambda c: c.paper.date == "2019-05-01",
    "date-26": lambda c: c.paper.date == "2019",
    "csv-covidence": lambda c: c.paper.date == "2019-05",
    "bib-mendeley": lambda c: (
        c.paper.identifiers.get("doi") == "10.1007/978-3-319-24574-4_28"
        and "http://link.springer.com/10.1007/978-3-319-24574-4_28" in c.paper.urls
    ),
    "bib-doi-sici-tex": lambda c: (
        c.paper.identifiers.get("doi") == "10.1002/(sici)1099-1476(199902)22:3<267::aid-mma40>3.0.co;2-a"
    ),
    "bib-arxiv-journal": lambda c: c.paper.identifiers.get("arxiv") == "2101.00001",
    "openalex-entities": lambda c: c.paper.identifiers.get("pmcid") == "PMC5815332",
    "merge-lost-doi-two": lambda c: c.paper.identifiers.get("doi") == "10.1007/978-3-319-29315-8_1",
    "merge-egusphere-comments": lambda c: c.count_merged() == 3,
    "ovid-tagged": _reads(
        "Peak things: a program for searches",
        ["Karin Hjerno", "Peter Hojrup"],
        date="2004",
        venue="Methods in proteome and protein analysis",
    ),
    "paperpile-json": _reads("A title", _TWO, venue="Journal", date="2019-05", **_JSON),
    "mendeley-json": _reads("A title", _TWO, venue="Journal", **_JSON),
    "bbt-json": _reads("A title", _TWO, venue="J", date="2019", **_JSON),
    "europepmc-json": _reads("A title", ["A Poe", "M Roe"], venue="J", date="2019", **_JSON),
    "ads-json": _reads("A title", _TWO, date="2019", **_JSON),
    "inspire-json": _reads("A title", _TWO, **_JSON),
    "esummary-json": _reads("A title", ["A Poe"], venue="J", date="2019-11", ids={"pmid": "31671389"}),
    "openreview-json": _reads("A title", _TWO, venue="ICLR 2024", abstract="The abstract."),
    "dblp-json": _reads("A title", _TWO, venue="J. ACM", date="2019", ids=_DOI),
    "openalex-csv": _reads("A title of a work", _TWO, venue="Journal of Tests", date="2017-09-12", **_JSON),
    "arxiv-listing-csv": _reads("A title", _TWO, abstract="The abstract.", ids={"arxiv": "2101.00001"}),
    "bib-missing-comma": lambda c: (
        c.paper.title == "A title" and c.names == ["Ann Poe"] and c.paper.date == "2001" and bool(c.reasons)
    ),
    "bib-string-undefined": lambda c: "jomch" in c.reasons,
    "bib-xdata": lambda c: len(c.papers) == 1 and not any(p.lost for p in c.items if isinstance(p, Problem)),
    "bib-set": lambda c: len(c.papers) == 2 and not any(p.lost for p in c.items if isinstance(p, Problem)),
    "ris-er-only": lambda c: c.papers[1].title == "Second tool" and c.paper.urls == ("https://example.org",),
    "bib-textsuperscript": lambda c: (
        "\\" not in c.paper.title + c.paper.abstract
        and c.paper.title.replace("₂", "2") == "Growth by MBE using NH³ and H2O"
    ),
    "bib-mkbib": lambda c: (
        "\\" not in c.paper.title and _ends(c.paper.title, "the Alexiad and ", "Intention", " und b ")
    ),
    "bib-symbols": lambda c: c.paper.title.replace(" ", "") == "§5and¶3,©2001,£5,©,†,§",
    "bib-title-question": lambda c: c.paper.title.startswith("¿Qué es? ¡Hola! "),
    "bib-textasciitilde": lambda c: c.paper.title == "miR-106b~25 cluster" and c.paper.abstract == "Values from x~y.",
    "nbib-vernacular": lambda c: c.paper.title == "Über die Pest.",
    "nbib-lid-pii": lambda c: c.paper.extra.get("pages") == "1042" or c.paper.extra.get("article_number") == "1042",
    "crossref-xml-thesis": lambda c: c.names == ["Joe Emil Roe"],
    "enc-latin9": lambda c: "cœur" in c.paper.title + c.paper.abstract and "5 €" in c.paper.title + c.paper.abstract,
}
"""What is right, by the name of a case."""


def judge() -> Iterator[tuple[dict[str, str], bool, str]]:
    """Each case, whether it is right, and what was raised."""
    for line in (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        try:
            yield case, EXPECTED[case["name"]](Case(FOLDER / case["file"])), ""
        except (ConspectusError, LookupError, ValueError, TypeError, AttributeError) as fault:
            yield case, False, f"{type(fault).__name__}: {fault}"


def main() -> None:
    """Print how many are right, and which are not."""
    right: Counter[str] = Counter()
    kinds: dict[str, list[bool]] = defaultdict(list)
    for case, is_right, fault in judge():
        right[case["severity"]] += is_right
        kinds[case["kind"]].append(is_right)
        if not is_right and "--errors" in sys.argv:
            print(f"{case['name']}: {case['right']} {fault[:160]}")
    if "--kinds" in sys.argv:
        for kind, each in kinds.items():
            print(f"{kind}: {sum(each)} of {len(each)}")
    total = sum(map(len, kinds.values()))
    print(f"right: {right.total()} of {total}, in {len(kinds)} kinds; by severity {dict(right)}")


if __name__ == "__main__":
    main()
