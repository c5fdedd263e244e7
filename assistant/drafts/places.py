"""Where in a library a text is said: word for word, in other words, or as a number; and where the contrary is.

Three ways lead to the papers that are looked at: all that have nearly all of its words, however many others a search
would rank before them; the best of a search by words and meaning; and, for a number by itself, all that have it. What
each of them says is then decided by the check (``assistant.drafts.support``), and which of them are meant at all by how
far they stand out from the rest in words and meaning.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from assistant.concurrency import in_thread
from assistant.drafts.bare_number import BareNumber
from assistant.drafts.checked_sentence import Relation
from assistant.drafts.draft_sentences import strip_sentence
from assistant.drafts.place import NOWHERE, Place, Places
from assistant.drafts.support import PaperVerdict, classify_verdict, verify_one
from assistant.drafts.verbatim import WordingSpan, WordSequence, find_wording, read_words
from assistant.limits import MAX_CHARACTERS
from assistant.types import Citation, Claim, Decision, Support
from assistant.verify import Finding, FindingKind, Verdict, verify
from assistant.verify.alignment import find_evidence
from assistant.verify.entailment import SecondStage, StageRun, WeighingStage
from assistant.verify.injection import describe_orders, gives_orders, strip_injections
from assistant.verify.source import Sentence, parse_sentence, read_source
from assistant.verify.verdict import combine_findings
from store.citation_keys import keys_in
from store.errors import InputError
from store.filters import ANSWERABLE, Filters
from store.library import Library
from store.paper import Paper
from store.paper_names import find_paper
from store.text.sentences import sentence_spans

if TYPE_CHECKING:
    from store.embedding import Embedder, Vectors

# How many papers of a search are looked at, and how many characters it is made with; chosen by hand, not measured.
CANDIDATES, QUERY = 8, 2000
# The share of a text's words that a paper has to have so that the text may stand in it word for word: those that lead
# in to a sentence, and one or two that were changed, are the rest. How many papers are compared, and read at once. All
# chosen by hand, not measured.
_SHARE, _MOST_COMPARED, _PAGE = 0.75, 2000, 100
# Sentences of a paper whose meaning is compared, those first that carry most of the text; chosen by hand.
_SENTENCES = 3
# The chance that a paper is one that a text comes from: a logistic regression, with a ridge of .3, on how much of the
# text one paper carries (``measure_coverage``), the cosine of its best sentence, and by how much it leaves the best of
# the other papers behind in each. Fitted on part dev of benchmarks/where.jsonl, drafts.jsonl and claims.jsonl (true
# claims), where at the threshold 158 of 160 right papers were taken and 1 wrong one; parts test were not looked at.
_BIAS, _COVERAGE, _COSINE, _COVERAGE_AHEAD, _COSINE_AHEAD = -5.13, 4.5, 2.42, 5.64, 4.02
_LEAST_CHANCE = 0.27
# What a paper that has nothing to do with a text comes to; in its place where the library has no other.
_COVERAGE_BY_CHANCE, _COSINE_BY_CHANCE = 0.3, 0.4
# How many near ones are shown, and the least chance of one; chosen by hand, not measured.
_MOST_NEAR, _LEAST_NEAR = 3, 0.05
# Words of a part of a sentence that is a statement; chosen by hand.
_SHORTEST = 4
_BY_VECTORS = "sentence vectors"
_NEAREST_IN_MEANING = "its words are others; in meaning it comes nearest"
_OF_OTHER_THINGS = "the number stands there, and counts something else"
# The share of a text that a paper has to carry so that a word that is the opposite of one of its own turns it round: on
# part dev of benchmarks/where.jsonl and drafts.jsonl 11 true contradictions had .88 and more, 2 of 3 sentences in other
# words that were taken for one .82 and .83.
_ALIKE = 0.85
_TURNED = {FindingKind.NEGATION, FindingKind.DIRECTION, FindingKind.WORDS, FindingKind.HEDGE}
# What may be said in other words: nothing speaks against it but that words are missing.
_MERE_WORDING = {FindingKind.WORDS, FindingKind.SOURCE, FindingKind.HEDGE}


class PlaceCandidate(NamedTuple):
    """A paper beside a text: what the check found, where the words stand, and whether the text comes from it."""

    paper_verdict: PaperVerdict
    wording: WordingSpan | None
    chance: float

    @property
    def verbatim(self) -> bool:
        """Whether the text stands there word for word."""
        return self.wording is not None and self.wording.exact

    @property
    def stands_out(self) -> bool:
        """Whether the text may come from this paper at all."""
        return self.chance >= _LEAST_CHANCE

    def with_verdict(self, verdict: Verdict) -> "PlaceCandidate":
        """Put another verdict on the same paper."""
        return (
            self._replace(paper_verdict=self.paper_verdict.with_verdict(verdict))
            if verdict is not self.paper_verdict.verdict
            else self
        )


class PlaceFinder:
    """Looks for texts in a library; the vectors of the sentences that it compared are kept for the next text.

    Args:
        library: Where to look.
        filters: In which of its papers.
        doubting: Whether an opposite word in a text that is worded differently throughout is a doubt, and no
            contradiction: for who looks for a sentence in other words. A draft is not to cite what may say otherwise.
    """

    def __init__(self, library: Library, filters: Filters = ANSWERABLE, doubting: bool = False) -> None:
        self._library = library
        self._filters = filters
        self._alike = _ALIKE if doubting else 0.0
        self._vectors = SentenceVectors(library.embedder)

    def find(self, text: str, without: Sequence[str] = ()) -> list[PlaceCandidate]:
        """Find the papers that say a text or the contrary, the nearest first; those that do neither at the end.

        Args:
            text: A sentence without marks and citations.
            without: Ids of papers that are left out.
        """
        number = BareNumber.parse(text)
        words = read_words(text)
        if number is None and len({word.stem for word in parse_sentence(text).words if not word.stop}) < 2:
            return []  # One word states nothing.
        rows = list(self._find_word_for_word(text, words))
        there = {row.paper_verdict.paper.id for row in rows}
        others = self._search(text, words) if number is None else self._find_number(number)
        rows += [row for row in others if row.paper_verdict.paper.id not in there]
        rows = [row for row in rows if row.paper_verdict.paper.id not in without]
        # One that gives orders stands behind all others, so that it changes nothing of what these say.
        return sorted(
            rows,
            key=lambda row: (
                row.paper_verdict.relation is Relation.SILENT,
                gives_orders(row.paper_verdict.paper),
                not row.verbatim,
                -row.chance,
            ),
        )

    def _find_word_for_word(self, text: str, words: WordSequence) -> Iterator[PlaceCandidate]:
        """Find every paper in which a text stands word for word, wherever a search would rank it."""
        view = self._library.view()
        if view is None or len(words.words) < 2:
            return
        ids = view.find_by_words(text, _SHARE, self._filters, _MOST_COMPARED)
        for first in range(0, len(ids), _PAGE):
            for paper in self._library.get(ids[first : first + _PAGE]):
                sound = strip_injections(paper)
                wording = None if paper.damage else find_wording(words, sound.abstract)
                if wording and (verdict := _confirm_wording(text, words, paper, wording)):
                    yield PlaceCandidate(verdict, wording, 1.0)

    def _find_number(self, number: BareNumber) -> Iterator[PlaceCandidate]:
        view = self._library.view()
        spellings = list(dict.fromkeys(number.list_spellings()))
        matches = (
            (view.find_by_words(spelling, 1.0, self._filters, _MOST_COMPARED) for spelling in spellings) if view else ()
        )
        ids = list(dict.fromkeys(paper_id for ids in matches for paper_id in ids))[:_MOST_COMPARED]
        for first in range(0, len(ids), _PAGE):
            for paper in self._library.get(ids[first : first + _PAGE]):
                if not paper.damage:
                    yield from _find_counted(number, paper)

    def _search(self, text: str, words: WordSequence) -> list[PlaceCandidate]:
        """Look at the best papers of a search, each beside the others."""
        hits = self._library.search(text[:QUERY], CANDIDATES, self._filters)
        claim = parse_sentence(text)
        papers = [hit.paper for hit in hits]
        measured = [self._measure(text, claim, strip_injections(paper)) for paper in papers]
        rows = []
        for place, paper in enumerate(papers):
            others = [*measured[:place], *measured[place + 1 :]]
            chance = estimate_chance(measured[place], others)
            rows.append(
                PlaceCandidate(_decide(text, paper, chance, measured[place].coverage >= self._alike), None, chance)
            )
        return rows

    def _measure(self, text: str, claim: Sentence, paper: Paper) -> "TextNearness":
        evidence = find_evidence(claim, [read_source(paper)])
        best = [match.sentence for match in evidence.ranked if match.sentence.end][:_SENTENCES]
        sentences = [paper.abstract[sentence.start : sentence.end] for sentence in best]
        return TextNearness(evidence.measure_coverage(), self._vectors.measure_nearest(text, sentences))


class TextNearness(NamedTuple):
    """How near a paper is to a text: the share that it carries (0–1), and the cosine of its best sentence."""

    coverage: float
    cosine: float


def estimate_chance(nearness: TextNearness, others: Sequence[TextNearness]) -> float:
    """Estimate the chance that a text comes from a paper, by how near it is and how far it leaves others behind."""
    coverage = max([_COVERAGE_BY_CHANCE, *(rival.coverage for rival in others)])
    cosine = max([_COSINE_BY_CHANCE, *(rival.cosine for rival in others)])
    z = _BIAS + _COVERAGE * nearness.coverage + _COSINE * nearness.cosine
    z += _COVERAGE_AHEAD * (nearness.coverage - coverage) + _COSINE_AHEAD * (nearness.cosine - cosine)
    return 1 / (1 + exp(-z))


class SentenceVectors:
    """The vectors of sentences, the last few thousand remembered."""

    # Chosen by hand: 6 MB.
    SIZE = 4096

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def measure_nearest(self, text: str, sentences: Sequence[str]) -> float:
        """Measure the cosine of a text and the nearest of some sentences; 0 without any."""
        if not sentences:
            return 0.0
        first, *rest = self._look_up([text, *sentences])
        return max(float(first @ vector) for vector in rest)

    def _look_up(self, texts: Sequence[str]) -> "list[Vectors]":
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if len(self._vectors) + len(missing) > self.SIZE:
            self._vectors.clear()
            missing = list(dict.fromkeys(texts))
        if missing:
            self._vectors |= zip(missing, self._embedder.embed([text[:QUERY] for text in missing]), strict=True)
        return [self._vectors[text] for text in texts]


def _confirm_wording(text: str, words: WordSequence, paper: Paper, wording: WordingSpan) -> PaperVerdict | None:
    """Give the verdict on a text whose words stand in a paper in their order.

    A whole sentence says what it says. A part of one may stand under a "not", so the check has to find nothing
    against it; two words are no statement.
    """
    findings: tuple[Finding, ...] = ()
    support, decision = Support.WORDED, Decision()
    if wording.complete and wording.exact and not wording.leads:
        support, decision = Support.QUOTED, Decision(stage="quote")
    elif not wording.complete:
        if len(words.words) < _SHORTEST or not wording.exact:
            return None
        checked = verify_one(text, paper)
        if checked.relation in (Relation.CONTRADICTS, Relation.SILENT):
            return None
        support, decision, findings = checked.verdict.support, checked.verdict.decision, checked.verdict.findings
    quote = paper.abstract[wording.start : wording.end]
    cited = Citation(
        n=1, paper_id=paper.id, title=paper.marked_title, quote=quote, start=wording.start, end=wording.end
    )
    verdict = Verdict(
        text=text, support=support, findings=findings, citations=(cited,), settled=wording.exact, decision=decision
    )
    verdict = _doubt_orders(verdict, paper)
    return PaperVerdict(paper, verdict, classify_verdict(verdict))


def _doubt_orders(verdict: Verdict, paper: Paper) -> Verdict:
    """Doubt what rests on a paper that gives orders to its reader, as the check does."""
    reason = describe_orders(paper)
    if not gives_orders(paper) or any(finding.reason == reason for finding in verdict.findings):
        return verdict
    findings = (*verdict.findings, Finding(kind=FindingKind.SOURCE, reason=reason, support=Support.DOUBTFUL))
    support, decision = combine_findings(findings)
    return verdict.model_copy(update={"support": support, "decision": decision, "findings": findings})


def _find_counted(number: BareNumber, paper: Paper) -> Iterator[PlaceCandidate]:
    """Find the best sentence of a paper with a number: where it counts the same thing, else where it stands at all."""
    text, rows = number.sentence.folded, []
    sound = strip_injections(paper)
    for start, end in sentence_spans(sound.abstract):
        sentence = parse_sentence(sound.abstract[start:end], start)
        if number.stands_in(sentence):
            rows.append((not number.is_counted_in(sentence), start, end))
    if not rows:
        return
    counts_others, start, end = min(rows)
    quote = paper.abstract[start:end]
    cited = Citation(n=1, paper_id=paper.id, title=paper.marked_title, quote=quote, start=start, end=end)
    decision = Decision(by=FindingKind.NUMBER)
    verdict = Verdict(text=text, support=Support.WORDED, citations=(cited,), settled=True, decision=decision)
    if not counts_others:
        verdict = _doubt_orders(verdict, paper)
        yield PlaceCandidate(
            PaperVerdict(paper, verdict, classify_verdict(verdict)), find_wording(read_words(text), quote), 1.0
        )
        return
    finding = Finding(kind=FindingKind.NUMBER, reason=_OF_OTHER_THINGS, support=Support.ABSENT)
    verdict = verdict.model_copy(update={"support": Support.ABSENT, "findings": (finding,)})
    yield PlaceCandidate(PaperVerdict(paper, verdict, Relation.SILENT), None, _LEAST_NEAR)


def _decide(text: str, paper: Paper, chance: float, alike: bool) -> PaperVerdict:
    """Decide what a paper says of a text: one that does not stand out says nothing of it, whatever words they share.

    In other words, a word that is missing or has an opposite is in doubt, no more.
    """
    compared = verify_one(text, paper)
    if chance < _LEAST_CHANCE:
        return compared._replace(relation=Relation.SILENT)
    kinds = {finding.kind for finding in compared.verdict.findings}
    if compared.relation is Relation.SILENT and kinds <= _MERE_WORDING:
        findings: tuple[Finding, ...] = (
            Finding(kind=FindingKind.WORDS, reason=_NEAREST_IN_MEANING, support=Support.DOUBTFUL),
        )
    elif compared.relation is Relation.CONTRADICTS and kinds <= _TURNED and not alike:
        findings = tuple(
            finding.model_copy(update={"support": Support.DOUBTFUL}) for finding in compared.verdict.findings
        )
    else:
        return compared
    decision = Decision(stage="learned", by=_BY_VECTORS, probability=round(chance, 3))
    verdict = compared.verdict.model_copy(
        update={"support": Support.DOUBTFUL, "findings": findings, "decision": decision}
    )
    return PaperVerdict(paper, verdict, Relation.PARTLY)


def find_places(library: Library, text: str, limit: int = 10, filters: Filters = ANSWERABLE) -> Places:
    """Find where a library says a text.

    Args:
        library: Where to look.
        text: A sentence, or a number with its unit or what it counts; citations in it are read past.
        limit: How many papers are listed at most of those that say it, and of those that say otherwise.
        filters: In which papers.

    Raises:
        InputError: The text is empty or enormous, or ``limit`` below 1.
        LibraryError: The library cannot be read.
    """
    if limit < 1:
        raise InputError(f"limit, the number of papers, cannot be {limit}.", "Ask for 1 or more.")
    clean = clean_statement(text)
    if not read_words(clean).is_complete:
        raise InputError("The text is too long for a sentence.", "Check a long text with: conspectus check")
    rows = PlaceFinder(library, filters, doubting=True).find(clean)
    saying = [row for row in rows if row.paper_verdict.relation in (Relation.SUPPORTS, Relation.PARTLY)][:limit]
    denied = [row for row in rows if row.paper_verdict.relation is Relation.CONTRADICTS][:limit]
    near = [row for row in rows if row.paper_verdict.relation is Relation.SILENT and row.chance >= _LEAST_NEAR][
        :_MOST_NEAR
    ]
    keys = keys_in(library, [row.paper_verdict.paper for row in (*saying, *denied, *near)])
    return Places(
        text=clean,
        said=_list_places(saying, keys),
        denied=_list_places(denied, keys),
        near=_list_places(near, keys),
        narrowed=filters not in (Filters(), ANSWERABLE),
    )


def _list_places(rows: Iterable[PlaceCandidate], keys: dict[str, str]) -> tuple[Place, ...]:
    return tuple(describe_place(row, keys[row.paper_verdict.paper.id]) for row in rows)


def describe_place(row: PlaceCandidate, key: str) -> Place:
    """Describe a candidate as a place; ``key`` is what its paper is cited by."""
    paper, verdict = row.paper_verdict.paper, row.paper_verdict.verdict
    cited = next(iter(verdict.citations), None)
    return Place(
        paper_id=paper.id,
        key=key,
        title=paper.marked_title,
        quote=cited.quote if cited else "",
        start=cited.start if cited else 0,
        end=cited.end if cited else 0,
        support=verdict.support,
        decision=verdict.decision,
        reasons=verdict.reasons,
        retraction=paper.retraction,
        verbatim=row.verbatim,
        chance=round(row.chance, 3),
    )


def clean_statement(text: str) -> str:
    """Return a sentence without marks and citations.

    Raises:
        InputError: It is empty or enormous.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"The sentence is {len(text):,} characters long.", "Check a long text with: conspectus check")
    clean = strip_sentence(text)
    if not any(map(str.isalnum, clean)):
        raise InputError("The sentence is empty.", "Give one that says something.")
    return clean


