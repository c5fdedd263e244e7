"""The check of a draft: what it cites against the papers cited, all else against the library.

A draft as it comes: a file or a text, Markdown or LaTeX.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.drafts.citations import Keys, entries
from assistant.drafts.markup import is_latex
from assistant.drafts.results import CheckedSentence, Opinion, Outcome, Relation, Weighed
from assistant.drafts.sentences import Sentence, is_claim, says_something, sentences
from assistant.drafts.support import Beside, beside, candidates, claim_of, relation, weigh
from assistant.limits import MAX_BYTES
from assistant.types import Support
from store.errors import InputError
from store.library import Library
from store.paper import Paper
from store.readers.textfile import TextFile

_LATEX, _MARKDOWN = {".tex", ".ltx", ".latex"}, {".md", ".markdown", ".mkd", ".qmd", ".rmd"}


class Draft(NamedTuple):
    """The text of a draft, its lines ending in a newline alone, and whether it is LaTeX."""

    text: str
    is_latex: bool


def opened(draft: str | Path) -> Draft:
    """Open a draft.

    Args:
        draft: A path, or the text itself. The form of a file is told by its ending, of all else by its content.

    Raises:
        InputError: It is empty, too long, or no text, or the file cannot be read (SourceError).
    """
    if isinstance(draft, str):
        return _draft(draft, "The draft", "")
    return _draft(read_text(draft), f"The draft {draft}", draft.suffix.lower())


def read_text(path: Path) -> str:
    """The text of a file in whichever encoding it is.

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
    return file.whole(file.encoding())


def _draft(given: str, name: str, ending: str) -> Draft:
    if len(given) > MAX_BYTES:
        raise _too_long(name, len(given))
    text = given.encode("utf-8", "replace").decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError(f"{name} is empty.", "Give one that holds sentences.")
    return Draft(text, ending in _LATEX or (ending not in _MARKDOWN and is_latex(text)))


def _too_long(name: str, size: int) -> InputError:
    return InputError(
        f"{name} has {size / 1e6:.1f} MB; a draft may have {MAX_BYTES / 1e6:.0f} MB.", "Give its chapters one by one."
    )


Judge = Callable[[str, Sequence[Paper]], Opinion]
"""Asks a model what it thinks of a sentence in the light of papers."""

_OUTCOMES = {
    Support.SUPPORTED: Outcome.SUPPORTED,
    Support.PARTIAL: Outcome.PARTIAL,
    Support.UNSUPPORTED: Outcome.UNSUPPORTED,
}


def checked(
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
    opened_draft = opened(draft)
    keys = Keys(library, entries(read_text(Path(bib))) if bib else None)
    return check(library, opened_draft, keys, judge)


def check(library: Library, draft: Draft, keys: Keys, judge: Judge | None = None) -> Iterator[CheckedSentence]:
    """Check each sentence of a draft, as they come.

    Args:
        library: What can be cited.
        draft: The draft.
        keys: What its keys stand for.
        judge: Gives a second opinion on what was checked; None asks nobody.
    """
    for sentence in sentences(*draft):
        if sentence.keys:
            yield _cited(sentence, keys, judge)
        elif is_claim(sentence.plain):
            yield _uncited(library, sentence, keys, judge)
        else:
            yield CheckedSentence(line=sentence.line, text=sentence.text, outcome=Outcome.SKIPPED)


def _cited(sentence: Sentence, keys: Keys, judge: Judge | None) -> CheckedSentence:
    known = {key: keys.find(key) for key in sentence.keys}
    papers = list({one.paper.id: one.paper for one in known.values() if one.paper}.values())
    enough = says_something(sentence.plain)
    rows = tuple(
        Weighed(key=key, relation=Relation.UNKNOWN, reasons=(one.reason,))
        if one.paper is None
        else _weighed(key, beside(sentence.plain, one.paper))
        for key, one in known.items()
        if enough or one.paper is None
    )
    if not papers or not enough:
        outcome = Outcome.UNKNOWN if rows else Outcome.SKIPPED
        return CheckedSentence(line=sentence.line, text=sentence.text, outcome=outcome, papers=rows)
    verdict = weigh(sentence.plain, papers)
    return CheckedSentence(
        line=sentence.line,
        text=sentence.text,
        outcome=_OUTCOMES[verdict.support],
        contradicted=relation(verdict) is Relation.CONTRADICTS,
        claim=verdict.claim(),
        papers=rows,
        opinion=judge(sentence.plain, papers) if judge else None,
    )


def _uncited(library: Library, sentence: Sentence, keys: Keys, judge: Judge | None) -> CheckedSentence:
    near = candidates(library, sentence.plain)
    found = [one for one in near if one.relation is not Relation.SILENT]
    papers = [one.paper for one in found]
    return CheckedSentence(
        line=sentence.line,
        text=sentence.text,
        outcome=_of_nearest(found),
        contradicted=any(one.relation is Relation.CONTRADICTS for one in found),
        claim=claim_of(near, sentence.plain),
        papers=tuple(_weighed(keys.key_of(one.paper), one) for one in found),
        opinion=judge(sentence.plain, papers) if judge and papers else None,
    )


def _of_nearest(found: Sequence[Beside]) -> Outcome:
    if not found:
        return Outcome.NOTHING
    return Outcome.DISPUTED if found[0].relation is Relation.CONTRADICTS else Outcome.CITABLE


def _weighed(key: str, one: Beside) -> Weighed:
    return Weighed(
        key=key,
        relation=one.relation,
        paper_id=one.paper.id,
        title=one.paper.marked_title,
        retraction=one.paper.retraction,
        quote=one.quote,
        reasons=one.verdict.reasons,
    )
