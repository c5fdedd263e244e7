"""Wordings of people who have never seen the grammar: two names joined, sizes, roles, SQL, months, other languages."""

from datetime import date
from pathlib import Path

import pytest

from assistant.question.aspects import names_role
from assistant.question.parse import parse_question
from assistant.question.query import Intent, Order
from assistant.question.topic import read_topic
from store.filters import Filters
from store.index.snapshot import Snapshot
from tests.assistant import small

TODAY = date(2026, 11, 29)
PAPERS = (
    small.paper("one", "Chatting", "Large language models (LLMs) chat.", "Ada Heiner", 2020, venue="PLoS ONE"),
    small.paper(
        "two", "Agents", "LLMs act, and an LLM plans.", "Ada Heiner, Bo Koch", 2021, venue="PLoS Computational Biology"
    ),
    small.paper("both", "Fields", "Cattle graze.", "Bo Koch", 2022, venue="Science and Medicine", language="en"),
    small.paper("color", "Skin color", "Skin of one color. The colors of skin.", "Bo Koch", 2025),
    small.paper("colors", "Colors", "Another color, and colour once.", "Ada Heiner", 2025, keywords=("Petri nets",)),
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The papers above."""
    folder: Path = tmp_path_factory.mktemp("typed")
    snapshot = small.assistant(folder, PAPERS).library.view()
    assert snapshot is not None
    return snapshot


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("papers in PLoS ONE or PLoS Computational Biology", Filters(venue=("PLoS ONE", "PLoS Computational Biology"))),
        ("papers in Science and Medicine", Filters(venue=("Science and Medicine",))),
        ("papers by Heiner alone", Filters(author=("Heiner",), single_author=True)),
        ("papers that Heiner did not lead as first author", Filters(without=(Filters(first_author=("Heiner",)),))),
        ("papers where Heiner isn't listed as the last author", Filters(without=(Filters(last_author=("Heiner",)),))),
        ("papers Heiner has never written as lead author", Filters(without=(Filters(first_author=("Heiner",)),))),
        ("papers Heiner led as first author", Filters(first_author=("Heiner",))),
        ("papers led by Heiner", Filters(first_author=("Heiner",))),
        ("papers by Heiner (first author)", Filters(first_author=("Heiner",))),
        ("papers with Koch in last place", Filters(last_author=("Koch",))),
        ("papers with Koch last", Filters(last_author=("Koch",))),
        ("papers by heiner", Filters(author=("heiner",))),
        ("PLoS Computational Biology, since 2020", Filters(venue=("PLoS Computational Biology",), year_from=2020)),
        ("which papers does the collection hold by Koch", Filters(author=("Koch",))),
        (
            "papers by Ada Heiner on her own since 2020",
            Filters(author=("Ada Heiner",), single_author=True, year_from=2020),
        ),
        ("papers with more than one author", Filters(single_author=False)),
        ("papers with no co-authors", Filters(single_author=True)),
        ("papers with more than two authors", Filters(min_authors=3)),
        ("papers by exactly two authors", Filters(min_authors=2, max_authors=2)),
        ("papers by no more than two people", Filters(max_authors=2)),
        ("papers with three authors or fewer", Filters(max_authors=3)),
        ("papers with 2-4 authors", Filters(min_authors=2, max_authors=4)),
        ("papers with between two and four authors", Filters(min_authors=2, max_authors=4)),
        ("papers with more than one and fewer than 4 authors", Filters(min_authors=2, max_authors=3)),
        ("papers with two or three authors", Filters(min_authors=2, max_authors=3)),
        (
            "papers by one or three authors",
            Filters(either=(Filters(min_authors=1, max_authors=1), Filters(min_authors=3, max_authors=3))),
        ),
        ("two-author papers", Filters(min_authors=2, max_authors=2)),
        ("papers not by more than one author", Filters(without=(Filters(single_author=False),))),
        ("papers whose number of authors is at least 3", Filters(min_authors=3)),
        ("papers by Ada Heiner with one co-author", Filters(author=("Ada Heiner",), min_authors=2, max_authors=2)),
        ("papers Koch wrote with two others", Filters(author=("Koch",), min_authors=3, max_authors=3)),
        ("papers cited between 10 and 50 times", Filters(min_citations=10, max_citations=50)),
        ("papers cited more than once", Filters(min_citations=2)),
        ("papers by Koch together with others", Filters(author=("Koch",), single_author=False)),
        ("everything Koch had no part in", Filters(without=(Filters(author=("Koch",)),))),
        ("all that Heiner took no part in", Filters(without=(Filters(author=("Heiner",)),))),
        ("papers where Koch isn't the first author", Filters(without=(Filters(first_author=("Koch",)),))),
        ("in which papers is Koch the last author?", Filters(last_author=("Koch",))),
        ("first-author papers of Koch", Filters(first_author=("Koch",))),
        ('papers tagged "Petri nets"', Filters(keyword=("Petri nets",))),
        ("keyword: Petri nets", Filters(keyword=("Petri nets",))),
        ("everything that is not in English", Filters(without=(Filters(language=("en",)),))),
        ("what do you have by Koch?", Filters(author=("Koch",))),
        ("is there an editorial?", Filters(kind=("editorial",))),
        ("articles in PLoS Medicine", Filters(venue=("PLoS Medicine",))),
        ("list the ones from plos computational biology", Filters(venue=("plos computational biology",))),
        ("papers with a DOI", Filters(states=("doi",))),
        ("papers with no keywords", Filters(without=(Filters(states=("keywords",)),))),
        (
            "papers without a DOI or keywords",
            Filters(without=(Filters(states=("doi",)), Filters(states=("keywords",)))),
        ),
        ("papers with a DOI or a PMID", Filters(either=(Filters(states=("doi",)), Filters(states=("pmid",))))),
        ("papers that have neither code nor an abstract", Filters(has_code=False, has_abstract=False)),
        ("undated papers", Filters(without=(Filters(states=("date",)),))),
        ('papers with "skin" in the title', Filters(title="skin")),
        ("titles containing color or chatting", Filters(either=(Filters(title="color"), Filters(title="chatting")))),
        ("papers whose title doesn't mention color", Filters(without=(Filters(title="color"),))),
        ("English papers", Filters(language=("en",))),
        ("preprints only please", Filters(kind=("preprint",))),
        ("papers from jan to june 2025", Filters(date_from="2025-01", date_to="2025-06")),
        ("papers from Jan. – Mar 2025", Filters(date_from="2025-01", date_to="2025-03")),
        ("welche Paper von 2020 gibt es?", Filters(year_from=2020, year_to=2020)),
        ("quels sont les articles de Koch ?", Filters(author=("Koch",))),
        ("Ich suche Artikel seit 2021", Filters(year_from=2021)),
        ("je cherche des articles de Koch", Filters(author=("Koch",))),
        ("stuff by Koch since 2021", Filters(author=("Koch",), year_from=2021)),
        ("SELECT * FROM papers", Filters()),
        ("SELECT title FROM papers WHERE year >= 2021 AND author = 'Koch'", Filters(year_from=2021, author=("Koch",))),
        ("select * from papers where year != 2020", Filters(without=(Filters(year_from=2020, year_to=2020),))),
        ("what are the titles of the papers by Koch?", Filters(author=("Koch",))),
        ("papers without cattle", Filters(without=(Filters(text="cattle"),))),
        (
            "papers that neither mention cattle nor LLMs",
            Filters(without=tuple(Filters(text=words) for words in ("cattle", "LLMs", "LLM", "Large language models"))),
        ),
        (
            "papers other than the ones about language models",
            Filters(without=tuple(Filters(text=words) for words in ("language models", "LLMs", "LLM"))),
        ),
    ],
)
def test_papers_are_filtered_as_meant(held: Snapshot, question: str, filters: Filters) -> None:
    query = parse_question(question, held, TODAY)
    assert set(held.list_ids(query.filters)) == set(held.list_ids(filters))
    assert query.filters.model_copy(update={"without": ()}) == filters.model_copy(update={"without": ()})
    assert {*query.filters.without} == {*filters.without}
    assert (query.intent, query.topic, query.unused, query.unknown) == (Intent.CATALOGUE, "", (), "")


@pytest.mark.parametrize(
    ("question", "unused"),
    [
        ("open access papers", "open access"),
        ("peer-reviewed papers", "peer-reviewed"),
        ("papers with a PDF", "with a PDF"),
        ("papers I have not read yet", "I have not read yet"),
        ("papers with the most authors", "the most authors"),
        ("papers whose title starts with A", "title starts with A"),
        ("papers with at least 10 pages", "with at least 10 pages"),
        ("papers not by Heiner alone", "not by Heiner alone"),
    ],
)
def test_what_no_filter_can_say_is_told(held: Snapshot, question: str, unused: str) -> None:
    query = parse_question(question, held, TODAY)
    assert (query.unused, query.filters, query.topic) == ((unused,), Filters(), "")


def test_a_select_in_prose_is_no_statement(held: Snapshot) -> None:
    assert parse_question("select genes from papers about cattle", held).topic.split()[:2] == ["select", "genes"]


@pytest.mark.parametrize(
    ("question", "intent", "order", "limit"),
    [
        ("top 3 cited papers not by Koch", Intent.CATALOGUE, Order.MOST_CITED, 3),
        ("what keywords are there", Intent.KEYWORDS, Order.RELEVANCE, None),
        ("who has the most papers?", Intent.AUTHORS, Order.RELEVANCE, None),
        ("the second most cited paper", Intent.CATALOGUE, Order.MOST_CITED, 2),
        ("third newest paper", Intent.CATALOGUE, Order.NEWEST, 3),
        ("how many are these?", Intent.COUNT, Order.RELEVANCE, None),
        ("Whose name turns up most often in the author lists?", Intent.AUTHORS, Order.RELEVANCE, None),
        ("what's in this collection, in short?", Intent.OVERVIEW, Order.RELEVANCE, None),
        ("are there more papers in 2020 or in 2021?", Intent.YEARS, Order.RELEVANCE, None),
        ("how many papers has Koch (co)authored?", Intent.COUNT, Order.RELEVANCE, None),
        ("who works with Koch", Intent.AUTHORS, Order.RELEVANCE, None),
        ("give me a quick overview please", Intent.OVERVIEW, Order.RELEVANCE, None),
        ("tell me about this library", Intent.OVERVIEW, Order.RELEVANCE, None),
        ("papers per year", Intent.YEARS, Order.RELEVANCE, None),
        ("papers by year", Intent.YEARS, Order.RELEVANCE, None),
        ("sort the papers by year", Intent.CATALOGUE, Order.NEWEST, None),
        ("rank the papers by age", Intent.CATALOGUE, Order.NEWEST, None),
        ("what happened in 2021?", Intent.CATALOGUE, Order.RELEVANCE, None),
        ("who has written with Koch", Intent.AUTHORS, Order.RELEVANCE, None),
    ],
)
def test_what_is_asked_for(held: Snapshot, question: str, intent: Intent, order: Order, limit: int | None) -> None:
    query = parse_question(question, held)
    assert (query.intent, query.order, query.limit, query.topic, query.filters.keyword) == (
        intent,
        order,
        limit,
        "",
        (),
    )


def test_how_many_papers_use_something_counts_those_that_mention_it(held: Snapshot) -> None:
    query = parse_question("How many papers use Petri nets?", held)
    assert (query.intent, query.exact) == (Intent.COUNT, ("Petri nets",))


def test_conditions_may_stand_before_what_papers_mention(held: Snapshot) -> None:
    query = parse_question("papers from 2020 through 2021 that mention LLMs", held)
    assert (query.exact, query.filters) == (("LLMs",), Filters(year_from=2020, year_to=2021))
    of_agents = parse_question("papers on cattle that use language", held)
    assert (of_agents.exact, of_agents.topic) == ((), "cattle that use language")


def test_a_negation_within_a_topic_shuts_nothing_out(held: Snapshot) -> None:
    query = parse_question("papers no regret learning", held)
    assert (query.filters, query.unused) == (Filters(), ("no regret learning",))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Is NAMD publicly available?", "NAMD"),
        ("is NAMD freely available", "NAMD"),
        ("is NAMD free to use?", "NAMD"),
        ("Is NAMD open source?", "NAMD"),
        ("Is the code of NAMD available?", "NAMD"),
        ("Can I download NAMD?", "NAMD"),
    ],
)
def test_whether_something_can_be_had_asks_for_availability(held: Snapshot, question: str, topic: str) -> None:
    query = parse_question(question, held)
    assert (query.wanted, query.topic) == ("availability", topic)


def test_what_is_free_of_something_is_not_asked_for_availability(held: Snapshot) -> None:
    assert parse_question("Are cattle free of parasites?", held).wanted != "availability"


@pytest.mark.parametrize(
    "question", ["what did it conclude?", "is its code public?", "what are its limitations?", "how was it tested?"]
)
def test_what_is_asked_of_any_paper_is_no_topic(held: Snapshot, question: str) -> None:
    assert parse_question(question, held).topic == ""


def test_what_is_counted_within_one_paper_is_no_kind_of_paper(held: Snapshot) -> None:
    query = parse_question("how many trials were in the review of cattle?", held)
    assert (query.intent, query.filters) == (Intent.FACT, Filters())


@pytest.mark.parametrize(
    ("question", "wanted", "topic"),
    [
        ("what helps against cattle plague?", "result", "cattle plague"),
        ("how safe are LLMs?", "result", "safe LLMs"),
        ("what do we know about cattle?", "result", "cattle"),
        ("Is there a catch with LLMs?", "limitation", "LLMs"),
        ("what problem do the LLM people set out to solve?", "aim", "LLM"),
        ("main findings on cattle", "result", "cattle"),
        ("What weakens the comparison of cattle?", "limitation", "comparison of cattle"),
        ("has anyone built a recommender for cattle?", "", "built a recommender for cattle"),
    ],
)
def test_what_of_a_paper_is_asked_for(held: Snapshot, question: str, wanted: str, topic: str) -> None:
    query = parse_question(question, held)
    assert (query.intent, query.wanted, query.topic) == (Intent.FACT, wanted, topic)


@pytest.mark.parametrize(
    ("question", "intent", "topic"),
    [
        ("who proposed cattle?", Intent.RECORD, "cattle"),
        ("who led the study on cattle?", Intent.RECORD, "cattle"),
        ("who has published on cattle?", Intent.AUTHORS, "cattle"),
        ("who's the last author on the cattle paper", Intent.RECORD, "cattle"),
    ],
)
def test_who_did_something_is_an_author(held: Snapshot, question: str, intent: Intent, topic: str) -> None:
    query = parse_question(question, held)
    assert (query.intent, query.topic) == (intent, topic)


def test_what_something_else_is_the_same_as_is_not_used(held: Snapshot) -> None:
    query = parse_question("papers from the same year as the one on LLMs", held)
    assert query.unused == ("from the same year as the one on LLMs",)


def test_a_role_by_name_is_no_detail() -> None:
    assert names_role("limitations", "limitation")
    assert names_role("aim", "aim")
    assert not names_role("dose", "conclusion")
    assert not names_role("accuracy", "result")


def test_alternatives_of_one_phrase_share_its_head(held: Snapshot) -> None:
    def read(text: str) -> list[str]:
        return [wordings[0].text for wordings in read_topic(held, text).alternatives]

    assert read("treatment at home or by oneself") == ["treatment at home", "treatment by oneself"]
    assert read("cancer in mice or in humans") == ["cancer in mice", "cancer in humans"]
    assert read("cancer in mice or bandits") == ["cancer in mice", "bandits"]
    assert read("bandits or queues in banks") == ["bandits", "queues in banks"]


def test_the_spelling_of_most_papers_is_read(held: Snapshot) -> None:
    query = parse_question("papers about colour", held)
    assert (query.topic, query.corrections) == ("color", (("colour", "color"),))
    assert parse_question("papers about color", held).corrections == ()


def test_short_forms_of_a_kind_of_something(held: Snapshot) -> None:
    assert set(held.list_short_forms("language models")) == {"LLM", "LLMs"}
    assert held.list_short_forms("models") == held.list_short_forms("language") == held.list_short_forms("") == ()


def test_journals_that_are_listed_are_all_meant(held: Snapshot) -> None:
    query = parse_question("Which of these journals has the most papers: PLoS ONE or Science and Medicine?", held)
    assert query.filters.venue == ("PLoS ONE", "Science and Medicine")
