import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.parse import parse_question
from assistant.question.query import MAX_QUESTION, Intent, Order
from store.filters import Filters
from store.index.snapshot import Snapshot
from tests.counting import growth


@pytest.mark.parametrize(
    ("question", "kind", "topic"),
    [
        ("What is the worst group?", Intent.FACT, "worst"),
        ("How does the planner work?", Intent.FACT, "planner"),
        ("How many samples does it need?", Intent.FACT, "samples"),
        ("Why?", Intent.FACT, ""),
        ("Which papers study Thompson sampling?", Intent.PAPERS, "Thompson sampling"),
        ("papers about queueing networks", Intent.PAPERS, "queueing networks"),
        ("What work is there on fairness?", Intent.PAPERS, "fairness"),
        ("Compare queueing and fairness", Intent.COMPARE, "queueing fairness"),
        ("What is the difference between queueing and fairness?", Intent.COMPARE, "queueing fairness"),
        ("What is known about fairness?", Intent.PAPERS, "fairness"),
        ("What did Che write about queueing?", Intent.PAPERS, "queueing"),
        ("List all papers", Intent.CATALOGUE, ""),
        ("What did Ethan Che work on?", Intent.CATALOGUE, ""),
        ("Which papers appeared in 2018?", Intent.CATALOGUE, ""),
        ("2018", Intent.CATALOGUE, ""),
        ("How many papers are there?", Intent.COUNT, ""),
        ("How many papers are about fairness?", Intent.COUNT, "fairness"),
        ("What is the number of papers by Che?", Intent.COUNT, ""),
        ("Who wrote the paper on queueing networks?", Intent.RECORD, "queueing networks"),
        ("Who are the authors of Rare Events?", Intent.RECORD, "Rare Events"),
        ("When was Rare Events published?", Intent.RECORD, "Rare Events"),
        ("In which year did Rare Events appear?", Intent.RECORD, "Rare Events"),
        ("Crash probability of cars, 1995 vs 2015", Intent.FACT, "Crash probability"),
        ("Compare 10 % and 20 % of crashes", Intent.FACT, "crashes"),
    ],
)
def test_the_kind_and_the_topic(view: Snapshot, question: str, kind: Intent, topic: str) -> None:
    query = parse_question(question, view)
    assert query.intent is kind
    assert set(topic.split()) <= set(query.topic.split())
    assert bool(topic) == bool(query.topic)


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("Which papers appeared in 2018?", Filters(year_from=2018, year_to=2018)),
        ("papers by Che since 2024", Filters(author=("Che",), year_from=2024)),
        ("Che 2023", Filters(author=("Che",), year_from=2023, year_to=2023)),
        ("What is new in 2024?", Filters(year_from=2024, year_to=2024)),
        ("What happened in 2018?", Filters(year_from=2018, year_to=2018)),
        ("papers in LG", Filters(category=("LG",))),
        ("papers in LG or ML", Filters(category=("LG", "ML"))),
        ("LG and ML papers since 2020", Filters(category=("LG", "ML"), year_from=2020)),
        ("Which papers are in the category ST?", Filters(category=("ST",))),
        ("papers in ML, not LG", Filters(category=("ML",), without=(Filters(category=("LG",)),))),
        ("papers in ML (the category code, not LG)", Filters(category=("ML",), without=(Filters(category=("LG",)),))),
        (
            "papers in ML but no LG or ST",
            Filters(category=("ML",), without=(Filters(category=("LG",)), Filters(category=("ST",)))),
        ),
        ("papers in categories LG, ML", Filters(category=("LG", "ML"))),
        ("Which papers come with code?", Filters(has_code=True)),
        ("papers with source code by Che", Filters(author=("Che",), has_code=True)),
    ],
)
def test_filters_are_recognised(view: Snapshot, question: str, filters: Filters) -> None:
    assert parse_question(question, view).filters == filters


@pytest.mark.parametrize(
    "question",
    [
        "How did the crisis of 2018 affect crash probabilities?",
        "Which data sets from 2012 were compared?",
        "Which papers use ImageNet 2012?",
        "papers in QQ",
        "papers in the category unheard",
        "IT papers",
        "Does the code of honour matter?",
        "What is Thompson sampling?",
    ],
)
def test_what_the_library_does_not_hold_is_no_filter(view: Snapshot, question: str) -> None:
    assert parse_question(question, view).filters == Filters()


def test_a_year_of_the_topic_stays_in_the_topic(view: Snapshot) -> None:
    assert "2012" in parse_question("Which papers use ImageNet 2012?", view).topic
    assert "2018" in parse_question("How did the crisis of 2018 affect crash probabilities?", view).topic


