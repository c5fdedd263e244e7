"""From a question to the papers that it is answered from, or to the reason why it is not.

Each type of question has its own depth and order, and there is one gate: what the library holds has to bear on the
question (see ``assistant.answer.sufficiency``). A model is given fewer papers than quotes are taken from, and is asked
more readily.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from assistant.answer import replies
from assistant.answer.better_of_two import find_better, find_comparing_sentences, parse_two_things
from assistant.answer.catalogue_replies import OF_RECORDS, answer_from_catalogue
from assistant.answer.detail_statements import find_stating, states_of_all
from assistant.answer.details import Detail
from assistant.answer.largest_study import find_largest
from assistant.answer.named_details import abstain_from_detail, find_asked_detail, look_at_named, loosen_gate
from assistant.answer.named_pairs import answer_pair, read_lead, read_pair
from assistant.answer.named_paper import put_named_first, read_name
from assistant.answer.paper_lists import cut_list, list_catalogue, list_citations, list_papers
from assistant.answer.paper_mentions import NamedPair, find_pair
from assistant.answer.quoted_search import search_for_quotes
from assistant.answer.relevance import find_relevant
from assistant.answer.replies import AnswerBody
from assistant.answer.retrieved import Retrieved
from assistant.answer.side_by_side import Side, compare_sides, find_comparing, find_conditioned, find_joint, find_sides
from assistant.answer.sufficiency import (
    find_absent,
    find_nearest,
    find_unheard,
    has_coined_word,
    is_sufficient,
    measure_coverage,
    score_form,
)
from assistant.answer.written_numbers import narrow_to_numbers
from assistant.question.aspects import asks_what_acts
from assistant.question.courtesy import is_pleasantry
from assistant.question.parse import leave_out_talk
from assistant.question.query import Intent, Order, PreviousTurn, Query, describe_query
from assistant.question.references import Resolution, resolve_references
from assistant.question.statement import is_statement, names_topic_alone
from assistant.question.topic import join_alternatives
from assistant.question.whether import asks_whether, find_things_of_effect
from assistant.types import Turn
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.results import Hit

# What a name may be said to be the name of; it is no part of what has to be mentioned.
_KINDS = "software|tool|program|package|library|method|algorithm|database|drug|gene|protein|term|word|phrase|name"
_MENTIONED = re.compile(
    rf"^\W*(?:is|are|was|were)\s+(?:the\s+)?(?:(?:{_KINDS})\s+)?(?P<words>[^\s,;?]+(?:\s+[^\s,;?]+){{0,3}}?)\s+"
    r"(?:ever\s+|even\s+|also\s+)?mentioned\b(?:\s+(?:anywhere|at\s+all|in\s+(?:here|any|the|this|these|my|our)\b[^,;]*?))?"
    r"\s*[?.!]*$",
    re.I,
)
_POINTS = re.compile(r"(?:it|this|that|these|those|they|there|any|anything)\b", re.I)
# Papers to be expected from which a topic is one of several. Chosen by hand.
_SEVERAL = 2.0


def read_mentioned(query: Query) -> Query:
    """Read a question whether something is mentioned as one for the papers that do; any other stays as it is."""
    asked = _MENTIONED.match(query.question) if query.intent is Intent.FACT else None
    if asked is None or _POINTS.match(asked["words"]):
        return query
    words = asked["words"].strip("\"'“”‘’")
    return query.model_copy(update={"intent": Intent.MENTIONS, "exact": (words,)}) if words else query


# How many papers are looked at for a fact that a model states, and for a field on which a model writes: the one needs
# few papers, the other all that touch it. Chosen by hand, not measured.
FOR_A_FACT = 6
FOR_A_FIELD = 12
# A model can tell by itself that abstracts do not answer, so it is asked more readily than quotes are given: a third of
# THRESHOLD, chosen by hand.
READILY = 0.1
# Questions about the catalogue are answered from the catalogue, never by a model: exact, complete and free.
OF_THE_CATALOGUE = (Intent.CATALOGUE, Intent.COUNT, Intent.RECORD, Intent.MENTIONS, *OF_RECORDS)
_LISTED = (Intent.PAPERS, Intent.COUNT, Intent.CATALOGUE, Intent.MENTIONS)
_WITH_QUOTES = re.compile(r"[\s,;]*\bwith\s+(?:the\s+|their\s+)?(?:quotes?|quotations?|excerpts?|sentences)\b", re.I)
# "What did Goldman find?", "Summarise the papers by Cai": a list alone says nothing of it.
_TELLS = re.compile(
    r"^\W*what\s+(?:do|does|did|has|have)\b.*\b(?:find|found|show|shown|report|reported|conclude|concluded|discover\w*|argue\w*)"
    r"\s*[?.!]*$|\bsummari[sz]e\b|\bsummar(?:y|ies)\s+of\b",
    re.I,
)


# "Jeong 2020, what did they set out to do": what, and of so few papers that a sentence of each says it. By hand.
_WHAT = re.compile(r"\bwhat(?:['’]?s|\s+(?:is|are|was|were|do|does|did))\b", re.I)
_FEW = 3


class Search(NamedTuple):
    """A question as it is understood, and where its papers are looked for.

    Attributes:
        library: Where to look.
        view: The same as it is now; None where it is not there or empty.
        question: One line of clean text.
        interpretations: Each way to understand it, with the turn to whose papers it is narrowed; the likelier comes
            first.
        for_model: Whether a model is going to write, unless the question is about the catalogue.
        quotes: Whether a sentence of each paper of a list is wanted.
        resolution: What the question points at in its conversation; None where there is no view.
        pair: Two papers that the question names and asks something of; None where it names no two.
    """

    library: Library
    view: Snapshot | None
    question: str
    interpretations: list[tuple[Query, PreviousTurn | None]]
    for_model: bool = False
    quotes: bool = False
    resolution: Resolution | None = None
    pair: NamedPair | None = None

    @property
    def is_resolved(self) -> bool:
        """Whether rules alone resolved what the question points at, so that no model has to."""
        return self.resolution is not None and self.resolution.is_sure

    @property
    def spelt_out(self) -> str:
        """The question with titles in the place of what points at them; as it was asked where nothing does for sure."""
        return self.resolution.question if self.resolution else self.question

    @property
    def announced(self) -> str:
        """What is searched for first; another interpretation may find more."""
        query, earlier = self.interpretations[0]
        return query.text_to_search(earlier) or self.question

    @property
    def understood(self) -> str:
        """How the question is understood first, in one line."""
        return describe_query(self.interpretations[0][0])


def interpret_question(
    library: Library,
    question: str,
    filters: Filters,
    history: Sequence[Turn] = (),
    *,
    for_model: bool = False,
    today: date | None = None,
    ignore: Sequence[str] = (),
    quotes: bool = False,
    view: Snapshot | None = None,
) -> Search:
    """Understand a question by what the library holds.

    Args:
        library: Where to look.
        question: One line of clean text.
        filters: Papers that the answer is restricted to.
        history: Earlier turns of the session, for what "it" means.
        for_model: Whether a model is going to write.
        today: What "the last five years" counts back from; None leaves such spans unread.
        ignore: Conditions of the question that do not count, as ``Query.conditions`` says them.
        quotes: Whether a sentence of each paper of a list is wanted; a question may say so itself ("with quotes").
        view: The library as it is now, for callers that have it already.

    Raises:
        LibraryError: The library cannot be read.
    """
    view = view or library.view()
    without_quotes = _WITH_QUOTES.sub("", question)
    question, quotes = (
        (without_quotes, True) if without_quotes.strip(" ?.!") and without_quotes != question else (question, quotes)
    )
    if view is None or not view.count:
        return Search(library, None, question, [(Query(question=question, filters=filters), None)], for_model)
    quotes = quotes or bool(_TELLS.search(question))
    resolution = resolve_references(question, history, view, filters, today, ignore)
    ways = list(resolution.interpretations) or [(Query(question=question, filters=filters), None)]
    quotes = quotes or _asks_what(view, ways[0][0])
    search = Search(library, view, question, ways, for_model, quotes, resolution)
    if resolution.is_sure or ignore:
        return search
    if pair := find_pair(question, view):
        query = read_pair(question, pair, view, filters, today) if ways[0][0].order is Order.RELEVANCE else None
        return search._replace(interpretations=[(query, None)], pair=pair) if query else search
    named = read_lead(question, view, filters, today)
    return search._replace(interpretations=[named, *ways]) if named else search


def _asks_what(view: Snapshot, query: Query) -> bool:
    """Tell whether the few papers of an author are asked what they did, and not which they are."""
    of_author = query.intent is Intent.CATALOGUE and query.names_author and not query.topic
    return of_author and bool(_WHAT.search(query.question)) and view.count_fitting(query.filters) <= _FEW


def retrieve(search: Search) -> Retrieved:
    """Find what a question is answered from.

    Of the ways to understand it the first counts for which the library holds enough; where it does for none, the one
    that is asked of the most papers.

    Raises:
        LibraryError: The library cannot be read.
    """
    library, view, question, interpretations, for_model, quotes, resolution, pair = search
    if view is None:
        text, nothing = question if for_model else "", replies.abstain_empty_library()
        return Retrieved(question, interpretations[0][0], searched=text, abstention=nothing)
    if is_statement(question):
        return Retrieved(question, Query(question=question), view=view, abstention=replies.abstain_statement())
    if is_pleasantry(question):
        return Retrieved(question, Query(question=question), view=view, abstention=replies.abstain_pleasantry())
    if resolution and resolution.failure:  # What it points at is not there.
        return Retrieved(question, interpretations[0][0], view=view, abstention=replies.abstain(resolution.failure))
    if pair:
        return _retrieve_pair(interpretations[0][0], pair, library, view, for_model=for_model)
    abstained: dict[bool, Retrieved] = {}
    for query, earlier in interpretations:
        retrieved = retrieve_for(query, earlier, library, view, question, for_model=for_model)._replace(quotes=quotes)
        if retrieved.abstention is None or retrieved.abstention.claims:  # An answer, or that there is none to find.
            return retrieved
        abstained[earlier is None] = retrieved
    unanswered = abstained.get(True, retrieved)
    of_year = _find_work_of_year(unanswered, library, view, for_model=for_model)
    return of_year or _list_without_talk(unanswered, library, view) or unanswered


def _list_without_talk(retrieved: Retrieved, library: Library, view: Snapshot) -> Retrieved | None:
    """List the papers of the conditions, where what no paper fits beside them is likely no topic: "the full lot"."""
    query = leave_out_talk(retrieved.query)
    if query is None:
        return None
    listed = list_papers(retrieved._replace(query=query, abstention=None), library, view, None)
    return listed if listed.abstention is None else None


def _retrieve_pair(query: Query, pair: NamedPair, library: Library, view: Snapshot, *, for_model: bool) -> Retrieved:
    """Find what each of two papers says of what is asked; without a model, the answer that sets it side by side."""
    within = query.filters.intersect(Filters(ids=pair.ids))
    retrieved = Retrieved(query.question, query, searched=query.wanted, considered=len(pair.ids), view=view)
    if for_model:
        hits = library.search(query.question, len(pair.ids), within, view)
        return retrieved._replace(hits=hits, total=len(hits))
    reply = answer_pair(view, query, pair, lambda of_one, earlier: retrieve_for(of_one, earlier, library, view))
    return retrieved._replace(abstention=reply) if reply.abstained else retrieved._replace(reply=reply)


def retrieve_for(
    query: Query,
    earlier: PreviousTurn | None,
    library: Library,
    view: Snapshot,
    question: str = "",
    *,
    for_model: bool = False,
) -> Retrieved:
    """Find what a question is answered from where it is understood in one way.

    Args:
        query: The question, its filters already narrowed to the earlier papers where ``earlier`` is not None.
        earlier: The turn that it follows.
        library: Where to look.
        view: The same as it is now.
        question: The question in full; "" where ``query`` has all of it.
        for_model: As for ``interpret_question``.
    """
    question, query = question or query.question, read_mentioned(query)
    if len(query.exact) > 1:
        query = query.model_copy(update={"exact": join_alternatives(query.question, query.exact)})
    for_model = for_model and query.intent not in OF_THE_CATALOGUE
    retrieved = Retrieved(
        question,
        query,
        searched=(query.text_to_search(earlier) or query.question) if for_model else query.text_to_search(earlier),
        considered=0 if for_model else view.count_fitting(query.filters),
        view=view,
    )
    if query.unknown:
        who = "author or venue" if query.unknown in query.filters.venue else "author"
        return retrieved._replace(abstention=replies.abstain(f"No {who} of this library is called {query.unknown}."))
    if not for_model and (largest := find_largest(library, view, query)):
        asking = query.model_copy(update={"intent": Intent.FACT})
        ranked = retrieved._replace(query=asking, hits=largest.hits, total=len(largest.hits), notes=(largest.note,))
        return ranked._replace(find_stated=largest.find_sentence)
    detail = None if earlier is None and _counts_papers(query) else _read_detail(query)
    if (
        detail
        and query.intent is Intent.COMPARE
        and detail.kind != "comparator"
        and _names_papers(library, view, query)
    ):
        detail = None
    if detail:
        for_detail, is_settled = _look_for_detail(retrieved, earlier, library, view, detail)
        if is_settled:
            return for_detail
        if detail.is_sure or query.intent is Intent.FACT:
            query, retrieved = for_detail.query, for_detail
    if query.intent in OF_RECORDS:
        reply = answer_from_catalogue(library, view, query)
        counted = (
            list_citations(retrieved, library, view) if reply.abstained and query.intent is Intent.PROFILE else None
        )
        return counted or retrieved._replace(reply=reply)
    if query.intent is Intent.COMPARE and (sides := _find_all_sides(library, view, query)):
        return _compare(retrieved, sides, library, view, for_model)
    if query.intent in (Intent.FACT, Intent.PAPERS) and query.topic:
        if numbered := _find_by_number(retrieved, library, view):
            return numbered
        if dated := _find_dated_study(retrieved, earlier, library, view, for_model=for_model):
            return dated
        if not any(character.isalpha() for character in query.topic):  # "what is 2+2"
            return retrieved._replace(abstention=replies.abstain_too_little(query, ()))
    if not for_model and query.intent is Intent.FACT and (absent := _find_unheard(view, query)):
        return retrieved._replace(abstention=replies.abstain_too_little(query, (), absent))
    if not for_model and query.intent is Intent.FACT and (decided := _find_better(retrieved, library, view)):
        return decided
    if not for_model and query.intent in _LISTED:
        return list_papers(retrieved, library, view, earlier)
    is_topic = not for_model and detail is None and earlier is None and names_topic_alone(query)
    if is_topic and _is_topic_of_several(library, view, query):
        listing = retrieved._replace(query=query.model_copy(update={"intent": Intent.PAPERS}))
        return list_papers(listing, library, view, earlier)
    return _search(retrieved, earlier, library, view, detail, for_model=for_model)


def _counts_papers(query: Query) -> bool:
    """Tell whether papers of a kind are counted: "how many randomised trials?" asks for no number of one of them."""
    return query.intent is Intent.COUNT and bool(query.filters.kind) and not (query.topic or query.names_author)


def _names_papers(library: Library, view: Snapshot, query: Query) -> bool:
    """Tell whether the sides of a comparison are papers, and not two things within one."""
    return len({side.paper.id for side in _find_all_sides(library, view, query) if side.paper}) > 1


def _read_detail(query: Query) -> Detail | None:
    """Read the detail that a question asks for; "the newest trial on warts" asks for none, but for a paper."""
    if asks_what_acts(query.question):
        return None
    detail = find_asked_detail(query)
    return None if detail and detail.kind == "studies" and query.order is not Order.RELEVANCE else detail


def _look_for_detail(
    retrieved: Retrieved, earlier: PreviousTurn | None, library: Library, view: Snapshot, detail: Detail
) -> tuple[Retrieved, bool]:
    """Look for a detail in the papers that are named; with whether that is the answer, or that they do not state it."""
    asking = retrieved.query.model_copy(update={"intent": Intent.FACT})
    for_detail = retrieved._replace(query=asking, find_stated=partial(find_stating, detail))
    looked = look_at_named(library, view, asking, earlier, detail)
    if not looked:
        return for_detail, False
    hits, silent = looked
    return for_detail._replace(hits=hits, total=len(hits), abstention=silent), True


def _search(
    retrieved: Retrieved,
    earlier: PreviousTurn | None,
    library: Library,
    view: Snapshot,
    detail: Detail | None,
    *,
    for_model: bool,
) -> Retrieved:
    """Search for what a question is about, and tell where the library does not bear on it."""
    query = retrieved.query
    if for_model:
        depth = FOR_A_FIELD if query.intent is Intent.PAPERS else FOR_A_FACT
        hits = library.search(query.text_to_search(earlier) or retrieved.question, depth, query.filters, view)
    else:
        hits = search_for_quotes(library, view, query, earlier)
    if not hits:
        return retrieved._replace(abstention=replies.abstain_no_match(query, view))
    if detail:  # "With the MultiClear lamp": a paper with that name is meant, where there is one.
        coined = [hit for hit in hits if has_coined_word(view, query.topic, hit.paper)]
        hits = coined or hits
    if detail and detail.is_sure and (silent := abstain_from_detail(view, query, detail, earlier, hits)):
        return retrieved._replace(abstention=silent)
    asked = (query, loosen_gate(query, detail))
    if not any(_bears_on(view, query, earlier, hits, for_model) for query in asked) and not (
        detail and states_of_all(detail, hits)
    ):
        nearest = find_nearest(view, query.topic or query.question, hits)
        unheard = () if nearest else find_unheard(view, query.topic)
        return retrieved._replace(abstention=replies.abstain_too_little(query, nearest, unheard))
    if for_model:
        return retrieved._replace(hits=hits, total=len(hits), considered=len(hits))
    if query.intent is Intent.RECORD:
        hits = put_named_first(view, read_name(query), hits)
    return retrieved._replace(hits=hits, total=len(hits))


def _find_better(retrieved: Retrieved, library: Library, view: Snapshot) -> Retrieved | None:
    """Find the papers with a sentence that says which of two things is better, where a question asks that."""
    things = parse_two_things(retrieved.query.question, view)
    better = find_better(library, view, retrieved.query, things) if things else None
    if things is None or better is None:
        return None
    if isinstance(better, AnswerBody):
        return retrieved._replace(abstention=better)
    return retrieved._replace(hits=better, total=len(better), find_stated=partial(find_comparing_sentences, things))


def _find_by_number(retrieved: Retrieved, library: Library, view: Snapshot) -> Retrieved | None:
    """Find the few papers that state a number of the question."""
    query, hits = narrow_to_numbers(library, view, retrieved.query)
    if not hits:
        return None
    narrowed = retrieved._replace(query=query, searched=query.topic)
    if query.intent is Intent.PAPERS:
        return cut_list(narrowed, hits, len(hits))
    return narrowed._replace(hits=hits, total=len(hits))


def _find_unheard(view: Snapshot, query: Query) -> list[str]:
    """Find the words of a thing that a question asks about, where no paper of the library has any of them."""
    asked = (find_unheard(view, thing) for thing in find_things_of_effect(query.question))
    return find_absent(view, query.question) or next(filter(None, asked), [])


# "The 2004 pilot study of …": a year before a study is that of its work, where an abstract says it, or that in which it
# came out.
_DATED_STUDY = re.compile(
    r"\b(?P<year>(?:19|20)\d\d)\s+(?:[\w-]+\s+){0,3}?(?:paper|article|study|trial|review|survey|report|meta-analysis|cohort|experiment)s?\b",
    re.I,
)
# Words of "2005 study".
_YEAR_AND_KIND = 2


def _find_dated_study(
    retrieved: Retrieved, earlier: PreviousTurn | None, library: Library, view: Snapshot, *, for_model: bool
) -> Retrieved | None:
    """Find a study by the year before its name: as a paper of that year, unless one that says that year is about it."""
    query = retrieved.query
    match = _DATED_STUDY.search(query.topic) if query.intent is Intent.FACT else None
    year = int(match["year"]) if match else 0
    if match is None or year not in view.count_by_year():
        return None
    topic = " ".join(f"{query.topic[: match.start('year')]} {query.topic[match.end('year') :]}".split())
    stating = query.filters.intersect(Filters(text=match["year"]))
    hits = library.search(topic, 1, stating, view) if topic and view.count_fitting(stating) else []
    if not topic or (hits and is_sufficient(measure_coverage(view, topic, hits), query)):
        return None
    of_year = query.filters.intersect(Filters(year_from=year, year_to=year))
    dated = query.model_copy(update={"topic": topic, "filters": of_year, "conditions": (*query.conditions, str(year))})
    answered = retrieve_for(dated, earlier, library, view, retrieved.question, for_model=for_model)
    return answered if answered.abstention is None else None


def _find_work_of_year(retrieved: Retrieved, library: Library, view: Snapshot, *, for_model: bool) -> Retrieved | None:
    """Find the work of a year where no such paper came out in it: "the 2005 online survey" in an abstract of 2007."""
    query = retrieved.query
    match = _DATED_STUDY.search(query.question)
    year = int(match["year"]) if match else None
    if match is None or (query.filters.year_from, query.filters.year_to) != (year, year):
        return None
    if not query.topic and len(match[0].split()) <= _YEAR_AND_KIND:
        return None  # A year alone stands in texts that are about no work of it: "trials published in 2005 or later".
    undated = query.filters.model_copy(update={"year_from": None, "year_to": None, "kind": ()})
    stating = undated.intersect(Filters(text=match["year"]))
    if not view.count_fitting(stating):
        return None
    update: dict[str, object] = {
        "intent": Intent.FACT,
        "topic": f"{match[0]} {query.topic}".strip(),
        "filters": stating,
        "conditions": (),
    }
    asked = query.model_copy(update=update)
    answered = retrieve_for(asked, None, library, view, retrieved.question, for_model=for_model)
    return answered if answered.abstention is None else None


def _bears_on(view: Snapshot, query: Query, earlier: PreviousTurn | None, hits: Sequence[Hit], for_model: bool) -> bool:
    """Whether the papers bear on the question: the one gate before an answer."""
    if for_model:
        if earlier is not None and earlier.pointed:  # It asks of these papers, in whatever words.
            return True
        coverage = measure_coverage(view, query.topic or query.question, hits)
        return coverage.estimate_strength() >= READILY or is_sufficient(coverage, query)
    if not query.topic and (earlier is not None or view.count_fitting(query.filters) == 1):
        return True  # "Why not?" asks of the earlier papers whatever they say; so do conditions that name one paper.
    if is_sufficient(measure_coverage(view, query.topic, hits), query, earlier):
        return True
    # Its author names the one paper that is meant, just as "it" does.
    pointed = earlier.pointed if earlier else query.names_author and view.count_fitting(query.filters) == 1
    return pointed and any(score_form(query.question, sentence.text) for sentence in hits[0].sentences)


def _find_all_sides(library: Library, view: Snapshot, query: Query) -> list[Side]:
    """Find what is compared: the things that are named, or the papers that the conditions mean."""
    sides = find_sides(library, view, query)
    named = len(sides) > 1 and all(side.paper for side in sides)
    return sides if named or (query.topic and not sides) else find_conditioned(library, view, query) or sides


def _compare(
    retrieved: Retrieved, sides: Sequence[Side], library: Library, view: Snapshot, for_model: bool
) -> Retrieved:
    """Compare things: by papers of both, else the paper of each; or rank the two papers."""
    query = retrieved.query
    if query.order is Order.RELEVANCE and query.sides and all(side.paper for side in sides):
        comparing, find_sentences = find_comparing(library, view, query, sides)
        fact = query.model_copy(update={"intent": Intent.FACT, "wanted": "result"})
        if comparing and find_sentences and not asks_whether(query.question):
            return retrieved._replace(query=fact, hits=comparing, total=len(comparing), find_stated=find_sentences)
        within = Filters(ids=tuple(hit.paper.id for hit in comparing))
        narrowed = fact.model_copy(update={"filters": query.filters.intersect(within)})
        found = retrieve_for(narrowed, None, library, view, retrieved.question, for_model=for_model)
        if comparing and found.abstention is None:
            return found._replace(query=found.query.model_copy(update={"filters": query.filters}))
    if query.order is Order.RELEVANCE and query.sides and not for_model:
        fact = query.model_copy(update={"intent": Intent.FACT, "wanted": "result"})
        joint = find_joint(view, sides, search_for_quotes(library, view, fact, None))
        if joint:
            return retrieved._replace(query=fact, hits=joint, total=len(joint))
    papers = [side.paper for side in sides if side.paper]
    if query.order is not Order.RELEVANCE and len(papers) == len(sides):
        ranked = query.model_copy(update={"filters": Filters(ids=tuple(paper.id for paper in papers))})
        listed = list_catalogue(retrieved._replace(query=ranked), library, view)
        return listed._replace(query=query.model_copy(update={"intent": Intent.CATALOGUE}))
    if for_model and len(papers) == len(sides):
        hits = library.search(retrieved.searched, len(papers), Filters(ids=tuple(paper.id for paper in papers)), view)
        return retrieved._replace(hits=hits, total=len(hits), considered=len(hits))
    reply = compare_sides(view, sides)
    return retrieved._replace(abstention=reply) if reply.abstained else retrieved._replace(reply=reply)


def _is_topic_of_several(library: Library, view: Snapshot, query: Query) -> bool:
    """Tell whether several papers are to be expected to be about a topic; of one or two, rather something is asked."""
    return sum(hit.relevance for hit in find_relevant(library, view, query)) >= _SEVERAL
