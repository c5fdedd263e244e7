"""``conspectus show``.

Where a paper came from, field by field and record by record.
"""

import json
from argparse import Namespace
from collections.abc import Iterator

from pydantic import Field

from assistant import Frozen, Hit, Paper, Profile, Source
from assistant.cli.console import Output, Page, Part
from assistant.cli.context import opened
from assistant.cli.phrases import count, in_words, of_paper

PROVENANCE_LABEL = 18


def show_sources(page: Page, paper: Paper, sources: dict[str, tuple[Source, ...]]) -> None:
    """Write the sources of each field, and the records that were joined."""
    page.line()
    page.line(("Where it came from", "bold"))
    for field, places in sources.items():
        page.line(", ".join(map(in_file, places)), indent=PROVENANCE_LABEL, first=(field, "cyan"))
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


LABEL = 13


class Shown(Frozen):
    """A paper, what the listing that it comes from says of its author, and the papers nearest to it."""

    paper: Paper
    profile: Profile | None = None
    similar: tuple[Hit, ...] = ()
    sources: dict[str, tuple[Source, ...]] = Field(default_factory=dict)


def run(args: Namespace, out: Output) -> int:
    """Show one paper."""
    with opened(args) as assistant:
        paper = assistant.papers.get(args.id)
        from_same = [profile for profile in assistant.papers.profiles() if profile.source.file == paper.source.file]
        similar = tuple(assistant.papers.similar(paper.id))
        sources = assistant.papers.sources(paper.id) if args.sources else {}
    shown = Shown(paper=paper, profile=from_same[0] if from_same else None, similar=similar, sources=sources)
    if out.json:
        out.document(shown)
    else:
        _show(out.page, shown)
    return 0


def _show(page: Page, shown: Shown) -> None:
    page.line((shown.paper.marked_title, "bold"))
    page.line()
    for label, text in _fields(shown.paper, shown.profile):
        page.line(text, indent=LABEL, first=(_label(label), "cyan"))
    page.line()
    page.line(shown.paper.abstract or ("No abstract.", "dim"))
    if shown.sources:
        show_sources(page, shown.paper, shown.sources)
    if shown.similar:
        page.line()
        page.line(("Similar papers", "bold"))
    for hit in shown.similar:
        page.line(*_similar(hit), indent=6, first=f"{hit.cosine:.2f}")


def _fields(paper: Paper, profile: Profile | None) -> Iterator[tuple[str, str]]:
    for label, text in (
        ("id", paper.id),
        ("damage", paper.damage),
        ("retraction", paper.retraction),
        ("authors", _authors(paper)),
        ("date", f"{paper.date or 'unknown'}{' (year inferred)' if paper.year_inferred else ''}"),
        ("venue", paper.venue or ""),
        ("categories", ", ".join(paper.categories)),
        ("keywords", ", ".join(paper.keywords)),
        ("code", "yes, says the source" if paper.has_code else ""),
        *paper.identifiers.items(),
        *(("link", url) for url in paper.urls),
        *(("source", in_file(source)) for source in dict.fromkeys([one.source for one in paper.records or (paper,)])),
        ("profile", in_words(profile) if profile else ""),
        *(("warning", warning) for warning in paper.warnings),
        *((name, _value(value)) for name, value in paper.extra.items()),
    ):
        if text:
            yield label, text


def _label(name: str) -> str:
    return name if len(name) < LABEL else f"{name[: LABEL - 2]}…"


def _authors(paper: Paper) -> str:
    placed = [author.name for author in paper.authors if author.position is not None]
    others = [f"{author.name} (position unknown)" for author in paper.authors if author.position is None]
    return ", ".join([*placed, *others]) + (" and others" if paper.authors_truncated else "")


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _similar(hit: Hit) -> tuple[Part, ...]:
    return hit.paper.marked_title, (f"  {of_paper(hit.paper)}", "dim")