def test_a_category_leaves_the_topic_and_nothing_else_does(view: Snapshot) -> None:
    query = parse_question("Which MLOps papers are in ML?", view)
    assert (query.filters.category, query.topic.split()[0]) == (("ML",), "MLOps")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which systematic reviews mention queueing?", ("systematic review",)),
        ("preprints that use queueing", ("preprint",)),
        ("Which texts mention queueing?", ()),
    ],
)
def test_papers_of_a_kind_are_asked_what_they_mention(view: Snapshot, question: str, kind: tuple[str, ...]) -> None:
    query = parse_question(question, view)
    assert (query.intent, query.exact, query.filters.kind) == (Intent.MENTIONS, ("queueing",), kind)
    assert query.question == question


def test_papers_of_a_kind_are_counted_by_what_they_mention(view: Snapshot) -> None:
    counted = parse_question("How many systematic reviews mention queueing?", view)
    assert (counted.intent, counted.exact) == (Intent.COUNT, ("queueing",))


def test_one_review_is_asked_for_what_it_used(view: Snapshot) -> None:
    assert parse_question("What did the systematic review use?", view).intent is not Intent.MENTIONS


@pytest.mark.parametrize(
    ("question", "order", "limit"),
    [
        ("What are the three newest papers?", Order.NEWEST, 3),
        ("newest three papers", Order.NEWEST, 3),
        ("the 12 most recent papers on fairness", Order.NEWEST, 12),
        ("What is the earliest paper?", Order.OLDEST, 1),
        ("the latest paper on fairness", Order.NEWEST, 1),
        ("first 2 papers", Order.OLDEST, 2),
        ("oldest papers", Order.OLDEST, None),
        ("What are the two latest?", Order.NEWEST, 2),
        ("Which of them is the newest?", Order.NEWEST, 1),
        ("the oldest of these", Order.OLDEST, 1),
        ("What are the newest of them?", Order.NEWEST, None),
        ("Which one is the oldest one?", Order.OLDEST, 1),
        ("What are the first three moments?", Order.RELEVANCE, None),
        ("Which system came first?", Order.RELEVANCE, None),
        ("the last two layers", Order.RELEVANCE, None),
        ("papers", Order.RELEVANCE, None),
    ],
)
def test_order_and_limit(view: Snapshot, question: str, order: Order, limit: int | None) -> None:
    query = parse_question(question, view)
    assert (query.order, query.limit) == (order, limit)


def test_a_number_that_is_no_limit_stays_in_the_topic(view: Snapshot) -> None:
    assert "three" in parse_question("What are the first three moments?", view).topic


def test_only_an_author_of_the_question_is_named(view: Snapshot) -> None:
    assert parse_question("papers by Che", view).names_author
    assert not parse_question("papers by Hinton", view).names_author
    assert parse_question("papers by Hinton", view).unknown == "Hinton"


VOCABULARY = (
    "which papers what is the work by Che Namkoong in since between 2018 2020 and or LG ML category newest three first"
    " how many compare fairness queueing with code who wrote when published number of does not Thompson sampling '' ? -"
)
PHRASES = st.lists(st.sampled_from(VOCABULARY.split()), max_size=14).map(" ".join)


@given(PHRASES | st.text(max_size=200))
def test_any_text_is_understood_and_the_topic_is_of_its_words(view: Snapshot, question: str) -> None:
    query = parse_question(question, view)
    words = set(re.findall(r"\w(?:[\w'’./+-]*\w)?", question))
    assert set(query.topic.split()) <= words
    assert all(view.find_authors(name) for name in query.filters.author)
    assert all(view.has_category(category) for category in query.filters.category)
    assert query.limit is None or query.limit > 0
    assert query.question == question


@pytest.mark.parametrize(
    "question",
    ["how do " * 20_000, "papers in LG and " * 5_000, "a" * 100_000, "2018 " * 20_000, "Che " * 20_000, "by " * 33_000],
)
def test_a_long_question_is_cut(view: Snapshot, question: str) -> None:
    assert len(parse_question(question, view).question) == MAX_QUESTION
    assert growth(lambda size: parse_question(question[:size], view), len(question) // 2) == 1


def test_what_papers_are_about_is_no_venue(view: Snapshot) -> None:
    query = parse_question("What gain is reported in the Sampling experiments?", view)
    assert (query.conditions, query.topic) == ((), "gain reported in the Sampling experiments")
    assert parse_question("papers published in the Sampling", view).conditions == ("in Sampling",)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("Compare 2018 and 2030", (2018, 2030)),
        ("2018 vs 2020", (2018, 2020)),
        ("2018 versus 2024", (2018, 2024)),
    ],
)
def test_two_years_compared_ask_what_there_is_of_either(view: Snapshot, question: str, years: tuple[int, int]) -> None:
    query = parse_question(question, view)
    assert (query.intent, query.filters.years) == (Intent.YEARS, years)


