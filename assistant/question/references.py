"""What a follow-up points at in the conversation: resolved against the last list or answer, before any search.

A number or a place counts in the answer that showed it; one that is not there is said to be so, and never guessed. A
question that only changes conditions ("and in 2019?") completes the one before. The pronouns of a question that has a
topic of its own may point back or not: both are tried, the papers of the last answer first.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.question.condition import NEGATION
from assistant.question.parse import parse_question
from assistant.question.pointers import Pointer, PointerKind, find_pointer, find_pronoun, points_weakly
from assistant.question.query import Form, Intent, Order, PreviousTurn, Query
from assistant.types import Reference, Turn
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.search import find_similar

# Papers near in meaning that "more like the second" lists. Chosen by hand.
SIMILAR = 5
# Titles that are written in the place of what pointed at them. Chosen by hand.
_SPELT_OUT = 3
# Words of a question that names nothing but an order ("and the newest?", "most cited first"). Chosen by hand.
_FEW = 4
# Characters of a title where it is said what was meant. Chosen by hand.
_TITLE = 80
_LISTS = (Intent.CATALOGUE, Intent.COUNT)
_LISTED = {str(intent) for intent in (*_LISTS, Intent.PAPERS, Intent.MENTIONS)}
_GOES_ON = re.compile(
    r"^\s*(?:and|or|but|also|only|just|what about|how about)\b(?!.*\b(?:papers?|how|why|who|when|it)\b)"
    r"|^\s*(?:in|by|from|since|before|after|until|with|without|not)\s+(?!\S+\s+(?:papers?|which|what|how|who)\b)(?:\S+\s*){1,5}$",
    re.I,
)
# What only says which papers are not meant.
_SHUTS_OUT = re.compile(
    rf"^\s*(?:(?:and|or|but|also|just|please)\s+)*(?={NEGATION.pattern})(?!no\b|not\s+only\b|none\b)(?!.*\?\s*\w)",
    re.I,
)
_WHAT_ABOUT = re.compile(r"^\s*(?:and\s+)?(?:what|how)\s+about\b", re.I)
_ASKS_ALIKE = re.compile(r"^\s*(?:and|what about|how about|or)\b", re.I)
_WHICH = "which"
_PAPER = re.compile(r"\b(?:papers?|works?|articles?|publications?|stud(?:y|ies)|abstracts?)\b", re.I)
_COMPARES = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|versus|vs|in\s+common|similarit\w+|alike|(?:dis)?agree)\b", re.I
)
_WORDS = re.compile(r"[\w'’-]+")
# What of a record is asked for by one word.
_RECORD = (
    ("authors", re.compile(r"^\s*(?:and\s+)?(?:by\s+)?who\b|\bauthors?\b", re.I)),
    ("date", re.compile(r"^\s*(?:and\s+)?when\b|\b(?:what|which)\s+years?\b|\bhow\s+(?:old|recent)\b", re.I)),
    ("venue", re.compile(r"^\s*(?:and\s+)?where\b|\b(?:journals?|venues?|conferences?)\b", re.I)),
)
_FORMS = (
    (Form.BIBTEX, re.compile(r"\bbib(?:tex)?\b|\bcit(?:e|ation)\b", re.I)),
    (Form.LINK, re.compile(r"\b(?:links?|urls?|doi|pdf|address)\b", re.I)),
)
# What an id or a citation key looks like in running text.
_IDS = re.compile(
    r"(?<![\w/])(?:@?[a-z]+(?:1[5-9]|20)\d\d[a-z][a-z0-9]*(?:-[0-9a-f]{6,64})?|(?:https?://)?(?:dx\.)?doi\.org/\S+|(?:doi:\s*)?10\.\d{4,9}/\S+"
    r"|https?://(?:www\.)?(?:arxiv\.org|pubmed\.ncbi\.nlm\.nih\.gov)/\S+|(?:arxiv:\s*)?\d{4}\.\d{4,5}(?:v\d+)?|(?:pmid:?\s*)\d{1,9}|[0-9a-f]{16})(?!\w)",
    re.I,
)
_SPANS_OF_TIME = ("year_from", "year_to", "years", "date_from", "date_to")

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


class _EarlierAnswer(NamedTuple):
    """An answer that showed papers: its question, its references and where it stands, 0 for the last turn."""

    turn: Turn
    references: tuple[Reference, ...]
    age: int

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(reference.paper_id for reference in self.references)

    @property
    def is_list(self) -> bool:
        return self.turn.answer is not None and self.turn.answer.trace.kind in _LISTED

    @property
    def is_fact(self) -> bool:
        """Whether sentences were quoted: the first paper is what they are about, and the others come beside it."""
        return self.turn.answer is not None and self.turn.answer.trace.kind in ("", Intent.FACT)

    @property
    def searched(self) -> str:
        return self.turn.answer.trace.searched if self.turn.answer else ""

    @property
    def place(self) -> str:
        return "the last answer" if not self.age else f"the answer to “{self.turn.question[:_TITLE]}”"


class _Target(NamedTuple):
    """The papers that are meant, in words, the answer that showed them, or why there are none."""

    ids: tuple[str, ...] = ()
    words: str = ""
    answer: _EarlierAnswer | None = None
    failure: str = ""
    excluded: tuple[str, ...] = ()


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
    return _Resolver(history, view, filters or Filters(), today, ignore).resolve(question)


def find_previous_turn(question: str, history: Sequence[Turn]) -> PreviousTurn | None:
    """Find the last turn that cited papers, and whether the question may point at it; None where there is none."""
    last = next(_list_answers(history), None)
    if last is None:
        return None
    pointer = find_pointer(question)
    among = pointer is not None and pointer.among
    return PreviousTurn(
        paper_ids=last.ids, searched=last.searched, pointed=among or points_weakly(question), only=among
    )


def _list_answers(history: Sequence[Turn]) -> Iterator[_EarlierAnswer]:
    """List the answers that showed papers, the last first."""
    for age, turn in enumerate(reversed(history)):
        if turn.answer and turn.answer.references:
            yield _EarlierAnswer(turn, turn.answer.references, age)


class _Resolver:
    """Resolves questions of one conversation."""

    def __init__(
        self,
        history: Sequence[Turn],
        view: Snapshot,
        filters: Filters,
        today: date | None,
        ignore: Sequence[str],
    ) -> None:
        self._history = history
        self._view = view
        self._filters = filters
        self._today = today
        self._ignore = ignore
        self._answers = tuple(_list_answers(history))

    def resolve(self, question: str) -> Resolution:
        if named := self._resolve_named(question):
            return named
        pointer = find_pointer(question)
        target = self._find_target(pointer, question) if pointer else None
        if pointer and target:
            return self._build(question, question[pointer.start : pointer.end], target, pointer)
        query = complete_query(self._parse(question), self._history, self._view, self._today)
        if query.question == question and _has_only_filters(self._parse(question)) and self._history:
            words = f"“{self._history[-1].question[:_TITLE]}” with other conditions"
            return self._narrow(query, words)
        if self._answers and (pronoun := self._resolve_pronoun(question, query)):
            return pronoun
        return self._weigh(question, query)

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
        words = "; ".join(f"“{paper.title[:_TITLE]}”" for paper in papers[:_SPELT_OUT])
        target = _Target(tuple(paper.id for paper in papers), words)
        return self._build(question, question[first:last], target, Pointer(PointerKind.NUMBERS, first, last))

    def _resolve_pronoun(self, question: str, query: Query) -> Resolution | None:
        """Resolve a pronoun, or a question of one word, where the question has no topic that may be meant instead."""
        pronoun = find_pronoun(question)
        aspect = _find_wanted(question)
        words = _WORDS.findall(question)
        bare = len(words) == 1 and points_weakly(question)
        formed = query.intent is Intent.SHOW or any(pattern.search(question) for _, pattern in _FORMS)
        names_aspect = len(query.topic.split()) <= 1 and (aspect or formed)
        catalogued = query.intent not in (Intent.FACT, Intent.PAPERS) or query.order is not Order.RELEVANCE
        compares = bool(_COMPARES.search(question))
        ordered = query.order is not Order.RELEVANCE and not query.topic and not _PAPER.search(question)
        compared = compares and len(query.topic.split()) <= 1  # "What do they have in common?"
        asks_only = compared or (not query.topic and (catalogued or compares or words[:1] == [pronoun])) or names_aspect
        if not (
            (ordered and len(words) <= _FEW)
            or (pronoun and asks_only)
            or (bare and aspect)
            or (aspect and points_weakly(question) and not query.topic)
        ):
            return None
        last = self._answers[0]
        is_single = pronoun.lower() not in ("these", "those", "them", "they")
        target = self._choose(last, [1]) if is_single and last.is_fact else self._take_all(last)
        start = question.find(pronoun) if pronoun else 0
        pointer = Pointer(PointerKind.ALL, start, start + len(pronoun))
        return self._build(question, pronoun or question.strip(" ?.!"), target, pointer)

    def _weigh(self, question: str, query: Query) -> Resolution:
        """Understand a question as one about all papers and about those of the last answer, the likelier first."""
        alone = query.model_copy(update={"filters": self._restrict(query.filters)})
        earlier = find_previous_turn(question, self._history)
        if earlier is None:
            return Resolution(((alone, None),), question)
        carried = alone.model_copy(update={"filters": alone.filters.intersect(Filters(ids=earlier.paper_ids))})
        if not earlier.pointed:
            return Resolution(((alone, None), (carried, earlier)), question)
        phrase = find_pronoun(question) or question.strip(" ?.!")
        words = f"{phrase} → {self._take_all(self._answers[0]).words}"
        carried = carried.model_copy(update={"refers": words})
        return Resolution(((carried, earlier), (alone, None)), question, words)

    def _narrow(self, query: Query, words: str) -> Resolution:
        narrowed = query.model_copy(update={"filters": self._restrict(query.filters), "refers": words})
        return Resolution(((narrowed, None),), query.question, words, is_sure=True)

    def _parse(self, question: str) -> Query:
        return _parse(question, self._view, self._today, self._ignore)

    def _restrict(self, filters: Filters) -> Filters:
        """Restrict to what the caller allows; a question that speaks of retracted papers has the say on these."""
        within = self._filters if filters.retracted is None else self._filters.model_copy(update={"retracted": None})
        return filters.intersect(within)

    def _build(self, question: str, phrase: str, target: _Target, pointer: Pointer) -> Resolution:
        """Build the query for the papers that are meant."""
        if target.failure:
            return Resolution((), question, failure=target.failure, is_sure=True)
        several = len(target.ids) != 1
        query_text = question
        if pointer.start < pointer.end and not (pointer.kind is PointerKind.ALL and find_pronoun(phrase)):
            query_text = f"{question[: pointer.start]}{'them' if several else 'it'}{question[pointer.end :]}"
        query = self._parse(query_text)
        words = f"{phrase.strip(' ?.!') or _WHICH} → {target.words}"
        if target.excluded:
            query = self._understand_last().model_copy(update={"limit": None})
            within = query.filters.intersect(Filters(without=(Filters(ids=target.excluded),)))
            return self._narrow(query.model_copy(update={"question": question, "filters": within}), words)
        query = self._complete_intent(query, query_text, target, pointer)
        within = self._restrict(query.filters).intersect(Filters(ids=target.ids))
        earlier = PreviousTurn(
            paper_ids=target.ids, searched=target.answer.searched if target.answer else "", pointed=True, only=True
        )
        query = query.model_copy(update={"question": query_text, "filters": within, "refers": words})
        return Resolution(((query, earlier),), self._spell_out(question, target, pointer), words, is_sure=True)

    def _complete_intent(self, query: Query, query_text: str, target: _Target, pointer: Pointer) -> Query:
        """Complete what is asked of the papers, where the words beside the pointer leave it open."""
        titles = [paper.title for paper in self._view.papers(target.ids[:_SPELT_OUT])]
        update: dict[str, object] = {}
        aspect = _find_wanted(query_text)
        if pointer.similar or pointer.kind in (PointerKind.OTHERS, PointerKind.MORE, PointerKind.DESCRIBED):
            if pointer.kind is PointerKind.MORE and len(target.ids) == 1 and target.answer and target.answer.is_fact:
                return query.model_copy(update={"intent": Intent.FACT, "topic": "", "wanted": "summary"})
            plain = not query.topic and query.intent in (Intent.FACT, Intent.PAPERS, Intent.SHOW, Intent.OVERVIEW)
            if pointer.similar or (plain and not aspect and len(target.ids) != 1):
                return query.model_copy(update={"intent": Intent.CATALOGUE, "topic": "", "filters": Filters()})
        if _COMPARES.search(query_text) and len(target.ids) > 1:
            return query.model_copy(update={"intent": Intent.COMPARE, "topic": "", "sides": tuple(titles)})
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
            before = self._understand_last() if _ASKS_ALIKE.match(query_text) and self._history else None
            if before and (before.intent is Intent.RECORD or (before.intent is Intent.FACT and before.topic)):
                update = {"intent": before.intent, "topic": before.topic, "wanted": before.wanted}
            elif len(target.ids) == 1:
                update = {"intent": Intent.SHOW, "topic": titles[0] if titles else ""}
            else:
                update = {"intent": Intent.CATALOGUE}
        elif query.intent is Intent.OVERVIEW:
            update = {"intent": Intent.CATALOGUE}
        return query.model_copy(update=update)

    def _spell_out(self, question: str, target: _Target, pointer: Pointer) -> str:
        """Write the titles in the place of what pointed at them, for whoever does not see the conversation."""
        titles = [f"“{paper.title}”" for paper in self._view.papers(target.ids[:_SPELT_OUT])]
        if not titles or len(target.ids) > _SPELT_OUT or pointer.similar or pointer.among:
            return question
        if pointer.start == pointer.end:
            return question
        return f"{question[: pointer.start]}{' and '.join(titles)}{question[pointer.end :]}"

    # Which papers

    def _find_target(self, pointer: Pointer, question: str) -> _Target | None:
        """Find the papers that are pointed at; None where nothing was shown that could be meant."""
        if not self._answers:
            bare = not self._parse(f"{question[: pointer.start]} {question[pointer.end :]}").topic
            by_place = pointer.kind in (PointerKind.NUMBERS, PointerKind.PLACES) and bare and not pointer.similar
            nothing = (
                f"No answer before this one showed papers, so “{question[pointer.start : pointer.end]}” means none."
            )
            return _Target(failure=nothing) if by_place and self._parse(question).filters == Filters() else None
        last = self._answers[0]
        match pointer.kind:
            case PointerKind.NUMBERS | PointerKind.PLACES:
                target: _Target | None = self._choose_by_number(pointer)
            case PointerKind.ALL | PointerKind.WEAK:
                target = self._take_all(last)
                if pointer.size and len(target.ids) != pointer.size:
                    target = _Target(failure=f"{_count_papers(last)}, not {pointer.size}.")
            case PointerKind.OTHERS:
                target = self._find_others()
            case PointerKind.MORE:
                target = self._find_more(last)
            case _:
                target = self._find_described(pointer, last)
        if target and pointer.similar and not target.failure:
            return self._find_similar(target)
        return target

    def _choose_by_number(self, pointer: Pointer) -> _Target:
        """Choose by number or place: of the last answer, else of the list that the answers since were taken from."""
        named = pointer.kind is PointerKind.NUMBERS
        for answer in self._list_sources(named):
            sizes = {reference.n for reference in answer.references}
            places = [place if place > 0 else len(sizes) + 1 + place for place in pointer.places]
            if sizes.issuperset(places):
                return self._choose(answer, places)
        last = next(self._list_sources(named))
        missing = next(place for place in pointer.places if not 0 < abs(place) <= len(last.references))
        return _Target(failure=f"{_count_papers(last)}, so there is no {_describe_place(missing)}.")

    def _list_sources(self, named: bool) -> Iterator[_EarlierAnswer]:
        """List the answers in which a number may be looked up: the last, and those of which all since are a part.

        A place ("the second one") is one of a list; an answer about one paper is passed over where a list shows it.
        """
        sources = [
            answer
            for i, answer in enumerate(self._answers)
            if all({*later.ids} < {*answer.ids} for later in self._answers[:i])
        ]
        lists = [answer for answer in sources if len(answer.references) > 1]
        yield from sources if named or not lists else lists

    def _choose(self, answer: _EarlierAnswer, places: Sequence[int]) -> _Target:
        chosen = [reference for place in places for reference in answer.references if reference.n == place]
        there = self._view.find_ids([reference.paper_id for reference in chosen])
        if not there and not self._view.papers([reference.paper_id for reference in chosen]):
            return _Target(failure=f"“{chosen[0].title}” is no longer in the library.")
        if len(chosen) == 1:
            words = f"[{chosen[0].n}] “{chosen[0].title[:_TITLE]}”"
        else:
            words = f"{', '.join(f'[{reference.n}]' for reference in chosen)} of {answer.place}"
        return _Target(tuple(reference.paper_id for reference in chosen), words, answer)

    def _take_all(self, answer: _EarlierAnswer) -> _Target:
        """Take all papers of an answer: also those of a long list that it did not show."""
        ids = self._list_all(answer)
        if len(ids) == 1:
            return _Target(ids, f"“{answer.references[0].title[:_TITLE]}”", answer)
        return _Target(ids, f"{len(ids):,} papers of {answer.place}", answer)

    def _list_all(self, answer: _EarlierAnswer) -> tuple[str, ...]:
        if not answer.is_list:
            return answer.ids
        query = self._understand(len(self._history) - answer.age)
        if query.intent not in _LISTS or query.topic or query.limit or query.order is Order.MOST_CITED:
            return answer.ids
        listed = self._view.list_ids(self._restrict(query.filters), query.order is Order.OLDEST)
        return tuple(listed) if {*answer.ids} < {*listed} else answer.ids

    def _find_others(self) -> _Target:
        """Find the rest: of the list that the last answer is a part of, else what a long list did not show."""
        last = self._answers[0]
        for answer in self._answers[1:]:
            all_ids = self._list_all(answer)
            if {*last.ids} < {*all_ids}:
                ids = tuple(paper_id for paper_id in all_ids if paper_id not in last.ids)
                return _Target(ids, f"the other {_count(len(ids))} of {answer.place}", answer)
        ids = tuple(paper_id for paper_id in self._list_all(last) if paper_id not in last.ids)
        if ids:
            return _Target(ids, f"{_count(len(ids))} that {last.place} did not show", last)
        return _Target(failure=f"{_count_papers(last)}, and none was chosen of them, so there are no others.")

    def _find_more(self, last: _EarlierAnswer) -> _Target:
        """Find what comes next: of a list the papers that were not shown, of an answer more from its papers."""
        if not last.is_list:
            return self._take_all(last)
        ids = tuple(paper_id for paper_id in self._list_all(last) if paper_id not in last.ids)
        if ids:
            return _Target(ids, f"{_count(len(ids))} that {last.place} did not show", last)
        query = self._understand_last()
        if query.topic:
            return _Target(words=f"papers that {last.place} did not show", answer=last, excluded=last.ids)
        return _Target(failure=f"{_count_papers(last)}, and these are all.")

    def _find_similar(self, target: _Target) -> _Target:
        hits = [
            hit for paper_id in target.ids[:_SPELT_OUT] for hit in find_similar(self._view, paper_id, SIMILAR) or ()
        ]
        best = sorted(hits, key=lambda hit: -hit.cosine)
        ids = [paper_id for paper_id in dict.fromkeys(hit.paper.id for hit in best) if paper_id not in target.ids]
        if not ids:
            return _Target(failure="The library holds no other paper.")
        return _Target(tuple(ids[:SIMILAR]), f"near {target.words}", target.answer)

    def _find_described(self, pointer: Pointer, last: _EarlierAnswer) -> _Target | None:
        """Find the papers of the last answer that words fit: as conditions, or as words of title or abstract."""
        ids = self._list_all(last)
        if re.match(r"(?:on|about|by|from|with|without|of|in|since|before|after)\b", pointer.words, re.I):
            query = self._parse(f"papers {pointer.words}")
        else:
            query = self._parse(f"the {pointer.words} papers")
        conditions = query.filters.intersect(Filters(ids=ids))
        fitting = self._view.list_ids(conditions, query.order is Order.OLDEST)
        if query.order is not Order.RELEVANCE and pointer.is_single:
            fitting = fitting[:1]
        if query.topic:
            fitting = self._match_titles(query.topic, fitting) or self._view.list_ids(
                conditions.intersect(Filters(text=query.topic))
            )
        elif query.filters == Filters() and query.order is Order.RELEVANCE:
            return None
        numbers = {reference.paper_id: reference.n for reference in last.references}
        if not fitting:
            place = last.place
            return _Target(failure=f"No paper of {place} fits “{pointer.words}”.") if not query.topic else None
        chosen = sorted(fitting, key=lambda paper_id: numbers.get(paper_id, len(ids)))
        if pointer.is_single and len(chosen) > 1:
            titles = {reference.paper_id: reference.title for reference in last.references}
            listed = "; ".join(
                f"[{numbers[paper_id]}] “{titles[paper_id]}”" for paper_id in chosen if paper_id in numbers
            )
            return _Target(failure=f"“{pointer.words}” fits {len(chosen)} papers of {last.place}: {listed}.")
        if len(chosen) == 1 and chosen[0] in numbers:
            return self._choose(last, [numbers[chosen[0]]])
        return _Target(tuple(chosen), f"{_count(len(chosen))} of {last.place}", last)

    def _match_titles(self, words: str, ids: Sequence[str]) -> list[str]:
        terms = set(extract_terms(words))
        return [paper.id for paper in self._view.papers(ids) if terms and terms <= set(extract_terms(paper.title))]

    # What the turns before asked

    def _understand_last(self) -> Query:
        return self._understand(len(self._history))

    def _understand(self, length: int) -> Query:
        """Understand the last of the first ``length`` turns, with what those before it say of it."""
        turns = self._history[:length]
        if not turns:
            return Query(question="")
        *before, last = turns
        return complete_query(_parse(last.question, self._view, self._today), before, self._view, self._today)


def complete_query(query: Query, history: Sequence[Turn], view: Snapshot, today: date | None = None) -> Query:
    """Complete a question that changes only the filters of the one before it ("and in 2021?", "what about Duchi?").

    Any other question, and one at the beginning, is given back as it is.
    """
    chain = [query]
    for turn in reversed(history):
        if not _has_only_filters(chain[-1]):
            break
        chain.append(_parse(turn.question, view, today))
    complete = chain.pop()
    while chain:
        complete = _replace_filters(complete, chain.pop())
    return complete


def _parse(question: str, view: Snapshot, today: date | None, ignore: Sequence[str] = ()) -> Query:
    """Parse a question of a conversation, in which "what about 2020?" goes on and says nothing of a topic or a time."""
    typed = _WHAT_ABOUT.sub("and", question)
    if shut_out := _SHUTS_OUT.match(typed):  # "and without simulation"
        typed = f"papers {typed[shut_out.end() :]}"
    query = parse_question(typed, view, today, ignore)
    return query.model_copy(update={"question": question})


def _has_only_filters(query: Query) -> bool:
    return bool(_GOES_ON.search(query.question)) and query.filters != Filters() and not query.topic


def _replace_filters(before: Query, now: Query) -> Query:
    """Ask the earlier question with the filters of a later one."""
    keeps = before.intent is not Intent.FACT or before.topic
    return before.model_copy(
        update={
            "question": now.question,
            "intent": before.intent if keeps else Intent.CATALOGUE,
            "filters": override_filters(before.filters, now.filters),
            "order": before.order if now.order is Order.RELEVANCE else now.order,
            "limit": before.limit if now.limit is None else now.limit,
            "names_author": before.names_author or now.names_author,
            "conditions": now.conditions,
            "unused": now.unused,
            "corrections": now.corrections,
            "unknown": now.unknown,
        }
    )


def override_filters(before: Filters, now: Filters) -> Filters:
    """Put filters in place of earlier ones of the same kind; all conditions of time are of one kind.

    What is not wanted is added to what was not wanted before.
    """
    fresh = {name: value for name, value in now if value != Filters.model_fields[name].default}
    if now.without:  # What was shut out before stays out.
        fresh["without"] = tuple(dict.fromkeys((*before.without, *now.without)))
    if fresh.keys() & set(_SPANS_OF_TIME):
        fresh |= {name: getattr(now, name) for name in _SPANS_OF_TIME}
    return before.model_copy(update=fresh)


def _find_wanted(question: str) -> str:
    """Find what of a record is asked for; "" for nothing of it."""
    return next((aspect for aspect, pattern in _RECORD if pattern.search(question)), "")


def _count(papers: int) -> str:
    return f"{papers:,} {'paper' if papers == 1 else 'papers'}"


def _count_papers(answer: _EarlierAnswer) -> str:
    return f"{answer.place[:1].upper()}{answer.place[1:]} had {_count(len(answer.references))}"


def _describe_place(place: int) -> str:
    return f"[{place}]" if place > 0 else f"paper {-place} from the end"
