"""What papers that came, changed or were retracted since a report was saved change in it.

All is compared with the report as it was saved, so that nothing depends on when a paper came: new in it is what its
scope holds today and its ledger does not. Sentences are compared as the reports on contradictions compare them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from pydantic import ValidationError

from assistant.answer.replies import Quote
from assistant.report.contradictions import find_opposed
from assistant.report.extractive import CLOSING, MISSING, OPENING, list_sentences
from assistant.report.manifest import read_request
from assistant.report.saved import SavedReport
from assistant.report.schema import TABLES, Bucket, Report, ReportKind, ReportSpec
from assistant.report.scope import choose_papers
from assistant.table.cell_corrections import read_corrections
from assistant.table.cells import YOU, CellState, CellValue, fill_cells, is_keyless
from assistant.table.columns import fold_name
from assistant.table.schema import TableReport, TableRow
from assistant.types import Claim
from assistant.verify.number_binding import BoundNumber, bind_numbers
from assistant.verify.numbers import Quantity
from assistant.verify.source import Sentence, parse_sentence
from assistant.verify.tokens import is_cue, is_cue_stem, is_plain
from assistant.watch.digest import CellChange, NewsKind, ReportChange, ReportNews
from assistant.watch.nearness import GroupFinder
from store.errors import InputError
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import ScoredSentence

SHARED = 2
"""Telling words that both numbers have beside them at the least; one alone, "accuracy", is said of anything."""
ENOUGH = 0.5
"""The share of the telling words beside the number of the claim that stand beside the other. Chosen by hand on made-up
pairs of the kinds that the tests show, and on the 45 papers of the sample against each other; not swept."""
# Numbers that are the extent of something that was done or reached; counts and ordinals are of what it was done with.
_KINDS = frozenset(("percent", "points", "times"))
# What says that a number was reached. A closed class of verbs of performance.
_REACHED = re.compile(
    r"\b(?:achiev|attain|reach|obtain|yield|deliver|gain|outperform|exceed|surpass|improv|increas"
    r"|reduc|decreas|lower|rais|boost|cut|speed|accelerat|lift|drop|fall|fell)",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:reduc|decreas|lower|cut|drop|fall|fell|shrink|shrank|sav)\w*", re.IGNORECASE)
_MORE = re.compile(r"\b(?:increas|improv|rais|boost|gain|lift|enhanc|grow|grew|speed|accelerat)\w*", re.IGNORECASE)
_TO = re.compile(r"\bto\s(?:\w+\s){0,2}$")
_BY = re.compile(r"\bby\s(?:\w+\s){0,4}$")
# How sure an interval is, which is no figure of anything.
_INTERVAL = re.compile(r"\W{0,2}(?:CI|CrI|CredI|confidence|credible|prediction|posterior)\b", re.IGNORECASE)
# Measures of which less is better: what statistics calls a loss, and what something takes. A closed class.
_LOSSES = frozenset(
    """error loss cost time latenc runtim perplex regret varianc bia risk mortal memori mae rmse mse wer fid
    delai""".split()
)


class BetterFigure(NamedTuple):
    """A sentence of a claim, one of another paper with a figure that goes beyond, and both figures in words."""

    claim: Quote
    quote: Quote
    reason: str


class FigureFinder:
    """Finds figures that go beyond those of claims.

    Args:
        claims: The sentences that claims rest on.
    """

    def __init__(self, claims: Iterable[Quote]) -> None:
        self._claims = [(claim, parsed) for claim, parsed in map(_parse_quote, claims) if _tells_extent(parsed)]

    def find(self, quotes: Iterable[Quote]) -> list[BetterFigure]:
        """Find, of the sentences of one other paper, the first that goes beyond each claim."""
        parsed = [(quote, sentence) for quote, sentence in map(_parse_quote, quotes) if _tells_extent(sentence)]
        figures = []
        for claim, theirs in self._claims:
            pairs = ((quote, _compare_figures(theirs, ours)) for quote, ours in parsed if quote.paper != claim.paper)
            if better := next(((quote, reason) for quote, reason in pairs if reason), None):
                figures.append(BetterFigure(claim, *better))
        return figures


def _parse_quote(quote: Quote) -> tuple[Quote, Sentence]:
    return quote, parse_sentence(quote.sentence.text if quote.sentence else "")


def _tells_extent(sentence: Sentence) -> bool:
    """Tell whether a sentence has a number of how far something went."""
    numbers = [number for number in sentence.quantities if number.kind in _KINDS]
    compares = any(_is_change(sentence, number) for number in numbers)
    return bool(numbers) and (compares or bool(_REACHED.search(sentence.folded)))


def _compare_figures(claim: Sentence, rival: Sentence) -> str:
    """Say how a number of another sentence goes beyond one of a claim, "" where none does."""
    theirs = _list_figures(rival)
    for ours in _list_figures(claim):
        for figure in theirs:
            if _is_change(claim, ours.number) is not _is_change(rival, figure.number):
                continue
            words = _list_shared(claim, ours, figure)
            if not words or not _goes_beyond(claim, ours.number, rival, figure.number):
                continue
            what = "higher" if figure.number.value > ours.number.value else "lower"
            beside = ", ".join(words)
            return f"{figure.number.with_unit()} is {what} than {ours.number.with_unit()}; beside both stand: {beside}"
    return ""


def _list_figures(sentence: Sentence) -> list[BoundNumber]:
    """List the numbers of a sentence that may be compared; of a range only its better end would be a figure."""
    # A number of another kind, as in "top-1 accuracy", is a word of what is measured here.
    extents = tuple(
        number
        for number in sentence.quantities
        if number.kind in _KINDS and not _INTERVAL.match(sentence.folded, number.end)
    )
    bound = bind_numbers(sentence._replace(quantities=extents), whole_labels=True)
    return [figure for figure in bound if figure.number.bounds is None]


def _list_shared(claim: Sentence, ours: BoundNumber, theirs: BoundNumber) -> tuple[str, ...]:
    """List the telling words that stand beside both numbers; none where what they are of is not the same."""
    if (ours.number.kind, ours.number.unit) != (theirs.number.kind, theirs.number.unit):
        return ()
    telling = [
        word
        for word in claim.words
        if word.stem in ours.own and not is_plain(word.low) and not _is_of_change(word.stem)
    ]
    behind = {word.stem for word in telling if word.start >= ours.number.end}
    named = {word.stem for word in telling if any(name.covers_character(word.start) for name in claim.names)}
    named |= {word.stem for word in telling if any(letter.isdigit() for letter in word.low)}
    stems = {word.stem for word in telling if word.stem in theirs.own}
    shared = list(dict.fromkeys(word.low for word in telling if word.stem in stems and word.low.isalpha()))
    # What stands behind a number says of what it is: each name there has to be the same.
    if (behind & named) - stems or len(shared) < SHARED:
        return ()
    return tuple(shared) if len(stems) >= ENOUGH * len({word.stem for word in telling} - (named - behind)) else ()


def _is_change(sentence: Sentence, number: Quantity) -> bool:
    """Tell whether a number is by how much something changed or differs, not how much it is."""
    if number.kind == "points" or _BY.search(sentence.folded[: number.start]):
        return True
    after = next((word.low for word in sentence.words if word.start >= number.end), "")
    return is_cue("up", after) or is_cue("down", after)


def _is_of_change(stem: str) -> bool:
    return is_cue_stem("changes", stem) or is_cue_stem("better", stem) or is_cue("verbs", stem)


def _goes_beyond(claim: Sentence, ours: Quantity, rival: Sentence, theirs: Quantity) -> bool:
    """Tell whether a number is the better one: the lower, where both say that something is brought down to it."""
    less = _is_lower_better(claim, ours)
    return less is _is_lower_better(rival, theirs) and (
        theirs.value < ours.value if less else theirs.value > ours.value
    )


def _is_lower_better(sentence: Sentence, number: Quantity) -> bool:
    """Tell whether of a number the lower is the better: of "reduces error to 3 %" but not of "reduces error by 3 %"."""
    before = sentence.folded[: number.start]
    low = list(_LESS.finditer(before))
    high = list(_MORE.finditer(before))
    falls = bool(low) and (not high or low[-1].start() > high[-1].start())
    if falls or high:
        return falls and bool(_TO.search(before))
    stems: Sequence[str] = [word.stem for word in sentence.words]
    return number.kind == "percent" and any(stem in _LOSSES for stem in stems)


_ORDER = {kind: place for place, kind in enumerate(NewsKind)}


def read_saved(saved: SavedReport) -> Report:
    """Read a report that is kept; a table with its cells.

    Raises:
        InputError: It cannot be read.
    """
    try:
        report = Report.model_validate_json(saved.content)
        if report.kind in TABLES and "columns" in report.manifest.settings:
            return TableReport.model_validate_json(saved.content)
    except ValidationError as error:
        raise InputError(
            f"What is kept of the report {saved.path} cannot be read.", "Save the report again to follow it."
        ) from error
    return report


def compare_saved(library: Library, saved: SavedReport) -> ReportNews:
    """Compare a saved report with the library as it is now.

    Raises:
        InputError: It cannot be read, or was made of another library.
        LibraryError: The library cannot be read.
    """
    report = read_saved(saved)
    news = ReportNews(report_id=saved.id, path=str(saved.path), title=report.title)
    view = library.view()
    if view is None or view.generation == report.manifest.generation:
        return news
    comparison = _ReportComparison(library, view, saved.id, report)
    changes = sorted(comparison.list_changes(), key=lambda change: _ORDER[change.kind])
    # A sentence may stand in several sections: what is said against it is one change.
    return news.model_copy(update={"changes": tuple({change.id: change for change in changes}.values())})


class _ReportComparison:
    """One report beside the library as it is now.

    Args:
        library: The library.
        view: The same, as it is read.
        report_id: Whose changes they are.
        report: The report.

    Raises:
        InputError: Its papers are not those of the library.
    """

    def __init__(self, library: Library, view: Snapshot, report_id: str, report: Report) -> None:
        self._library, self._view = library, view
        self._report_id, self._report = report_id, report
        self._request: ReportSpec = read_request(report.manifest)
        manifest = report.manifest
        left = [paper_id for reasons in manifest.left.values() for ids in reasons.values() for paper_id in ids]
        # By the ids that they had then: a paper may have been joined with another since.
        self._papers: Mapping[str, Paper] = library.get_by_ids([*manifest.papers, *left])
        if manifest.papers and not any(paper_id in self._papers for paper_id in manifest.papers):
            raise InputError(
                f"The report “{report.title}” was made of another library: "
                f"none of its {len(manifest.papers):,} papers is here.",
                "Update the library that it was made of: --library DIR",
            )
        silent = {*_list_silent(report)}
        self._known = {
            paper.id for paper_id, paper in self._papers.items() if paper_id not in silent or not paper.abstract
        }

    def list_changes(self) -> Iterator[ReportChange]:
        """Yield the changes, in no order of their kinds."""
        yield from self._list_retracted()
        ids = [paper_id for paper_id in self._view.list_ids(self._request.filters) if paper_id not in self._known]
        if papers := self._library.get(ids):
            yield from self._list_opposed(papers)
            yield from self._list_figures(papers)
            yield from self._list_new()
        yield from self._list_refilled()

    def _make(self, kind: NewsKind, paper: Paper, *parts: str, **fields: object) -> ReportChange:
        told = "\0".join((self._report_id, kind, paper.id, *parts))
        change = ReportChange(
            id=hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16],
            kind=kind,
            paper_id=paper.id,
            title=paper.marked_title,
        )
        return change.model_copy(update=fields)

    # Papers that were taken back

    def _list_retracted(self) -> Iterator[ReportChange]:
        titles = {entry.paper_id: entry.title for entry in self._report.ledger}
        for paper_id in self._report.manifest.papers:
            paper = self._papers.get(paper_id)
            if paper is None or not paper.retraction or titles.get(paper_id, "").startswith("["):
                continue  # A report that lets them in says which of its papers were retracted.
            claims = {claim.text for claim in self._report.claims if _cites(claim, paper_id)}
            count = len(claims)
            note = f"{paper.retraction}; "
            note += (
                f"{count} {'sentence cites' if count == 1 else 'sentences cite'} it" if count else "no claim cites it"
            )
            yield self._make(
                NewsKind.RETRACTED, paper, claim=next(iter(sorted(claims)), ""), claim_paper_id=paper_id, note=note
            )

    # Sentences against the claims of the report

    @cached_property
    def _claims(self) -> "dict[_Place, tuple[Quote, Claim]]":
        """The sentences that the claims rest on, each once, with the first claim that rests on it."""
        quotes: dict[_Place, tuple[Quote, Claim]] = {}
        for claim in self._report.claims:
            for citation in claim.citations if claim.holds else ():
                paper = self._papers.get(citation.paper_id)
                if paper is not None and citation.quote:
                    sentence = ScoredSentence(text=citation.quote, start=citation.start, end=citation.end)
                    quote = Quote(paper, sentence)
                    quotes.setdefault(_locate(quote), (quote, claim))
        return quotes

    def _list_opposed(self, papers: Sequence[Paper]) -> Iterator[ReportChange]:
        quotes = [quote for quote, _ in self._claims.values()]
        for pair in find_opposed(quotes, papers) if quotes else ():
            yield self._make_pair(NewsKind.CONTRADICTED, pair.first, pair.second, pair.reason)

    def _list_figures(self, papers: Iterable[Paper]) -> Iterator[ReportChange]:
        finder = FigureFinder(quote for quote, _ in self._claims.values())
        for paper in papers:
            for better in finder.find(list_sentences(paper)):
                yield self._make_pair(NewsKind.FIGURE, better.claim, better.quote, better.reason)

    def _make_pair(self, kind: NewsKind, first: Quote, second: Quote, note: str) -> ReportChange:
        _, claim = self._claims[_locate(first)]
        theirs = second.sentence.text if second.sentence else ""
        ours = first.sentence.text if first.sentence else ""
        return self._make(
            kind,
            second.paper,
            first.paper.id,
            ours,
            claim=claim.text,
            claim_paper_id=first.paper.id,
            claim_title=first.paper.marked_title,
            quote=theirs,
            note=note,
        )

    # Papers that are new in its scope

    def _list_new(self) -> Iterator[ReportChange]:
        request = self._request
        if request.kind is ReportKind.CONTRADICTIONS:
            return  # New in it are contradictions.
        try:
            scope = choose_papers(self._library, request.filters, request.topic, request.least, request.most)
        except InputError:  # Nothing is left of it, or too little.
            return
        new = [paper for paper in scope.papers if paper.id not in self._known]
        if request.kind is ReportKind.THEMES:
            yield from self._list_in_themes(new)
        elif isinstance(self._report, TableReport):
            yield from (self._make_row(self._report, paper) for paper in new)
        else:
            yield from (self._make(NewsKind.PAPER, paper) for paper in new)

    def _list_in_themes(self, papers: Sequence[Paper]) -> Iterator[ReportChange]:
        themes = {
            section.heading: [self._papers[paper_id].id for paper_id in section.papers if paper_id in self._papers]
            for section in self._report.sections
            if section.papers and section.heading not in (OPENING, CLOSING, MISSING)
        }
        ids = [*(paper_id for theme in themes.values() for paper_id in theme), *(paper.id for paper in papers)]
        finder = GroupFinder(self._view.vectors_of(ids), themes)
        for paper in papers:
            if heading := finder.find_group(paper.id):
                yield self._make(NewsKind.THEME, paper, heading=heading)

    # Cells of a table

    def _make_row(self, table: TableReport, paper: Paper) -> ReportChange:
        """Make the change of a paper that has no row yet, with the cells that rules fill."""
        cells = [
            CellChange(column=column.name, value=cell.value if cell.state is CellState.STATED else "", quote=cell.quote)
            if is_keyless(column) or cell.state is CellState.STATED
            else CellChange(column=column.name)
            for column, cell in zip(table.columns, fill_cells(paper, table.columns), strict=True)
        ]
        model_columns = [column.name for column in table.columns if not is_keyless(column)]
        note = "its row is new" + (f"; a model fills: {', '.join(model_columns)}" if model_columns else "")
        return self._make(NewsKind.CELL, paper, note=note, cells=tuple(cell for cell in cells if cell.value))

    def _list_refilled(self) -> Iterator[ReportChange]:
        """Yield the rows whose papers say more, or something else, than when the table was made."""
        if not isinstance(self._report, TableReport):
            return
        before = self._report.manifest.papers
        now = self._view.hashes([paper.id for paper in self._papers.values()])
        corrections = read_corrections(self._library)
        for row in self._report.rows:
            paper = self._papers.get(row.paper_id)
            if paper is None or now.get(paper.id) == before.get(row.paper_id) or paper.retraction:
                continue
            by_hand = {*corrections.get(paper.id, {}), *corrections.get(row.paper_id, {})}
            cells = [cell for cell in self._compare_row(row, paper) if fold_name(cell.column) not in by_hand]
            if cells:
                parts = [f"{cell.column}={cell.value}" for cell in cells]
                yield self._make(
                    NewsKind.CELL, paper, *parts, note="its record says more than it did", cells=tuple(cells)
                )

    def _compare_row(self, row: TableRow, paper: Paper) -> Iterator[CellChange]:
        assert isinstance(self._report, TableReport)
        columns = self._report.columns
        for column, old, new in zip(columns, row.cells, fill_cells(paper, columns), strict=True):
            if is_keyless(column) and old.by != YOU and new.state is CellState.STATED and not _is_same(old, new):
                yield CellChange(column=column.name, value=new.value, quote=new.quote, before=old.text)


_Place = tuple[str, int, str]


def _locate(quote: Quote) -> _Place:
    """Return what tells a quote from others: its paper, where it begins, and its words."""
    assert quote.sentence is not None
    return quote.paper.id, quote.sentence.start, quote.sentence.text


def _is_same(old: CellValue, new: CellValue) -> bool:
    return old.state is CellState.STATED and old.value == new.value


def _cites(claim: Claim, paper_id: str) -> bool:
    return any(citation.paper_id == paper_id for citation in claim.citations)


def _list_silent(report: Report) -> Iterator[str]:
    """Yield the papers that a report could not draw on because their records had no abstract."""
    for reason, ids in report.manifest.left.get(Bucket.NO_ABSTRACT, {}).items():
        if "no abstract" in reason:
            yield from ids
