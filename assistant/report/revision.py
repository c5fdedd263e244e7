"""One section of a report written again by a model as its reader wishes, under the same check."""

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from assistant.answer.model_drafts import MAX_PAPERS, PromptContext, compute_token_budget
from assistant.concurrency import in_thread
from assistant.report.manifest import REVISIONS, restore_scope
from assistant.report.pipeline import number_sections, with_digest
from assistant.report.report_writer import ReportWriter
from assistant.report.requests import GenerationRequest, TokenBudget
from assistant.report.schema import Paragraph, Report, ReportDone, Section
from assistant.report.scope import close_ledger
from store.errors import InputError
from store.library import Library
from store.paper import Paper

# Characters of a wish; chosen by hand: a paragraph.
_LONGEST = 1000
# Sentences that a section has at the least after it was written again, and how many more than before; by hand.
_LEAST, _MORE = 4, 4
_PLACE = re.compile(r"\s*section\s+(\d{1,4})\s*[:,–-]\s*(.+)", re.IGNORECASE | re.DOTALL)


class _Wish(NamedTuple):
    """A section by its place from 0, and what is wished of it."""

    place: int
    what: str


async def revise_report(library: Library, writer: ReportWriter, report: Report, wish: str) -> ReportDone:
    """Write one section again; all others stay, and references, ledger and digest are made anew.

    Args:
        library: That the report was made of.
        writer: Whose model writes; what it wrote before is kept, so the same wish is free the second time.
        report: The report.
        wish: "section 3: shorter, more on data", or the heading of the section in place of its number.

    Raises:
        InputError: There is no such section, it has no papers, the library has changed, or nothing of what the model
            wrote holds.
        ModelError: The model gives no answer.
    """
    place, what = read_wish(report, wish)
    section = report.sections[place]
    scope = await in_thread(partial(restore_scope, library, report.manifest))
    papers = [paper for paper in scope.papers if paper.id in {*section.papers}]
    papers.sort(key=lambda paper: section.papers.index(paper.id))
    if not papers:
        raise InputError(f"“{section.heading}” has no papers to write from.", _list_places(report))
    written = await writer.write(_make_request(section, what, writer.budget, papers))
    claims = tuple(claim for claim in written.claims if claim.holds)
    if not claims:
        raise InputError(
            f"Nothing of what the model wrote for “{section.heading}” holds; the section stays as it was.",
            "Wish for something that the abstracts state.",
        )
    changed = section.model_copy(
        update={"paragraphs": (Paragraph(claims=claims),), "mode": writer.identity.model, "note": f"revised: {what}"}
    )
    sections = [*report.sections[:place], changed, *report.sections[place + 1 :]]
    numbered, references = number_sections(sections, scope.papers)
    wishes = report.manifest.settings.get(REVISIONS, [])
    settings = {**report.manifest.settings, REVISIONS: [*(wishes if isinstance(wishes, list) else []), wish]}
    manifest = report.manifest.model_copy(update={"settings": settings})
    revised = report.model_copy(
        update={
            "sections": numbered,
            "references": references,
            "ledger": close_ledger(scope, sections),
            "manifest": manifest,
            "usage": report.usage + written.usage,
        }
    )
    return ReportDone(report=with_digest(revised), paid=writer.paid, cached=writer.cached)


def read_wish(report: Report, wish: str) -> _Wish:
    """Read which section a wish is about, and what is wished.

    Raises:
        InputError: It names no section of the report, wishes nothing, or is too long.
    """
    if len(wish) > _LONGEST:
        raise InputError(f"The wish has {len(wish):,} characters.", f"Give at most {_LONGEST:,}.")
    if match := _PLACE.fullmatch(wish):
        place = int(match[1]) - 1
        if 0 <= place < len(report.sections):
            return _Wish(place, match[2].strip())
        raise InputError(f"There is no section {match[1]}.", _list_places(report))
    name, _, what = wish.partition(":")
    places = [n for n, section in enumerate(report.sections) if section.heading.casefold() == name.strip().casefold()]
    if not places or not what.strip():
        raise InputError(f"“{wish[:80]}” does not say which section, and what of it.", _list_places(report))
    return _Wish(places[0], what.strip())


def _list_places(report: Report) -> str:
    listed = "; ".join(f"{n} {section.heading}" for n, section in enumerate(report.sections, 1) if section.papers)
    return f"Say it as “section 3: shorter, more on data”. Sections: {listed}."


def _make_request(section: Section, what: str, budget: TokenBudget, papers: Sequence[Paper]) -> GenerationRequest:
    """Ask for the section anew: of what it is, how long it was, and what is wished.

    Its text is not shown: what a model repeats of a question tells nothing, and the abstracts say all that it may say.
    """
    length = sum(len(paragraph.claims) for paragraph in section.paragraphs)
    question = f"the section “{section.heading}” ({length} sentences so far) anew, as its reader wishes: {what}"
    context = PromptContext(papers[:MAX_PAPERS], question, compute_token_budget(question, *budget))
    return GenerationRequest(0, context, max(_LEAST, length + _MORE))
