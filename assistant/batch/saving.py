"""Reports and answers as files; each is there whole or not at all."""

from collections.abc import Sequence
from pathlib import Path

from assistant.export.cited import remembered
from assistant.export.conversation import answer_markdown
from assistant.export.export_bibtex import bibtex
from assistant.report.render.saving import save
from assistant.report.schema import Report
from assistant.types import Answer
from store.citation_keys import keys_in
from store.disk import put
from store.library import Library


def save_report(library: Library, report: Report, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Write a report in each format, and its manifest unless one of them holds it; returns the files.

    Raises:
        InputError: A format is of no use for it, or what makes it is not installed.
        LibraryError: The disk refuses.
        ConspectusError: pandoc failed.
    """
    return save(library, report, {folder / f"{name}.{format}": format for format in formats})


def save_answer(library: Library, answer: Answer, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Write an answer in each format; returns the files.

    Raises:
        LibraryError: The disk refuses.
    """
    there = {paper.id: paper for paper in library.get([one.paper_id for one in answer.references])}
    papers = [there.get(one.paper_id) or remembered(one) for one in answer.references]
    keys = keys_in(library, papers)
    texts = {
        "json": lambda: f"{answer.model_dump_json(indent=2)}\n",
        "bib": lambda: bibtex(papers, keys),
        "md": lambda: answer_markdown(answer, papers, keys),
    }
    files = [folder / f"{name}.{format}" for format in formats]
    for file, format in zip(files, formats, strict=True):
        put(file, texts[format]().encode())
    return files
