"""A digest as Markdown and as a page of HTML; no clock has a part in either: the same digest is the same text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.escaping import escape_markdown
from assistant.report.render.html import Child, make_element, write_page
from assistant.watch.digest import Digest, NewPaper, NewsKind, ReportChange, ReportNews, UpdateReport
from store.errors import InputError

FORMATS = ("md", "html", "json")
NOTHING = "Nothing new."
TITLE = "What is new in the library"
KINDS = {
    NewsKind.RETRACTED: "Retracted since",
    NewsKind.CONTRADICTED: "Said otherwise",
    NewsKind.FIGURE: "Figures that go further",
    NewsKind.THEME: "New in its themes",
    NewsKind.PAPER: "New in it",
    NewsKind.CELL: "Cells to fill",
}
LOOKED_AT = {
    NewsKind.CONTRADICTED: "Words, numbers and plain negation of the two sentences were compared. “The source” is the "
    "new paper, “this” the report.",
    NewsKind.FIGURE: "The words beside the numbers were compared; whether both were measured alike was not.",
}
"""What was done to find a change, where that is less than a reader may think."""
_GENERATOR = "conspectus update"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{margin:.3rem 0 .3rem 1rem;color:#555}.aside{color:#666;font-size:.9em}"
    "@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}blockquote,.aside{color:#aaa}}"
)


def render_digest(report: UpdateReport, format: str = "md") -> str:
    """Return what an update tells as text.

    Args:
        report: How it went.
        format: ``md``, ``html`` or ``json``.

    Raises:
        InputError: There is no such format.
    """
    match format:
        case "md":
            return "\n".join(_write_markdown(report.digest)) + "\n"
        case "html":
            return _write_html(report.digest)
        case "json":
            return report.model_dump_json(indent=2) + "\n"
    raise InputError(f"A digest cannot be written as {format!r}.", f"Choose one of {', '.join(FORMATS)}.")


def check_file(path: Path) -> None:
    """Refuse a file that no update wrote; raises InputError."""
    if not path.exists():
        return
    try:
        start = path.read_bytes()[:400].decode(errors="replace")
    except OSError as error:
        raise InputError(f"{path} cannot be replaced: {error.strerror or error}.", "Name another file.") from error
    marks = (f"# {TITLE}\n", f'<meta name="generator" content="{_GENERATOR}"', '{\n  "digest": {')
    if not any(mark in start for mark in marks):
        raise InputError(
            f"Nothing was written: {path} would be replaced, which no update wrote.",
            "Name another file, or move what is there to another place.",
        )


# As Markdown


def _write_markdown(digest: Digest) -> Iterator[str]:
    yield f"# {TITLE}"
    yield ""
    if digest.is_empty:
        yield NOTHING
        return
    yield f"Digest {digest.number}: {summarize_digest(digest)}."
    for heading, papers in _list_parts(digest):
        yield from ("", f"## {heading}", "")
        yield from (f"- {_mark_paper(paper)}" for paper in papers)
    for news in digest.reports:
        yield from ("", f"## {escape_markdown(news.title)}", "", _mark_code(news.path))
        for kind, changes in _group_changes(news):
            yield from ("", f"### {KINDS[kind]}", "")
            if kind in LOOKED_AT:
                yield from (f"*{LOOKED_AT[kind]}*", "")
            for change in changes:
                yield from _mark_change(change)


def _mark_paper(paper: NewPaper) -> str:
    watch = [_mark_code(paper.watch)] if paper.watch else []
    facts = [str(paper.year)] * bool(paper.year) + watch + [_describe_nearness(paper)]
    return f"**{escape_markdown(paper.title)}** ({'; '.join(facts)})"


def _mark_code(text: str) -> str:
    """Mark a path or a query, which is read as it stands, without backslashes."""
    return f"`{' '.join(text.split())}`" if "`" not in text else escape_markdown(text)


def _mark_change(change: ReportChange) -> Iterator[str]:
    lead, facts, quotes = _describe_change(change)
    yield f"- **{escape_markdown(change.title)}**" + (f" {escape_markdown(lead)}" if lead else "")
    yield from (f"  - {escape_markdown(fact)}" for fact in facts)
    yield from (f"  > {escape_markdown(quote)}" for quote in quotes)


# As a page


def _write_html(digest: Digest) -> str:
    body: list[Child] = [make_element("h1", TITLE)]
    if digest.is_empty:
        body.append(make_element("p", NOTHING))
    else:
        body.append(make_element("p", f"Digest {digest.number}: {summarize_digest(digest)}."))
    for heading, papers in _list_parts(digest):
        rows = [
            make_element("li", make_element("strong", paper.title, dir="auto"), _describe_paper(paper))
            for paper in papers
        ]
        body += [make_element("h2", heading), make_element("ul", *rows)]
    for news in digest.reports:
        body += [make_element("h2", news.title, dir="auto"), make_element("p", news.path, class_="aside")]
        for kind, changes in _group_changes(news):
            body.append(make_element("h3", KINDS[kind]))
            body += [make_element("p", LOOKED_AT[kind], class_="aside")] if kind in LOOKED_AT else []
            body.append(make_element("ul", *map(_make_change, changes)))
    head = make_element(
        "head",
        make_element("meta", charset="utf-8"),
        make_element("meta", name="generator", content=_GENERATOR),
        make_element("meta", name="viewport", content="width=device-width"),
        make_element("title", TITLE),
        make_element("style", _STYLE),
    )
    return write_page(make_element("html", head, make_element("body", *body), lang="en"))


def _make_change(change: ReportChange) -> Child:
    lead, facts, quotes = _describe_change(change)
    return make_element(
        "li",
        make_element("strong", change.title, dir="auto"),
        f" {lead}" if lead else "",
        *(make_element("div", fact, dir="auto") for fact in facts),
        *(make_element("blockquote", quote, dir="auto") for quote in quotes),
    )


# In words


def summarize_digest(digest: Digest) -> str:
    """Say in a line what a digest tells: "2 new papers, 3 changes in 1 report"."""
    changes, reports = len(digest.changes), len(digest.reports)
    parts = [_count(len(digest.papers), "new paper")] if digest.papers else []
    parts += [f"{_count(len(digest.retracted), 'paper')} retracted"] if digest.retracted else []
    parts += [f"{_count(changes, 'change')} in {_count(reports, 'saved report')}"] if changes else []
    return ", ".join(parts) or "nothing new"


def _list_parts(digest: Digest) -> Iterator[tuple[str, Sequence[NewPaper]]]:
    if digest.papers:
        yield "New papers, the nearest to the library first", digest.papers
    if digest.retracted:
        yield "Retracted since", digest.retracted


def _group_changes(news: ReportNews) -> Iterator[tuple[NewsKind, list[ReportChange]]]:
    for kind in NewsKind:
        changes = [change for change in news.changes if change.kind is kind]
        if changes:
            yield kind, changes


def _describe_paper(paper: NewPaper) -> str:
    facts = [str(paper.year)] if paper.year else []
    facts += [paper.watch] if paper.watch else []
    return f" ({'; '.join((*facts, _describe_nearness(paper)))})"


def _describe_nearness(paper: NewPaper) -> str:
    return f"nearness {paper.nearness:.2f}{', far from the papers of the library' * paper.far}"


def _describe_change(change: ReportChange) -> tuple[str, list[str], list[str]]:
    """Describe a change: what follows the title of the paper, facts a line each, and the sentences concerned."""
    lead = f"belongs to “{change.heading}”" if change.heading else ""
    facts = [change.note] if change.note else []
    for cell in change.cells:
        before = f" (the table says {cell.before})" if cell.before else ""
        facts.append(f"{cell.column}: {cell.value}{before} — “{cell.quote}”")
    quotes = [f"Here: {change.quote}"] if change.quote else []
    if change.claim:
        where = f", from “{change.claim_title}”" if change.claim_title else ""
        quotes.append(f"In the report{where}: {change.claim}")
    return lead, facts, quotes


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
