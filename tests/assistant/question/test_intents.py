"""What questions ask for, as new users type them."""

from datetime import date

import pytest

from assistant.question.description import describe_conditions, describe_filters, remove_conditions
from assistant.question.intents import OF_ONE, find_exact, read_intent
from assistant.question.parse import _COUNTS_WITHIN, parse_question
from assistant.question.query import Form, Intent, Order, Query, describe_query, note_query
from store.filters import Filters
from store.index.snapshot import Snapshot

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("question", "intent", "topic"),
    [
        ("what is this library about?", Intent.OVERVIEW, ""),
        ("give me an overview of what is in here", Intent.OVERVIEW, ""),
        ("overview of fairness", Intent.PAPERS, "fairness"),
        ("who are Ethan Che's co-authors?", Intent.AUTHORS, ""),
        ("How many authors are there?", Intent.AUTHORS, ""),
        ("who works on queueing?", Intent.AUTHORS, "queueing"),
        ("Who has studied queueing?", Intent.AUTHORS, "queueing"),
        ("who is looking into queueing", Intent.AUTHORS, "queueing"),
        ("which journals are there?", Intent.VENUES, ""),
        ("papers per year", Intent.YEARS, ""),
        ("Is there a count by year?", Intent.YEARS, ""),
        ("Is there a distribution over the years?", Intent.YEARS, ""),
        ("Has fairness got better over the years?", Intent.FACT, "fairness got better"),
        ("What are the most common keywords?", Intent.KEYWORDS, ""),
        ("what is Namkoong's h-index?", Intent.PROFILE, ""),
        (
            "professors with a grant, was their h index higher?",
            Intent.FACT,
            "professors with a grant their h index higher",
        ),
        ("bibtex for the paper on rare events", Intent.SHOW, "rare events"),
        ("Which papers mention Monte Carlo?", Intent.MENTIONS, "Monte Carlo"),
        ("compare Thompson sampling and Monte Carlo", Intent.COMPARE, "Thompson sampling and Monte Carlo"),
        ("How does sampling differ from queueing?", Intent.COMPARE, "sampling queueing"),
        ("thompson sampling regret", Intent.FACT, "thompson sampling regret"),
        ("Summarize in 3 bullet points what the planner paper found", Intent.FACT, "planner"),
        ("papers on fairness but not by Duchi", Intent.PAPERS, "fairness"),
        ("papers on first passage times", Intent.PAPERS, "first passage times"),
        ("papers about surveys", Intent.PAPERS, "surveys"),
        ("What did Che find about queueing?", Intent.FACT, "queueing"),
        ("As what does the paper with Che recast queueing?", Intent.FACT, "recast queueing"),
        (
            "On which data sets does the study by Che evaluate queueing?",
            Intent.FACT,
            "data sets the study by evaluate queueing",
        ),
        ("What does the paper with Che recast queueing as?", Intent.FACT, "recast queueing"),
        ("Which papers by Che are on queueing?", Intent.PAPERS, "queueing"),
        ("the papers with Che on queueing", Intent.PAPERS, "queueing"),
        ("studies done on queueing", Intent.PAPERS, "queueing"),
        ("Who else besides Che works on queueing?", Intent.AUTHORS, "queueing"),
        ("who other than Che has published on queueing", Intent.AUTHORS, "queueing"),
        ("queueing, but not networks", Intent.PAPERS, "queueing"),
        ("queueing but not fairness", Intent.PAPERS, "queueing"),
        ("Is queueing used, but not in networks?", Intent.FACT, "queueing used but not in networks"),
    ],
)
def test_the_intent_and_the_topic(view: Snapshot, question: str, intent: Intent, topic: str) -> None:
    query = parse_question(question, view, TODAY)
    assert (query.intent, query.topic) == (intent, topic)
    assert query.unused == ()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What did the planner paper find?", "result"),
        ("What was the aim of the planner?", "aim"),
        ("How does the planner work?", "method"),
        ("What are the limitations of the planner?", "limitation"),
        ("What do they conclude about the planner?", "conclusion"),
        ("Is the code of the planner available?", "availability"),
        ("Which data sets were audited?", "data"),
        ("Who wrote Rare Events?", "authors"),
        ("When was Rare Events published?", "date"),
        ("Who is the first author of Rare Events?", "first author"),
        ("What is a planner?", ""),
        ("Which papers study fairness?", ""),
    ],
)
def test_what_of_a_paper_is_wanted(view: Snapshot, question: str, wanted: str) -> None:
    assert parse_question(question, view, TODAY).wanted == wanted


