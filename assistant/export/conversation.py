"""A conversation as Markdown, with pandoc's citations and a list of references.

The papers that a conversation cites.

Text from data in a Markdown file that others open: on GitHub, in an editor, through pandoc.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.escaping import DOUBTS, ESCAPED, SIGNS, marked, renew_signs
from assistant.export.apa import apa
from assistant.phrases import count_worded
from assistant.types import CANCELLED, EXTRACTIVE, Answer, Claim, Reference, Session, Support, Turn, Usage
from store.library import Library
from store.paper import Author, Paper
from store.readers.identifiers import identify
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
    rf"{ESCAPED}|(\*\*|{re.escape(SIGNS[Support.PARTIAL].strip())})|(\[[0-9]{{1,6}}\](?: ?\[[0-9]{{1,6}}\])*)"
)


def shown(text: str) -> str:
    """Text as Markdown that shows just this text on one line; it has to follow other text."""
    return _piece(clean_characters(text))


def answer_line(line: str, keys: Mapping[int, str]) -> str:
    """A line of an answer's text, ``[n]`` as ``[@key]``; ``keys`` has those of the numbers.

    Only what answers are made of is read as Markdown: the rest, which is data, is escaped whether or not it was.
    """
    clean = clean_characters(line)
    if clean.startswith("- **"):
        return f"- {_line(clean[2:], keys)}"
    return begun(_line(clean, keys))


def begun(markdown: str) -> str:
    """Escaped text that begins a line and is not to begin a list, a definition or the line under a heading."""
    opening = _SIGN.match(markdown) or _NUMBER.match(markdown)
    return f"{opening[0]}\\{markdown[opening.end() :]}" if opening else markdown


def _line(line: str, keys: Mapping[int, str]) -> str:
    parts, data, last = [], "", 0
    for token in _TOKEN.finditer(line):
        escaped, ours, cites = token.groups()
        data += line[last : token.start()]
        last = token.end()
        if escaped:
            data += escaped
            continue
        parts += [_piece(data), ours or _cited(cites, keys)]
        data = ""
    return _AFTER_CITED.sub(r"\\", "".join((*parts, _piece(data + line[last:]))))


def _cited(cites: str, keys: Mapping[int, str]) -> str:
    numbers = [int(number) for number in re.findall("[0-9]+", cites)]
    if not all(number in keys for number in numbers):
        return _piece(cites)
    return f"[{'; '.join(f'@{keys[number]}' for number in numbers)}]"


def _piece(text: str) -> str:
    return _MAIL.sub("`@`", _MORE.sub(r"\\\g<0>", marked(text)))


_QUOTES = "Quoted excerpts, no model: matches wording, not meaning."


def markdown(
    session: Session, papers: Sequence[Paper], keys: Mapping[str, str], references: Sequence[str] | None = None
) -> str:
    """The turns of a session as paragraphs between blank lines; all that is data in them shows as text.

    Args:
        session: What was said.
        papers: The papers that its answers cite, in order: the references.
        keys: The citation key of each by its id.
        references: The reference of each; None for APA.
    """
    return "\n\n".join(_paragraphs(session, papers, keys, references)) + "\n"


def _paragraphs(
    session: Session, papers: Sequence[Paper], keys: Mapping[str, str], references: Sequence[str] | None
) -> Iterator[str]:
    yield f"# {shown(session.title) or 'Untitled conversation'}"
    yield _about(session)
    for number, turn in enumerate(session.turns, 1):
        yield f"## {number}. {shown(turn.question)}"
        yield from _turn(turn, keys)
    yield from _references(papers, keys, references)


def answer_markdown(answer: Answer, papers: Sequence[Paper], keys: Mapping[str, str]) -> str:
    """One answer by itself under its question, as ``markdown`` has it."""
    paragraphs = [f"# {shown(answer.question)}", *_answer(answer, keys), *_references(papers, keys)]
    return "\n\n".join(paragraphs) + "\n"


def _references(
    papers: Sequence[Paper], keys: Mapping[str, str], references: Sequence[str] | None = None
) -> Iterator[str]:
    if papers:
        texts = references or [apa(paper) for paper in papers]
        yield "## References"
        yield "\n".join(f"- **{keys[paper.id]}**: {shown(text)}" for paper, text in zip(papers, texts, strict=True))


def _about(session: Session) -> str:
    begun = f"Session {session.id}, begun on {session.created_at:%Y-%m-%d}"
    forked = f", forked from {shown(session.forked_from)}" if session.forked_from else ""
    return f"{begun}{forked}. {_tokens(session.usage)}".strip()


def _turn(turn: Turn, keys: Mapping[str, str]) -> Iterator[str]:
    if turn.answer:
        yield from _answer(turn.answer, keys)
    elif turn.error == CANCELLED:
        yield "**Cancelled** before there was an answer."
    else:
        yield f"**Failed:** {shown(turn.error)}"


def _answer(answer: Answer, keys: Mapping[str, str]) -> Iterator[str]:
    numbers = {one.n: keys[one.paper_id] for one in answer.references if one.paper_id in keys}
    if answer.abstained:
        yield f"**No answer.** {shown(answer.reason)}"
        return
    yield "\n".join(answer_line(line, numbers) for line in renew_signs(answer.text).splitlines()).strip()
    doubtful = [claim for claim in answer.claims if claim.support in DOUBTS]
    if doubtful:
        yield f"Compared with the words of the sources; in doubt: {len(doubtful)} of {len(answer.claims)}."
        yield "\n".join(_doubt(claim, keys) for claim in doubtful)
    if answer.trace.notes:
        yield f"Note: {' '.join(shown(note) for note in answer.trace.notes)}"
    yield f"*{_QUOTES if answer.mode == EXTRACTIVE else _written(answer)}*"


def _doubt(claim: Claim, keys: Mapping[str, str]) -> str:
    cited = dict.fromkeys(f"@{keys[one.paper_id]}" for one in claim.citations if one.paper_id in keys)
    source = f" [{'; '.join(cited)}]" if cited else ""
    reasons = f" ({'; '.join(shown(reason) for reason in claim.reasons)})" if claim.reasons else ""
    return f"- **{DOUBTS[claim.support].capitalize()}:** {shown(claim.text)}{source}{reasons}"


def _written(answer: Answer) -> str:
    sound = sum(claim.support is Support.SUPPORTED for claim in answer.claims)
    said = f"; {count_worded(sound, len(answer.claims))}" if answer.claims else ""
    return f"Written by {shown(answer.mode)}{said}. {_tokens(answer.usage)}".rstrip()


def _tokens(usage: Usage) -> str:
    tokens = usage.input_tokens + usage.output_tokens
    price = "" if usage.dollars is None else f", {usage.dollars:.4f} US dollars"
    return f"{tokens:,} tokens{price}." if tokens else ""


# How ``Paper.marked_title`` begins.
_MARK = re.compile(r"(\[damaged\] )?(?:\[(retracted|withdrawn)\] )?")


def cited(library: Library, session: Session) -> list[Paper]:
    """The papers that the answers of a session refer to, in order of first use.

    One that has been removed since is made from what the answer says of it.
    """
    turns = [turn.answer for turn in session.turns if turn.answer]
    references = {reference.paper_id: reference for answer in reversed(turns) for reference in answer.references}
    order = dict.fromkeys(reference.paper_id for answer in turns for reference in answer.references)
    there = library.named(list(order))
    return [there.get(paper_id) or remembered(references[paper_id]) for paper_id in order]


def remembered(reference: Reference) -> Paper:
    """A paper as far as a reference tells of it."""
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
        identifiers=identify(reference.paper_id),
        urls=reference.urls,
    )
