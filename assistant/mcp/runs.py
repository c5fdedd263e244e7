"""What each tool does: it asks the Python API, says how far it is, and replies. Importing this loads the engine."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant import Assistant, FactsDone, InputError, NotFound, Report, ReportDone, RowsDone, SectionDone
from assistant.events import AnswerDone, EvidenceFound, Repairing, RequestRetried, Searching, Thinking
from assistant.mcp import replies
from assistant.mcp.call_context import OpenLibrary, ReportProgress, in_thread
from assistant.mcp.replies import ToolReply
from assistant.phrases import describe_empty
from assistant.settings import Settings
from assistant.types import FilterOptions


async def run_search(
    opened: OpenLibrary, _: ReportProgress, query: str, k: int | None = None, filters: FilterOptions | None = None
) -> ToolReply:
    """Find papers."""
    assistant, settings = opened
    hits = await assistant.asearch(query, k or settings.k, **(filters or {}))
    return replies.reply_hits(hits, await explain_nothing(assistant, filters) if not hits else ())


async def run_ask(
    opened: OpenLibrary,
    progress: ReportProgress,
    question: str,
    quotes: bool = False,
    filters: FilterOptions | None = None,
) -> ToolReply:
    """Answer a question; it is saved in no session."""
    assistant, settings = opened
    within = _as_evidence(filters, settings)
    events = assistant.astream(question, strict=settings.strict, quotes=quotes, **within)
    answer, steps = None, 0
    async with aclosing(events):
        async for event in events:
            if isinstance(event, AnswerDone):
                answer = event.answer
            elif step := _name_step(event):
                steps += 1
                await progress(steps, None, step)
    assert answer is not None
    notes = await explain_nothing(assistant, within) if not answer.trace.papers_considered else ()
    return replies.reply_answer(answer, notes)


async def run_verify(
    opened: OpenLibrary, progress: ReportProgress, sentences: list[str], papers: list[str] | None = None
) -> ToolReply:
    """Compare the agent's own sentences."""
    assistant = opened.assistant
    claims = []
    for sentence in sentences:
        claims.append(await assistant.averify(sentence, papers))
        await progress(len(claims), len(sentences), "comparing")
    return replies.reply_claims(claims, await explain_nothing(assistant, None))


async def run_check_draft(
    opened: OpenLibrary, progress: ReportProgress, draft: str, bib: str | None = None
) -> ToolReply:
    """Compare a draft, sentence by sentence."""
    assistant = opened.assistant
    with _keep_bib(bib) as file:
        sentences = await in_thread(partial(assistant.drafts.check, draft, file))
        checked = []
        while (sentence := await in_thread(partial(next, sentences, None))) is not None:
            checked.append(sentence)
            await progress(len(checked), None, f"line {sentence.line}")
    return replies.reply_draft(checked, await explain_nothing(assistant, None))


async def run_where(
    opened: OpenLibrary, _: ReportProgress, text: str, limit: int = 10, filters: FilterOptions | None = None
) -> ToolReply:
    """Find who says a text, and who says otherwise."""
    assistant, settings = opened
    within = _as_evidence(filters, settings)
    places = await assistant.papers.awhere(text, limit, **within)
    return replies.reply_places(places, await explain_nothing(assistant, within) if not places.said else ())


async def run_paper(opened: OpenLibrary, progress: ReportProgress, id: str, fetch: bool = False) -> ToolReply:
    """Show a paper; with ``fetch`` one that the library lacks is added first."""
    assistant = opened.assistant
    try:
        return await in_thread(partial(describe_paper, assistant, id))
    except NotFound:
        if not fetch:
            raise
    await progress(0, None, "asking providers")
    report = await in_thread(partial(assistant.papers.fetch, id, limit=1))
    if not report.added + report.updated + report.merged + report.unchanged:
        reasons = "; ".join(problem.reason for problem in report.problems) or "no provider has it"
        raise NotFound(f"{id[:80]!r} could not be fetched: {reasons}.", "Give a DOI, an arXiv id or pmid:NUMBER.")
    return await in_thread(partial(describe_paper, assistant, id))


