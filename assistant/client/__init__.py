"""The Python API: ``Assistant`` has the everyday verbs, and a resource for everything else.

A resource is made, and what it needs is imported, when it is first used, so that ``import assistant`` costs little:
pydantic alone takes longer to import than Python takes to start.
"""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Unpack

    from langchain_core.language_models import BaseChatModel

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.client.batches import Batches
    from assistant.client.drafts import Drafts
    from assistant.client.evaluation import ModelEvaluation
    from assistant.client.papers import Papers
    from assistant.client.reports import Reports
    from assistant.client.sessions import SavedSessions
    from assistant.client.watches import Watches
    from assistant.client.zotero import Zotero
    from assistant.concurrency import Loop
    from assistant.events import AskEvent
    from assistant.hits import Hits
    from assistant.question.query import Query
    from assistant.settings import Settings
    from assistant.types import Answer, Claim, FilterOptions, Turn, Usage
    from assistant.verify.entailment import SecondStage
    from assistant.watch.digest import UpdateEvent, UpdateReport
    from store.backup import Backup
    from store.bin import Removal
    from store.doctor import Check
    from store.embedding import Embedder
    from store.library import Library
    from store.readers import ReadFilterOptions
    from store.results import AddEvent, AddReport, VectorsStored


class Assistant:
    """A library that answers. Open it with :meth:`open`; every method is safe to call from several threads.

    One rule names the methods: ``ask`` blocks, ``aask`` awaits, ``stream`` and ``astream`` yield the events of an
    answer; those of another verb are ``stream_add``. In a resource ``stream`` is that of its main verb.

    Filters are those of ``store.filters.Filters``: ``author``, ``year_from``, ``year_to``, ``category``, ``source``,
    ``text``, ``venue``, ``kind``, ``retracted`` and others, ``not_`` before a name for what must not fit; None means no
    such limit. Answers and reports draw on no retracted
    paper unless ``retracted`` is given: None lets them in. Every error that is raised on purpose is a
    ``ConspectusError``; another filter, a value that one cannot have and a ``k`` below 1 are an ``InputError``.

    Attributes:
        library: The store beneath.
        chain: The model that answers, None where abstracts are quoted.
        fallback: Whether excerpts are quoted when the model fails.
        stage: The second stage of the check, which looks at the sense of claims; None where nobody does.
    """

    def __init__(
        self,
        library: Library,
        chain: AnswerPipeline | None = None,
        fallback: bool = False,
        settings: Settings | None = None,
        stage: SecondStage | None = None,
    ) -> None:
        self.library = library
        self.chain = chain
        self.fallback = fallback
        self.stage = stage or (chain.stage if chain else None)
        self._settings = settings
        self._lock = Lock()
        self._started_loop: Loop | None = None

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        store: str | None = None,
        embedder: Embedder | None = None,
        model: str | BaseChatModel | None = None,
        base_url: str | None = None,
        settings: Settings | None = None,
        judge: str | BaseChatModel | SecondStage | None = None,
        embeds: bool = True,
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
            judge: Who looks at the sense of claims after the rules: a model, named as ``model`` is, any langchain chat
                model, or an object of your own (``assistant.verify.entailment.SecondStage``). None for what the
                settings say, which is nobody unless they name somebody.
            embeds: Whether anything is embedded, as searching, asking and adding do. Listing, showing, exporting and
                backing up need not: without, no embedder, and no key of one, has to be there.

        Raises:
            InputError: The path begins with the home folder of nobody (``~name``), a model is not named in full,
                or its key or its package is missing.
        """
        from assistant.client.factory import connect_answerer, open_library

        library = open_library(path, store, embedder, settings, embeds)
        chain, fallback, stage = connect_answerer(library, model, base_url, settings, judge)
        return cls(library, chain, fallback, settings, stage)

    @staticmethod
    def default_folder() -> Path:
        """Return the folder of the library that ``open`` takes without a path."""
        from assistant.client.factory import default_folder

        return default_folder()

    def __enter__(self) -> Self:
        """Return itself, for ``with``."""
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
        papers = self.papers.count()
        if papers:
            self.search("paper", 1)
        import assistant.answer.pipeline  # noqa: F401

        return papers

    def close(self) -> None:
        """Let go of files and connections; the next call opens them again."""
        self.library.close()
        if self._started_loop is not None:
            self._started_loop.close()

    @property
    def place(self) -> str:
        """Where the papers are: the folder of the library, or the address of the server."""
        chroma = self.library.chroma
        return str(chroma.place if chroma.is_server else self.library.folder)

    @property
    def name(self) -> str:
        """The name of the library's folder."""
        return self.library.folder.name

    @property
    def model(self) -> str:
        """The name of the model that answers, "" where abstracts are quoted."""
        return self.chain.model.name if self.chain else ""

    def with_price(self, usage: Usage) -> Usage:
        """Add the price of what the model that answers took, where that is known."""
        return self.chain.model.with_price(usage) if self.chain else usage

    @cached_property
    def papers(self) -> Papers:
        """The papers: list, count, remove, join, fetch, cite, export."""
        from assistant.client.papers import Papers

        return Papers(self.library, self._settings)

    @cached_property
    def reports(self) -> Reports:
        """Reports: create, replay, estimate, save, compare."""
        from assistant.client.reports import Reports

        return Reports(self.library, self.chain, self.fallback, self._settings, self._loop, self.stage)

    @cached_property
    def batches(self) -> Batches:
        """Many reports and answers from one file: run, estimate."""
        from assistant.client.batches import Batches

        return Batches(self.library, self.chain, self.reports, self.fallback, self._settings, self._loop, self.stage)

    @property
    def _weighs(self) -> bool:
        """Whether sentences of the user's own are weighed where no second stage is set."""
        return self._settings is None or self._settings.check.nearness

    @cached_property
    def drafts(self) -> Drafts:
        """Drafts of your own: check."""
        from assistant.client.drafts import Drafts

        return Drafts(self.library, self.chain, self._loop, self.stage, self._weighs)

    @cached_property
    def sessions(self) -> SavedSessions:
        """The saved conversations: start, list, search, read, export, branch, rename, delete."""
        from assistant.client.sessions import SavedSessions

        return SavedSessions(self.library)

    @cached_property
    def zotero(self) -> Zotero:
        """Zotero: sync, push, undo."""
        from assistant.client.zotero import Zotero

        return Zotero(self.library, self._settings)

    @cached_property
    def watches(self) -> Watches:
        """What is watched: add, list, remove; the digests of what came."""
        from assistant.client.watches import Watches

        return Watches(self.library, lambda: self.reports, self._settings)

    def update(
        self,
        *reports: str | Path,
        retractions: bool = True,
        on_event: Callable[[UpdateEvent], object] | None = None,
    ) -> UpdateReport:
        """Read what is watched, add what is new, and tell it: each paper once, and what it changes in saved reports.

        Args:
            *reports: Reports as JSON, or manifests, that are followed from now on beside those that ``reports.save``
                saved.
            retractions: Whether OpenAlex and PubMed are asked which papers of the reports were retracted.
            on_event: Called with each event while it runs.

        Returns:
            The digest, what came of each watch, and what could not be read or compared. That a watch failed is told
            there, and raises nothing.

        Raises:
            InputError: A file is no report, or one of another library.
            LibraryLocked: Another process is updating or adding.
            LibraryError: The library cannot be read, or the disk refuses.
        """
        return self.watches._update(reports, retractions, on_event)

    async def aupdate(self, *reports: str | Path, retractions: bool = True) -> UpdateReport:
        """``update`` without blocking the event loop."""
        from assistant.concurrency import in_thread

        return await in_thread(lambda: self.update(*reports, retractions=retractions))

    def stream_update(self, *reports: str | Path, retractions: bool = True) -> Iterator[UpdateEvent]:
        """Yield the events of ``update``; its digest counts as told when more is asked for than ``UpdateDone``."""
        return self.watches._stream_update(reports, retractions)

    def add(
        self,
        path: str | Path,
        format: str | None = None,
        on_event: Callable[[AddEvent], object] | None = None,
        dry_run: bool = False,
        **only: Unpack[ReadFilterOptions],
    ) -> AddReport:
        """Add the papers of a file; those that are stored already are passed over, and records of one paper joined.

        Args:
            path: A file in one of the formats of ``store.readers``.
            format: Its format, where it is not to be told from the content.
            on_event: Called with each event while it runs.
            dry_run: Write nothing, and report what would happen.
            only: Which of them: ``limit`` (so many), ``category`` (one of these), ``since`` (of that year or later).

        Raises:
            SourceError: The file cannot be read as papers.
            LibraryLocked: Another process is adding.
            LibraryError: The library cannot be written.
        """
        from assistant.events import last_event
        from store.results import AddDone

        return last_event(self.stream_add(path, format, dry_run, **only), AddDone, on_event).report

    async def aadd(
        self, path: str | Path, format: str | None = None, dry_run: bool = False, **only: Unpack[ReadFilterOptions]
    ) -> AddReport:
        """``add`` without blocking the event loop; cancelling it stops it and keeps what was stored."""
        from assistant.concurrency import run_stoppable
        from store.results import AddDone

        return (await run_stoppable(self.stream_add(path, format, dry_run, **only), AddDone)).report

    def stream_add(
        self, path: str | Path, format: str | None = None, dry_run: bool = False, **only: Unpack[ReadFilterOptions]
    ) -> Iterator[AddEvent]:
        """Yield the events of adding a file; closing the iterator stops it and keeps what was stored."""
        from store.ingest import add_file
        from store.readers import ArchiveLimits

        if self._settings and not only.get("limits"):
            only["limits"] = ArchiveLimits(**self._settings.archives.model_dump())
        return add_file(self.library, path, format, dry_run, **only)

    def embed(self, on_event: Callable[[VectorsStored], object] | None = None) -> int:
        """Give the papers that words alone find their vectors, so that meaning finds them, too.

        Adding does so at its end, unless it was stopped or ``embed_at_once`` is not set. Stopped, this goes on from
        there; where another process is at it, that one takes all of them, and nothing happens here.

        Returns:
            How many papers got theirs.

        Raises:
            EmbedderError: The model cannot be loaded or run.
            LibraryLocked: Another process is adding, and does not end.
            LibraryError: The library cannot be written.
        """
        done = 0
        for event in self.stream_embed():
            done = event.done
            if on_event:
                on_event(event)
        return done

    async def aembed(self) -> int:
        """``embed`` without blocking the event loop."""
        from assistant.concurrency import in_thread

        return await in_thread(self.embed)

    def stream_embed(self, stopping: Callable[[], bool] = lambda: False) -> Iterator[VectorsStored]:
        """Yield an event with each batch that ``embed`` stores, none where nothing is to do; closing it stops it.

        ``stopping`` is asked before each batch, and while another process writes, whether to stop.
        """
        from store.filling import fill_vectors

        return fill_vectors(self.library, stopping)

    def search(self, text: str, /, k: int = 10, **filters: Unpack[FilterOptions]) -> Hits:
        """Find the ``k`` papers that fit best, each with its sentences, best first.

        Authors, years and categories in the text ("Che since 2020") are taken as filters where the library holds them.

        Raises:
            InputError: The text is empty or enormous.
            LibraryError: The library cannot be read.
        """
        from datetime import date

        from assistant.answer.paper_search import look_up
        from assistant.hits import Hits
        from assistant.question.parse import clean_question
        from store.filters import parse_filters
        from store.paper_names import resolve_filters

        within = resolve_filters(self.library, parse_filters(filters))
        return Hits(look_up(self.library, clean_question(text), k, within, date.today()))

    async def asearch(self, text: str, /, k: int = 10, **filters: Unpack[FilterOptions]) -> Hits:
        """``search`` without blocking the event loop."""
        from assistant.concurrency import in_thread

        return await in_thread(lambda: self.search(text, k, **filters))

    def ask(
        self,
        question: str,
        session: str | None = None,
        strict: bool = False,
        history: Sequence[Turn] = (),
        ignore: Sequence[str] = (),
        quotes: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> Answer:
        """Answer from the library; abstains where it does not hold enough.

        Args:
            question: Up to 2000 characters are read.
            session: Id of a saved session, whose earlier turns say what "it" means; the turn is saved in it.
            strict: Leave out claims that do not hold: in doubt, not found or contradicted.
            history: Earlier turns where they are not kept in a session.
            ignore: Conditions of the question that do not count, as ``Answer.trace.conditions`` says them.
            quotes: Whether a list of papers quotes a sentence of each.
            **filters: Papers to answer from.

        Raises:
            InputError: The question is empty or no text, or both a session and a history are given.
            NotFound: There is no such session.
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer, and excerpts were not asked for in its place (``fallback``).
        """
        events = self._answer(question, session, strict, history, ignore, quotes, filters, silent=True)
        from assistant.events import AnswerDone

        return self._loop.run_to_last(events, AnswerDone).answer

    async def aask(
        self,
        question: str,
        session: str | None = None,
        strict: bool = False,
        history: Sequence[Turn] = (),
        ignore: Sequence[str] = (),
        quotes: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> Answer:
        """``ask`` without blocking the event loop; cancelling it cancels the answer."""
        events = self._answer(question, session, strict, history, ignore, quotes, filters, silent=True)
        from assistant.events import AnswerDone

        return (await self._loop.arun_to_last(events, AnswerDone)).answer

    def stream(
        self,
        question: str,
        session: str | None = None,
        strict: bool = False,
        history: Sequence[Turn] = (),
        ignore: Sequence[str] = (),
        quotes: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> Generator[AskEvent, None, None]:
        """Yield the events of an answer as they happen; the last is ``AnswerDone``. Closing it cancels the answer."""
        return self._loop.iterate(self._answer(question, session, strict, history, ignore, quotes, filters))

    def astream(
        self,
        question: str,
        session: str | None = None,
        strict: bool = False,
        history: Sequence[Turn] = (),
        ignore: Sequence[str] = (),
        quotes: bool = False,
        begun: str = "",
        **filters: Unpack[FilterOptions],
    ) -> AsyncGenerator[AskEvent, None]:
        """``stream`` for code with an event loop; ``begun`` is what ``sessions.begin`` returned for the question."""
        return self._loop.aiterate(self._answer(question, session, strict, history, ignore, quotes, filters, begun))

    @staticmethod
    def check_question(text: str) -> str:
        """Return a question as it is going to be asked, clean; for callers that do something before they ask it.

        Raises:
            InputError: It is empty, enormous, or holds no letter or digit.
        """
        from assistant.question.parse import clean_question

        return clean_question(text)

    def parse(self, question: str) -> Query:
        """Read a question as ``ask`` and ``search`` do: its intent, topic and filters, and what it could not use.

        Raises:
            InputError: The question is empty or no text.
            LibraryError: The library cannot be read.
        """
        from datetime import date

        from assistant.question.parse import clean_question, parse_question
        from assistant.question.query import Query

        text, view = clean_question(question), self.library.view()
        return parse_question(text, view, date.today()) if view else Query(question=text, topic=text)

    def verify(self, text: str, papers: Sequence[str] | None = None, judge: bool = True) -> Claim:
        """Compare the words of one sentence with those of papers; the second stage, if one is set, looks at the sense.

        Args:
            text: The sentence; citations in it are read past.
            papers: Ids of the papers to compare it with, all together; None looks for those of the library that come
                nearest, and takes the one whose words are nearest.
            judge: Whether the second stage is asked, the one that is set or the one that is shipped; without it only
                the rules look, and no model is asked.

        Returns:
            How far it is worded as in them, the nearest sentences as citations, and the reasons where it is not.

        Raises:
            InputError: It is empty or enormous.
            NotFound: There is no such paper.
        """
        from assistant.types import Claim

        return self._loop.run_to_last(self._verify(text, papers, judge), Claim)

    async def averify(self, text: str, papers: Sequence[str] | None = None, judge: bool = True) -> Claim:
        """``verify`` without blocking the event loop."""
        from assistant.types import Claim

        return await self._loop.arun_to_last(self._verify(text, papers, judge), Claim)

    def evaluate(self, questions: str | Path, strict: bool = False) -> ModelEvaluation:
        """Ask the questions of a file, and score the answers against what it expects.

        Args:
            questions: A file in JSON lines, such as ``benchmarks/questions.jsonl``.
            strict: Leave out claims that do not hold: in doubt, not found or contradicted.

        Raises:
            InputError: The file cannot be used.
            LibraryError: The library cannot be read.
        """
        from assistant.client.evaluation import ModelEvaluation

        return ModelEvaluation.score(self, questions, strict)

    def doctor(self, repair: bool = False, files: Sequence[str | Path] = ()) -> tuple[Check, ...]:
        """Examine the library, and with ``repair`` mend what can be mended; damage is reported, not raised.

        Args:
            repair: Whether anything is changed.
            files: Reports as JSON, manifests and folders of batches, which are read and compared with the library, too.
        """
        from pathlib import Path

        from assistant.client.kept_files import examine_kept
        from store import doctor

        checks = doctor.repair(self.library) if repair else doctor.examine(self.library)
        if any(check.name == "papers" for check in checks):
            checks = (*checks, *examine_kept(self, [*map(Path, files)], repair))
        return checks

    @property
    def warning(self) -> str:
        """What is wrong with the library though it can be read, as far as it was met; "" for nothing."""
        return self.library.warning

    def backup(self, path: str | Path) -> Backup:
        """Write the library into one file, papers, vectors, decisions and conversations, while others go on writing.

        Args:
            path: The file, which must not be there yet.

        Raises:
            InputError: There is such a file, or it would lie within the library.
            LibraryError: There is no library, it cannot be read, or the disk refuses.
        """
        from pathlib import Path

        from store.backup import write_backup

        return write_backup(self.library, Path(path))

    def restore(self, path: str | Path, replace: bool = False) -> Backup:
        """Make this library of a backup, all of which is compared with its checksums first.

        Args:
            path: The file.
            replace: Whether a library that is there gives way; it is kept beside the new one.

        Raises:
            InputError: A library is there, and is not to be replaced.
            SourceError: The file is no backup, or is damaged; nothing was changed.
            LibraryError: The library is on a server or is being written, or the disk refuses.
        """
        from pathlib import Path

        from store.backup import restore_backup
        from store.errors import LibraryError

        if self.library.chroma.is_server:
            raise LibraryError("A backup is restored into a folder.", "Leave out --store, and add the papers there.")
        self.library.close()
        return restore_backup(Path(path), self.library.folder, replace)

    def undo(self) -> Removal:
        """Bring back what the last command took away: papers, a conversation, or papers that were merged.

        What was removed can be brought back for thirty days; called again, it undoes the removal before.

        Returns:
            What is back.

        Raises:
            NotFound: Nothing was removed in the last thirty days.
            InputError: What was made of merged papers was changed since.
            LibraryError: The library cannot be written.
        """
        from assistant.client.undo import undo_last

        return undo_last(self.library, self.sessions)

    def list_removed(self) -> tuple[Removal, ...]:
        """List what ``undo`` can bring back, the last removal first. Raises ``LibraryError``."""
        from store.bin import Bin

        return tuple(removal for _, removal in Bin(self.library.folder).list())

    def reembed(self, on_event: Callable[[VectorsStored], object] | None = None) -> int:
        """Give every paper a new vector by the present embedder; returns the number of papers.

        The old ones serve until all are there. Stopped or killed, it goes on from there when it is called again.

        Raises:
            EmbedderError: The model cannot be loaded or run.
            LibraryLocked: Another process is at it, or writes.
            LibraryError: The library cannot be written.
        """
        for event in self.stream_reembed():
            if on_event:
                on_event(event)
        return self.papers.count()

    def stream_reembed(self) -> Iterator[VectorsStored]:
        """Yield an event with each batch that ``reembed`` makes; closing it stops it."""
        from store.reembedding import reembed

        return reembed(self.library)

    @staticmethod
    def probe_models(settings: Settings, env: Mapping[str, str] | None = None) -> Iterator[Check]:
        """Ask every model that is set one real question; a check comes as it is done. Raises nothing.

        Args:
            settings: The models.
            env: Where their keys are; None for the environment of the process.
        """
        import os

        from assistant.answer.probe import probe_models

        return probe_models(settings, os.environ if env is None else env)

    @staticmethod
    def forget_terms(settings: Settings) -> list[str]:
        """Forget what was worked out of what the models' servers take; the names of those of which there was any."""
        from assistant.answer.probe import forget_terms

        return forget_terms(settings)

    @staticmethod
    def write_skill(folder: str | Path = ".", replace: bool = False) -> tuple[Path, ...]:
        """Write the folder ``conspectus`` into another: a skill, which tells an agent how to use the command line.

        Raises ``InputError`` where it is there and not to be replaced, ``LibraryError`` where the disk refuses.
        """
        from pathlib import Path

        from assistant.client.skill import write_skill

        return write_skill(Path(folder), replace)

    @property
    def _loop(self) -> Loop:
        """One for all threads; made when it is first needed, for it costs a command that asks nothing too much."""
        with self._lock:
            if self._started_loop is None:
                from assistant.concurrency import Loop

                self._started_loop = Loop()
            return self._started_loop

    async def _verify(self, text: str, papers: Sequence[str] | None, judge: bool) -> AsyncGenerator[Claim, None]:
        from assistant.drafts.places import verify_sentence
        from assistant.verify.weigher import Weigher

        stage = self.stage or (Weigher() if self._weighs else None)
        yield await verify_sentence(self.library, text, papers, stage if judge else None)

    def _answer(
        self,
        question: str,
        session: str | None,
        strict: bool,
        history: Sequence[Turn],
        ignore: Sequence[str],
        quotes: bool,
        filters: FilterOptions,
        begun: str = "",
        *,
        silent: bool = False,
    ) -> AsyncGenerator[AskEvent, None]:
        from assistant.answer.pipeline import AnswerRequest, stream_answer
        from store.filters import parse_evidence_filters

        within = parse_evidence_filters(filters)
        if within.ids:
            from store.paper_names import resolve_filters

            within = resolve_filters(self.library, within)
        request = AnswerRequest(
            question=question,
            session=session,
            strict=strict,
            fallback=self.fallback,
            filters=within,
            history=tuple(history),
            ignore=tuple(ignore),
            quotes=quotes,
            begun=begun,
            silent=silent,
        )
        return stream_answer(self.library, self.chain, self.sessions, request)
