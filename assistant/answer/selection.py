"""Which sentences of papers answer a question: those of the role that it asks for, that hold its words.

What was found comes before what was sought: a question of outcome is answered by results and conclusions, and one of
aims, methods, limitations or availability by sentences that are for that.
"""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from assistant.answer.replies import Quote
from assistant.answer.sufficiency import measure_share, score_definition, score_form, score_gist
from assistant.question.whether import asks_whether
from assistant.verify.injection import find_injection_start
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit, ScoredSentence
from store.search import term_weights
from store.text.roles import Role, RoledSentence, assign_roles

# Sentences beside those that the answer opens with, of how many papers in all, and how close to the best paper these
# have to be. Chosen by hand; not measured.
FURTHER = 4
PAPERS = 3
CLOSE = 0.7
# Sentences that the answer opens with, and the share of the first one's score that a second one needs: of .75 and .9
# the latter left more conclusions first on part dev of PubMedQA's questions.
OPENING = 2
SECOND = 0.9
# What counts beside the words of a sentence: its form, and how well its paper fits. Chosen by hand; not measured.
FORM = 0.15
DEFINES = 0.6
PAPER = 0.7
# What it counts for an aim that a sentence speaks of what the paper does: others have aims, too. Chosen by hand.
GIST = 0.8
# What it counts that a sentence states what is asked for, more than all that its words and role can count.
STATED_HERE = 3.0
# A word of the title says which paper is meant; the other words of a question say what is asked of it.
TITLE = 0.35

# What the roles are worth to a question, beside the share of its words in a sentence, 0 to 1; a role that is not named
# is worth 0. To one that is answered by yes or no: of .4, .6, .8 and 1 for a conclusion and .5 and .7 of that for a
# result the first that leave nearly every conclusion first on part dev of PubMedQA's questions. The others by hand.
_DECIDES = {Role.CONCLUSION: 0.8, Role.RESULT: 0.4, Role.LIMITATION: 0.25}
_WORTH: dict[str, dict[Role, float]] = {
    "background": {Role.BACKGROUND: 1.0},
    "aim": {Role.AIM: 1.0, Role.METHOD: 0.5},
    "method": {Role.METHOD: 0.5, Role.AIM: 0.2, Role.RESULT: 0.1},
    "result": {Role.RESULT: 1.0, Role.CONCLUSION: 0.9, Role.LIMITATION: 0.3},
    "conclusion": {Role.CONCLUSION: 1.0, Role.RESULT: 0.5, Role.LIMITATION: 0.3},
    "data": {Role.METHOD: 0.3, Role.RESULT: 0.1},
    "limitation": {Role.LIMITATION: 1.0},
    "availability": {Role.AVAILABILITY: 1.0},
}
# A result decides before what is concluded where it holds most of what is asked beside the words of the title, so many
# times the share of any conclusion, and no less than the sentences that say what was sought: the question is not the
# paper's own, which its conclusion answers. Conclusions are worth this part then. Chosen on part dev of
# questions_sixth.jsonl and of PubMedQA's questions, of 250 of which it leaves 2 fewer with the conclusion first.
_HOLDS_MOST, _TIMES, _LESS = 0.5, 1.3, 0.5
# Words that each stand in so large a part of the papers of a library name none of them. Chosen by hand.
_EVERYWHERE = 0.4
# What a paper states in one sentence or not at all: another sentence is no answer.
STATED = ("limitation", "availability")
# The parts of a summary, each one sentence: the first role that a paper has, or that comes nearest.
_SUMMARY = ((Role.AIM, Role.METHOD), (Role.RESULT,), (Role.CONCLUSION,))
# To a question that does not say what it asks for.
_OPEN = {Role.CONCLUSION: 0.1, Role.RESULT: 0.1, Role.METHOD: 0.1, Role.LIMITATION: 0.05}

