"""Where a paper came from, field by field and record by record."""

from assistant.cli.console import Page
from assistant.cli.phrases import count, of_paper
from store.paper import Paper, Source

LABEL = 18


def show_sources(page: Page, paper: Paper, sources: dict[str, tuple[Source, ...]]) -> None:
    """Write the sources of each field, and the records that were joined."""
    page.line()
    page.line(("Where it came from", "bold"))
    for field, places in sources.items():
        page.line(", ".join(map(in_file, places)), indent=LABEL, first=(field, "cyan"))
    if not paper.records:
        return
    page.line()
    page.line((f"Joined of {count(len(paper.records), 'record')}", "bold"))
    for record in paper.records:
        page.line(record.title, (f"  {of_paper(record)}", "dim"), indent=2, first="-")
        page.line((in_file(record.source), "dim"), indent=2)


def in_file(source: Source) -> str:
    """``library.bib:12 (bibtex)``."""
    return f"{source.file}:{source.line or ''} ({source.format})"
