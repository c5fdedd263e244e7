"""The check of a draft, a file or a text: what it cites against the papers cited, all else against the library."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.drafts.checked_sentence import CheckedSentence, CitedPaper, Opinion, Relation, SentenceOutcome
from assistant.drafts.citations import CitationResolver, read_entries
from assistant.drafts.draft_markup import is_latex
from assistant.drafts.draft_sentences import DraftSentence, is_claim, says_something, split_sentences
from assistant.drafts.support import PaperVerdict, claim_of, classify_verdict, find_candidates, verify_all, verify_one
from assistant.limits import MAX_BYTES
from assistant.types import Support
from store.errors import InputError
from store.library import Library
from store.paper import Paper
from store.readers.textfile import TextFile

_LATEX, _MARKDOWN = {".tex", ".ltx", ".latex"}, {".md", ".markdown", ".mkd", ".qmd", ".rmd"}


class DraftText(NamedTuple):
    """The text of a draft, its lines ending in a newline alone, and whether it is LaTeX."""

    text: str
    is_latex: bool


def open_draft(draft: str | Path) -> DraftText:
    """Open a draft.

    Args:
        draft: A path, or the text itself. The form of a file is told by its ending, of all else by its content.

    Raises:
        InputError: It is empty, too long, or no text, or the file cannot be read (SourceError).
    """
    if isinstance(draft, str):
        return _parse_draft(draft, "The draft", "")
    return _parse_draft(read_text(draft), f"The draft {draft}", draft.suffix.lower())


def read_text(path: Path) -> str:
    """Read the text of a file in whichever encoding it is.

    Raises:
        InputError: It is too long or no text, or the file cannot be read (SourceError).
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder.", "Give one file of it.")
    file = TextFile(path)
    if file.size > MAX_BYTES:
        raise _too_long(f"{file.name}", file.size)
    if "\0" in file.text_head():
        raise InputError(f"{file.name} is no text.", "Save the draft as Markdown or LaTeX, and give that file.")
    return file.read_whole(file.detect_encoding())


def _parse_draft(content: str, name: str, ending: str) -> DraftText:
    if len(content) > MAX_BYTES:
        raise _too_long(name, len(content))
    text = content.encode("utf-8", "replace").decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError(f"{name} is empty.", "Give one that holds sentences.")
    return DraftText(text, ending in _LATEX or (ending not in _MARKDOWN and is_latex(text)))


def _too_long(name: str, size: int) -> InputError:
    return InputError(
        f"{name} has {size / 1e6:.1f} MB; a draft may have {MAX_BYTES / 1e6:.0f} MB.", "Give its chapters one by one."
    )


Judge = Callable[[str, Sequence[Paper]], Opinion]
"""Asks a model what it thinks of a sentence in the light of papers."""

_OUTCOMES = {
    Support.SUPPORTED: SentenceOutcome.SUPPORTED,
    Support.PARTIAL: SentenceOutcome.PARTIAL,
    Support.UNSUPPORTED: SentenceOutcome.UNSUPPORTED,
}


def check_draft(
    library: Library, draft: str | Path, bib: str | Path | None = None, judge: Judge | None = None
) -> Iterator[CheckedSentence]:
    """Open a draft and check each of its sentences, as they come.

    Args:
        library: What can be cited.
        draft: The path of a draft in Markdown or LaTeX, or its text.
        bib: The path of the ``.bib`` file that its keys come from.
        judge: Gives a second opinion on what was checked; None asks nobody.

    Raises:
        InputError: The draft or the ``.bib`` file cannot be used; at once, before the first sentence.
    """
    opened = open_draft(draft)
    keys = CitationResolver(library, read_entries(read_text(Path(bib))) if bib else None)
    return _check_sentences(library, opened, keys, judge)


def _check_sentences(
    library: Library, draft: DraftText, keys: CitationResolver, judge: Judge | None
) -> Iterator[CheckedSentence]:
    for sentence in split_sentences(*draft):
        if sentence.keys:
            yield _check_cited(sentence, keys, judge)
        elif is_claim(sentence.plain):
            yield _check_uncited(library, sentence, keys, judge)
        else:
            yield CheckedSentence(line=sentence.line, text=sentence.text, outcome=SentenceOutcome.SKIPPED)


def _check_cited(sentence: DraftSentence, keys: CitationResolver, judge: Judge | None) -> CheckedSentence:
    resolved = {key: keys.resolve_key(key) for key in sentence.keys}
    papers = list({key.paper.id: key.paper for key in resolved.values() if key.paper}.values())
    enough = says_something(sentence.plain)
    rows = tuple(
        CitedPaper(key=key, relation=Relation.UNKNOWN, reasons=(resolution.reason,))
        if resolution.paper is None
        else _describe_paper(key, verify_one(sentence.plain, resolution.paper))
        for key, resolution in resolved.items()
        if enough or resolution.paper is None
    )
    if not papers or not enough:
        outcome = SentenceOutcome.UNKNOWN if rows else SentenceOutcome.SKIPPED
        return CheckedSentence(line=sentence.line, text=sentence.text, outcome=outcome, papers=rows)
    verdict = verify_all(sentence.plain, papers)
    return CheckedSentence(
        line=sentence.line,
        text=sentence.text,
        outcome=_OUTCOMES[verdict.support],
        contradicted=classify_verdict(verdict) is Relation.CONTRADICTS,
        claim=verdict.to_claim(),
        papers=rows,
        opinion=judge(sentence.plain, papers) if judge else None,
    )


def _check_uncited(
    library: Library, sentence: DraftSentence, keys: CitationResolver, judge: Judge | None
) -> CheckedSentence:
    candidates_found = find_candidates(library, sentence.plain)
    speaking = [candidate for candidate in candidates_found if candidate.relation is not Relation.SILENT]
    papers = [candidate.paper for candidate in speaking]
    return CheckedSentence(
        line=sentence.line,
        text=sentence.text,
        outcome=_rate_nearest(speaking),
        contradicted=any(candidate.relation is Relation.CONTRADICTS for candidate in speaking),
        claim=claim_of(candidates_found, sentence.plain),
        papers=tuple(_describe_paper(keys.key_of(candidate.paper), candidate) for candidate in speaking),
        opinion=judge(sentence.plain, papers) if judge and papers else None,
    )


def _rate_nearest(candidates: Sequence[PaperVerdict]) -> SentenceOutcome:
    if not candidates:
        return SentenceOutcome.NOTHING
    return SentenceOutcome.DISPUTED if candidates[0].relation is Relation.CONTRADICTS else SentenceOutcome.CITABLE


def _describe_paper(key: str, candidate: PaperVerdict) -> CitedPaper:
    return CitedPaper(
        key=key,
        relation=candidate.relation,
        paper_id=candidate.paper.id,
        title=candidate.paper.marked_title,
        retraction=candidate.paper.retraction,
        quote=candidate.quote,
        reasons=candidate.verdict.reasons,
    )