@pytest.mark.parametrize("question", ["What did O'Kelly find?", "what did the 2018 study of Hashimoto report?"])
def test_what_the_one_paper_of_an_author_says_is_asked_of_it(view: Snapshot, question: str) -> None:
    query = parse_question(question, view)
    assert (query.intent, query.topic, query.wanted) == (Intent.FACT, "", "result")


def test_more_of_a_thing_is_no_ranking_by_citations(view: Snapshot) -> None:
    assert parse_question("Which has more patients, Che 2023 or Qu 2025?", view).order is Order.RELEVANCE
    assert parse_question("Which has more citations, Che 2023 or Qu 2025?", view).order is Order.MOST_CITED
    assert parse_question("Which was cited more, Che 2023 or Qu 2025?", view).order is Order.MOST_CITED


def test_a_comparison_shows_the_years_of_its_sides_once(view: Snapshot) -> None:
    assert parse_question("Hashimoto 2018 vs Che 2024", view).describe() == "compare · Hashimoto 2018 against Che 2024"


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("which is newer?", Order.NEWEST),
        ("and which one came out first?", Order.OLDEST),
        ("which of the two is more recent?", Order.NEWEST),
        ("which of them is older?", Order.OLDEST),
        ("which older adults took part?", Order.RELEVANCE),
    ],
)
def test_a_comparative_alone_ranks_in_time(view: Snapshot, question: str, order: Order) -> None:
    query = parse_question(question, view)
    assert (query.order, query.limit) == (order, None if order is Order.RELEVANCE else 1)


def test_two_papers_named_by_author_and_year_are_these_two(view: Snapshot) -> None:
    query = parse_question("Hashimoto 2018 and Che 2024", view)
    assert set(view.list_ids(query.filters)) == {"fair", "queue"}
    compared = parse_question("Hashimoto 2018 and Che 2024 compared", view)
    assert (compared.intent, compared.sides) == (Intent.COMPARE, ("Hashimoto 2018", "Che 2024"))


def test_what_is_written_with_a_stroke_is_spelled_out(view: Snapshot) -> None:
    query = parse_question("papers w/o abstract", view)
    assert view.list_ids(query.filters) == ["silent"]


def test_a_field_of_the_one_paper_of_an_author_is_its_record(view: Snapshot) -> None:
    query = parse_question("who is the last author of the Hashimoto paper?", view)
    assert (query.intent, query.wanted) == (Intent.RECORD, "last author")


def test_years_that_are_asked_which_has_more_papers_are_counted(view: Snapshot) -> None:
    assert parse_question("2018 or 2020: more papers?", view).intent is Intent.YEARS


def test_long_sides_are_cut_where_it_is_told_how_a_question_was_read(view: Snapshot) -> None:
    query = parse_question(f"compare {'queueing ' * 12}and fairness", view)
    assert query.describe() == "compare · queueing queueing queueing queueing queueing queu… against fairness"


@pytest.mark.parametrize("question", ["any double blind trials?", "are there any small studies in traffic?"])
def test_any_papers_of_some_name_are_a_list(view: Snapshot, question: str) -> None:
    assert parse_question(question, view).intent is Intent.PAPERS


@pytest.mark.parametrize(
    ("question", "unused"),
    [
        ("papers on fairness by Dutch authors", ("by Dutch authors",)),
        ("papers from American universities on queues", ("from American universities",)),
        ("papers on fairness by several authors", ()),
        ("papers by other authors", ()),
    ],
)
def test_authors_by_what_they_are_are_not_read_and_that_is_said(
    view: Snapshot, question: str, unused: tuple[str, ...]
) -> None:
    query = parse_question(question, view)
    assert query.unused == unused
    assert "Dutch" not in query.topic


def test_how_many_authors_the_paper_of_somebody_has_is_told_by_its_record(view: Snapshot) -> None:
    query = parse_question("how many authors has the Hashimoto paper?", view)
    assert (query.intent, view.list_ids(query.filters)) == (Intent.RECORD, ["fair"])
