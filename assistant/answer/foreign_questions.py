"""Questions in another language than that of the abstracts: what is done about them, with a model and without one.

Words are only found in the language that they are written in. With a model the question is put into the language of the
abstracts, searched for so, and answered in its own. Without one it is said why nothing is found.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from assistant.answer import replies
from assistant.answer.replies import AnswerBody
from assistant.question.courtesy import spell_strokes
from assistant.types import Claim, Decision, Support
from assistant.verify.verdict import Finding, FindingKind, Verdict
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.text.language import NAMES, tell_language

# Abstracts that are looked at, spread over the library; chosen by hand.
_SAMPLE = 12
_HELD: WeakKeyDictionary[Snapshot, str] = WeakKeyDictionary()


class Foreign(NamedTuple):
    """The languages of a question and of the abstracts, which differ, by their English names."""

    question_language: str
    abstract_language: str

    def put_beside(self, question: str, translated: str) -> str:
        """The question as the model that writes the answer is asked it."""
        in_theirs = f"(In {self.abstract_language}: {translated})"
        return f"{question}\n{in_theirs}\nWrite the sentences of your answer in {self.question_language}."


def find_foreign(library: Library, question: str, view: Snapshot | None) -> Foreign | None:
    """Find out whether a question is in another language than the abstracts; None where not, or where it is not clear.

    Args:
        library: Where the abstracts are.
        question: One line of text.
        view: The same as it is now; None where it is not there.

    Raises:
        LibraryError: The library cannot be read.
    """
    question_language = tell_language(spell_strokes(question))
    looked = question_language and view is not None and view.count
    abstract_language = _tell_held(library, view) if looked and view is not None else ""
    if not abstract_language or abstract_language == question_language:
        return None
    return Foreign(NAMES[question_language], NAMES[abstract_language])


def _tell_held(library: Library, view: Snapshot) -> str:
    """Tell the language of most abstracts; it is told once a view."""
    if view not in _HELD:
        papers = library.get(view.draw_ids(_SAMPLE), view)
        counts = Counter(filter(None, (tell_language(f"{paper.title}. {paper.abstract}") for paper in papers)))
        _HELD[view] = counts.most_common(1)[0][0] if counts else ""
    return _HELD[view]


def abstain_foreign(foreign: Foreign, *, translates: bool) -> AnswerBody:
    """Abstain: the question is in another language than the abstracts.

    Args:
        foreign: Both languages.
        translates: Whether a model was there to translate it.
    """
    both = f"This question is in {foreign.question_language}, the abstracts are in {foreign.abstract_language}"
    if translates:
        return replies.abstain(
            f"{both}: no words of it were found, nor of its translation. Ask in {foreign.abstract_language}."
        )
    return replies.abstain(
        f"{both}: without a model only words of the same language are found. "
        f"Ask in {foreign.abstract_language}, or set a model, which translates."
    )


# How the reason against a translated claim ends; claims are told by it.
_TRANSLATED = "a translation can only be judged by a second stage of the check"


def doubt_translation(verdict: Verdict, papers: Sequence[Paper]) -> Verdict:
    """Put in doubt what was written in another language than the papers that it cites: their words cannot be compared.

    Neither that words are missing nor that they are there says anything then; a second stage may still confirm it.
    """
    written = tell_language(verdict.text)
    abstract_languages = {tell_language(f"{paper.title}. {paper.abstract}") for paper in papers}
    if (
        not written
        or not papers
        or "" in abstract_languages
        or written in abstract_languages
        or verdict.support is Support.QUOTED
    ):
        return verdict
    source = NAMES[abstract_languages.pop()]
    reason = f"it is in {NAMES[written]} and its source in {source}: {_TRANSLATED}"
    finding = Finding(kind=FindingKind.WORDS, reason=reason, support=Support.DOUBTFUL)
    decision = Decision(by=FindingKind.WORDS)
    return verdict.model_copy(update={"support": Support.DOUBTFUL, "findings": (finding,), "decision": decision})


def is_translated(claim: Claim) -> bool:
    """Whether a claim is in doubt for its language; one that a second stage found to be contradicted is not."""
    return claim.support is Support.DOUBTFUL and any(reason.endswith(_TRANSLATED) for reason in claim.reasons)
