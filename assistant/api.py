"""The Python API: one class that adds, lists, searches and answers."""

from __future__ import annotations

from contextlib import aclosing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from assistant import late
from store.errors import InputError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator
    from types import TracebackType

    from langchain_core.language_models import BaseChatModel

    from assistant.chain.answering import Chain
    from assistant.events import AskEvent
    from assistant.loop import Loop
    from assistant.sessions import Sessions
    from assistant.settings import Settings
    from assistant.types import Answer
    from store.doctor import Check
    from store.embedding import Embedder
    from store.library import Library
    from store.paper import Paper, Profile
    from store.progress import AddEvent
    from store.results import AddReport, Hit


class Assistant:
    """A library that answers. Open it with :meth:`open`; every method is safe to call from several threads.

    Filters are those of ``store.filters.Filters``: ``author``, ``year_from``, ``year_to``, ``category``, ``source``,
    ``text``, ``has_code``, ``ids``; None means no such limit. Every error that is raised on purpose is a
    ``ConspectusError``; another filter, a value that one cannot have and a ``k`` below 1 are an ``InputError``.
    """

    def __init__(self, library: Library, chain: Chain | None = None, fallback: bool = False) -> None:
        self.library = library
        self.chain = chain
        self.fallback = fallback

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
            settings: Everything that can be set, in place of ``model`` (see ``assistant.settings.load``).

        Raises:
            InputError: The path begins with the home folder of nobody (``~name``), the model is not named in full,
                or its key or its package is missing.
        """
        try:
            folder = Path(path).expanduser() if path else default_folder()
        except RuntimeError as error:
            raise InputError(f"{path} cannot be found: {error}", "Give the whole path of the folder.") from error
        library = late.Library(folder, embedder or late.MiniLM(), store)
        if isinstance(model, str):
            settings, model = late.load({"model": model, "base_url": base_url}), None
        if model is None and (settings is None or not settings.chat.model):
            return cls(library)
        chosen = settings or late.Settings()
        return cls(library, late.chain_from(library, chosen, model), chosen.fallback)

    def __enter__(self) -> Self:
        """For ``with``."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of files and connections; the next call opens them again."""
        self.library.close()
        self._loop.close()

    @cached_property
    def _loop(self) -> Loop:
        return late.Loop()

    @cached_property
    def sessions(self) -> Sessions:
        """The saved conversations."""
        return late.Sessions(self.library.folder / "sessions")

    def add(
        self, path: str | Path, format: str | None = None, on_event: Callable[[AddEvent], object] | None = None
    ) -> AddReport:
        """Add the papers of a file; those that are stored already are passed over.

        Args:
            path: A file in one of the formats of ``store.sources``.
            format: Its format, where it is not to be told from the content.
            on_event: Called with each event while it runs.

        Raises:
            SourceError: The file cannot be read as papers.
            LibraryLocked: Another process is adding.
            LibraryError: The library cannot be written.
        """
        for event in self.adding(path, format):
            if on_event:
                on_event(event)
            if event.event == "add_done":
                return event.report
        raise AssertionError("the import ended without a report")

    def adding(self, path: str | Path, format: str | None = None) -> Iterator[AddEvent]:
        """The events of adding a file; closing the iterator stops it and keeps what was stored."""
        return late.add_file(self.library, path, format)

    def papers(self, oldest_first: bool = False, **filters: Any) -> Iterator[Paper]:
        """The papers for which all filters hold, newest first; undated ones last."""
        return self.library.papers(late.conditions(filters), oldest_first)

    def count(self, **filters: Any) -> int:
        """How many papers all filters hold for."""
        view = self.library.view()
        return len(view.rows(late.conditions(filters))) if view else 0

    def paper(self, paper_id: str) -> Paper:
        """One paper; raises NotFound."""
        return self.library.paper(paper_id)

    def remove(self, *paper_ids: str) -> None:
        """Remove papers; raises NotFound, and removes none, where one of them is not there."""
        self.library.remove(paper_ids)

    def profiles(self) -> tuple[Profile, ...]:
        """What author listings said of their authors."""
        return self.library.profiles()

    def search(self, text: str, /, k: int = 10, **filters: Any) -> list[Hit]:
        """The ``k`` papers that fit best, each with its sentences, best first.

        Authors, years and categories in the text ("Che since 2020") are taken as filters where the library holds them.
        """
        return late.look_up(self.library, late.clean_question(text), k, late.conditions(filters))

    def similar(self, paper_id: str, k: int = 5) -> list[Hit]:
        """The ``k`` papers nearest in meaning to one of the library."""
        return self.library.similar(paper_id, late.at_least_one(k))

    def ask(self, question: str, session: str | None = None, strict: bool = False, **filters: Any) -> Answer:
        """Answer from the library; abstains where it does not hold enough.

        Args:
            question: Up to 2000 characters are read.
            session: Id of a saved session, whose earlier turns say what "it" means; the turn is saved in it.
            strict: Leave out claims that the check did not find supported.
            **filters: Papers to answer from.

        Raises:
            InputError: The question is empty or no text.
            NotFound: There is no such session.
            LibraryError: The library cannot be read.
        """
        for event in self._loop.blocking(late.answer_alone(self._asked(question, session, strict, filters))):
            return event.answer
        raise AssertionError("the answer ended without its last event")

    async def aask(self, question: str, session: str | None = None, strict: bool = False, **filters: Any) -> Answer:
        """``ask`` without blocking the event loop; cancelling it cancels the answer."""
        alone = late.answer_alone(self._asked(question, session, strict, filters))
        async with aclosing(self._loop.streaming(alone)) as events:
            async for event in events:
                return event.answer
        raise AssertionError("the answer ended without its last event")

    def astream(
        self, question: str, session: str | None = None, strict: bool = False, **filters: Any
    ) -> AsyncGenerator[AskEvent, None]:
        """The events of an answer as they happen; the last is ``AnswerDone``. Closing it cancels the answer."""
        return self._loop.streaming(self._asked(question, session, strict, filters))

    def asking(
        self, question: str, session: str | None = None, strict: bool = False, **filters: Any
    ) -> Generator[AskEvent, None, None]:
        """The same for code that blocks."""
        return self._loop.blocking(self._asked(question, session, strict, filters))

    def _asked(
        self, question: str, session: str | None, strict: bool, filters: dict[str, Any]
    ) -> AsyncGenerator[AskEvent, None]:
        wanted = late.conditions(filters)
        request = late.Request(
            question=question, session=session, strict=strict, fallback=self.fallback, filters=wanted
        )
        return late.asked(self.library, self.chain, self.sessions, request)

    def doctor(self, repair: bool = False) -> tuple[Check, ...]:
        """Examine the library, and with ``repair`` mend what can be mended; damage is reported, not raised."""
        return late.repair(self.library) if repair else late.examine(self.library)

    def reembed(self) -> int:
        """Give every paper a new vector by the present embedder; returns the number of papers."""
        return self.library.reembed()


def default_folder() -> Path:
    """The library in the user's data folder."""
    import platformdirs

    return Path(platformdirs.user_data_dir("conspectus", appauthor=False)) / "library"
