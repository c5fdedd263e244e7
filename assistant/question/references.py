"""What a follow-up points at in the conversation: resolved against the last list or answer, before any search.

A number or a place counts in the answer that showed it; one that is not there is said to be so, and never guessed. A
question that only changes conditions ("and in 2019?") completes the one before. The pronouns of a question that has a
topic of its own may point back or not: both are tried, the papers of the last answer first.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.question.follow_up import EarlierTurns, has_only_filters
from assistant.question.pointed_papers import SPELT_OUT, PaperFinder, PointedPapers, list_answers, quote_title
from assistant.question.pointers import (
    Pointer,
    PointerKind,
    find_pointer,
    find_pronoun,
    points_at_list,
    points_weakly,
)
from assistant.question.query import Form, Intent, Order, PreviousTurn, Query
from assistant.types import Turn
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.text.patterns import compile_lazily

# Papers of a list that are set side by side at the most: more are read better as a table. Chosen by hand.
_COMPARED = 4
# Turns in which "what about red light?" looks for what it is in the place of. Chosen by hand.
_LOOKED_BACK = 3
# Words of a question that names nothing but an order ("and the newest?", "most cited first"). Chosen by hand.
_FEW = 4
_ASKS_ALIKE = compile_lazily(r"^\s*(?:and|what about|how about|or)\b", re.I)
_WHICH = "which"
_PAPER = compile_lazily(r"\b(?:papers?|works?|articles?|publications?|stud(?:y|ies)|abstracts?)\b", re.I)
_COMPARES = compile_lazily(
    r"\b(?:compar\w+|contrast\w*|differ\w*|versus|vs|in\s+common|similarit\w+|alike|(?:dis)?agree)\b", re.I
)
_WORDS = compile_lazily(r"[\w'’-]+")
# What of a record is asked for by one word.
_RECORD = (
    ("authors", compile_lazily(r"^\s*(?:and\s+)?(?:by\s+)?who\b|\bauthors?\b", re.I)),
    ("date", compile_lazily(r"^\s*(?:and\s+)?when\b|\b(?:what|which)\s+years?\b|\bhow\s+(?:old|recent)\b", re.I)),
    ("venue", compile_lazily(r"^\s*(?:and\s+)?where\b|\b(?:journals?|venues?|conferences?)\b", re.I)),
)
_FORMS = (
    (Form.BIBTEX, compile_lazily(r"\bbib(?:tex)?\b|\bcit(?:e|ation)\b", re.I)),
    (Form.LINK, compile_lazily(r"\b(?:links?|urls?|doi|pdf|address)\b", re.I)),
)
# Whom and what any study has, and what is done with them.
_OF_STUDIES = re.compile(
    r"(?:patients?|participants?|subjects?|people|persons?|cases?|stud(?:y|ies)|trials?|articles?|data|datasets?|samples?|size"
    r"|reported|included|enrolled|recruited|treated|studied|tested|needed|used|found|were|in|total|women|men|children)",
    re.I,
)
# What an id or a citation key looks like in running text.
_IDS = compile_lazily(
    r"(?<![\w/])(?:@?[a-z]+(?:1[5-9]|20)\d\d[a-z][a-z0-9]*(?:-[0-9a-f]{6,64})?|(?:https?://)?(?:dx\.)?doi\.org/\S+|(?:doi:\s*)?10\.\d{4,9}/\S+"
    r"|https?://(?:www\.)?(?:arxiv\.org|pubmed\.ncbi\.nlm\.nih\.gov)/\S+|(?:arxiv:\s*)?\d{4}\.\d{4,5}(?:v\d+)?|(?:pmid:?\s*)\d{1,9}|[0-9a-f]{16})(?!\w)",
    re.I,
)
# "Are any of them reviews?" asks which of them are; so does "is one of these by Gold?".
_ANY_OF_THEM = re.compile(
    r"^\W*(?:and\s+)?(?:is|are|was|were)\s+(?:any|some|one|all|both|none|either)(?:\s+of)?\s+(?P<them>them|these|those|the\s+papers)\s+(?:an?\s+)?"
    r"(?P<rest>\S.*)$",
    re.I,
)
# "What about red light?": of the question before, with this in the place of what it said of the same.
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:what|how)\s+about\s+(?:(?:the|an?)\s+)?(?P<thing>\w[\w’'-]*(?:\s+\w[\w’'-]*){1,3})\W*$",
    re.I,
)
Interpretation = tuple[Query, PreviousTurn | None]


class Resolution(NamedTuple):
    """How a question is understood in its conversation.

    Attributes:
        interpretations: Each way to understand it, with the turn to whose papers it is narrowed, None where it is not;
            the likelier comes first. None where ``failure`` says why.
        words: What was pointed at and which papers that is ("these → 3 papers of the last answer"), "" for nothing.
        failure: Why what is pointed at is not there.
        question: The question with titles in the place of what pointed at them; as it was where nothing did for sure.
        is_sure: Whether rules alone resolved it, so that no model has to put it in other words.
    """

    interpretations: tuple[Interpretation, ...]
    question: str
    words: str = ""
    failure: str = ""
    is_sure: bool = False

    @property
    def query(self) -> Query:
        """The likeliest way to understand it."""
        return self.interpretations[0][0]

    @property
    def papers(self) -> tuple[str, ...]:
        """The ids of the papers that are pointed at, where it is sure which they are."""
        earlier = self.interpretations[0][1] if self.interpretations and self.is_sure else None
        return earlier.paper_ids if earlier else ()


def resolve_references(
    question: str,
    history: Sequence[Turn],
    view: Snapshot,
    filters: Filters | None = None,
    today: date | None = None,
    ignore: Sequence[str] = (),
) -> Resolution:
    """Resolve what a question points at, and complete what it leaves out.

    Args:
        question: One line of clean text.
        history: Earlier turns of the conversation.
        view: What the library holds.
        filters: What the caller restricts the answer to.
        today: What "the last five years" counts back from.
        ignore: Conditions of the question that do not count, as ``Query.conditions`` says them.
    """
    return _Resolver(EarlierTurns(history, view, filters or Filters(), today, ignore)).resolve(question)


def find_previous_turn(question: str, history: Sequence[Turn]) -> PreviousTurn | None:
    """Find the last turn that cited papers, and whether the question may point at it; None where there is none."""
    last = next(list_answers(history), None)
    if last is None:
        return None
    pointer = find_pointer(question)
    among = pointer is not None and pointer.among
    return PreviousTurn(
        paper_ids=last.ids, searched=last.searched, pointed=among or points_weakly(question), only=among
    )


class _Resolver:
    """Resolves questions of one conversation."""

    def __init__(self, history: EarlierTurns) -> None:
        self._history = history
        self._view = history.view
        self._finder = PaperFinder(history)

    def resolve(self, question: str) -> Resolution:
        if named := self._resolve_named(question):
            return named
        question = self._ask_which_of_them(question)
        if listed := self._resolve_list(question):
            return listed
        pointer = find_pointer(question)
        target = self._finder.find(pointer, question) if pointer else None
        if pointer and target:
            return self._build(question, question[pointer.start : pointer.end], target, pointer)
        query = self._history.parse(question)
        goes_on = has_only_filters(query) and self._history.turns
        query = self._history.complete(query)
        if query.question == question and goes_on:
            words = f"{quote_title(self._history.turns[-1].question)} with other conditions"
            return self._narrow(query, words)
        if replaced := self._replace_thing(question):
            return replaced
        if self._finder.answers and (pronoun := self._resolve_pronoun(question, query)):
            return pronoun
        return self._weigh(question, query)

    def _ask_which_of_them(self, question: str) -> str:
        """Ask which of the papers shown fit where it is asked whether any does, by conditions alone."""
        match = _ANY_OF_THEM.match(question) if self._finder.answers else None
        if match is None:
            return question
        asked = self._history.parse(f"which papers are {match['rest']}")
        return f"which of them are {match['rest']}" if asked.filters != Filters() and not asked.topic else question

    def _resolve_list(self, question: str) -> Resolution | None:
        """Resolve what asks how many or which the papers of the last list are."""
        last = self._finder.answers[0] if self._finder.answers else None
        if last is None or last.age or not last.is_list or not points_at_list(question):
            return None
        target = self._finder.take_all(last)
        return self._build(question, question.strip(" ?.!"), target, Pointer(PointerKind.ALL, 0, 0, among=True))

    def _replace_thing(self, question: str) -> Resolution | None:
        """Ask the question before with another thing of the same kind: "red light" in the place of "blue light".

        Things are of a kind where their last words are the same, with as many words before them.
        """
        match = _WHAT_ABOUT.match(question)
        if match is None:
            return None
        thing = match["thing"].split()
        pattern = rf"(?<!\w)(?:[\w’'-]+\s+){{{len(thing) - 1}}}{re.escape(thing[-1])}(?!\w)"
        asked_before = (turn.question for turn in reversed(self._history.turns[-_LOOKED_BACK:]))
        place = next((place for before in asked_before if (place := re.search(pattern, before, re.I))), None)
        if place is None or place[0].lower() == match["thing"].lower():
            return None
        before = place.string
        asked = f"{before[: place.start()]}{match['thing']}{before[place.end() :]}"
        query = self._history.parse(asked)
        words = f"{quote_title(before)} with “{match['thing']}” for “{place[0]}”"
        return self._narrow(query, words)

    def _resolve_named(self, question: str) -> Resolution | None:
        """Resolve ids and citation keys in the text of a question."""
        matches = list(_IDS.finditer(question))
        if not matches:
            return None
        from store.paper_names import identify  # late: few questions name a paper so

        named = {match: identify(self._view, match[0].rstrip(".,;:?!)")) for match in matches}
        papers_by_match = {match: papers for match, papers in named.items() if papers}
        if not papers_by_match:
            return None
        papers = list({paper.id: paper for papers in papers_by_match.values() for paper in papers}.values())
        first, last = min(match.start() for match in papers_by_match), max(match.end() for match in papers_by_match)
        words = "; ".join(quote_title(paper.title) for paper in papers[:SPELT_OUT])
        target = PointedPapers(tuple(paper.id for paper in papers), words)
        return self._build(question, question[first:last], target, Pointer(PointerKind.NUMBERS, first, last))

    def _resolve_pronoun(self, question: str, query: Query) -> Resolution | None:
        """Resolve a pronoun, or a question of one word, where the question has no topic that may be meant instead."""
        pronoun = find_pronoun(question)
        aspect = "" if query.wanted == "availability" else _find_wanted(question)
        words = _WORDS.findall(question)
        bare = len(words) == 1 and points_weakly(question)
        formed = query.intent is Intent.SHOW or any(pattern.search(question) for _, pattern in _FORMS)
        names_aspect = len(query.topic.split()) <= 1 and (aspect or formed)
        names_form = bool(query.topic) and all(
            any(pattern.fullmatch(word) for _, pattern in _FORMS) for word in query.topic.split()
        )
        catalogued = query.intent not in (Intent.FACT, Intent.PAPERS) or query.order is not Order.RELEVANCE
        compares = bool(_COMPARES.search(question))
        ordered = query.order is not Order.RELEVANCE and not query.topic and not _PAPER.search(question)
        compared = compares and len(query.topic.split()) <= 1  # "What do they have in common?"
        asks_only = compared or (not query.topic and (catalogued or compares or words[:1] == [pronoun])) or names_aspect
        if not (
            (ordered and len(words) <= _FEW)
            or (pronoun and asks_only)
            or (names_form and query.filters == Filters())
            or (bare and aspect)
            or (aspect and points_weakly(question) and not query.topic)
        ):
            return None
        last = self._finder.answers[0]
        if compares and len(last.ids) == 1 and (several := self._finder.find_several()):
            start = question.find(pronoun)  # "Compare them" means no single paper, but the list that it is from.
            return self._build(question, pronoun, several, Pointer(PointerKind.ALL, start, start + len(pronoun)))
        is_single = pronoun.lower() not in ("these", "those", "them", "they")
        target = self._finder.choose(last, [1]) if is_single and last.is_fact else self._finder.take_all(last)
        start = question.find(pronoun) if pronoun else 0
        pointer = Pointer(PointerKind.ALL, start, start + len(pronoun))
        return self._build(question, pronoun or question.strip(" ?.!"), target, pointer)

    def _weigh(self, question: str, query: Query) -> Resolution:
        """Understand a question as one about all papers and about those of the last answer, the likelier first."""
        alone = query.model_copy(update={"filters": self._history.restrict(query.filters)})
        earlier = find_previous_turn(question, self._history.turns)
        if earlier is None:
            return Resolution(((alone, None),), question)
        carried = alone.model_copy(update={"filters": alone.filters.intersect(Filters(ids=earlier.paper_ids))})
        if not earlier.pointed and not self._asks_of_any_study(query):
            return Resolution(((alone, None), (carried, earlier)), question)
        earlier = earlier.model_copy(update={"pointed": True})
        phrase = find_pronoun(question) or question.strip(" ?.!")
        words = f"{phrase} → {self._finder.take_all(self._finder.answers[0]).words}"
        carried = carried.model_copy(update={"refers": words})
        return Resolution(((carried, earlier), (alone, None)), question, words)

    def _asks_of_any_study(self, query: Query) -> bool:
        """Tell whether a question behind one of a paper has only words that any study has: "how many patients?"."""
        words, last = query.topic.split(), self._finder.answers[0]
        return (
            bool(words) and (last.is_fact or len(last.ids) == 1) and all(_OF_STUDIES.fullmatch(word) for word in words)
        )

    def _narrow(self, query: Query, words: str) -> Resolution:
        narrowed = query.model_copy(update={"filters": self._history.restrict(query.filters), "refers": words})
        return Resolution(((narrowed, None),), query.question, words, is_sure=True)

    def _build(self, question: str, phrase: str, target: PointedPapers, pointer: Pointer) -> Resolution:
        """Build the query for the papers that are meant."""
        if target.failure:
            return Resolution((), question, failure=target.failure, is_sure=True)
        several = len(target.ids) != 1
        query_text = question
        if pointer.start < pointer.end and not (pointer.kind is PointerKind.ALL and find_pronoun(phrase)):
            query_text = f"{question[: pointer.start]}{'them' if several else 'it'}{question[pointer.end :]}"
        query = self._history.parse(query_text)
        words = f"{phrase.strip(' ?.!') or _WHICH} → {target.words}"
        if target.excluded and target.answer:
            asked = self._history.understand(len(self._history.turns) - target.answer.age)
            query = asked.model_copy(update={"limit": None})
            within = query.filters.intersect(Filters(without=(Filters(ids=target.excluded),)))
            return self._narrow(query.model_copy(update={"question": question, "filters": within}), words)
        query = self._complete_intent(query, query_text, target, pointer)
        within = self._history.restrict(query.filters).intersect(Filters(ids=target.ids))
        earlier = PreviousTurn(
            paper_ids=target.ids, searched=target.answer.searched if target.answer else "", pointed=True, only=True
        )
        query = query.model_copy(update={"question": query_text, "filters": within, "refers": words})
        return Resolution(((query, earlier),), self._spell_out(question, target, pointer), words, is_sure=True)

    def _complete_intent(self, query: Query, query_text: str, target: PointedPapers, pointer: Pointer) -> Query:
        """Complete what is asked of the papers, where the words beside the pointer leave it open."""
        titles = [paper.title for paper in self._view.papers(target.ids[:SPELT_OUT])]
        update: dict[str, object] = {}
        aspect = "" if query.wanted == "availability" else _find_wanted(query_text)
        if pointer.similar or pointer.kind in (PointerKind.OTHERS, PointerKind.MORE, PointerKind.DESCRIBED):
            if pointer.kind is PointerKind.MORE and len(target.ids) == 1 and target.answer and target.answer.is_fact:
                return query.model_copy(update={"intent": Intent.FACT, "topic": "", "wanted": "summary"})
            plain = not query.topic and query.intent in (Intent.FACT, Intent.PAPERS, Intent.SHOW, Intent.OVERVIEW)
            goes_on = pointer.kind is PointerKind.MORE and target.answer is not None and target.answer.is_list
            if pointer.similar or (plain and not aspect and (len(target.ids) != 1 or goes_on)):
                return query.model_copy(update={"intent": Intent.CATALOGUE, "topic": "", "filters": Filters()})
        if _COMPARES.search(query_text) and len(target.ids) > 1:
            sides = tuple(paper.title for paper in self._view.papers(target.ids[:_COMPARED]))
            left = len(target.ids) - len(sides)
            unused = (*query.unused, f"the last {left} of the {len(target.ids)} papers") if left else query.unused
            return query.model_copy(update={"intent": Intent.COMPARE, "topic": "", "sides": sides, "unused": unused})
        form = next((form for form, pattern in _FORMS if pattern.search(query_text)), None)
        if form:
            update = {"intent": Intent.SHOW, "form": form, "topic": titles[0] if len(target.ids) == 1 else ""}
        elif query.intent is Intent.SHOW:
            update = {"topic": titles[0] if len(target.ids) == 1 else ""}
        elif aspect and len(query.topic.split()) <= 1 and query.intent is not Intent.AUTHORS:
            record_aspect = query.wanted if query.intent is Intent.RECORD else ""
            update = {"intent": Intent.RECORD, "topic": "", "wanted": record_aspect or aspect}
        elif query.order is not Order.RELEVANCE and not query.topic:
            alone = re.search(r"\b(?:is|was|one)\b", query_text, re.I) is not None
            update = {"intent": Intent.CATALOGUE, "limit": query.limit or (1 if alone else None)}
        elif not query.topic and query.filters == Filters() and not query.wanted and query.intent is not Intent.COUNT:
            before = self._history.understand_last() if _ASKS_ALIKE.match(query_text) else None
            if before and (before.intent is Intent.RECORD or (before.intent is Intent.FACT and before.topic)):
                update = {"intent": before.intent, "topic": before.topic, "wanted": before.wanted}
            elif len(target.ids) == 1:
                update = {"intent": Intent.SHOW, "topic": titles[0] if titles else ""}
            else:
                update = {"intent": Intent.CATALOGUE}
        elif query.intent is Intent.OVERVIEW:
            update = {"intent": Intent.CATALOGUE}
        return query.model_copy(update=update)

    def _spell_out(self, question: str, target: PointedPapers, pointer: Pointer) -> str:
        """Write the titles in the place of what pointed at them, for whoever does not see the conversation."""
        titles = [f"“{paper.title}”" for paper in self._view.papers(target.ids[:SPELT_OUT])]
        if not titles or len(target.ids) > SPELT_OUT or pointer.similar or pointer.among:
            return question
        if pointer.start == pointer.end:
            return question
        return f"{question[: pointer.start]}{' and '.join(titles)}{question[pointer.end :]}"


def _find_wanted(question: str) -> str:
    """Find what of a record is asked for; "" for nothing of it."""
    return next((aspect for aspect, pattern in _RECORD if pattern.search(question)), "")
