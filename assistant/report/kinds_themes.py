"""``themes``: what the papers are about, theme by theme."""

from assistant.report.grouping import Theme, themes
from assistant.report.outline import GIST, THEME
from assistant.report.report_outline import Outline, Part, Plan
from assistant.report.request import Request
from assistant.report.scope import Scope
from store.library import Library

SHOWN = 20
"""Papers of a theme that get a sentence of their own."""
SENTENCES = 5


def outline(library: Library, scope: Scope, request: Request) -> Outline:
    """A section a theme: what each of its papers does, then methods, data, numbers and open questions."""
    found = themes(library, scope.papers, request.seed)
    return Outline(request.titled("Themes"), [section(theme) for theme in found], True, found)


def section(theme: Theme) -> Plan:
    """The plan of a theme."""
    shown = theme.papers[:SHOWN]
    parts = [Part(GIST, shown, SHOWN, each=True), *(Part(role, shown, SENTENCES) for role in THEME)]
    return Plan(theme.heading, theme.papers, parts)
