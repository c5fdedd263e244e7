"""The check of a draft, a file or a text: what it cites against the papers cited, all else against the library.

Where a second stage is set, some sentences are compared by the rules first, and then looked at together.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from assistant.drafts import word_documents
from assistant.drafts.checked_sentence import CheckedSentence, CitedPaper, Relation, SentenceOutcome
from assistant.drafts.citations import CitationResolver, read_entries
from assistant.drafts.draft_sentences import DraftSentence, is_latex, split_sentences
from assistant.drafts.places import PlaceCandidate, PlaceFinder, claim_of, describe_place, sort_candidates
from assistant.drafts.reference_list import read_reference_list
from assistant.drafts.support import PaperVerdict, classify_verdict, verify_one
from assistant.limits import MAX_BYTES
from assistant.types import Usage
from assistant.verify import Verdict, verify
from assistant.verify.injection import strip_injections
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
        draft: A path, or the text itself. The form of a file is told by its ending, of all else by its content; a
            document of Word or LibreOffice is read by pandoc.

    Raises:
        InputError: It is empty, too long, or no text, or the file cannot be read (SourceError).
    """
    if isinstance(draft, str):
        return _parse_draft(draft, "The draft", "")
    ending = draft.suffix.lower()
    is_document = ending in word_documents.ENDINGS and draft.is_file()
    text = word_documents.convert_document(draft) if is_document else read_text(draft)
    return _parse_draft(text, f"The draft {draft}", ".md" if is_document else ending)


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
    head = file.text_head()
    if "\0" in head or head.startswith("%PDF-"):  # A PDF need not hold a NUL.
        raise InputError(f"{file.name} is no text.", "Save the draft as Markdown, LaTeX or Word, and give that file.")
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


class JudgedVerdicts(NamedTuple):
    """Verdicts after a second stage looked at them, what that took, and what went wrong."""

    verdicts: list[Verdict]
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()


Judge = Callable[[Sequence[Verdict], Sequence[Sequence[Paper]]], JudgedVerdicts]
"""Has a second stage look at verdicts, each with the papers that it rests on."""

# Sentences that are looked at together, so that few requests do; chosen by hand, as many as one request takes.
_TOGETHER = 10


def check_draft(
    library: Library, draft: str | Path, bib: str | Path | None = None, judge: Judge | None = None
) -> Iterator[CheckedSentence]:
    """Open a draft and check each of its sentences, as they come.

    Args:
        library: What can be cited.
        draft: The path of a draft in Markdown or LaTeX, or its text.
        bib: The path of the ``.bib`` file that its keys come from.
        judge: Has a second stage look at what the rules found; None for nobody.

    Raises:
        InputError: The draft or the ``.bib`` file cannot be used; at once, before the first sentence.
    """
    opened = open_draft(draft)
    listed = {} if opened.is_latex else read_reference_list(opened.text)
    keys = CitationResolver(library, read_entries(read_text(Path(bib))) if bib else None, listed)
    finder = PlaceFinder(library)
    compared = (_compare_sentence(finder, sentence, keys) for sentence in split_sentences(*opened, keys.find))
    if judge is None:
        return (sentence.describe(keys) for sentence in compared)
    return _judge_sentences(compared, keys, judge)


class ComparedSentence(NamedTuple):
    """A sentence and what the rules found: of each paper, or why its key is unknown, and of those cited together.

    ``candidates`` are the papers of the library beside one that cites nothing, ``elsewhere`` other papers that say what
    those cited do not. ``outcome`` is known before where nothing was compared.
    """

    sentence: DraftSentence
    rows: tuple[tuple[str, PaperVerdict | str], ...] = ()
    together: Verdict | None = None
    outcome: SentenceOutcome | None = None
    candidates: tuple[PlaceCandidate, ...] = ()
    elsewhere: tuple[PlaceCandidate, ...] = ()

    def list_verdicts(self) -> list[tuple[Verdict, list[Paper]]]:
        """List all verdicts, each with its papers as the check saw them."""
        alone = [row for _, row in self.rows if isinstance(row, PaperVerdict)]
        alone += [candidate.paper_verdict for candidate in self.candidates]
        verdicts = [(row.verdict, [row.paper]) for row in alone]
        if self.together is not None:
            verdicts.append((self.together, [row.paper for row in alone]))
        return [(verdict, [strip_injections(paper) for paper in papers]) for verdict, papers in verdicts]

    def with_verdicts(self, verdicts: Iterator[Verdict]) -> "ComparedSentence":
        """Put others in the place of the verdicts, in the order of ``list_verdicts``."""
        rows = tuple((key, row if isinstance(row, str) else row.with_verdict(next(verdicts))) for key, row in self.rows)
        candidates = tuple(candidate.with_verdict(next(verdicts)) for candidate in self.candidates)
        together = next(verdicts) if self.together is not None else None
        return self._replace(rows=rows, candidates=candidates, together=together)

    def describe(self, keys: CitationResolver) -> CheckedSentence:
        """Describe what was found."""
        sentence = CheckedSentence(
            line=self.sentence.line, text=self.sentence.text, outcome=self.outcome or SentenceOutcome.NOTHING
        )
        rows = tuple(
            CitedPaper(key=key, relation=Relation.UNKNOWN, reasons=(row,))
            if isinstance(row, str)
            else _describe_paper(keys.cite(key), row)
            for key, row in self.rows
        )
        if self.outcome is not None:
            return sentence.model_copy(update={"papers": rows})
        content: dict[str, object]
        if self.together is not None:
            content = {
                "outcome": SentenceOutcome(self.together.support.value),
                "contradicted": classify_verdict(self.together) is Relation.CONTRADICTS,
                "papers": rows,
                **self._describe_elsewhere(self.together, keys),
            }
            return sentence.model_copy(update=content)
        candidates = sort_candidates(self.candidates)
        speaking = [row.paper_verdict for row in candidates if row.paper_verdict.relation is not Relation.SILENT]
        content = {
            "outcome": _rate_nearest(speaking),
            "contradicted": any(candidate.relation is Relation.CONTRADICTS for candidate in speaking),
            "claim": claim_of(candidates, self.sentence.plain),
            "papers": tuple(_describe_paper(keys.key_of(candidate.paper), candidate) for candidate in speaking),
        }
        return sentence.model_copy(update=content)

    def _describe_elsewhere(self, together: Verdict, keys: CitationResolver) -> dict[str, object]:
        """Describe which other papers say what those cited do not, and the claim with this reason."""
        claim = together.to_claim()
        if not self.elsewhere or not together.support.fails:
            return {"claim": claim}
        places = tuple(describe_place(row, keys.key_of(row.paper_verdict.paper)) for row in self.elsewhere)
        cited = "; ".join(f"@{keys.cite(key)}" for key, row in self.rows if isinstance(row, PaperVerdict))
        others = "; ".join(f"@{place.key}" for place in places)
        reason = f"not said by [{cited}]; said by [{others}]" + (", word for word" if places[0].verbatim else "")
        return {"claim": claim.model_copy(update={"reasons": (reason, *claim.reasons)}), "elsewhere": places}


