"""The manuscript of a report: the report with all that it takes to print it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from assistant.export.apa import format_apa
from assistant.export.conversation import rebuild_paper
from assistant.export.csl import format_references
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

    def format_reference(self, paper_id: str) -> str:
        """Word the reference of a paper that is cited."""
        return self.formatted.get(paper_id) or format_apa(self.papers[paper_id])

    def list_keys(self, citations: Iterable[Citation]) -> list[str]:
        """List the keys of the papers that some citations are of, each once."""
        ids = dict.fromkeys(citation.paper_id for citation in citations)
        return [self.keys[paper_id] for paper_id in ids if paper_id in self.keys]


def build_manuscript(
    report: Report,
    papers: Iterable[Paper],
    keys: Mapping[str, str] | None = None,
    pictures: Iterable[Picture] = (),
    csl: Path | None = None,
) -> Manuscript:
    """Gather what it takes to print a report.

    Args:
        report: The report.
        papers: Papers, at least those that it cites; one that is missing is made from its reference.
        keys: Their citation keys by id (see ``store.citation_keys.keys_in``); None for keys that are unique here.
        pictures: Its pictures (see ``assistant.report.figures``).
        csl: The style of its references; None for APA.

    Raises:
        InputError: The style is none, or what sets it is not installed.
    """
    by_id = {paper.id: paper for paper in papers}
    cited = {
        reference.paper_id: _drop_bad_identifiers(by_id.get(reference.paper_id) or rebuild_paper(reference))
        for reference in report.references
    }
    all_keys = citation_keys(cited.values())
    all_keys |= {paper_id: key for paper_id, key in (keys or {}).items() if paper_id in cited}
    lines = format_references(list(cited.values()), str(csl), numbered=False) if csl else []
    return Manuscript(report, cited, all_keys, tuple(pictures), dict(zip(cited, lines, strict=False)))


def _drop_bad_identifiers(paper: Paper) -> Paper:
    """Keep those of its identifiers that have their form: of others pandoc makes links to anywhere."""
    valid = {
        scheme: value
        for scheme, value in paper.identifiers.items()
        if scheme not in NORMALISERS or NORMALISERS[scheme](value)
    }
    return paper if valid == paper.identifiers else paper.model_copy(update={"identifiers": valid})