# What "this" and "these" mean where they mean the paper itself, and all that it found.
_ITSELF = (
    "study|studies|paper|work|article|review|trial|report|analysis|analyses|survey|investigation|research|letter|thesis"
    "|results?|findings?|data|observations?|evidence|experiments?|meta-analysis|series|cohort"
)
# What a sentence says of the right to copy the paper, and nothing of what it found.
_IMPRINT = re.compile(r"^\W*copyright\b|©|\ball\s+rights\s+reserved\b|\bopen[- ]access\s+article\b", re.I)
_DANGLING = re.compile(
    r"^\W*(?:(?:however|thus|therefore|hence|moreover|furthermore|consequently|accordingly|additionally|finally|instead"
    r"|similarly|specifically|and|but|yet|so|in addition|in contrast|as a result|for this|to this end),?\s+)*"
    rf"(?:(?:this|these|such|those)\b(?!\s+(?:[\w-]+\s+){{0,2}}(?:{_ITSELF})\b)"
    r"|(?:they|their|its|he|she|his|her)\b"
    r"|it\b(?!\s+(?:is|was|has|seems?|appears?|remains?|may|might|can|could|should|would|will)\b[^.;,]{0,60}?\b(?:that|to"
    r"|whether|if|how|why)\b))",
    re.I,
)


class Selection(NamedTuple):
    """The sentences that an answer opens with, in the order of their abstract, and more of the same papers."""

    opening: Sequence[Quote]
    further: Sequence[Quote]


StatementFinder = Callable[[Paper], Mapping[int, float]]
"""Finds the sentences of an abstract that state what is asked for, by where they end, and how directly each, 0 to 1."""


class _RatedSentence(NamedTuple):
    """A sentence of a paper, its role, its number there, and its share of what is asked beside the title's words."""

    quote: Quote
    role: Role
    place: int
    asked: float = 0.0

    def add(self, worth: float) -> "_RatedSentence":
        """Add to its score."""
        return self._replace(quote=self.quote._replace(score=self.quote.score + worth))

    @property
    def says_gist(self) -> bool:
        """Whether it says what its paper does."""
        return bool(self.quote.sentence and score_gist(self.quote.sentence.text))

    @property
    def speaks_to_it(self) -> bool:
        """Whether it has a word of the question, and does not merely have the role that is asked for."""
        return bool(self.quote.sentence and self.quote.sentence.score)

    @property
    def is_imprint(self) -> bool:
        """Whether it says who may copy the paper."""
        return bool(self.quote.sentence and _IMPRINT.search(self.quote.sentence.text))

    @property
    def dangles(self) -> bool:
        """Whether it begins with a word that points at the sentence before it."""
        return bool(self.quote.sentence and points_back(self.quote.sentence.text))


