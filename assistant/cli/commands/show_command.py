"""``conspectus show``: a paper, where it came from field by field, and the papers like it."""

import json
from argparse import Namespace
from collections.abc import Iterator

from pydantic import Field

from assistant import Frozen, Hit, Paper, Profile, RoledSentence, Source
from assistant.cli.console import ConsolePage, Output, Part
from assistant.cli.formatting import count_noun, describe_paper
from assistant.cli.library_context import open_library
from assistant.display import describe_profile, warn_of_orders

# Columns of the names of fields; chosen by hand.
PROVENANCE_LABEL = 18
LABEL = 13
# Columns of the names of roles: one more than the longest.
ROLE_LABEL = 13


def run(args: Namespace, out: Output) -> int:
    """Show one paper."""
    with open_library(args, embeds=False) as assistant:
        paper = assistant.papers.get(args.id)
        from_same = [profile for profile in assistant.papers.profiles() if profile.source.file == paper.source.file]
        similar = tuple(assistant.papers.similar(paper.id))
        sources = assistant.papers.sources(paper.id) if args.sources else {}
        roles = assistant.papers.roles(paper.id) if args.roles else ()
    profile = from_same[0] if from_same else None
    view = PaperView(paper=paper, profile=profile, similar=similar, sources=sources, roles=roles)
    if out.json:
        out.write_document(view)
    else:
        _show_paper(out.page, view)
    return 0


def show_sources(page: ConsolePage, paper: Paper, sources: dict[str, tuple[Source, ...]]) -> None:
    """Write the sources of each field, and the records that were joined."""
    page.write_line()
    page.write_line(("Where it came from", "bold"))
    for field, places in sources.items():
        page.write_line(", ".join(map(describe_source, places)), indent=PROVENANCE_LABEL, first=(field, "cyan"))
    if not paper.records:
        return
    page.write_line()
    page.write_line((f"Joined of {count_noun(len(paper.records), 'record')}", "bold"))
    for record in paper.records:
        page.write_line(record.title, (f"  {describe_paper(record)}", "dim"), indent=2, first="-")
        page.write_line((describe_source(record.source), "dim"), indent=2)


def describe_source(source: Source) -> str:
    """Say where a record stands: ``library.bib:12 (bibtex)``."""
    return f"{source.file}:{source.line or ''} ({source.format})"


class PaperView(Frozen):
    """A paper, what the listing that it comes from says of its author, and the papers nearest to it.

    ``sources`` and ``roles`` of its sentences are empty where they were not asked for.
    """

    paper: Paper
    profile: Profile | None = None
    similar: tuple[Hit, ...] = ()
    sources: dict[str, tuple[Source, ...]] = Field(default_factory=dict)
    roles: tuple[RoledSentence, ...] = ()


def _show_paper(page: ConsolePage, view: PaperView) -> None:
    page.write_line((view.paper.marked_title, "bold"))
    page.write_line()
    for label, text in _list_fields(view.paper, view.profile):
        page.write_line(text, indent=LABEL, first=(_shorten_label(label), "cyan"))
    page.write_line()
    for sentence in view.roles:
        text = view.paper.abstract[sentence.start : sentence.end]
        page.write_line(text, indent=ROLE_LABEL, first=(sentence.role, "cyan"))
    if not view.roles:
        page.write_line(view.paper.abstract or ("No abstract.", "dim"))
    if view.sources:
        show_sources(page, view.paper, view.sources)
    if view.similar:
        page.write_line()
        page.write_line(("Similar papers", "bold"))
    for hit in view.similar:
        page.write_line(*_describe_similar(hit), indent=6, first=f"{hit.cosine:.2f}")


def _list_fields(paper: Paper, profile: Profile | None) -> Iterator[tuple[str, str]]:
    for label, text in (
        ("id", paper.id),
        ("damage", paper.damage),
        ("retraction", paper.retraction),
        ("warning", warn_of_orders(paper)),
        ("authors", _list_authors(paper)),
        ("date", f"{paper.date or 'unknown'}{' (year inferred)' if paper.year_inferred else ''}"),
        ("venue", paper.venue or ""),
        ("categories", ", ".join(paper.categories)),
        ("keywords", ", ".join(paper.keywords)),
        ("code", "yes, says the source" if paper.has_code else ""),
        *paper.identifiers.items(),
        *(("link", url) for url in paper.urls),
        *(
            ("source", describe_source(source))
            for source in dict.fromkeys([record.source for record in paper.records or (paper,)])
        ),
        ("profile", describe_profile(profile) if profile else ""),
        *(("warning", warning) for warning in paper.warnings),
        *((name, _format_value(value)) for name, value in paper.extra.items()),
    ):
        if text:
            yield label, text


def _shorten_label(name: str) -> str:
    return name if len(name) < LABEL else f"{name[: LABEL - 2]}…"


def _list_authors(paper: Paper) -> str:
    placed = [author.name for author in paper.authors if author.position is not None]
    others = [f"{author.name} (position unknown)" for author in paper.authors if author.position is None]
    return ", ".join([*placed, *others]) + (" and others" if paper.authors_truncated else "")


def _format_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _describe_similar(hit: Hit) -> tuple[Part, ...]:
    return hit.paper.marked_title, (f"  {describe_paper(hit.paper)}", "dim")
