"""Copying a citation: asks for the style, then says how it was copied."""

import asyncio
from typing import Any

from textual.app import App

from assistant.client import Assistant
from tui.clipboard import Copied, copy
from tui.dialogs.choose import Choice, Choose

STYLES = (
    Choice("apa", "APA", "one line of text"),
    Choice("bibtex", "BibTeX", "an entry for a .bib file"),
    Choice("latex", "\\cite{…}", "for LaTeX"),
    Choice("pandoc", "[@…]", "for Markdown"),
)


async def copy_citation(app: App[Any], assistant: Assistant, paper_id: str) -> Copied | None:
    """Copy the citation of a paper in a style that is asked for; to be awaited in a worker.

    Returns:
        How it was copied, None where the user left it.

    Raises:
        ConspectusError: The paper cannot be read, or there is nothing to copy to.
    """
    style = await app.push_screen_wait(Choose("Copy the citation as", STYLES))
    if style is None:
        return None
    return await asyncio.to_thread(copy, await asyncio.to_thread(assistant.citation, paper_id, style))