def select_sentences(
    view: Snapshot,
    question: str,
    topic: str,
    hits: Sequence[Hit],
    aspect: str = "",
    points: int = 0,
    find_stated: StatementFinder | None = None,
) -> Selection:
    """Select the sentences that answer a question.

    Args:
        view: The library.
        question: What is asked.
        topic: What was searched for.
        hits: The papers that were found, best first.
        aspect: The role that is asked for, ``summary`` or ``data``; anything else is open (see ``Query``).
        points: How many sentences of the best paper it opens with; 0 for one or two that answer.
        find_stated: Finds the sentences that state what is asked for: they come first, and the papers that have one.

    Returns:
        The selection; it is empty where no paper has an abstract, and where the best one states no limitation, or not
        where its code or data are, and that was wanted.
    """
    weights = term_weights(view, topic)
    worth = _choose_worth(question, aspect)
    papers = [hit for hit in hits if has_abstract(hit.paper)]
    best = (papers[0].score if papers else 0.0) or 1.0
    is_of_field = aspect == Role.LIMITATION and is_everywhere(view, topic)
    near = papers if is_of_field else [hit for hit in papers[:PAPERS] if hit.score >= CLOSE * best]
    roles = view.roles([hit.paper.id for hit in near])
    rated = [_rate_sentences(question, weights, hit, hit.score / best, roles) for hit in near]
    # Which papers speak to the question is decided by their words: the same role is found in all of them.
    rated.sort(key=lambda sentences: -max(candidate.quote.score for candidate in sentences))
    if find_stated:
        rated = _put_stating_first(find_stated, rated)
    rated = _keep_stating(rated, aspect, weights, is_of_field=is_of_field)
    if not any(rated):
        return Selection((), ())
    first, *others = rated
    weighed = _weigh_roles(first, worth)
    if aspect == "aim":
        weighed = [candidate.add(GIST) if candidate.says_gist else candidate for candidate in weighed]
    if points:
        best_of = sorted(weighed, key=lambda candidate: (candidate.dangles, -candidate.quote.score))[:points]
        opening = sorted(best_of, key=lambda candidate: candidate.place)
    else:
        opening = _summarise(weighed) if aspect == "summary" else _choose_opening(weighed)
    opening_places = {candidate.place for candidate in opening}
    rest = [candidate for candidate in first if candidate.place not in opening_places]
    if find_stated and not points:
        named_ids = {hit.paper.id for hit in near if hit.score == papers[0].score}
        alike = [sentences for sentences in others if _state_alike(first, sentences, named_ids)]
        opening = [*opening, *(_choose_best(sentences) for sentences in alike)]
        others = [sentences for sentences in others if sentences not in alike]
    ranked = sorted([*rest, *chain.from_iterable(others)], key=lambda candidate: -candidate.quote.score)
    further = _select_further(ranked[:FURTHER], rated, opening_places)
    return Selection([candidate.quote for candidate in opening], [candidate.quote for candidate in further])


def _keep_stating(
    rated: list[list[_RatedSentence]], aspect: str, weights: dict[str, float], *, is_of_field: bool
) -> list[list[_RatedSentence]]:
    """Keep the sentences that state what is asked for by its role, where a role is: a limitation, say."""
    if is_of_field:  # No paper is meant: any that says what the thing lacks answers.
        lacking = [[each for each in sentences if each.speaks_to_it and _states(each, aspect)] for sentences in rated]
        return [sentences for sentences in lacking if sentences]
    if aspect not in STATED:
        return rated
    stating = [candidate for candidate in rated[0] if _states(candidate, aspect)] if rated else []
    if not stating and rated and aspect == Role.LIMITATION:
        stating = _find_shortfalls(rated[0], weights)
    return [stating]


def _select_further(
    chosen: Sequence[_RatedSentence], rated: Sequence[Sequence[_RatedSentence]], opening_places: Container[int]
) -> list[_RatedSentence]:
    """Put chosen sentences in the order of papers and abstracts, with what stands before those that point back."""
    return [
        candidate
        for number, sentences in enumerate(rated)
        for candidate in _complete(
            [candidate for candidate in sentences if candidate in chosen], sentences, () if number else opening_places
        )
    ]


# What a sentence says of code, data or a tool that anybody can have, whatever else it is for.
_TO_BE_HAD = re.compile(
    r"https?:|\bwww\.|\bgithub\b|\bzenodo\b|\b(?:freely|publicly|openly)\s+(?:available|accessible|distributed|released)\b"
    r"|\bfree\s+of\s+charge\b|\bopen(?:ly)?[\s-]+sourced?\b|\bavailable\s+(?:at|from|on|under|upon|via|online)\b",
    re.I,
)


def is_everywhere(view: Snapshot, topic: str) -> bool:
    """Tell whether a topic is what the library is about: every word of it stands in a large part of its papers."""
    weights = term_weights(view, topic)
    return bool(weights) and all(view.count_term(term) >= _EVERYWHERE * view.count for term in weights)


