"""``conspectus overview``: what the library is about, and questions to begin with."""

from argparse import Namespace
from collections.abc import Sequence
from shlex import quote

from assistant import Overview, Tally
from assistant.cli.console import ConsolePage, Output
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import explain_empty, open_library, read_filters

# Columns of the number of papers of a theme, and the years that are listed, the last ones. Chosen by hand.
COUNT = 6
YEARS = 20


def run(args: Namespace, out: Output) -> int:
    """Tell what the library is about; an empty one is no error."""
    with open_library(args) as assistant:
        overview = assistant.papers.overview(**read_filters(args))
        if not overview.papers:
            out.write_note(explain_empty(assistant, read_filters(args)))
        if pending := assistant.papers.count_pending():
            out.write_note(f"Words alone find {count_noun(pending, 'paper')} as yet. Run: conspectus embed")
    if out.json:
        out.write_document(overview)
    elif overview.papers:
        _show_overview(out.page, overview)
    return 0


def _show_overview(page: ConsolePage, overview: Overview) -> None:
    years = [tally.name for tally in overview.years]
    span = f", {years[0]}–{years[-1]}" if len(years) > 1 else "".join(f", {year}" for year in years)
    authors = f", {count_noun(overview.author_count, 'author')}" if overview.author_count else ""
    page.write_line((f"{count_noun(overview.papers, 'paper')}{span}{authors}", "bold"))
    if lacking := overview.papers - overview.with_abstract:
        page.write_line((f"{lacking:,} without an abstract", "dim"))
    if overview.themes:
        _write_head(page, "Themes")
    for theme in overview.themes:
        page.write_line(theme.name, indent=COUNT, first=(f"{theme.papers:,}", "cyan"))
    _write_tallies(page, "Years", overview.years[-YEARS:])
    _write_tallies(page, "Most frequent authors", overview.authors)
    _write_tallies(page, "Venues", overview.venues)
    _write_tallies(page, "Keywords", overview.keywords)
    _write_head(page, "Questions to begin with")
    for question in overview.questions:
        page.write_line(f"conspectus ask {quote(question)}", indent=2)


def _write_tallies(page: ConsolePage, head: str, tallies: Sequence[Tally]) -> None:
    if tallies:
        _write_head(page, head)
        page.write_line(" · ".join(f"{tally.name} ({tally.papers:,})" for tally in tallies), indent=2)


def _write_head(page: ConsolePage, text: str) -> None:
    page.write_line()
    page.write_line((text, "bold"))
