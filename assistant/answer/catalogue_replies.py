"""Answers from the catalogue itself: what the library is about, who and what stands in it, one paper's card.

Figures are counted from the records; a paper that is named stands behind its number, as in every answer.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from assistant.answer.named_paper import find_named, read_name
from assistant.answer.relevance import find_mentions, find_relevant
from assistant.answer.replies import (
    SHOWN,
    AnswerBody,
    Quote,
    abstain,
    abstain_no_match,
    abstain_too_little,
    check_quote,
    cite_quote,
    describe_record,
    make_quoted_claims,
    number_references,
)
from assistant.catalogue.profiles import describe_profile
from assistant.catalogue.tallies import Tally, TallyField, count_names
from assistant.escaping import SIGNS, escape_markdown
from assistant.question.counts import find_paper_count
from assistant.question.description import describe_filters
from assistant.question.query import Form, Intent, Query
from assistant.verify.injection import find_injection_start
from store.filters import ANSWERABLE, Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.person_name import name_key, name_words
from store.results import ScoredSentence

if TYPE_CHECKING:
    from assistant.catalogue.overview import Overview

OF_RECORDS = (
    Intent.OVERVIEW,
    Intent.AUTHORS,
    Intent.VENUES,
    Intent.YEARS,
    Intent.KEYWORDS,
    Intent.SHOW,
    Intent.PROFILE,
)
"""Questions that are answered here."""

_FIELDS: dict[Intent, tuple[TallyField, str, str]] = {
    Intent.AUTHORS: ("authors", "author", "authors"),
    Intent.VENUES: ("venues", "venue", "venues"),
    Intent.YEARS: ("years", "year", "years"),
    Intent.KEYWORDS: ("keywords", "keyword", "keywords"),
}
_OTHERS: dict[str, tuple[TallyField, str, str]] = {
    "months": ("months", "month", "months"),
    "languages": ("languages", "language", "languages"),
    "kinds": ("kinds", "kind", "kinds"),
    "categories": ("categories", "category", "categories"),
    "collections": ("collections", "collection", "collections"),
}


def answer_from_catalogue(library: Library, view: Snapshot, query: Query) -> AnswerBody:
    """Answer a question of one of ``OF_RECORDS``.

    Raises:
        LibraryError: The library cannot be read.
    """
    match query.intent:
        case Intent.OVERVIEW:
            from assistant.catalogue.overview import make_overview  # late: what reports are made with comes with it

            is_whole_library = query.filters in (Filters(), ANSWERABLE)
            overview = make_overview(library, None if is_whole_library else query.filters)
            return answer_overview(library, overview) if overview.papers else abstain_no_match(query, view)
        case Intent.SHOW:
            return show_paper(library, view, query)
        case Intent.PROFILE:
            return show_profile(library, query)
        case _:
            return _answer_tallies(library, view, query)


def answer_overview(library: Library, overview: "Overview") -> AnswerBody:
    """Tell what a library is about."""
    examples = library.get_by_ids([theme.examples[0] for theme in overview.themes if theme.examples])
    papers = list({paper.id: paper for paper in examples.values()}.values())
    quoted = {claim.citations[0].paper_id: claim for claim in make_quoted_claims([Quote(p, None) for p in papers])}
    lines = [f"{_describe_size(overview)}."]
    if overview.themes:
        lines += ["", "**Themes**"]
    for theme in overview.themes:
        claim = quoted.get(theme.examples[0])
        example = (
            f", such as “{escape_markdown(claim.text)}” [{claim.citations[0].n}]{SIGNS[claim.support]}" if claim else ""
        )
        lines.append(f"- {escape_markdown(theme.name)}: {_count(theme.papers)}{example}")
    for head, tallies in (
        ("Years", overview.years),
        ("Most frequent authors", overview.authors),
        ("Venues", overview.venues),
        ("Keywords", overview.keywords),
    ):
        if tallies:
            counts = " · ".join(f"{escape_markdown(tally.name)} ({tally.papers})" for tally in tallies[-_YEARS:])
            lines += ["", f"**{head}**", f"- {counts}"]
    if overview.questions:
        lines += [
            "",
            "**Questions to begin with**",
            *(f"- {escape_markdown(suggestion)}" for suggestion in overview.questions),
        ]
    return AnswerBody(text="\n".join(lines), claims=tuple(quoted.values()), references=number_references(papers))


# Years that an overview lists at the most, the last ones. Chosen by hand.
_YEARS = 20


def _describe_size(overview: "Overview") -> str:
    years = [tally.name for tally in overview.years]
    span = f" from {years[0]} to {years[-1]}" if len(years) > 1 else f" from {years[0]}" if years else ""
    authors = f" by {overview.author_count:,} author{'s' * (overview.author_count != 1)}" if overview.authors else ""
    lacking = overview.papers - overview.with_abstract
    silent = f"; {lacking:,} of them without an abstract" if lacking else ""
    return f"This library holds {_count(overview.papers)}{span}{authors}{silent}"


def _count(papers: int) -> str:
    return f"{papers:,} paper{'s' * (papers != 1)}"


def _answer_tallies(library: Library, view: Snapshot, query: Query) -> AnswerBody:
    """Tell which authors, venues, years or keywords some papers have, and how often; or only how many."""
    field, singular, plural = _OTHERS.get(query.wanted) or _FIELDS[query.intent]
    besides = _list_shut_out(query.filters) if field == "authors" and query.topic else ()
    if besides:  # "Who besides Gold works on …" asks for those who wrote with Gold, too.
        kept = tuple(exclusion for exclusion in query.filters.without if not exclusion.author)
        query = query.model_copy(update={"filters": query.filters.model_copy(update={"without": kept})})
    filters = _narrow(library, view, query)
    if filters is None or not view.count_fitting(filters):
        others = _leave_out_people(query.filters) if field == "authors" and not query.topic else query.filters
        if others == query.filters or not view.count_fitting(others):
            return abstain_too_little(query, ()) if query.topic else abstain_no_match(query, view)
        # "Who wrote most besides Duchi?" where every paper is by Duchi asks for the people beside him.
        return _answer_tallies(library, view, query.model_copy(update={"filters": others}))
    tallies = count_names(view.read_fields(filters), field)
    whose = _name_people(view, query.filters) if field == "authors" else {}
    left_out = {*whose, *(key for name in besides for key in view.find_authors(name))}
    tallies = tuple(tally for tally in tallies if name_key(tally.name) not in left_out)
    if spans := find_paper_count(query.question):
        tallies = tuple(tally for tally in tallies if any(span.holds(tally.papers) for span in spans))
    called = f"{'co-' if whose else ''}{singular if len(tallies) == 1 else plural}"
    of = f" of {' and '.join(query.filters.author)}" if whose else _describe_set(query)
    if not tallies:
        return abstain(f"No source states the {called}{of}.")
    head = f"{len(tallies):,} {called}{of}{' besides ' + ' and '.join(besides) if besides else ''}"
    if query.form is Form.COUNT and not query.limit:
        return AnswerBody(text=f"{escape_markdown(head)}.")
    extreme = _EXTREME.search(query.question)
    by_count = sorted(tallies, key=lambda tally: tally.papers, reverse=not (extreme and extreme["fewest"]))
    ordered = by_count if query.limit or extreme else tallies
    listed = ordered[: query.limit or max(SHOWN, _ALL_YEARS if field in ("years", "months") else 0)]
    missing = sorted({*map(str, query.filters.years)} - {tally.name for tally in tallies}) if field == "years" else []
    return _list_tallies(library, head, listed, len(tallies), with_papers=field == "authors", missing=missing)


_EXTREME = re.compile(r"\b(?:most|(?P<fewest>fewest|least))\b(?!\s+recent)", re.I)
# Years that are all listed: as many as a screen has lines. Chosen by hand.
_ALL_YEARS = 60


def _list_tallies(
    library: Library,
    head: str,
    tallies: Sequence[Tally],
    total: int,
    with_papers: bool,
    missing: Sequence[str] = (),
) -> AnswerBody:
    """List names with their counts, and those that were asked for and have no paper (``missing``).

    ``with_papers`` names the newest paper of each.
    """
    newest = library.get_by_ids([tally.newest for tally in tallies]) if with_papers else {}
    papers = list({paper.id: paper for paper in newest.values()}.values())
    claims = make_quoted_claims([Quote(paper, None) for paper in papers])
    by_paper = {claim.citations[0].paper_id: claim for claim in claims}
    lines = [f"{escape_markdown(head)}:", ""]
    for tally in tallies:
        claim = by_paper.get(newest[tally.newest].id) if tally.newest in newest else None
        paper = (
            f", the newest “{escape_markdown(claim.text)}” [{claim.citations[0].n}]{SIGNS[claim.support]}"
            if claim
            else ""
        )
        lines.append(f"- {escape_markdown(_write_month(tally.name))}: {_count(tally.papers)}{paper}")
    lines += [f"- {name}: no paper" for name in missing]
    if total > len(tallies):
        lines += ["", f"… {total - len(tallies):,} more."]
    return AnswerBody(text="\n".join(lines), claims=tuple(claims), references=number_references(papers))


_MONTH = re.compile(r"\d{4}-\d\d")


def _write_month(name: str) -> str:
    """Write "2024-08" as "August 2024"; any other name stays."""
    return f"{date.fromisoformat(f'{name}-01'):%B %Y}" if _MONTH.fullmatch(name) else name


def _narrow(library: Library, view: Snapshot, query: Query) -> Filters | None:
    """Narrow the filters of a question to the papers that its topic or its words fit; None where none does."""
    if not query.exact and not query.topic:
        return query.filters
    hits = (
        find_mentions(library, view, query.exact, query.filters) if query.exact else find_relevant(library, view, query)
    )
    ids = tuple(hit.paper.id for hit in hits)
    if not ids and (named := find_named(library, view, query.topic, query.filters)):
        ids = (named.id,)  # "How many people wrote the WorkstreamBench paper?"
    return query.filters.intersect(Filters(ids=ids)) if ids else None


def _describe_set(query: Query) -> str:
    words = describe_filters(query.filters)
    topic = f" about “{query.topic}”" if query.topic else "".join(f" with “{word}”" for word in query.exact)
    return f" of the papers{f' {words}' if words else ''}{topic}" if words or topic else " in this library"


def _list_shut_out(filters: Filters) -> tuple[str, ...]:
    """List the authors who are shut out."""
    return tuple(name for exclusion in filters.without for name in exclusion.author)


def _leave_out_people(filters: Filters) -> Filters:
    """Ask for the co-authors of whoever is shut out."""
    return filters.model_copy(
        update={
            "author": filters.author + _list_shut_out(filters),
            "without": tuple(exclusion for exclusion in filters.without if not exclusion.author),
        }
    )


def _name_people(view: Snapshot, filters: Filters) -> dict[str, str]:
    """Name the authors whom a question asks about, by their keys: their co-authors are the others."""
    return {key: author for name in filters.author for key, author in view.find_authors(name).items()}


def show_paper(library: Library, view: Snapshot, query: Query) -> AnswerBody:
    """Show the paper that is named: its record, its BibTeX entry or its links."""
    paper = find_named(library, view, read_name(query), query.filters)
    if paper is None and not query.topic and query.conditions:  # "bibtex for Murata 1989": the one that fits.
        fitting = view.list_ids(query.filters)
        paper = library.paper(fitting[0]) if len(fitting) == 1 else None
    if paper is None and not query.topic and query.filters.ids and query.form in (Form.BIBTEX, Form.LINK):
        return _show_several(library, view, query)
    if paper is None:
        return abstain(f"This library holds no paper called “{query.topic or query.question}”.")
    claim = check_quote(describe_record(paper), [cite_quote(Quote(paper, None), 1)], {paper.id: paper})
    claims = [claim]
    mark = f"[1]{SIGNS[claim.support]}"
    if query.form in (Form.BIBTEX, Form.LINK):
        text = f"{escape_markdown(paper.marked_title)} {mark}\n\n{_format_address(library, paper, query.form)}"
    elif query.wanted == "abstract" and (abstract := _quote_abstract(paper)):
        claims += make_quoted_claims([abstract])
        text = (
            f"{escape_markdown(claim.text)} {mark}\n\n“{escape_markdown(claims[1].text)}” [1]{SIGNS[claims[1].support]}"
        )
    else:
        text = f"{escape_markdown(claim.text)} {mark}\n\n{_format_card(paper)}"
    return AnswerBody(text=text, claims=tuple(claims), references=number_references([paper]))


def _show_several(library: Library, view: Snapshot, query: Query) -> AnswerBody:
    """Show the BibTeX entries or the links of the papers that are pointed at, as many as a list shows."""
    ids = view.list_ids(query.filters)
    papers = [library.paper(paper_id) for paper_id in ids[:SHOWN]]
    if not papers:
        return abstain_no_match(query, view)
    claims = make_quoted_claims([Quote(paper, None) for paper in papers])
    parts = [
        f"{escape_markdown(paper.marked_title)} [{claim.citations[0].n}]{SIGNS[claim.support]}\n\n"
        f"{_format_address(library, paper, query.form)}"
        for paper, claim in zip(papers, claims, strict=True)
    ]
    parts += [f"… {len(ids) - len(papers):,} more."] if len(ids) > len(papers) else []
    return AnswerBody(text="\n\n".join(parts), claims=tuple(claims), references=number_references(papers))


def _format_address(library: Library, paper: Paper, form: Form) -> str:
    """Format the BibTeX entry of a paper, or its links."""
    if form is Form.BIBTEX:
        from assistant.export.library_export import format_citation  # late: with it come all readers of files

        entry = format_citation(library, paper.id, "bibtex").strip()
        return f"```bibtex\n{entry.replace('```', '')}\n```"
    links = _list_links(paper)
    return "\n".join(f"- {_format_link(link)}" for link in links) or "- No source states an address or a DOI."


def _quote_abstract(paper: Paper) -> Quote | None:
    """Quote a whole abstract, as far as it gives no orders; None where there is none."""
    text = paper.abstract[: find_injection_start(paper.abstract)].rstrip()
    return Quote(paper, ScoredSentence(text=text, start=0, end=len(text))) if text else None


# An address in which no sign of Markdown can stand.
_PLAIN_ADDRESS = re.compile(r"https?://[\w.:/%?=&+@-]+")


def _format_link(link: str) -> str:
    """Format an address; one that holds anything unusual is escaped, and not to be followed."""
    return link if _PLAIN_ADDRESS.fullmatch(link) else escape_markdown(link)


def _list_links(paper: Paper) -> list[str]:
    """List where a paper can be had: its addresses, and those of its DOI and arXiv id."""
    schemes = (
        ("doi", "https://doi.org/"),
        ("arxiv", "https://arxiv.org/abs/"),
        ("pmid", "https://pubmed.ncbi.nlm.nih.gov/"),
    )
    identifier_links = [
        f"{address}{paper.identifiers[scheme]}" for scheme, address in schemes if scheme in paper.identifiers
    ]
    return list(dict.fromkeys((*paper.urls, *identifier_links)))


def _format_card(paper: Paper) -> str:
    """Format what the record of a paper says, a line a field."""
    ids = ", ".join(f"{scheme} {value}" for scheme, value in paper.identifiers.items())
    fields = (
        ("Id", paper.id),
        ("Venue", paper.venue or ""),
        ("Kind", paper.kind),
        ("Categories", ", ".join(paper.categories)),
        ("Keywords", ", ".join(paper.keywords)),
        ("Identifiers", ids),
        ("Cited", "" if paper.citation_count is None else f"{paper.citation_count:,} times, says its source"),
        ("Code", "yes, says the source" if paper.has_code else ""),
        ("Retraction", paper.retraction),
        ("Links", ", ".join(map(_format_link, _list_links(paper)))),
        ("Abstract", "" if paper.abstract else "none"),
    )
    return "\n".join(
        f"- {name}: {value if name == 'Links' else escape_markdown(value)}" for name, value in fields if value
    )


def show_profile(library: Library, query: Query) -> AnswerBody:
    """Show what author listings say of the author who is named, or of all authors that they are of."""
    profiles = library.profiles()
    asked_words = {word for name in (*query.filters.author, query.topic) for word in name_words(name) if len(word) > 1}
    fitting = (
        [profile for profile in profiles if asked_words & set(name_words(profile.name))] if asked_words else [*profiles]
    )
    if not fitting:
        whom = " and ".join(query.filters.author) or query.topic
        return abstain(f"No author listing of this library states figures{f' of {whom}' if whom else ''}.")
    lines = [
        f"{escape_markdown(describe_profile(profile))}, says {escape_markdown(PurePath(profile.source.file).name)}."
        for profile in fitting
    ]
    return AnswerBody(text="\n\n".join(lines))
