"""Drafts of your own, as the Python API has them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from assistant.drafts.check import JudgedVerdicts, check_draft

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence
    from pathlib import Path

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.concurrency import Loop
    from assistant.drafts.checked_sentence import CheckedSentence
    from assistant.verify import Verdict
    from assistant.verify.entailment import Patience, SecondStage, WeighingStage
    from store.library import Library
    from store.paper import Paper


class Drafts:
    """Comparing drafts with a library; ``Assistant.drafts``."""

    def __init__(
        self,
        library: Library,
        chain: AnswerPipeline | None,
        loop: Loop,
        stage: SecondStage | None = None,
        weighs: bool = True,
    ) -> None:
        self._library = library
        self._chain = chain
        self._loop = loop
        self._stage = stage
        self._weighs = weighs

    def check(
        self, draft: str | Path, bib: str | Path | None = None, judge: bool | None = None
    ) -> Iterator[CheckedSentence]:
        r"""Compare a draft of your own, sentence by sentence, with its sources: see docs/checking.md.

        What a sentence cites (``[@key]``, ``\cite{key}``, ``(Gold et al., 2005)``, ``[3]`` of a list) is compared with
        the words of the papers cited, and what cites nothing with those of the library. A key is the id of a paper, its
        citation key, DOI or arXiv id, or one of the ``.bib`` file.

        Args:
            draft: A ``Path`` of a file in Markdown, LaTeX or Word, or the text itself.
            bib: The path of the draft's ``.bib`` file.
            judge: Whether a second stage looks at the sense of what the rules found: the one that is set, else the
                model that answers. None asks the one that is set, else the one that is shipped, unless the settings
                have it off; False nobody. That it fails is told in ``CheckedSentence.notes``, and no sign is raised
                then.

        Raises:
            InputError: The draft or the ``.bib`` file cannot be used, or there is no model to ask.
        """
        stage: SecondStage | WeighingStage | None = None if judge is False else self._stage
        if judge and stage is None:
            stage = self._make_stage()
        elif judge is None and stage is None and self._weighs:
            from assistant.verify.weigher import Weigher

            stage = Weigher()
        if stage is None:
            return check_draft(self._library, draft, bib)
        from assistant.verify.entailment import Patience

        return check_draft(self._library, draft, bib, partial(self._judge, stage, Patience()))

    def _make_stage(self) -> SecondStage:
        from assistant.llm.judge import ModelJudge
        from store.errors import InputError

        if self._chain is None:
            raise InputError(
                "There is no model to look at the sense of claims.",
                "Name one as the judge, for example openai:gpt-4o-mini.",
            )
        return ModelJudge(self._chain.model, self._chain.prompts)

    def _judge(
        self,
        stage: SecondStage | WeighingStage,
        patience: Patience,
        verdicts: Sequence[Verdict],
        papers: Sequence[Sequence[Paper]],
    ) -> JudgedVerdicts:
        """Have verdicts looked at on the event loop of the assistant, and wait for that."""
        from assistant.verify.entailment import StageRun

        async def judge() -> AsyncGenerator[JudgedVerdicts, None]:
            run = StageRun(stage, patience)
            judged = await run.judge(verdicts, papers)
            yield JudgedVerdicts(judged, run.usage, run.notes)

        return self._loop.run_to_last(judge(), JudgedVerdicts)
