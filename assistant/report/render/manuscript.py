"""A report with what it takes to print it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from assistant.export.apa import apa
from assistant.export.conversation import remembered
from assistant.export.csl import references
from assistant.report.figures.figure import Picture
from assistant.report.schema import Report
from assistant.types import Citation
from store.citation_keys import citation_keys
from store.paper import Paper
from store.readers.identifiers import NORMALISERS


class Manuscript(NamedTuple):
    """A report to print.

    Attributes:
        report: The report.
        papers: What it cites, by id, in the order of its references.
        keys: Their citation keys, by id.
        pictures: Its pictures.
        formatted: The reference of each paper in the style asked for, by id; empty for APA.
    """

    report: Report
    papers: Mapping[str, Paper]
    keys: Mapping[str, str]
    pictures: tuple[Picture, ...] = ()
    formatted: Mapping[str, str] = MappingProxyType({})

    def reference(self, paper_id: str) -> str:
        """The reference of a paper that is cited."""
        return self.formatted.get(paper_id) or apa(self.papers[paper_id])

    def cites(self, citations: Iterable[Citation]) -> list[str]:
        """The keys of the papers that some citations are of, each once."""
        return list(dict.fromkeys(self.keys[one.paper_id] for one in citations if one.paper_id in self.keys))


def manuscript(
    report: Report,
    papers: Iterable[Paper],
    keys: Mapping[str, str] | None = None,
    pictures: Iterable[Picture] = (),
    csl: Path | None = None,
) -> Manuscript:
    """A manuscript of a report.

    Args:
        report: The report.
        papers: Papers, at least those that it cites; one that is missing is made from its reference.
        keys: Their citation keys by id (see ``store.citation_keys.keys_in``); None for keys that are unique here.
        pictures: Its pictures (see ``assistant.report.figures``).
        csl: The style of its references; None for APA.

    Raises:
        InputError: The style is none, or what sets it is not installed.
    """
    there = {paper.id: paper for paper in papers}
    cited = {one.paper_id: _identified(there.get(one.paper_id) or remembered(one)) for one in report.references}
    named = citation_keys(cited.values())
    named |= {paper_id: key for paper_id, key in (keys or {}).items() if paper_id in cited}
    lines = references(list(cited.values()), str(csl), numbered=False) if csl else []
    return Manuscript(report, cited, named, tuple(pictures), dict(zip(cited, lines, strict=False)))


def _identified(paper: Paper) -> Paper:
    """The paper with those of its identifiers that have their form: of others pandoc makes links to anywhere."""
    known = {
        scheme: value
        for scheme, value in paper.identifiers.items()
        if scheme not in NORMALISERS or NORMALISERS[scheme](value)
    }
    return paper if known == paper.identifiers else paper.model_copy(update={"identifiers": known})
