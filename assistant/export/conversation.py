"""A conversation as Markdown, with pandoc's citations and a list of references."""

from collections.abc import Iterator, Mapping, Sequence

from assistant.answer.turns import CANCELLED
from assistant.escaping import DOUBTS, renew_signs
from assistant.export.apa import apa
from assistant.export.escaping import answer_line, shown
from assistant.phrases import count_worded
from assistant.types import EXTRACTIVE, Answer, Claim, Session, Support, Turn, Usage
from store.paper import Paper

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
