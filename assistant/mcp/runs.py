"""What each tool does: it asks the Python API, says how far it is, and replies. Importing this loads the engine."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant import (
    Answer,
    Assistant,
    CheckedSentence,
    Claim,
    FactsDone,
    Hit,
    InputError,
    NotFound,
    Overview,
    Paper,
    Places,
    Report,
    ReportDone,
    RowsDone,
    SectionDone,
    TableReport,
)
from assistant.display import list_claims
from assistant.events import AnswerDone, AskEvent, EvidenceFound, Repairing, RequestRetried, Searching, Thinking
from assistant.mcp.call_context import OpenLibrary, ReportProgress, in_thread
from assistant.mcp.marking import mark, mark_lines
from assistant.mcp.replies import (
    Json,
    ToolReply,
    describe_claim,
    describe_place,
    describe_record,
    name_paper,
    place_text,
)
from assistant.phrases import SCALE, count_supports, describe_empty
from assistant.settings import Settings
from assistant.types import FilterOptions

# Characters of a report's text, some ten thousand tokens; chosen by hand.
_LONGEST = 40_000


async def run_search(
    opened: OpenLibrary, _: ReportProgress, query: str, k: int | None = None, filters: FilterOptions | None = None
) -> ToolReply:
    """Find papers."""
    assistant, settings = opened
    hits = await assistant.asearch(query, k or settings.k, **(filters or {}))
    return _reply_hits(hits, await explain_nothing(assistant, filters) if not hits else ())


def _reply_hits(hits: Sequence[Hit], notes: tuple[str, ...]) -> ToolReply:
    """Tell the papers that were found, with the sentences that fit."""
    result = [
        {
            **describe_record(hit.paper),
            "relevance": round(hit.relevance, 3),
            "sentences": [{"quote": one.text, "start": one.start, "end": one.end} for one in hit.sentences],
        }
        for hit in hits
    ]
    lines = []
    for rank, hit in enumerate(hits, 1):
        lines.append(f"{rank}. {name_paper(hit.paper)}, relevance {hit.relevance:.2f}")
        lines += [f"   {place_text(one.text, one.start, one.end)}" for one in hit.sentences]
    return ToolReply(result, tuple(lines) or ("Nothing fits.",), notes)


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
    return _reply_answer(answer, notes)


def _reply_answer(answer: Answer, notes: tuple[str, ...]) -> ToolReply:
    """Tell an answer: as the command line prints it with ``--json``; it is saved in no session."""
    result = {**answer.model_dump(mode="json"), "session": None}
    lines = [f"No answer: {answer.reason}"] if answer.abstained else ["Answer:", mark_lines(answer.text)]
    if answer.shown:
        lines.append(f"Compared with their sources: {count_supports(claim.support for claim in answer.shown)}.")
    for claim in answer.shown:
        lines += describe_claim(claim)
    cited = {citation.n for claim in answer.shown for citation in claim.citations}
    references = [one for one in answer.references if one.n in cited or not answer.further]
    lines += ["References:"] if references else []
    lines += [f"[{one.n}] {one.paper_id} {mark(one.title)}" for one in references]
    return ToolReply(result, tuple(lines), (*notes, *map(mark, answer.trace.notes)))


async def run_verify(
    opened: OpenLibrary, progress: ReportProgress, sentences: list[str], papers: list[str] | None = None
) -> ToolReply:
    """Compare the agent's own sentences."""
    assistant = opened.assistant
    claims = []
    for sentence in sentences:
        claims.append(await assistant.averify(sentence, papers))
        await progress(len(claims), len(sentences), "comparing")
    return _reply_claims(claims, await explain_nothing(assistant, None))


def _reply_claims(claims: Sequence[Claim], notes: tuple[str, ...]) -> ToolReply:
    """Tell what comparing sentences of the agent came to."""
    result = [
        {
            "holds": claim.holds,
            "words": claim.words,
            "sign": SCALE[claim.support].glyph,
            **claim.model_dump(mode="json"),
        }
        for claim in claims
    ]
    lines = [f"{count_supports(claim.support for claim in claims)}."]
    for claim in claims:
        lines += describe_claim(claim, own=True)
    return ToolReply(result, tuple(lines), notes)


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
    return _reply_draft(checked, await explain_nothing(assistant, None))


def _reply_draft(sentences: Sequence[CheckedSentence], notes: tuple[str, ...]) -> ToolReply:
    """Tell what comparing a draft came to, sentence by sentence."""
    lines = []
    wrong = sum(not sentence.fine for sentence in sentences)
    lines.append(
        f"{len(sentences)} sentence{'' if len(sentences) == 1 else 's'}, {wrong} with a wrong or unknown citation."
    )
    for sentence in sentences:
        lines.append(f"line {sentence.line}: {sentence.outcome.value}: {sentence.text}")
        for paper in sentence.papers:
            reasons = f": {mark('; '.join(paper.reasons))}" if paper.reasons else ""
            lines.append(f"   @{paper.key} {paper.words}{reasons}")
            lines += [f"      {mark(paper.quote)}"] if paper.quote else []
        lines += [f"   said elsewhere: {describe_place(place)}" for place in sentence.elsewhere]
    failed = tuple(dict.fromkeys(note for sentence in sentences for note in sentence.notes))
    return ToolReply(
        [sentence.model_dump(mode="json") for sentence in sentences], tuple(lines), (*notes, *map(mark, failed))
    )