def _states(candidate: _RatedSentence, aspect: str) -> bool:
    """Tell whether a sentence states what is stated at one place or not at all."""
    by_form = (
        aspect == Role.AVAILABILITY and candidate.quote.sentence and _TO_BE_HAD.search(candidate.quote.sentence.text)
    )
    return candidate.role == aspect or bool(by_form)


def _put_stating_first(
    find_stated: StatementFinder, rated: Sequence[list[_RatedSentence]]
) -> list[list[_RatedSentence]]:
    """Put the papers first of which a sentence states what is asked for; these sentences count more than all others."""
    stating: list[list[_RatedSentence]] = []
    silent: list[list[_RatedSentence]] = []
    for sentences in rated:
        ends = find_stated(sentences[0].quote.paper) if sentences else {}
        worth = [
            max((worth for end, worth in ends.items() if span.start < end <= span.end), default=0.0)
            for candidate in sentences
            if (span := candidate.quote.sentence)
        ]
        weighed = [candidate.add(STATED_HERE * of) for candidate, of in zip(sentences, worth, strict=True)]
        (stating if any(worth) else silent).append(weighed)
    return [*stating, *silent]


def _choose_best(sentences: Sequence[_RatedSentence]) -> _RatedSentence:
    return max(sentences, key=lambda candidate: candidate.quote.score)


def _state_alike(first: Sequence[_RatedSentence], other: Sequence[_RatedSentence], named_ids: Container[str]) -> bool:
    """Tell whether two papers are named alike, and both state what is asked for: a sentence of each is an answer."""
    both = (first, other)
    named = all(sentences[0].quote.paper.id in named_ids for sentences in both)
    return named and all(_choose_best(sentences).quote.score >= STATED_HERE / 2 for sentences in both)


# What a sentence says of something that falls short.
_SHORTFALL = re.compile(
    r"\b(?:limit(?:ation|ed)s?|suffer\w*|weakness\w*|drawbacks?|shortcomings?|(?:falls?|fell)\s+short|not\s+yet|unable|inability|cannot|fail(?:s|ed|ure)?"
    r"|few|lack(?:s|ed|ing)?|insufficient\w*|inadequate\w*|poor(?:ly)?|(?:do|does|did)\s+not|bias(?:es)?)\b",
    re.I,
)


# What a sentence says of what the paper's own work costs, or of how far it can be trusted.
_OWN_COST = re.compile(
    r"\bat\s+the\s+(?:price|cost|expense)\s+of\b|\b(?:interpret\w*|generali[sz]\w*)\b.{0,40}\bcauti\w+"
    r"|\bcauti\w+\b.{0,40}\binterpret\w*",
    re.I,
)


def _find_shortfalls(sentences: Sequence[_RatedSentence], weights: dict[str, float]) -> list[_RatedSentence]:
    """Find what a paper says of its own cost, or of the shortfalls of something of which no word is in its title."""
    found = []
    for candidate in sentences:
        sentence, title = candidate.quote.sentence, set(extract_terms(candidate.quote.paper.title))
        if sentence and candidate.role in (Role.RESULT, Role.CONCLUSION) and _OWN_COST.search(sentence.text):
            found.append(candidate)
        elif sentence and _SHORTFALL.search(sentence.text):
            own = {term for term in extract_terms(sentence.text) if term in weights}
            found += [candidate] if own - title else []
    return found


def _choose_worth(question: str, aspect: str) -> dict[Role, float]:
    """Choose what the roles are worth to a question; whether something is so, a conclusion says, whatever is asked."""
    if aspect not in STATED and asks_whether(question):
        return _DECIDES
    return _WORTH.get(aspect, _OPEN)