async def verify_sentence(
    library: Library,
    text: str,
    paper_ids: Sequence[str] | None = None,
    stage: SecondStage | WeighingStage | None = None,
) -> Claim:
    """Check one sentence against papers of a library, or against those of all that come nearest to it.

    Args:
        library: Where the papers are.
        text: The sentence.
        paper_ids: The papers, all together; None looks for those that come nearest.
        stage: Who looks at the sense; None for nobody. That it gave no answer is told in the reasons.

    Raises:
        InputError: It is empty or enormous.
        NotFound: There is no such paper.
    """
    run = StageRun(stage)
    clean = clean_statement(text)
    if paper_ids is None:
        nearest = await in_thread(partial(PlaceFinder(library).find, clean))
        candidates = [candidate for candidate in nearest if candidate.stands_out]
        sound = [[strip_injections(candidate.paper_verdict.paper)] for candidate in candidates]
        verdicts = await run.judge([candidate.paper_verdict.verdict for candidate in candidates], sound)
        judged = [row.with_verdict(verdict) for row, verdict in zip(candidates, verdicts, strict=True)]
        claim, gone = claim_of(sort_candidates(judged), clean), []
    else:
        papers = [(await in_thread(partial(find_paper, library, name))).paper for name in paper_ids]
        rules = await in_thread(partial(verify, clean, papers))
        [verdict] = await run.judge([rules], [[strip_injections(paper) for paper in papers]])
        claim = verdict.to_claim()
        gone = [f"“{paper.title}” was {paper.retraction}" for paper in papers if paper.retraction]
    return claim.model_copy(update={"reasons": (*claim.reasons, *gone, *run.notes)})


def sort_candidates(candidates: Sequence[PlaceCandidate]) -> list[PlaceCandidate]:
    """Sort papers of which each was looked at by itself, else as near as before; those that do not say it at the end.

    A paper that a second stage found to say it comes before one that is only worded so.
    """
    return sorted(
        candidates,
        key=lambda row: (
            row.paper_verdict.relation is Relation.SILENT,
            row.paper_verdict.verdict.support is not Support.ENTAILED and not row.verbatim,
        ),
    )


def claim_of(candidates: Sequence[PlaceCandidate], text: str) -> Claim:
    """Give a sentence as the nearest of some papers carries it."""
    if candidates and candidates[0].stands_out:
        return candidates[0].paper_verdict.verdict.to_claim()
    decision = Decision(by=FindingKind.SOURCE)
    return Claim(text=text, support=Support.ABSENT, reasons=(NOWHERE,), decision=decision)
