"""Papers and conversations for use elsewhere: BibTeX, APA, Markdown, JSON."""

from assistant.export import FORMATS, STYLES, citation, export
from assistant.export.apa import apa
from assistant.export.conversation import markdown
from assistant.export.export_bibtex import bibtex

__all__ = ["FORMATS", "STYLES", "apa", "bibtex", "citation", "export", "markdown"]