def _compare_sentence(finder: PlaceFinder, sentence: DraftSentence, keys: CitationResolver) -> ComparedSentence:
    if sentence.keys:
        return _compare_cited(finder, sentence, keys)
    if not sentence.is_claim:
        return ComparedSentence(sentence, outcome=SentenceOutcome.SKIPPED)
    return ComparedSentence(sentence, candidates=tuple(row for row in finder.find(sentence.plain) if row.stands_out))


def _compare_cited(finder: PlaceFinder, sentence: DraftSentence, keys: CitationResolver) -> ComparedSentence:
    resolved = {key: keys.resolve_key(key) for key in sentence.keys}
    papers = list({key.paper.id: key.paper for key in resolved.values() if key.paper}.values())
    enough = sentence.says_something
    rows = tuple(
        (key, resolution.reason if resolution.paper is None else verify_one(sentence.plain, resolution.paper))
        for key, resolution in resolved.items()
        if enough or resolution.paper is None
    )
    if not papers or not enough:
        outcome = SentenceOutcome.UNKNOWN if rows else SentenceOutcome.SKIPPED
        return ComparedSentence(sentence, rows, outcome=outcome)
    together = verify(sentence.plain, papers)
    elsewhere = _find_elsewhere(finder, sentence, papers) if together.support.fails else ()
    return ComparedSentence(sentence, rows, together, elsewhere=elsewhere)


# As many other papers as a reason names; chosen by hand.
_MOST_NAMED = 3


def _find_elsewhere(
    finder: PlaceFinder, sentence: DraftSentence, papers: Sequence[Paper]
) -> tuple[PlaceCandidate, ...]:
    """Find other papers of the library that say what those cited do not: word for word, else without a doubt."""
    rows = finder.find(sentence.plain, [paper.id for paper in papers])
    saying = [row for row in rows if row.paper_verdict.relation is Relation.SUPPORTS]
    return tuple(([row for row in saying if row.verbatim] or saying)[:_MOST_NAMED])


def _judge_sentences(
    compared: Iterator[ComparedSentence], keys: CitationResolver, judge: Judge
) -> Iterator[CheckedSentence]:
    """Have a second stage look at some sentences at a time; what that took is told with the first of them."""
    while some := list(islice(compared, _TOGETHER)):
        rows = [row for sentence in some for row in sentence.list_verdicts()]
        judged = judge([verdict for verdict, _ in rows], [papers for _, papers in rows])
        verdicts = iter(judged.verdicts)
        for n, sentence in enumerate(some):
            costs = {} if n else {"usage": judged.usage, "notes": judged.notes}
            yield sentence.with_verdicts(verdicts).describe(keys).model_copy(update=costs)


def _rate_nearest(candidates: Sequence[PaperVerdict]) -> SentenceOutcome:
    relations = [candidate.relation for candidate in candidates]
    if not relations:
        return SentenceOutcome.NOTHING
    if relations[0] is Relation.CONTRADICTS:
        return SentenceOutcome.DISPUTED
    return SentenceOutcome.CITABLE if Relation.SUPPORTS in relations else SentenceOutcome.NEAR


def _describe_paper(key: str, candidate: PaperVerdict) -> CitedPaper:
    return CitedPaper(
        key=key,
        relation=candidate.relation,
        paper_id=candidate.paper.id,
        title=candidate.paper.marked_title,
        retraction=candidate.paper.retraction,
        quote=candidate.quote,
        reasons=candidate.verdict.reasons,
        support=candidate.verdict.support,
        decision=candidate.verdict.decision,
    )
