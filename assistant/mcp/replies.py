"""What a tool replies: a result as JSON with its notice, and the same in words, with each text of a paper marked.

The result of ``ask``, ``where`` and ``check_draft`` is what the command line prints with ``--json``; the others have
what an agent needs of it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assistant import Answer, CheckedSentence, Citation, Claim, Hit, Overview, Paper, Place, Places, Report, TableReport
from assistant.display import find_link, list_claims, warn_of_orders
from assistant.mcp.marking import NOTICE, mark, mark_lines
from assistant.phrases import SCALE, count_supports, describe_support

Json = dict[str, Any]
# Authors that a hit names, and characters of a report's text, some ten thousand tokens; chosen by hand.
_AUTHORS, _LONGEST = 10, 40_000


class ToolReply(NamedTuple):
    """What a tool replies.

    Attributes:
        result: A JSON value.
        lines: The same in words, with marks.
        notes: What there is to say beside it, such as that the library is empty.
    """

    result: Any
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def structured(self) -> Json:
        """The result with its notice."""
        notes = {"notes": list(self.notes)} if self.notes else {}
        return {"notice": NOTICE, **notes, "result": self.result}

    @property
    def text(self) -> str:
        """The text, which says first what is data in it."""
        return "\n".join((NOTICE, "", *(f"Note: {note}" for note in self.notes), *self.lines))


def reply_hits(hits: Sequence[Hit], notes: tuple[str, ...]) -> ToolReply:
    """Tell the papers that were found, with the sentences that fit."""
    result = [
        {
            **_describe_record(hit.paper),
            "relevance": round(hit.relevance, 3),
            "sentences": [{"quote": one.text, "start": one.start, "end": one.end} for one in hit.sentences],
        }
        for hit in hits
    ]
    lines = []
    for rank, hit in enumerate(hits, 1):
        lines.append(f"{rank}. {_name_paper(hit.paper)}, relevance {hit.relevance:.2f}")
        lines += [f"   {_place_text(one.text, one.start, one.end)}" for one in hit.sentences]
    return ToolReply(result, tuple(lines) or ("Nothing fits.",), notes)


def reply_answer(answer: Answer, notes: tuple[str, ...]) -> ToolReply:
    """Tell an answer: as the command line prints it with ``--json``; it is saved in no session."""
    result = {**answer.model_dump(mode="json"), "session": None}
    lines = [f"No answer: {answer.reason}"] if answer.abstained else ["Answer:", mark_lines(answer.text)]
    if answer.shown:
        lines.append(f"Compared with their sources: {count_supports(claim.support for claim in answer.shown)}.")
    for claim in answer.shown:
        lines += _describe_claim(claim)
    cited = {citation.n for claim in answer.shown for citation in claim.citations}
    references = [one for one in answer.references if one.n in cited or not answer.further]
    lines += ["References:"] if references else []
    lines += [f"[{one.n}] {one.paper_id} {mark(one.title)}" for one in references]
    return ToolReply(result, tuple(lines), (*notes, *map(mark, answer.trace.notes)))


def reply_claims(claims: Sequence[Claim], notes: tuple[str, ...]) -> ToolReply:
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
        lines += _describe_claim(claim, own=True)
    return ToolReply(result, tuple(lines), notes)


def reply_draft(sentences: Sequence[CheckedSentence], notes: tuple[str, ...]) -> ToolReply:
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
        lines += [f"   said elsewhere: {_describe_place(place)}" for place in sentence.elsewhere]
    failed = tuple(dict.fromkeys(note for sentence in sentences for note in sentence.notes))
    return ToolReply(
        [sentence.model_dump(mode="json") for sentence in sentences], tuple(lines), (*notes, *map(mark, failed))
    )


def reply_places(places: Places, notes: tuple[str, ...]) -> ToolReply:
    """Tell where a text is said, and where the contrary is."""
    lines = [f"{places.summary[:1].upper()}{places.summary[1:]}."]
    for title, group in (("Say it", places.said), ("Say otherwise", places.denied), ("Near", places.near)):
        lines += [f"{title}:"] if group else []
        lines += [f"   {_describe_place(place)}" for place in group]
    return ToolReply(places.model_dump(mode="json"), tuple(lines), notes)


def reply_paper(
    paper: Paper, citation: str, bibtex: str, similar: Sequence[Hit], notes: tuple[str, ...] = ()
) -> ToolReply:
    """Tell what is known of a paper."""
    result = {
        **_describe_record(paper),
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
        _name_paper(paper),
        f"Authors: {mark(', '.join(author.name for author in paper.authors))}",
        f"Abstract: {mark(paper.abstract) if paper.abstract else 'none'}",
        f"Citation: {mark(citation)}",
        f"BibTeX: {mark_lines(bibtex)}",
        *(f"Similar: {hit.paper.id} {mark(hit.paper.marked_title)}" for hit in similar),
    ]
    return ToolReply(result, tuple(lines), notes)


def reply_overview(overview: Overview, notes: tuple[str, ...]) -> ToolReply:
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


def reply_report(report: Report, markdown: str, saved: Sequence[str], notes: tuple[str, ...]) -> ToolReply:
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
    if len(markdown) > _LONGEST:
        notes = (*notes, f"The text is cut after {_LONGEST:,} characters. Narrow it by a topic, most or filters.")
    text = mark_lines(markdown[:_LONGEST])
    return ToolReply(result, (*head, f"Compared with their sources: {counts}.", text), notes)


def _describe_record(paper: Paper) -> Json:
    names = [author.name for author in paper.authors]
    record: Json = {
        "paper_id": paper.id,
        "title": paper.marked_title,
        "authors": names[:_AUTHORS] + (["…"] if len(names) > _AUTHORS else []),
        "year": paper.year,
        "venue": paper.venue,
        "url": find_link(paper),
    }
    remarks = {"retraction": paper.retraction, "damage": paper.damage, "warning": warn_of_orders(paper)}
    return record | {name: remark for name, remark in remarks.items() if remark}


def _name_paper(paper: Paper) -> str:
    year = f", {paper.year}" if paper.year else ""
    orders = warn_of_orders(paper)
    return f"{paper.id} {mark(paper.marked_title)}{year}{f' (warning: {orders})' if orders else ''}"


def _describe_claim(claim: Claim, own: bool = False) -> Iterator[str]:
    """Describe a claim; one of the agent's ``own`` is no data."""
    text = claim.text if own else mark(claim.text)
    yield f"{SCALE[claim.support].glyph} {claim.words}: {text}"
    for reason in claim.reasons:  # A reason quotes words and numbers of the abstract.
        yield f"   reason: {mark(reason)}"
    for citation in claim.citations:
        yield f"   {_describe_citation(citation, claim.text)}"


def _describe_citation(citation: Citation, text: str) -> str:
    """Describe a citation; its quote is not said again where it is the claim itself."""
    where = f"{citation.paper_id} {mark(citation.title)}"
    if not citation.quote:
        return where
    if citation.quote == text:
        return f"{where} (abstract[{citation.start}:{citation.end}])"
    return f"{where}: {_place_text(citation.quote, citation.start, citation.end)}"


def _describe_place(place: Place) -> str:
    words = describe_support(place.support, place.decision.by)
    reasons = f" ({mark('; '.join(place.reasons))})" if place.reasons else ""
    quote = f": {_place_text(place.quote, place.start, place.end)}" if place.quote else ""
    return f"@{place.key} {mark(place.title)}, {words}{reasons}{quote}"


def _place_text(text: str, start: int, end: int) -> str:
    return f"{mark(text)} (abstract[{start}:{end}])"