@pytest.mark.parametrize(
    ("question", "exact"),
    [
        ("Which papers use Monte Carlo or bandits?", ("Monte Carlo", "bandits")),
        ("papers that mention a planner", ("planner",)),
        ("Which papers use simulation, and on what systems?", ("simulation",)),
        ("papers about fairness", ()),
    ],
)
def test_what_papers_have_to_mention(view: Snapshot, question: str, exact: tuple[str, ...]) -> None:
    assert parse_question(question, view, TODAY).exact == exact


def test_what_differs_without_another_side_is_asked_for_as_a_fact(view: Snapshot) -> None:
    query = parse_question("Does queueing differ by season?", view, TODAY)
    assert (query.intent, query.topic) == (Intent.FACT, "queueing by season")
    assert parse_question("How does queueing differ by season?", view, TODAY).intent is Intent.COMPARE


def test_papers_about_differences_are_listed(view: Snapshot) -> None:
    query = parse_question("What do we have on differences between sampling and queueing?", view, TODAY)
    assert (query.intent, query.topic) == (Intent.PAPERS, "differences between sampling and queueing")


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare Thompson sampling and Monte Carlo", ("Thompson sampling", "Monte Carlo")),
        ("What is the difference between the planner and naive Monte Carlo?", ("planner", "naive Monte Carlo")),
        ("How does sampling differ from queueing?", ("sampling", "queueing")),
        ("sampling vs. queueing", ("sampling", "queueing")),
        ("Do sampling and queueing differ?", ("sampling", "queueing")),
        ("Does sampling significantly differ from queueing?", ("sampling", "queueing")),
        ("sampling vs queueing: does it matter in practice?", ("sampling", "queueing")),
        ("compare them", ()),
        ("compare the two", ()),
    ],
)
def test_the_sides_of_a_comparison(view: Snapshot, question: str, sides: tuple[str, ...]) -> None:
    query = parse_question(question, view, TODAY)
    assert (query.intent, query.sides) == (Intent.COMPARE, sides)


@pytest.mark.parametrize(
    ("question", "order", "limit", "form"),
    [
        ("most cited papers", Order.MOST_CITED, None, Form.SENTENCE),
        ("the three most cited papers", Order.MOST_CITED, 3, Form.SENTENCE),
        ("Give me 3 papers about fairness", Order.RELEVANCE, 3, Form.SENTENCE),
        ("How many papers are there?", Order.RELEVANCE, None, Form.COUNT),
        ("bibtex of Rare Events", Order.RELEVANCE, None, Form.BIBTEX),
        ("link to Rare Events", Order.RELEVANCE, None, Form.LINK),
        ("the results of the planner in 3 bullet points", Order.RELEVANCE, 3, Form.LIST),
        ("What do we know of the planner? Give me 3 bullet points", Order.RELEVANCE, 3, Form.LIST),
        ("papers on fairness as a table", Order.RELEVANCE, None, Form.TABLE),
    ],
)
def test_order_number_and_form(view: Snapshot, question: str, order: Order, limit: int | None, form: Form) -> None:
    query = parse_question(question, view, TODAY)
    assert (query.order, query.limit, query.form) == (order, limit, form)


@pytest.mark.parametrize(
    ("question", "topic", "words"),
    [
        ("papers on sampling but not fairness", "sampling", ("fairness",)),
        ("papers about sampling that do not use simulation", "sampling", ("simulation",)),
        ("papers on labels except those about fairness or bandits", "labels", ("fairness", "bandits")),
        ("what has Che written that is not about fairness?", "", ("fairness",)),
    ],
)
def test_topics_that_are_shut_out(view: Snapshot, question: str, topic: str, words: tuple[str, ...]) -> None:
    query = parse_question(question, view, TODAY)
    assert query.topic == topic
    assert query.filters.without == tuple(Filters(text=word) for word in words)


def test_a_negation_that_is_not_understood_is_said(view: Snapshot) -> None:
    assert parse_question("papers on sampling without labels", view).unused == ("without labels",)
    assert parse_question("papers cited by Duchi", view).unused == ("cited by Duchi",)
    assert parse_question("papers by Che or since 2024 with code", view).unused == ("since 2024",)
    assert parse_question("Why does sampling not converge?", view).unused == ()


