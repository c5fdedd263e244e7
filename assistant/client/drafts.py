"""Drafts of your own, as the Python API has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.drafts.check import check_draft, make_judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.concurrency import Loop
    from assistant.drafts.checked_sentence import CheckedSentence
    from store.library import Library


class Drafts:
    """Comparing drafts with a library; ``Assistant.drafts``."""

    def __init__(self, library: Library, chain: AnswerPipeline | None, loop: Loop) -> None:
        self._library = library
        self._chain = chain
        self._loop = loop

    def check(self, draft: str | Path, bib: str | Path | None = None, judge: bool = False) -> Iterator[CheckedSentence]:
        r"""Compare a draft of your own, sentence by sentence, with its sources: see docs/checking.md.

        What a sentence cites (``[@key]``, ``\cite{key}``) is compared with the words of the papers cited, and what
        cites nothing with those of the library. A key is the id of a paper, its citation key, DOI or arXiv id, or one
        of the ``.bib`` file.

        Args:
            draft: A ``Path`` of a file in Markdown or LaTeX, or the text itself.
            bib: The path of the draft's ``.bib`` file.
            judge: Ask the chat model for its opinion, too, which changes nothing else. That it fails is told in
                ``CheckedSentence.opinion``.

        Raises:
            InputError: The draft or the ``.bib`` file cannot be used, or there is no model to ask.
        """
        return check_draft(self._library, draft, bib, make_judge(self._chain, self._loop) if judge else None)
