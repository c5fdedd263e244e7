"""The Python API: one class that adds, lists, searches and answers."""

from __future__ import annotations

from contextlib import aclosing
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from assistant.client import late
from assistant.client.batches import Batching
from assistant.client.factory import answerer, library_at

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from langchain_core.language_models import BaseChatModel

    from assistant.answer.pipeline import Chain
    from assistant.concurrency import Loop
    from assistant.drafts.results import CheckedSentence
    from assistant.events import AskEvent
    from assistant.sessions import Sessions
    from assistant.settings import Settings
    from assistant.types import Answer, Claim, Turn
    from store.embedding import Embedder
    from store.library import Library

    Turns = Sequence[Turn]


class Assistant(Batching):
    """A library that answers. Open it with :meth:`open`; every method is safe to call from several threads.

    Filters are those of ``store.filters.Filters``: ``author``, ``year_from``, ``year_to``, ``category``, ``source``,
    ``text``, ``has_code``, ``retracted``, ``ids``; None means no such limit. Answers and reports draw on no retracted
    paper unless ``retracted`` is given: None lets them in. Every error that is raised on purpose is a
    ``ConspectusError``; another filter, a value that one cannot have and a ``k`` below 1 are an ``InputError``.
    """

    def __init__(
        self, library: Library, chain: Chain | None = None, fallback: bool = False, settings: Settings | None = None
    ) -> None:
        super().__init__(library, chain, fallback, settings)
        self._lock = Lock()
        self._made_loop: Loop | None = None

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        store: str | None = None,
        embedder: Embedder | None = None,
        model: str | BaseChatModel | None = None,
        base_url: str | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """Open a library; nothing is read, made or sent before it is used.

        Args:
            path: Its folder; None for the user's data folder.
            store: URL of a Chroma server that holds the papers (``http://host:port``).
            embedder: What turns text into vectors; None for the one that is shipped.
            model: Who answers: ``openai:gpt-4o-mini``, the name of a model at ``base_url``, or any langchain chat
                model. None quotes the abstracts.
            base_url: An endpoint that speaks OpenAI's interface (``http://localhost:11434/v1``).
            settings: Everything that can be set, in place of ``model`` (see ``assistant.settings.load``). The library,
                the store and the embedder are theirs where they are not given here.

        Raises:
            InputError: The path begins with the home folder of nobody (``~name``), a model is not named in full,
                or its key or its package is missing.
        """
        library = library_at(path, store, embedder, settings)
        return cls(library, *answerer(library, model, base_url, settings), settings)

    def __enter__(self) -> Self:
        """For ``with``."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def prepare(self) -> int:
        """Load what the first question needs, so that it is answered at once; returns the number of papers.

        Raises:
            LibraryError: The library cannot be read.
        """
        papers = self.count()
        if papers:
            self.search("paper", 1)
        _ = late.asked
        return papers

    def close(self) -> None:
        """Let go of files and connections; the next call opens them again."""
        self.library.close()
        if self._made_loop is not None:
            self._made_loop.close()

    @property
    def _loop(self) -> Loop:
        """One for all threads; made when it is first needed, for it costs a command that asks nothing too much."""
        with self._lock:
            if self._made_loop is None:
                self._made_loop = late.Loop()
            return self._made_loop

    @cached_property
    def sessions(self) -> Sessions:
        """The saved conversations."""
        return late.Sessions(self.library.folder / "sessions")

    def ask(
        self, question: str, session: str | None = None, strict: bool = False, history: Turns = (), **filters: Any
    ) -> Answer:
        """Answer from the library; abstains where it does not hold enough.

        Args:
            question: Up to 2000 characters are read.
            session: Id of a saved session, whose earlier turns say what "it" means; the turn is saved in it.
            strict: Leave out claims that are not worded as in their sources.
            history: Earlier turns where they are not kept in a session.
            **filters: Papers to answer from.

        Raises:
            InputError: The question is empty or no text, or both a session and a history are given.
            NotFound: There is no such session.
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer, and excerpts were not asked for in its place (``fallback``).
        """
        for event in self._loop.blocking(late.answer_alone(self._asked(question, session, strict, history, filters))):
            return event.answer
        raise AssertionError("the answer ended without its last event")

    async def aask(
        self, question: str, session: str | None = None, strict: bool = False, history: Turns = (), **filters: Any
    ) -> Answer:
        """``ask`` without blocking the event loop; cancelling it cancels the answer."""
        alone = late.answer_alone(self._asked(question, session, strict, history, filters))
        async with aclosing(self._loop.streaming(alone)) as events:
            async for event in events:
                return event.answer
        raise AssertionError("the answer ended without its last event")

    def astream(
        self, question: str, session: str | None = None, strict: bool = False, history: Turns = (), **filters: Any
    ) -> AsyncGenerator[AskEvent, None]:
        """The events of an answer as they happen; the last is ``AnswerDone``. Closing it cancels the answer."""
        return self._loop.streaming(self._asked(question, session, strict, history, filters))

    def asking(
        self, question: str, session: str | None = None, strict: bool = False, history: Turns = (), **filters: Any
    ) -> Generator[AskEvent, None, None]:
        """The same for code that blocks."""
        return self._loop.blocking(self._asked(question, session, strict, history, filters))

    def _asked(
        self, question: str, session: str | None, strict: bool, history: Turns, filters: dict[str, Any]
    ) -> AsyncGenerator[AskEvent, None]:
        request = late.Request(
            question=question,
            session=session,
            strict=strict,
            fallback=self.fallback,
            filters=late.evidence(filters),
            history=tuple(history),
        )
        return late.asked(self.library, self.chain, self.sessions, request)

    def verify(self, text: str, papers: Sequence[str] | None = None) -> Claim:
        """Compare the words of one sentence with those of papers, without any model; the sense is not looked at.

        Args:
            text: The sentence; citations in it are read past.
            papers: Ids of the papers to compare it with, all together; None looks for those of the library that come
                nearest, and takes the one whose words are nearest.

        Returns:
            How far it is worded as in them, the nearest sentences as citations, and the reasons where it is not.

        Raises:
            InputError: It is empty or enormous.
            NotFound: There is no such paper.
        """
        return late.verified(self.library, text, papers)

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
        asked = late.judge_of(self.chain, self._loop) if judge else None
        return late.checked(self.library, draft, bib, asked)

    def export(self, session_id: str, format: str = "md", style: str = "apa") -> str:
        """A saved conversation as Markdown, ``json`` or ``bib`` (BibTeX of the papers that it cites).

        ``style`` is that of the references in Markdown (see ``references``). Raises InputError for another format or
        style, NotFound, LibraryError.
        """
        return late.export(self.library, self.sessions.get(session_id), format, style)
