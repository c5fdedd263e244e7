"""Which papers of the conversation a question points at: by number, by place, as a list, or by words that fit them.

A number or a place counts in the answer that showed it; one that is not there is said to be so, and never guessed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.question.follow_up import EarlierTurns
from assistant.question.pointers import Pointer, PointerKind, find_pointer, points_at_list
from assistant.question.query import Intent, Order
from assistant.types import Reference, Turn
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.search import find_similar

# Papers near in meaning that "more like the second" lists. Chosen by hand.
SIMILAR = 5
# Titles that are written in the place of what pointed at them. Chosen by hand.
SPELT_OUT = 3
# Characters of a title where it is said what was meant. Chosen by hand.
TITLE = 80
_LISTS = (Intent.CATALOGUE, Intent.COUNT)
_LISTED = {str(intent) for intent in (*_LISTS, Intent.PAPERS, Intent.MENTIONS)}


def quote_title(title: str) -> str:
    """Return a title or a question in quotation marks, with an ellipsis where it is cut."""
    return f"“{title}”" if len(title) <= TITLE else f"“{title[: TITLE - 1].rstrip()}…”"


class EarlierAnswer(NamedTuple):
    """An answer that showed papers: its question, its references and where it stands, 0 for the last turn."""

    turn: Turn
    references: tuple[Reference, ...]
    age: int

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the papers that it showed, in its order."""
        return tuple(reference.paper_id for reference in self.references)

    @property
    def is_list(self) -> bool:
        """Whether papers were listed."""
        return self.turn.answer is not None and self.turn.answer.trace.kind in _LISTED

    @property
    def is_fact(self) -> bool:
        """Whether sentences were quoted: the first paper is what they are about, and the others come beside it."""
        return self.turn.answer is not None and self.turn.answer.trace.kind in ("", Intent.FACT)

    @property
    def searched(self) -> str:
        """What was searched for."""
        return self.turn.answer.trace.searched if self.turn.answer else ""

    @property
    def place(self) -> str:
        """Which answer it is, in words."""
        return "the last answer" if not self.age else f"the answer to {quote_title(self.turn.question)}"


class PointedPapers(NamedTuple):
    """The papers that are meant, in words, the answer that showed them, or why there are none."""

    ids: tuple[str, ...] = ()
    words: str = ""
    answer: EarlierAnswer | None = None
    failure: str = ""
    excluded: tuple[str, ...] = ()


def list_answers(history: Sequence[Turn]) -> Iterator[EarlierAnswer]:
    """List the answers that showed papers, the last first."""
    for age, turn in enumerate(reversed(history)):
        if turn.answer and turn.answer.references:
            yield EarlierAnswer(turn, turn.answer.references, age)


