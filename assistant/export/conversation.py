"""A conversation as Markdown, with pandoc's citations and a list of references; and the papers that it cites.

Others open such a file on GitHub, in an editor, or through pandoc: whatever is data in it has to show as text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.escaping import ESCAPED, SIGNS, escape_marks, renew_signs
from assistant.export.apa import format_apa
from assistant.export.bibtex_writer import format_bibtex
from assistant.export.csl import APA, format_references
from assistant.phrases import NEAREST, SCALE, count_supports, describe_excerpts
from assistant.types import CANCELLED, EXTRACTIVE, Answer, Claim, Reference, Session, Turn, Usage
from store.citation_keys import keys_in
from store.errors import InputError
from store.library import Library
from store.paper import Author, Paper
from store.readers.identifiers import identify_text
from store.record import DAMAGE
from store.text.clean import clean_characters

# What pandoc gives a meaning beside what every Markdown does: citations, mathematics, superscripts, attributes.
_MORE = re.compile(r"[@$^{}]|&(?=[#\w])")
# A backslash does not keep viewers from making a link of an address: the text around it has to break.
_MAIL = re.compile(r"(?<=[\w.+-])\\@(?=\w)")
# What begins a list, a heading underlined or a definition where it begins a line.
_SIGN = re.compile(r"(?=[-+=:])")
_NUMBER = re.compile(r"\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]+)(?=[.)](?:\s|$))")
# What would make of a citation the text of a link; a bracket of the data has a backslash before it.
_AFTER_CITED = re.compile(r"(?<=[a-z0-9]\])(?=[(:])")
_TOKEN = re.compile(
    rf"{ESCAPED}|({'|'.join(re.escape(sign.strip()) for sign in SIGNS.values())}|\*\*)"
    r"|(\[[0-9]{1,6}\](?: ?\[[0-9]{1,6}\])*)"
)
# How ``Paper.marked_title`` begins.
_MARK = re.compile(r"(\[damaged\] )?(?:\[(retracted|withdrawn)\] )?")


def format_conversation(
    session: Session, papers: Sequence[Paper], keys: Mapping[str, str], references: Sequence[str] | None = None
) -> str:
    """Write the turns of a session as paragraphs between blank lines; all that is data in them shows as text.

    Args:
        session: What was said.
        papers: The papers that its answers cite, in order: the references.
        keys: The citation key of each by its id.
        references: The reference of each; None for APA.
    """
    return "\n\n".join(_list_paragraphs(session, papers, keys, references)) + "\n"


def _list_paragraphs(
    session: Session, papers: Sequence[Paper], keys: Mapping[str, str], references: Sequence[str] | None
) -> Iterator[str]:
    yield f"# {escape_line(session.title) or 'Untitled conversation'}"
    yield _format_head(session)
    for number, turn in enumerate(session.turns, 1):
        yield f"## {number}. {escape_line(turn.question)}"
        yield from _format_turn(turn, keys)
    yield from _format_references(papers, keys, references)


def write_answer(answer: Answer, papers: Sequence[Paper], keys: Mapping[str, str]) -> str:
    """Write one answer by itself under its question, as ``format_conversation`` has it."""
    paragraphs = [f"# {escape_line(answer.question)}", *_format_answer(answer, keys), *_format_references(papers, keys)]
    return "\n\n".join(paragraphs) + "\n"


def _format_references(
    papers: Sequence[Paper], keys: Mapping[str, str], references: Sequence[str] | None = None
) -> Iterator[str]:
    if papers:
        texts = references or [format_apa(paper) for paper in papers]
        yield "## References"
        yield "\n".join(
            f"- **{keys[paper.id]}**: {escape_line(text)}" for paper, text in zip(papers, texts, strict=True)
        )


def _format_head(session: Session) -> str:
    start = f"Session {session.id}, begun on {session.created_at:%Y-%m-%d}"
    origin = f", forked from {escape_line(session.forked_from)}" if session.forked_from else ""
    return f"{start}{origin}. {_format_usage(session.usage)}".strip()


def _format_turn(turn: Turn, keys: Mapping[str, str]) -> Iterator[str]:
    if turn.answer:
        yield from _format_answer(turn.answer, keys)
    elif turn.error == CANCELLED:
        yield "**Cancelled** before there was an answer."
    else:
        yield f"**Failed:** {escape_line(turn.error)}"
    if turn.draft:
        yield from _format_draft(turn)


def _format_draft(turn: Turn) -> Iterator[str]:
    """Write what a model had written of an answer that did not come, as a quotation that nobody takes for one."""
    yield "A draft that was compared with no source, and is no answer:"
    yield "\n".join(f"> {escape_line_start(escape_line(line))}".rstrip() for line in turn.draft.strip().splitlines())
    usage = _format_usage(turn.usage)
    if usage:
        yield f"*The model had written about {usage}*"


def _format_answer(answer: Answer, keys: Mapping[str, str]) -> Iterator[str]:
    numbers = {reference.n: keys[reference.paper_id] for reference in answer.references if reference.paper_id in keys}
    if answer.abstained:
        yield f"**No answer.** {escape_line(answer.reason)}"
        for claim in answer.claims:
            if claim.holds:
                yield f"{NEAREST}: {answer_line(f'“{escape_line(claim.text)}” [{claim.citations[0].n}]', numbers)}"
        return
    yield "\n".join(answer_line(line, numbers) for line in renew_signs(answer.text).splitlines()).strip()
    doubtful = [claim for claim in answer.shown if not claim.holds]
    if doubtful:
        yield f"Compared with the sources; not to be relied on: {len(doubtful)} of {len(answer.shown)}."
        yield "\n".join(_format_doubt(claim, keys) for claim in doubtful)
    if answer.trace.notes:
        yield f"Note: {' '.join(escape_line(note) for note in answer.trace.notes)}"
    quoted = describe_excerpts(answer.of_the_catalogue)
    yield f"*{f'{quoted[0].upper()}{quoted[1:]}.' if answer.mode == EXTRACTIVE else _format_footer(answer)}*"


def _format_doubt(claim: Claim, keys: Mapping[str, str]) -> str:
    ids = dict.fromkeys(citation.paper_id for citation in claim.citations if citation.paper_id in keys)
    source = f" [{'; '.join(f'@{keys[id]}' for id in ids)}]" if ids else ""
    reasons = f" ({'; '.join(escape_line(reason) for reason in claim.reasons)})" if claim.reasons else ""
    sign = f"{SCALE[claim.support].glyph} {escape_line(claim.words)}"
    return f"- **{sign}:** {escape_line(claim.text)}{source}{reasons}"


def _format_footer(answer: Answer) -> str:
    counts = f"; {count_supports(claim.support for claim in answer.claims)}" if answer.claims else ""
    return f"Written by {escape_line(answer.mode)}{counts}. {_format_usage(answer.usage)}".rstrip()


def _format_usage(usage: Usage) -> str:
    tokens = usage.input_tokens + usage.output_tokens
    dated = f" (prices of {usage.priced})" if usage.priced else ""
    price = "" if usage.dollars is None else f", {usage.dollars:.4f} US dollars{dated}"
    return f"{tokens:,} tokens{price}." if tokens else ""


def list_cited_papers(library: Library, session: Session) -> list[Paper]:
    """List the papers that the answers of a session refer to, in order of first use.

    One that has been removed since is made from what the answer says of it.
    """
    turns = [turn.answer for turn in session.turns if turn.answer]
    references = {reference.paper_id: reference for answer in reversed(turns) for reference in answer.references}
    order = dict.fromkeys(reference.paper_id for answer in turns for reference in answer.references)
    stored = library.get_by_ids(list(order))
    return [stored.get(paper_id) or rebuild_paper(references[paper_id]) for paper_id in order]


def rebuild_paper(reference: Reference) -> Paper:
    """Make a paper of what a reference tells of it."""
    mark = _MARK.match(reference.title)
    return Paper(
        id=reference.paper_id,
        title=reference.title[mark.end() :] if mark else reference.title,
        damage=DAMAGE if mark and mark[1] else "",
        retraction=(mark[2] or "") if mark else "",
        authors=tuple(Author(name=name, position=n) for n, name in enumerate(reference.authors, 1)),
        authors_truncated=reference.authors_truncated,
        date=f"{reference.year:04}" if reference.year else None,
        venue=reference.venue,
        identifiers=identify_text(reference.paper_id),
        urls=reference.urls,
    )


def escape_line(text: str) -> str:
    """Escape a text as Markdown that shows just this text on one line; it has to follow other text."""
    return _escape_piece(clean_characters(text))


def answer_line(line: str, keys: Mapping[int, str]) -> str:
    """Escape a line of an answer's text, with ``[n]`` as ``[@key]``; ``keys`` has those of the numbers.

    Only what answers are made of is read as Markdown: the rest, which is data, is escaped whether or not it was.
    """
    clean = clean_characters(line)
    if clean.startswith("- **"):
        return f"- {_escape_tokens(clean[2:], keys)}"
    return escape_line_start(_escape_tokens(clean, keys))


def escape_line_start(markdown: str) -> str:
    """Complete escaped text that begins a line and is not to begin a list, a definition or the line under a heading."""
    opening = _SIGN.match(markdown) or _NUMBER.match(markdown)
    return f"{opening[0]}\\{markdown[opening.end() :]}" if opening else markdown


def _escape_tokens(line: str, keys: Mapping[int, str]) -> str:
    """The line with its bold type, its signs of doubt and its citations, and all else escaped."""
    parts, data, last = [], "", 0
    for token in _TOKEN.finditer(line):
        escaped, ours, cites = token.groups()
        data += line[last : token.start()]
        last = token.end()
        if escaped:
            data += escaped
            continue
        parts += [_escape_piece(data), ours or _convert_citation(cites, keys)]
        data = ""
    return _AFTER_CITED.sub(r"\\", "".join((*parts, _escape_piece(data + line[last:]))))


def _convert_citation(cites: str, keys: Mapping[int, str]) -> str:
    numbers = [int(number) for number in re.findall("[0-9]+", cites)]
    if not all(number in keys for number in numbers):
        return _escape_piece(cites)
    return f"[{'; '.join(f'@{keys[number]}' for number in numbers)}]"


def _escape_piece(text: str) -> str:
    return _MAIL.sub("`@`", _MORE.sub(r"\\\g<0>", escape_marks(text)))


FORMATS = ("md", "json", "bib")
"""Formats of a conversation, by the ending of a file."""


def export_conversation(library: Library, session: Session, format: str = "md", style: str = APA) -> str:
    """Write a conversation as Markdown, as JSON, or the papers that it cites as BibTeX ("" where it cites none).

    Args:
        library: That it was held with.
        session: The conversation.
        format: One of ``FORMATS``.
        style: Of the references in Markdown (see ``assistant.export.csl``).

    Raises:
        InputError: There is no such format or style.
        LibraryError: The library cannot be read.
    """
    if format not in FORMATS:
        raise InputError(f"There is no export format {format!r}.", f"Choose one of {', '.join(FORMATS)}.")
    if format == "json":
        return session.model_dump_json(indent=2) + "\n"
    papers = list_cited_papers(library, session)
    keys = keys_in(library, papers)
    if format == "bib":
        return format_bibtex(papers, keys)
    return format_conversation(session, papers, keys, format_references(papers, style, numbered=False))
