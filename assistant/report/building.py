"""A report from its request: which papers, what to tell, the text, the references, the ledger."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.report import annotated, compare, question, timeline
from assistant.report import kinds as author
from assistant.report import kinds_contradictions as contradictions
from assistant.report import kinds_themes as themes
from assistant.report.framing import framed
from assistant.report.ledger import ledger
from assistant.report.manifest import manifest_of, signed
from assistant.report.numbering import numbered
from assistant.report.report_outline import Outline
from assistant.report.request import Request
from assistant.report.schema import Kind, Manifest, Report, Section
from assistant.report.scope import Scope, scope
from assistant.report.writing import quoted_section
from assistant.types import Claim, Support, Usage
from store.library import Library

NOTHING = Usage()
Planner = Callable[[Library, Scope, Request], Outline]
PLANNERS: dict[Kind, Planner] = {
    Kind.THEMES: themes.outline,
    Kind.TIMELINE: timeline.outline,
    Kind.QUESTION: question.outline,
    Kind.COMPARE: compare.outline,
    Kind.AUTHOR: author.outline,
    Kind.CONTRADICTIONS: contradictions.outline,
    Kind.ANNOTATED: annotated.outline,
}


class Planned(NamedTuple):
    """A report before anything of it is written: which papers, and what to tell of them."""

    request: Request
    scope: Scope
    outline: Outline


def build(library: Library, request: Request) -> Report:
    """Make a report without a model: every sentence is one of an abstract.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
        ConspectusError: The ledger does not add up.
    """
    plan = planned(library, request)
    sections = [quoted_section(one) for one in plan.outline.plans]
    return put_together(plan, sections, manifest_of(library, request, plan.scope))


def planned(library: Library, request: Request, chosen: Scope | None = None) -> Planned:
    """Plan a report; ``chosen`` are its papers where they are known, else they are looked for.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
    """
    chosen = chosen or scope(library, request.filters, request.topic)
    return Planned(request, chosen, PLANNERS[request.kind](library, chosen, request))


def put_together(plan: Planned, sections: Sequence[Section], manifest: Manifest, usage: Usage = NOTHING) -> Report:
    """The written sections of a plan as a report.

    Raises:
        ConspectusError: The ledger does not add up.
    """
    kept = [strict(section) for section in sections] if plan.request.strict else sections
    told = ledger(plan.scope, kept)
    shown, references = numbered(framed(kept) if plan.outline.framed else tuple(kept), plan.scope.papers)
    report = Report(
        kind=plan.request.kind,
        title=plan.outline.title,
        sections=shown,
        references=references,
        ledger=told,
        manifest=manifest,
        usage=usage,
    )
    return signed(report)


def strict(section: Section) -> Section:
    """A section without the claims that the check did not find supported."""

    def supported(claims: Sequence[Claim]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if claim.support is Support.SUPPORTED)

    paragraphs = [one.model_copy(update={"claims": supported(one.claims)}) for one in section.paragraphs]
    return section.model_copy(update={"paragraphs": tuple(one for one in paragraphs if one.claims)})