class PaperFinder:
    """Finds the papers that a question points at.

    Args:
        history: The turns before the question.

    Attributes:
        answers: Those that showed papers, the last first.
    """

    def __init__(self, history: EarlierTurns) -> None:
        self.answers = tuple(list_answers(history.turns))
        self._history = history
        self._view = history.view

    def find(self, pointer: Pointer, question: str) -> PointedPapers | None:
        """Find the papers that are pointed at; None where nothing was shown that could be meant."""
        if not self.answers:
            bare = not self._history.parse(f"{question[: pointer.start]} {question[pointer.end :]}").topic
            by_place = pointer.kind in (PointerKind.NUMBERS, PointerKind.PLACES) and bare and not pointer.similar
            nothing = (
                f"No answer before this one showed papers, so “{question[pointer.start : pointer.end]}” means none."
            )
            if not by_place or self._history.parse(question).filters != Filters():
                return None
            return PointedPapers(failure=nothing)
        last = self.answers[0]
        match pointer.kind:
            case PointerKind.NUMBERS | PointerKind.PLACES:
                target: PointedPapers | None = self._choose_by_number(pointer)
            case PointerKind.ALL | PointerKind.WEAK:
                target = self.take_all(last)
                if pointer.size and len(target.ids) != pointer.size:
                    target = PointedPapers(failure=f"{_count_papers(last)}, not {pointer.size}.")
            case PointerKind.OTHERS:
                target = self._find_others()
            case PointerKind.MORE:
                target = self._find_more(last)
            case _:
                target = self._find_described(pointer, last)
        if target and pointer.similar and not target.failure:
            return self._find_similar(target)
        return target

    def _choose_by_number(self, pointer: Pointer) -> PointedPapers:
        """Choose by number or place: of the last answer, else of the list that the answers since were taken from."""
        named = pointer.kind is PointerKind.NUMBERS
        for answer in self._list_sources(named):
            sizes = {reference.n for reference in answer.references}
            places = [place if place > 0 else len(sizes) + 1 + place for place in pointer.places]
            if sizes.issuperset(places):
                return self.choose(answer, places)
        last = next(self._list_sources(named))
        missing = next(place for place in pointer.places if not 0 < abs(place) <= len(last.references))
        return PointedPapers(failure=f"{_count_papers(last)}, so there is no {_describe_place(missing)}.")

    def _list_sources(self, named: bool) -> Iterator[EarlierAnswer]:
        """List the answers in which a number may be looked up: the last, and those of which all since are a part.

        A place ("the second one") is one of a list; an answer about one paper is passed over where a list shows it.
        """
        sources = [
            answer
            for i, answer in enumerate(self.answers)
            if all({*later.ids} < {*answer.ids} for later in self.answers[:i])
        ]
        lists = [answer for answer in sources if len(answer.references) > 1]
        yield from sources if named or not lists else lists

    def choose(self, answer: EarlierAnswer, places: Sequence[int]) -> PointedPapers:
        """Choose the papers of an answer that it showed under some numbers."""
        chosen = [reference for place in places for reference in answer.references if reference.n == place]
        there = self._view.find_ids([reference.paper_id for reference in chosen])
        if not there and not self._view.papers([reference.paper_id for reference in chosen]):
            return PointedPapers(failure=f"“{chosen[0].title}” is no longer in the library.")
        if len(chosen) == 1:
            words = f"[{chosen[0].n}] {quote_title(chosen[0].title)}"
        else:
            words = f"{', '.join(f'[{reference.n}]' for reference in chosen)} of {answer.place}"
        return PointedPapers(tuple(reference.paper_id for reference in chosen), words, answer)

    def take_all(self, answer: EarlierAnswer) -> PointedPapers:
        """Take all papers of an answer: also those of a long list that it did not show."""
        ids = self._list_all(answer)
        if len(ids) == 1:
            return PointedPapers(ids, quote_title(answer.references[0].title), answer)
        return PointedPapers(ids, f"{len(ids):,} papers of {answer.place}", answer)

    def find_several(self) -> PointedPapers | None:
        """Find the last list of which all answers since are a part; None where there is none."""
        lists = (answer for answer in self._list_sources(named=False) if len(answer.ids) > 1)
        return next((self.take_all(answer) for answer in lists), None)

    def _list_all(self, answer: EarlierAnswer) -> tuple[str, ...]:
        asked = answer.turn.question
        if not answer.is_list or points_at_list(asked) or find_pointer(asked):
            return answer.ids  # What it listed was chosen of an earlier answer, and not by its own conditions.
        query = self._history.understand(len(self._history.turns) - answer.age)
        if query.intent not in _LISTS or query.topic or query.limit or query.order is Order.MOST_CITED:
            return answer.ids
        listed = self._view.list_ids(self._history.restrict(query.filters), query.order is Order.OLDEST)
        return tuple(listed) if {*answer.ids} < {*listed} else answer.ids

    def _find_others(self) -> PointedPapers:
        """Find the rest: of the list that the last answer is a part of, else what a long list did not show."""
        last = self.answers[0]
        if len(self._list_run()) > 1:  # The rest of a list that is gone through.
            return self._find_more(last)
        for answer in self.answers[1:]:
            all_ids = self._list_all(answer)
            if {*last.ids} < {*all_ids}:
                ids = tuple(paper_id for paper_id in all_ids if paper_id not in last.ids)
                return PointedPapers(ids, f"the other {_count(len(ids))} of {answer.place}", answer)
        ids = tuple(paper_id for paper_id in self._list_all(last) if paper_id not in last.ids)
        if ids:
            return PointedPapers(ids, f"{_count(len(ids))} that {last.place} did not show", last)
        return PointedPapers(failure=f"{_count_papers(last)}, and none was chosen of them, so there are no others.")

    def _find_more(self, last: EarlierAnswer) -> PointedPapers:
        """Find what comes next: of a list the papers that were not shown, of an answer more from its papers."""
        if not last.is_list:
            return self.take_all(last)
        run = self._list_run()
        first, shown = run[-1], tuple(paper_id for answer in reversed(run) for paper_id in answer.ids)
        where = f"that {last.place} did not show" if len(run) == 1 else "that were not shown yet"
        ids = tuple(paper_id for paper_id in self._list_all(first) if paper_id not in shown)
        if ids:
            return PointedPapers(ids, f"{_count(len(ids))} {where}", last)
        if self._history.understand(len(self._history.turns) - first.age).topic:
            return PointedPapers(words=f"papers {where}", answer=first, excluded=shown)
        if len(run) > 1:
            return PointedPapers(failure=f"All {len(shown)} papers of {first.place} were shown.")
        return PointedPapers(failure=f"{_count_papers(last)}, and these are all.")

    def _list_run(self) -> tuple[EarlierAnswer, ...]:
        """List the answers to "more" that go on with one list, the last first, and behind them the list itself."""
        run = [self.answers[0]]
        for answer in self.answers[1:]:
            pointer = find_pointer(run[-1].turn.question)
            if not (pointer and pointer.kind is PointerKind.MORE and answer.is_list):
                break
            run.append(answer)
        return tuple(run)

    def _find_similar(self, target: PointedPapers) -> PointedPapers:
        hits = [hit for paper_id in target.ids[:SPELT_OUT] for hit in find_similar(self._view, paper_id, SIMILAR) or ()]
        best = sorted(hits, key=lambda hit: -hit.cosine)
        ids = [paper_id for paper_id in dict.fromkeys(hit.paper.id for hit in best) if paper_id not in target.ids]
        if not ids:
            return PointedPapers(failure="The library holds no other paper.")
        return PointedPapers(tuple(ids[:SIMILAR]), f"near {target.words}", target.answer)

    def _find_described(self, pointer: Pointer, last: EarlierAnswer) -> PointedPapers | None:
        """Find the papers of the last answer that words fit: as conditions, or as words of title or abstract."""
        ids = self._list_all(last)
        if re.match(r"(?:on|about|by|from|with|without|of|in|since|before|after)\b", pointer.words, re.I):
            query = self._history.parse(f"papers {pointer.words}")
        else:
            query = self._history.parse(f"the {pointer.words} papers")
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
            return PointedPapers(failure=f"No paper of {place} fits “{pointer.words}”.") if not query.topic else None
        chosen = sorted(fitting, key=lambda paper_id: numbers.get(paper_id, len(ids)))
        if pointer.is_single and len(chosen) > 1:
            titles = {reference.paper_id: reference.title for reference in last.references}
            listed = "; ".join(
                f"[{numbers[paper_id]}] “{titles[paper_id]}”" for paper_id in chosen if paper_id in numbers
            )
            return PointedPapers(failure=f"“{pointer.words}” fits {len(chosen)} papers of {last.place}: {listed}.")
        if len(chosen) == 1 and chosen[0] in numbers:
            return self.choose(last, [numbers[chosen[0]]])
        return PointedPapers(tuple(chosen), f"{_count(len(chosen))} of {last.place}", last)

    def _match_titles(self, words: str, ids: Sequence[str]) -> list[str]:
        terms = set(extract_terms(words))
        return [paper.id for paper in self._view.papers(ids) if terms and terms <= set(extract_terms(paper.title))]


def _count(papers: int) -> str:
    return f"{papers:,} {'paper' if papers == 1 else 'papers'}"


def _count_papers(answer: EarlierAnswer) -> str:
    return f"{answer.place[:1].upper()}{answer.place[1:]} had {_count(len(answer.references))}"


def _describe_place(place: int) -> str:
    return f"[{place}]" if place > 0 else f"paper {-place} from the end"
