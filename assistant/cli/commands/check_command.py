"""``conspectus check``: each sentence of a draft with its verdict, and what they come to."""

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant import CheckedSentence, CitedPaper, Relation, SentenceOutcome
from assistant.cli.console import ConsolePage, Output
from assistant.cli.exit_codes import DONE, ERROR
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import explain_empty, open_library
from assistant.cli.standard_input import read_text
from assistant.limits import MAX_BYTES
from assistant.phrases import SCALE, count_supports, describe_support
from assistant.types import Usage

_SIGNS = {
    **{SentenceOutcome(support): (sign.glyph, sign.colour) for support, sign in SCALE.items()},
    SentenceOutcome.UNKNOWN: ("✗", "red"),
    SentenceOutcome.CITABLE: ("+", "cyan"),
    SentenceOutcome.NEAR: ("~", "cyan"),
    SentenceOutcome.DISPUTED: ("!", "yellow"),
    SentenceOutcome.NOTHING: ("·", "dim"),
}
_SAID = {
    SentenceOutcome.UNKNOWN: "not compared",
    SentenceOutcome.CITABLE: "cites nothing, and could",
    SentenceOutcome.NEAR: "cites nothing; what is nearest is in doubt",
    SentenceOutcome.DISPUTED: "cites nothing, and the library says otherwise",
    SentenceOutcome.NOTHING: "cites nothing, and nothing was found",
}
# Of sentences that cite nothing.
_BARE = (SentenceOutcome.CITABLE, SentenceOutcome.NEAR, SentenceOutcome.DISPUTED, SentenceOutcome.NOTHING)
# What has more words, and ends like no file, is the draft itself. Chosen by hand.
_WORDS_OF_A_NAME = 3


class SignTally:
    """What was found, counted as it passes by."""

    def __init__(self) -> None:
        self._outcomes: Counter[SentenceOutcome] = Counter()
        self._used = Usage()
        self._notes: dict[str, None] = {}
        self._wrong = self._unknown = self._retracted = 0

    @property
    def is_fine(self) -> bool:
        """Whether nothing cited is wrong, and the second stage answered where it was asked."""
        return not self._wrong and not self._notes

    def count_each(self, sentences: Iterable[CheckedSentence]) -> Iterator[CheckedSentence]:
        """Count the sentences, and yield them."""
        for sentence in sentences:
            self._outcomes[sentence.outcome] += 1
            self._wrong += not sentence.fine
            self._unknown += sum(paper.relation is Relation.UNKNOWN for paper in sentence.papers)
            self._retracted += sum(bool(paper.retraction) for paper in sentence.papers)
            self._used += sentence.usage
            self._notes |= dict.fromkeys(sentence.notes)
            yield sentence

    def summarize(self) -> str:
        """Return the counts in a line."""
        has = self._outcomes
        bare = sum(has[outcome] for outcome in _BARE)
        unknown = f", {count_noun(self._unknown, 'unknown key')}" if self._unknown else ""
        gone = f" {count_noun(self._retracted, 'citation')} of papers that were retracted." if self._retracted else ""
        compared = count_supports(outcome.value for outcome in has.elements() if outcome.value in SCALE)
        return (
            f"Compared with what they cite: {compared}{unknown}. "
            f"{bare} without: {has[SentenceOutcome.CITABLE]} could cite, {has[SentenceOutcome.NEAR]} near in doubt, "
            f"{has[SentenceOutcome.DISPUTED]} disputed, {has[SentenceOutcome.NOTHING]} with nothing found. "
            f"{has[SentenceOutcome.SKIPPED]} skipped.{gone}"
        )

    def list_notes(self) -> Iterator[str]:
        """Say what the second stage took, and where it failed."""
        tokens = self._used.input_tokens + self._used.output_tokens
        if tokens:
            cost = f", {self._used.price}" if self._used.price else ""
            yield f"The second stage took {count_noun(tokens, 'token')}{cost}."
        yield from (f"{note[:1].upper()}{note[1:]}" for note in self._notes)


def show_sentence(page: ConsolePage, sentence: CheckedSentence) -> None:
    """Write what was found of a sentence; nothing where it was skipped."""
    if sentence.outcome is SentenceOutcome.SKIPPED:
        return
    sign, colour = _SIGNS[sentence.outcome]
    by = sentence.claim.decision.by if sentence.claim else ""
    verdict = _SAID.get(sentence.outcome) or describe_support(sentence.outcome.value, by)
    page.write_line((f"line {sentence.line}: ", "bold"), (verdict, colour), indent=2, first=(sign, colour))
    page.write_line(sentence.text, indent=4)
    for paper in sentence.papers:
        _show_paper(page, paper)
    together = sentence.claim.reasons if sentence.claim else ()
    if sentence.elsewhere:
        page.write_line((together[0], "yellow"), indent=4)
        page.write_line((f"“{sentence.elsewhere[0].quote}”", "dim"), indent=6)
        together = together[1:]
    if len(sentence.papers) > 1 and together not in {(), *(paper.reasons for paper in sentence.papers)}:
        page.write_line(f"together: {'; '.join(together)}", indent=4)
    page.write_line()


def _show_paper(page: ConsolePage, paper: CitedPaper) -> None:
    reasons = f": {'; '.join(paper.reasons)}" if paper.reasons else ""
    colour = SCALE[paper.support].colour if paper.support else "red"
    gone = (f" ({paper.retraction})", "red") if paper.retraction else ""
    # Authors with a year, and numbers of a list, that are no paper of the library.
    key = f"({paper.key})" if " " in paper.key else paper.key if paper.key.startswith("[") else f"[@{paper.key}]"
    page.write_line((f"{key} ", "cyan"), (paper.words, colour), gone, reasons, indent=4)
    if paper.quote:
        page.write_line((f"“{paper.quote}”", "dim"), indent=6)


def run(args: Namespace, out: Output) -> int:
    """Compare; 1 where what a sentence cites does not say it, says otherwise or is not there, or the judge failed."""
    tally = SignTally()
    with open_library(args, judged=True) as assistant:
        sentences = tally.count_each(assistant.drafts.check(_read_draft(args.draft), args.bib))
        if not assistant.papers.count():
            out.write_note(explain_empty(assistant))
        if out.json:
            out.write_array(sentences)
        else:
            for sentence in sentences:
                show_sentence(out.page, sentence)
            out.page.write_line((tally.summarize(), "bold"))
    for note in tally.list_notes():
        out.write_note(note)
    return DONE if tally.is_fine else ERROR


def _read_draft(name: str) -> str | Path:
    if name != "-":
        is_sentence = len(name.split()) > _WORDS_OF_A_NAME and not Path(name).suffix[1:].isalpha()
        return name if is_sentence and not os.path.exists(name) else Path(name)
    return read_text("draft", MAX_BYTES)
