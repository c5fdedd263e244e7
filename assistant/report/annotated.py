"""``annotated``: an annotated bibliography, a section a paper."""

from assistant.report.outline import GIST, METHODS, RESULT
from assistant.report.report_outline import Outline, Part, Plan
from assistant.report.request import Request
from assistant.report.scope import Scope
from assistant.report.years import by_year
from store.library import Library


def outline(library: Library, scope: Scope, request: Request) -> Outline:
    """What each paper does, how, and what it finds; the newest first."""
    ordered = [paper for papers in by_year(scope.papers).values() for paper in papers]
    plans = [
        Plan(
            paper.marked_title,
            [paper],
            [Part(GIST, [paper], 1, each=True), Part(METHODS, [paper], 1), Part(RESULT, [paper], 1)],
        )
        for paper in ordered
    ]
    return Outline(request.titled("Annotated bibliography"), plans)