def _rate_sentences(
    question: str,
    weights: dict[str, float],
    hit: Hit,
    fit: float,
    stored: dict[str, tuple[RoledSentence, ...]],
) -> list[_RatedSentence]:
    """Rate the sentences of a paper, those before anything that gives orders."""
    title = set(extract_terms(hit.paper.title))
    telling = {term: weight * (TITLE if term in title else 1.0) for term, weight in weights.items()}
    beside_title = {term: weight for term, weight in weights.items() if term not in title}
    end = find_injection_start(hit.paper.abstract)
    roles = stored.get(hit.paper.id) or assign_roles(hit.paper.abstract)
    candidates = []
    for place, roled in enumerate(roles):
        if roled.end > end:
            break
        text = hit.paper.abstract[roled.start : roled.end]
        share = measure_share(telling, text)
        form = FORM * score_form(question, text) + DEFINES * score_definition(question, text)
        score = share + form + PAPER * fit
        sentence = ScoredSentence(text=text, start=roled.start, end=roled.end, score=share)
        asked = measure_share(beside_title, text)
        candidates.append(_RatedSentence(Quote(hit.paper, sentence, score), roled.role, place, asked))
    return candidates


def _weigh_roles(sentences: Sequence[_RatedSentence], worth: dict[Role, float]) -> list[_RatedSentence]:
    """Add what their roles are worth to sentences: less beside a result that holds what is asked by yes or no."""
    sought = max((each.asked for each in sentences if each.role not in _DECIDES), default=0.0)
    concluded = max((each.asked for each in sentences if each.role is Role.CONCLUSION), default=0.0)
    needed = max(_HOLDS_MOST, _TIMES * sought, _TIMES * concluded)
    results = [each.asked for each in sentences if each.role is Role.RESULT and each.asked >= needed]
    least = max(results) if results and worth is _DECIDES else 0.0
    return [
        candidate.add(
            worth.get(candidate.role, 0.0) * (1.0 if candidate.asked >= least else _LESS) * (not candidate.is_imprint)
        )
        for candidate in sentences
    ]


def _choose_opening(sentences: Sequence[_RatedSentence]) -> list[_RatedSentence]:
    """Choose the best sentence, and a second one of its role; one that dangles follows the sentence before it."""
    first, *others = sorted(sentences, key=lambda candidate: -candidate.quote.score)
    chosen = [first]
    if not first.dangles:
        enough = SECOND * first.quote.score
        second = (
            candidate
            for candidate in others
            if candidate.role is first.role and candidate.quote.score >= enough and candidate.speaks_to_it
        )
        chosen += [candidate for candidate in second if not candidate.dangles or candidate.place == first.place + 1][
            : OPENING - 1
        ]
    return _complete(chosen, sentences, ())


def _summarise(sentences: Sequence[_RatedSentence]) -> list[_RatedSentence]:
    """Choose one sentence each of what a paper sets out to do, of what it found and of what follows."""
    chosen = []
    for roles in _SUMMARY:
        by_role = [[candidate for candidate in sentences if candidate.role is role] for role in roles]
        chosen += [max(some, key=lambda candidate: candidate.quote.score) for some in by_role if some][:1]
    return _complete(chosen or sentences[:1], sentences, ())


def _complete(
    chosen: Sequence[_RatedSentence], sentences: Sequence[_RatedSentence], shown_places: Container[int]
) -> list[_RatedSentence]:
    """Add the sentence before each that points back, unless it is shown already; in the order of the abstract."""
    by_place = {candidate.place: candidate for candidate in sentences}
    completed = {candidate.place: candidate for candidate in chosen}
    for candidate in chosen:
        place = candidate.place - 1
        while (
            by_place[place + 1].dangles and place in by_place and place not in completed and place not in shown_places
        ):
            completed[place] = by_place[place]
            place -= 1
    return [completed[place] for place in sorted(completed)]


def points_back(text: str) -> bool:
    """Whether a sentence begins with *this*, *it*, *these* or *such* that stands for something said before it."""
    return bool(_DANGLING.match(text))


def has_abstract(paper: Paper) -> bool:
    """Whether there is something of a paper to quote."""
    return bool(paper.abstract) and find_injection_start(paper.abstract) > 0
