"""The check of a draft, a file or a text: what it cites against the papers cited, all else against the library.

A second opinion by the chat model changes nothing of what the check found.
"""

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.model import Model
from assistant.answer.model_drafts import compute_token_budget, format_evidence, pack_papers
from assistant.concurrency import Loop
from assistant.drafts.checked_sentence import CheckedSentence, CitedPaper, Opinion, Relation, SentenceOutcome
from assistant.drafts.citations import CitationResolver, read_entries
from assistant.drafts.draft_sentences import DraftSentence, is_claim, is_latex, says_something, split_sentences
from assistant.drafts.support import PaperVerdict, claim_of, classify_verdict, find_candidates, verify_one
from assistant.limits import MAX_BYTES
from assistant.types import Support
from assistant.verify import verify
from assistant.verify.injection import strip_injections
from prompts import Prompts, Role
from store.errors import InputError, ModelError
from store.library import Library
from store.paper import Paper
from store.readers.textfile import TextFile

if TYPE_CHECKING:
    from assistant.answer.pipeline import AnswerPipeline

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
    verdict = verify(sentence.plain, papers)
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


# Failures in a row after which a model is not asked any more; chosen by hand, not measured.
PATIENCE = 2
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_WORD = re.compile(r"\b(yes|partly|partially|no)\b", re.IGNORECASE)


def make_judge(chain: "AnswerPipeline | None", loop: Loop) -> "ModelJudge":
    """Make a judge of a chain's model; raises InputError where there is none."""
    if chain is None:
        raise InputError(
            "There is no model to give an opinion.", "Name one, for example with --model openai:gpt-4o-mini."
        )
    return ModelJudge(chain, loop.iterate)


class ModelJudge:
    """Asks the model of a chain about sentences, one at a time; gives up on one that keeps failing.

    Args:
        chain: Its model and its prompts are used.
        run: Waits for what an asynchronous generator yields.
    """

    def __init__(
        self, chain: "AnswerPipeline", run: Callable[[AsyncGenerator[Opinion, None]], Iterable[Opinion]]
    ) -> None:
        self._chain = chain
        self._run = run
        self._failures = 0

    def __call__(self, sentence: str, papers: Sequence[Paper]) -> Opinion:
        """Ask the model what it thinks of a sentence in the light of papers; its failure is reported, not raised."""
        model = self._chain.model
        if self._failures >= PATIENCE:
            return Opinion(model=model.name, error=f"not asked: the model failed {PATIENCE} times before")
        try:
            [opinion] = self._run(_ask_model(model, self._chain.prompts, sentence, papers))
        except ModelError as error:
            self._failures += 1
            return Opinion(model=model.name, error=str(error))
        self._failures = 0
        return opinion


async def _ask_model(
    model: Model, prompts: Prompts, sentence: str, papers: Sequence[Paper]
) -> AsyncGenerator[Opinion, None]:
    token_budget = compute_token_budget(sentence, model.context, model.max_output)
    sources = format_evidence([strip_injections(paper) for paper in pack_papers(papers, token_budget)], token_budget)
    reply = await model.complete(prompts.render(Role.JUDGE, evidence=sources, claim=sentence))
    yield Opinion(model=model.name, says=read_opinion(reply.text), usage=model.with_price(reply.usage))


def read_opinion(reply: str) -> str:
    """Read ``yes``, ``partly`` or ``no``, the first of them in a reply, or ``unclear``."""
    word = _WORD.search(_THOUGHT.sub(" ", reply))
    if not word:
        return "unclear"
    return {"partially": "partly"}.get(word[1].lower(), word[1].lower())