async def run_where(
    opened: OpenLibrary, _: ReportProgress, text: str, limit: int = 10, filters: FilterOptions | None = None
) -> ToolReply:
    """Find who says a text, and who says otherwise."""
    assistant, settings = opened
    within = _as_evidence(filters, settings)
    places = await assistant.papers.awhere(text, limit, **within)
    return _reply_places(places, await explain_nothing(assistant, within) if not places.said else ())


def _reply_places(places: Places, notes: tuple[str, ...]) -> ToolReply:
    """Tell where a text is said, and where the contrary is."""
    lines = [f"{places.summary[:1].upper()}{places.summary[1:]}."]
    for title, group in (("Say it", places.said), ("Say otherwise", places.denied), ("Near", places.near)):
        lines += [f"{title}:"] if group else []
        lines += [f"   {describe_place(place)}" for place in group]
    return ToolReply(places.model_dump(mode="json"), tuple(lines), notes)


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
    return _reply_overview(overview, await explain_nothing(assistant, filters))


def _reply_overview(overview: Overview, notes: tuple[str, ...]) -> ToolReply:
    """Tell what the library is about."""
    tallies = (("Authors", overview.authors), ("Venues", overview.venues), ("Keywords", overview.keywords))
    years = [tally.name for tally in overview.years]
    lines = [f"{overview.papers:,} papers, {overview.with_abstract:,} with an abstract."]
    lines += [f"Years: {years[0]} to {years[-1]}"] if years else []
    lines += [f"Theme: {mark(theme.name)}, {theme.papers:,} papers" for theme in overview.themes]
    lines += [
        f"{name}: {', '.join(f'{mark(tally.name)} ({tally.papers:,})' for tally in group)}"
        for name, group in tallies
        if group
    ]
    lines += [f"Ask: {mark(question)}" for question in overview.questions]
    return ToolReply(overview.model_dump(mode="json"), tuple(lines), notes)


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
    return _reply_report(report, markdown, [str(path) for path in saved])


def _reply_report(report: Report, markdown: str, saved: Sequence[str]) -> ToolReply:
    """Tell a report; its ledger and manifest are in the files that it is saved to."""
    sections = [
        {
            "heading": section.heading,
            "note": section.note,
            "papers": list(section.papers),
            "claims": [claim.model_dump(mode="json") for claim in list_claims(section)],
        }
        for section in report.sections
    ]
    references = [reference.model_dump(mode="json") for reference in report.references]
    result: Json = {"title": report.title, "kind": report.kind.value, "sections": sections, "references": references}
    if isinstance(report, TableReport):
        result["rows"] = [row.model_dump(mode="json") for row in report.rows]
    if saved:
        result["saved"] = list(saved)
    head = [f"Saved to: {', '.join(saved)}"] if saved else []
    counts = count_supports(claim.support for claim in report.claims)
    notes: tuple[str, ...] = ()
    if len(markdown) > _LONGEST:
        notes = (f"The text is cut after {_LONGEST:,} characters. Narrow it by a topic, most or filters.",)
    text = mark_lines(markdown[:_LONGEST])
    return ToolReply(result, (*head, f"Compared with their sources: {counts}.", text), notes)


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
    return _reply_paper(paper, citation, bibtex, similar)


def _reply_paper(paper: Paper, citation: str, bibtex: str, similar: Sequence[Hit]) -> ToolReply:
    """Tell what is known of a paper."""
    result = {
        **describe_record(paper),
        "date": paper.date,
        "authors": [author.name for author in paper.authors],
        "abstract": paper.abstract,
        "kind": paper.kind,
        "language": paper.language,
        "keywords": list(paper.keywords),
        "identifiers": paper.identifiers,
        "citation": citation,
        "bibtex": bibtex,
        "similar": [{"paper_id": hit.paper.id, "title": hit.paper.marked_title} for hit in similar],
    }
    lines = [
        name_paper(paper),
        f"Authors: {mark(', '.join(author.name for author in paper.authors))}",
        f"Abstract: {mark(paper.abstract) if paper.abstract else 'none'}",
        f"Citation: {mark(citation)}",
        f"BibTeX: {mark_lines(bibtex)}",
        *(f"Similar: {hit.paper.id} {mark(hit.paper.marked_title)}" for hit in similar),
    ]
    return ToolReply(result, tuple(lines))


def _as_evidence(filters: FilterOptions | None, settings: Settings) -> FilterOptions:
    """Return filters of what draws on papers: on retracted ones only where that is set."""
    within: FilterOptions = {**(filters or {})}
    if settings.retracted:
        within.setdefault("retracted", None)
    return within


def _name_step(event: AskEvent) -> str:
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
