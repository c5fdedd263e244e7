"""``conspectus check``.

A draft that was compared, for a reader: each sentence with what was found, and what it comes to.
"""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant import CheckedSentence, Opinion, Outcome, Relation, Weighed
from assistant.cli.console import Output, Page
from assistant.cli.context import nothing, opened, opened_with, settings_of
from assistant.cli.phrases import count
from assistant.limits import MAX_BYTES
from assistant.phrases import NOT_SO, PARTLY, WORDED, inflect_worded
from assistant.types import Usage
from store.errors import InputError

_SIGNS = {
    Outcome.SUPPORTED: ("✓", "green"),
    Outcome.PARTIAL: ("~", "yellow"),
    Outcome.UNSUPPORTED: ("✗", "red"),
    Outcome.UNKNOWN: ("✗", "red"),
    Outcome.CITABLE: ("+", "cyan"),
    Outcome.DISPUTED: ("!", "yellow"),
    Outcome.NOTHING: ("·", "dim"),
}
_SAID = {
    Outcome.SUPPORTED: WORDED,
    Outcome.PARTIAL: PARTLY,
    Outcome.UNSUPPORTED: NOT_SO,
    Outcome.UNKNOWN: "not compared",
    Outcome.CITABLE: "cites nothing, and could",
    Outcome.DISPUTED: "cites nothing, and the library says otherwise",
    Outcome.NOTHING: "cites nothing, and nothing was found",
}
_COLOURS = {Relation.SUPPORTS: "green", Relation.PARTLY: "yellow"}
_RELATIONS = {
    Relation.SUPPORTS: "worded so",
    Relation.PARTLY: "partly worded so",
    Relation.CONTRADICTS: "contradicts",
    Relation.SILENT: "not worded so",
    Relation.UNKNOWN: "unknown key",
}


class Tally:
    """What was found, counted as it passes by."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._opinions: list[Opinion] = []
        self._wrong = self._contradicted = self._unknown = self._retracted = 0

    @property
    def fine(self) -> bool:
        """Whether nothing cited is wrong, and the model answered where it was asked."""
        return not self._wrong and not any(one.error for one in self._opinions)

    def counting(self, found: Iterable[CheckedSentence]) -> Iterator[CheckedSentence]:
        """Pass the sentences on."""
        for sentence in found:
            self._outcomes[sentence.outcome] += 1
            self._wrong += not sentence.fine
            self._contradicted += sentence.contradicted and sentence.outcome is Outcome.UNSUPPORTED
            self._unknown += sum(one.relation is Relation.UNKNOWN for one in sentence.papers)
            self._retracted += sum(bool(one.retraction) for one in sentence.papers)
            self._opinions += [sentence.opinion] if sentence.opinion else []
            yield sentence

    def summary(self) -> str:
        """The counts in a line."""
        has = self._outcomes
        bare = sum(has[one] for one in (Outcome.CITABLE, Outcome.DISPUTED, Outcome.NOTHING))
        against = f" ({self._contradicted} contradicted)" if self._contradicted else ""
        unknown = f", {count(self._unknown, 'unknown key')}" if self._unknown else ""
        gone = f" {count(self._retracted, 'citation')} of papers that were retracted." if self._retracted else ""
        citing = has.total() - bare - has[Outcome.SKIPPED]
        return (
            f"{count(citing, 'sentence')} with citations: "
            f"{has[Outcome.SUPPORTED]} {inflect_worded(citing)}, {has[Outcome.PARTIAL]} partly, "
            f"{has[Outcome.UNSUPPORTED]} not{against}{unknown}. "
            f"{bare} without: {has[Outcome.CITABLE]} could cite, {has[Outcome.DISPUTED]} disputed, "
            f"{has[Outcome.NOTHING]} with nothing found. {has[Outcome.SKIPPED]} skipped.{gone}"
        )

    def notes(self) -> Iterator[str]:
        """What the model took, and where it failed."""
        failed = [one.error for one in self._opinions if one.error]
        used = sum((one.usage for one in self._opinions), Usage())
        tokens = used.input_tokens + used.output_tokens
        if tokens:
            cost = "" if used.dollars is None else f", ${used.dollars:.4f}"
            yield f"Opinions of {self._opinions[0].model}: {count(tokens, 'token')}{cost}."
        if failed:
            yield f"The model gave no opinion on {count(len(failed), 'sentence')}: {failed[0]}"


def show_sentence(page: Page, sentence: CheckedSentence) -> None:
    """Write what was found of a sentence; nothing where it was skipped."""
    if sentence.outcome is Outcome.SKIPPED:
        return
    sign, colour = _SIGNS[sentence.outcome]
    against = ", contradicted" if sentence.contradicted and sentence.outcome is Outcome.UNSUPPORTED else ""
    said = f"{_SAID[sentence.outcome]}{against}"
    page.line((f"line {sentence.line}: ", "bold"), (said, colour), indent=2, first=(sign, colour))
    page.line(sentence.text, indent=4)
    for paper in sentence.papers:
        _paper(page, paper)
    together = sentence.claim.reasons if sentence.claim else ()
    if len(sentence.papers) > 1 and together not in {(), *(paper.reasons for paper in sentence.papers)}:
        page.line(f"together: {'; '.join(together)}", indent=4)
    if sentence.opinion and sentence.opinion.says:
        page.line((f"model's opinion ({sentence.opinion.model}): {sentence.opinion.says}", "dim"), indent=4)
    page.line()


def _paper(page: Page, paper: Weighed) -> None:
    reasons = f": {'; '.join(paper.reasons)}" if paper.reasons else ""
    colour = _COLOURS.get(paper.relation, "red")
    gone = (f" ({paper.retraction})", "red") if paper.retraction else ""
    page.line((f"[@{paper.key}] ", "cyan"), (_RELATIONS[paper.relation], colour), gone, reasons, indent=4)
    if paper.quote:
        page.line((f"“{paper.quote}”", "dim"), indent=6)


WRONG = 1


def run(args: Namespace, out: Output) -> int:
    """Compare; 1 where a sentence is not worded so in what it cites, that is not there, or the model failed."""
    tally = Tally()
    with opened_with(settings_of(args)) if args.judge else opened(args) as assistant:
        found = tally.counting(assistant.drafts.check(_draft(args.draft), args.bib, args.judge))
        if not assistant.papers.count():
            out.note(nothing(assistant))
        if out.json:
            out.array(found)
        else:
            for sentence in found:
                show_sentence(out.page, sentence)
            out.page.line((tally.summary(), "bold"))
    for note in tally.notes():
        out.note(note)
    return 0 if tally.fine else WRONG


def _draft(given: str) -> str | Path:
    if given != "-":
        return Path(given)
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The draft on standard input is no UTF-8 text.", "Give it as text.") from error