def test_a_name_with_a_letter_wrong_is_corrected_and_said(view: Snapshot) -> None:
    query = parse_question("papers by Namkong", view)
    assert query.corrections == (("Namkong", "Namkoong"),)
    assert query.filters == Filters(author=("Namkoong",))
    assert note_query(query) == ["Read “Namkoong” for “Namkong”"]


def test_a_condition_of_the_question_can_be_ignored(view: Snapshot) -> None:
    question = "papers by Che since 2024 that are not about fairness"
    query = parse_question(question, view)
    assert query.conditions == ("by Che", "2024 or later", "not with the words “fairness”")
    for condition in query.conditions:
        left = tuple(other for other in query.conditions if other != condition)
        assert parse_question(question, view, ignore=[condition]).conditions == left
    assert parse_question(question, view, ignore=query.conditions).filters == Filters()
    assert parse_question(question, view, ignore=["by Duchi"]) == query


EVERY = Filters(
    author=("Che", "Li"),
    year_from=2018,
    years=(2018, 2020),
    date_to="2020-05",
    venue=("Nature",),
    kind=("preprint",),
    language=("de",),
    has_code=False,
    min_citations=5,
    without=(Filters(author=("Zhang",)), Filters(venue=("PeerJ",), year_to=2019)),
    either=(Filters(tag=("a",)), Filters(keyword=("b",))),
)


def test_filters_in_words() -> None:
    assert describe_conditions(EVERY) == (
        "by Che and Li",
        "2018 or later",
        "2020-05 or earlier",
        "in 2018 or 2020",
        "in Nature",
        "of the kind preprint",
        "in German",
        "without code",
        "cited 5 times or more",
        "not by Zhang",
        "not until 2019 and in PeerJ",
        "tagged a or with the keyword b",
    )
    assert describe_filters(Filters(author=("Che",), year_from=2018, year_to=2020)) == "by Che from 2018 to 2020"
    assert remove_conditions(EVERY, describe_conditions(EVERY)) == Filters()


def test_a_query_in_one_line() -> None:
    filters = Filters(year_from=2019, without=(Filters(author=("Zhang",)),))
    query = Query(question="", intent=Intent.PAPERS, topic="transfer", filters=filters)
    assert describe_query(query) == "papers · 2019 or later · not by Zhang · about: transfer"
    compared = Query(question="", intent=Intent.COMPARE, topic="a b", sides=("a", "b"), wanted="result")
    assert describe_query(compared) == "compare: result · a against b"
    listed = Query(question="", intent=Intent.CATALOGUE, order=Order.OLDEST, limit=3, unknown="Hinton")
    assert describe_query(listed) == "papers · by Hinton, of whom nothing is here · oldest first · at most 3"
    exact = Query(question="", intent=Intent.MENTIONS, topic="a b", exact=("a", "b"))
    assert describe_query(exact) == "mentions · with the words: a or b"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("In which papers does isotretinoin occur?", ("isotretinoin",)),
        ("in which of the papers are policy gradients used", ("policy gradients",)),
        ("papers in which newts come up", ("newts",)),
        ("list the papers where newts or toads are mentioned", ("newts", "toads")),
        ("Where is isotretinoin mentioned?", ("isotretinoin",)),
        ("Where do newts occur?", ()),
        ("Where is it mentioned?", ()),
    ],
)
def test_words_are_asked_for_by_where_they_stand(question: str, words: tuple[str, ...]) -> None:
    assert find_exact(question) == words
    assert (read_intent(question).intent is Intent.MENTIONS) is bool(words)


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("the most recent randomised trial on warts", Order.NEWEST),
        ("What is the oldest case report?", Order.OLDEST),
        ("most cited review of lasers", Order.MOST_CITED),
    ],
)
def test_a_kind_by_its_rank_is_one_paper(question: str, order: Order) -> None:
    reading = read_intent(question)
    assert (reading.listing, reading.order, reading.limit) == (True, order, 1)


def test_a_rank_within_a_fact_lists_nothing() -> None:
    assert not read_intent("Was the oldest trial participant a smoker?").listing


def test_many_words_that_ask_are_read_once() -> None:
    asked = "how many " * 100_000  # Looked behind each of them it would take an hour.
    assert not OF_ONE.search(asked)
    assert OF_ONE.search(asked + "patients has the study by Liu?")
    assert not _COUNTS_WITHIN.search(asked)
    assert _COUNTS_WITHIN.search(asked + "patients are in the study by Liu?")
