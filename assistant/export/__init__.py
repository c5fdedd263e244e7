"""Papers and conversations for use elsewhere: BibTeX, APA, Markdown, JSON."""

from assistant.export.apa import apa
from assistant.export.bibtex import bibtex
from assistant.export.formats import FORMATS, STYLES, citation, export
from assistant.export.markdown import markdown

__all__ = ["FORMATS", "STYLES", "apa", "bibtex", "citation", "export", "markdown"]