async def run_overview(opened: OpenLibrary, _: ReportProgress, filters: FilterOptions | None = None) -> ToolReply:
    """Tell what the library is about."""
    assistant = opened.assistant
    overview = await in_thread(lambda: assistant.papers.overview(**(filters or {})))
    return replies.reply_overview(overview, await explain_nothing(assistant, filters))


async def run_report(
    opened: OpenLibrary,
    progress: ReportProgress,
    kind: str = "themes",
    topic: str = "",
    most: int | None = None,
    columns: list[str] | None = None,
    filters: FilterOptions | None = None,
    save: str | None = None,
) -> ToolReply:
    """Write a report, and save it where a name is given."""
    assistant, settings = opened
    place = _name_file(save) if save is not None else None
    if place:
        await in_thread(partial(assistant.reports.check_output, place))
    events = assistant.reports.astream(
        kind, topic, strict=settings.strict, most=most, columns=columns or (), **_as_evidence(filters, settings)
    )
    report: Report | None = None
    sections = 0
    async with aclosing(events):
        async for event in events:
            match event:
                case ReportDone():
                    report = event.report
                case SectionDone():
                    sections = event.done
                    await progress(sections, None, event.section.heading)
                case RequestRetried():
                    await progress(sections, None, event.words)
                case RowsDone() | FactsDone():
                    await progress(event.done, event.total, "reading papers")
    assert report is not None
    markdown = await in_thread(partial(assistant.reports.render, report, "md"))
    saved = await in_thread(partial(assistant.reports.save, report, place)) if place else []
    return replies.reply_report(report, markdown, [str(path) for path in saved], ())


RUNS: Mapping[str, Callable[..., Awaitable[ToolReply]]] = {
    "search": run_search,
    "ask": run_ask,
    "verify": run_verify,
    "check_draft": run_check_draft,
    "where": run_where,
    "paper": run_paper,
    "overview": run_overview,
    "report": run_report,
}
"""What runs each tool: called with the library, where to say how far it is, and the arguments."""


async def explain_nothing(assistant: Assistant, filters: FilterOptions | None) -> tuple[str, ...]:
    """Say that the library is empty, or that no paper meets the filters; nothing where one does."""

    def explain() -> tuple[str, ...]:
        if assistant.papers.count(**(filters or {})):
            return ()
        return (describe_empty(assistant.place, assistant.papers.count(), (filters or {}).get("kind")),)

    return await in_thread(explain)


def describe_paper(assistant: Assistant, name: str) -> ToolReply:
    """Describe a paper.

    Raises:
        NotFound: There is none of this name.
    """
    paper = assistant.papers.get(name)
    citation, bibtex = (assistant.papers.cite(paper.id, style) for style in ("apa", "bibtex"))
    similar = assistant.papers.similar(paper.id) if paper.abstract else []
    return replies.reply_paper(paper, citation, bibtex, similar)


def _as_evidence(filters: FilterOptions | None, settings: Settings) -> FilterOptions:
    """Return filters of what draws on papers: on retracted ones only where that is set."""
    within: FilterOptions = {**(filters or {})}
    if settings.retracted:
        within.setdefault("retracted", None)
    return within


def _name_step(event: object) -> str:
    match event:
        case Searching():
            return "searching"
        case EvidenceFound():
            return f"reading {len(event.paper_ids)} papers"
        case RequestRetried():
            return event.words
        case Thinking():
            return "thinking"
        case Repairing():
            return "comparing: sentences in doubt are written again"
        case _:
            return ""


@contextmanager
def _keep_bib(bib: str | None) -> Iterator[Path | None]:
    """Keep BibTeX in a file for as long as a draft is compared."""
    if bib is None:
        yield None
        return
    with TemporaryDirectory(prefix="conspectus-") as folder:
        file = Path(folder) / "references.bib"
        file.write_text(bib.encode("utf-8", "replace").decode(), encoding="utf-8")
        yield file


def _name_file(name: str) -> Path:
    """Return where a report is saved: in the folder that the server was started in, and in no other.

    Raises:
        InputError: The name leads elsewhere.
    """
    if not name or Path(name).name != name or name.startswith(".") or "\0" in name:
        raise InputError(f"{name[:80]!r} is no name of a file.", "Give one without a folder, such as report.md.")
    return Path.cwd() / name
