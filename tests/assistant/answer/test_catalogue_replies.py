import pytest

from assistant.answer.extractive import quote_papers
from assistant.answer.replies import AnswerBody
from assistant.answer.retrieval import retrieve_for
from assistant.client import Assistant
from assistant.question.parse import parse_question
from assistant.question.query import Form, Intent, Order, Query
from store.filters import Filters
from store.paper import Profile, Source
from tests.assistant import small
from tests.assistant.answer.finding import Finding


def ask(finding: Finding, intent: Intent, **fields: object) -> AnswerBody:
    query = Query.model_validate({"question": "?", "intent": intent, **fields})
    return quote_papers(retrieve_for(query, None, *finding))


def test_an_overview_names_a_paper_of_each_theme(finding: Finding) -> None:
    reply = ask(finding, Intent.OVERVIEW)
    assert reply.text.startswith("This library holds 8 papers from 2018 to 2025 by 12 authors; 1 of them without")
    assert "**Themes**\n- Thompson sampling: 2 papers, such as “" in reply.text
    assert "**Years**\n- 2018 (2) · 2020 (1) · 2021 (1) · 2023 (1) · 2024 (1) · 2025 (1)" in reply.text
    assert "- Hongseok Namkoong (3) · Ethan Che (2) · Jing Dong (2) · José Núñez (2)" in reply.text
    assert "**Questions to begin with**\n- Which papers mention Thompson sampling?" in reply.text
    assert reply.claims
    assert all(claim.holds for claim in reply.claims)


def test_an_overview_of_some_papers(finding: Finding) -> None:
    assert ask(finding, Intent.OVERVIEW, filters=Filters(year_to=2018)).text.startswith("This library holds 2 papers")
    assert ask(finding, Intent.OVERVIEW, filters=Filters(year_to=1999)).abstained


def test_authors_are_counted(finding: Finding) -> None:
    assert ask(finding, Intent.AUTHORS, form=Form.COUNT).text == "12 authors in this library."
    some = ask(finding, Intent.AUTHORS, form=Form.COUNT, filters=Filters(year_from=2024))
    assert some.text == "4 authors of the papers since 2024."


def test_co_authors_are_the_others_with_their_newest_paper(finding: Finding) -> None:
    reply = ask(finding, Intent.AUTHORS, filters=Filters(author=("Che",)))
    assert reply.text == (
        "2 co-authors of Che:\n\n"
        "- Hongseok Namkoong: 2 papers, the newest “Queues with Differentiable Simulators” [1] *=*\n"
        "- Jing Dong: 1 paper, the newest “Queues with Differentiable Simulators” [1] *=*"
    )


def test_the_most_frequent_are_cut(finding: Finding) -> None:
    reply = ask(finding, Intent.AUTHORS, limit=1)
    assert reply.text.startswith("12 authors in this library:\n\n- Hongseok Namkoong: 3 papers, the newest “A Broader")
    assert reply.text.endswith("\n\n… 11 more.")


def test_authors_of_a_topic(finding: Finding) -> None:
    reply = ask(finding, Intent.AUTHORS, topic="queueing networks")
    assert reply.text.startswith("3 authors of the papers about “queueing networks”:\n\n- Ethan Che: 1 paper")


def test_years_are_listed_in_their_order(finding: Finding) -> None:
    reply = ask(finding, Intent.YEARS, filters=Filters(year_to=2020))
    assert reply.text == "2 years of the papers until 2020:\n\n- 2018: 2 papers\n- 2020: 1 paper"
    assert reply.references == ()


def test_what_no_source_states_is_said(finding: Finding) -> None:
    assert ask(finding, Intent.VENUES).reason == "No source states the venues in this library."
    assert ask(finding, Intent.KEYWORDS, filters=Filters(year_to=1999)).abstained


def test_a_paper_is_shown_by_words_of_its_title(finding: Finding) -> None:
    reply = ask(finding, Intent.SHOW, topic="the broader view of Thompson sampling paper")
    assert reply.text.startswith(
        "“A Broader View of Thompson Sampling” is by Yanlin Qu, Hongseok Namkoong; it is dated"
    )
    assert "- Id: thompson" in reply.text
    assert [reference.paper_id for reference in reply.references] == ["thompson"]
    assert ask(finding, Intent.SHOW, topic="fair").references[0].paper_id == "fair"


def test_its_entry_and_its_links(finding: Finding) -> None:
    entry = ask(finding, Intent.SHOW, topic="Rare Events in Simulated Traffic", form=Form.BIBTEX)
    assert "```bibtex\n@misc{okelly2018rare," in entry.text
    none = ask(finding, Intent.SHOW, topic="Rare Events in Simulated Traffic", form=Form.LINK)
    assert none.text.endswith("- No source states an address or a DOI.")


def test_links_can_be_followed_and_odd_ones_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    urls = ("https://example.org/a_b", "https://example.org/[x](y)")
    paper = small.paper("a", "Singing Frogs", "Frogs sing.", urls=urls, identifiers={"doi": "10.1000/1"})
    library = small.assistant(tmp_path_factory.mktemp("links"), [paper]).library
    view = library.view()
    assert view is not None
    reply = ask(Finding(library, view), Intent.SHOW, topic="singing frogs", form=Form.LINK)
    assert reply.text.splitlines()[2:] == [
        "- https://example.org/a_b",
        r"- https:\//example.org/\[x\](y)",
        "- https://doi.org/10.1000/1",
    ]


def test_a_paper_that_is_not_there_is_not_replaced(finding: Finding) -> None:
    reply = ask(finding, Intent.SHOW, topic="Attention Is All You Need")
    assert reply.reason == "This library holds no paper called “Attention Is All You Need”."


def test_the_figures_of_a_profile(own: Assistant) -> None:
    profile = Profile(name="Hongseok Namkoong", h_index=42, citations=6981, source=Source(file="pages/hn.txt"))
    with own.library.open_writer("test") as writer:
        writer.add_profile(profile)
    view = own.library.view()
    assert view is not None
    finding = Finding(own.library, view)
    told = ask(finding, Intent.PROFILE, filters=Filters(author=("Namkoong",)))
    assert told.text == "Hongseok Namkoong: h-index 42, citations 6,981, says hn.txt."
    assert ask(finding, Intent.PROFILE).text == told.text
    unknown = ask(finding, Intent.PROFILE, filters=Filters(author=("Che",)))
    assert unknown.reason == "No author listing of this library states figures of Che."


def test_the_most_cited_need_counts(finding: Finding, own: Assistant) -> None:
    reply = ask(finding, Intent.CATALOGUE, order=Order.MOST_CITED)
    assert reply.reason.startswith("None of the 8 papers that fit has a citation count: no source states it.")
    assert ask(finding, Intent.PAPERS, topic="Thompson sampling", order=Order.MOST_CITED).abstained
    cited = ask(finding, Intent.CATALOGUE, filters=Filters(min_citations=100))
    assert cited.reason.startswith("None of the 8 papers that fit has a citation count")


def test_the_most_cited_come_first(tmp_path_factory: pytest.TempPathFactory) -> None:
    papers = [
        small.paper(f"p{count}", "Frogs", "Frogs sing.", citation_count=None if count == 0 else count)
        for count in (0, 5, 70, 9)
    ]
    library = small.assistant(tmp_path_factory.mktemp("cited"), papers).library
    view = library.view()
    assert view is not None
    finding = Finding(library, view)
    for fields in ({"intent": Intent.CATALOGUE}, {"intent": Intent.PAPERS, "topic": "frogs"}):
        reply = ask(finding, order=Order.MOST_CITED, **fields)
        assert [reference.paper_id for reference in reply.references] == ["p70", "p9", "p5"]
    assert ask(finding, Intent.CATALOGUE, filters=Filters(min_citations=100)).reason.startswith("This library holds no")


def ask_in_words(finding: Finding, question: str) -> AnswerBody:
    return quote_papers(retrieve_for(parse_question(question, finding.view), None, *finding))


def test_the_year_with_most_or_fewest_comes_first(finding: Finding) -> None:
    most = ask_in_words(finding, "In which year did the most papers appear?").text
    assert most.startswith("6 years in this library:\n\n- 2018: 2 papers\n- 2020: 1 paper")
    fewest = ask_in_words(finding, "Which year has the fewest papers?").text
    assert fewest.endswith("- 2025: 1 paper\n- 2018: 2 papers")


def test_authors_with_so_many_papers(finding: Finding) -> None:
    assert ask_in_words(finding, "which authors have more than two papers?").text.startswith(
        "1 author in this library:\n\n- Hongseok Namkoong: 3 papers"
    )


def test_a_share_of_the_papers(finding: Finding) -> None:
    assert ask_in_words(finding, "What share of the papers has code?").text.startswith(
        "This library holds 2 papers with code, 25% of 8. [1]"
    )


def test_where_nothing_says_which_papers_are_meant_none_is_listed(finding: Finding) -> None:
    reply = ask_in_words(finding, "papers with a PDF")
    assert reply.abstained
    assert reply.text == "Nothing that I understand says which papers are meant: I did not use “with a PDF”."
    assert not ask_in_words(finding, "open access papers by Che").abstained


def test_papers_of_few_years_are_listed_where_the_library_bears_on_their_topic(finding: Finding) -> None:
    assert [paper.title for paper in ask_in_words(finding, "papers on Thompson sampling before 2024").references] == [
        "Adaptive Experiments in Flexible Batches"
    ]
    assert ask_in_words(finding, "papers on sourdough before 2024").abstained


def test_who_works_on_a_topic_besides_somebody_may_have_written_with_them(finding: Finding) -> None:
    besides = Filters(without=(Filters(author=("Che",)),))
    reply = ask(finding, Intent.AUTHORS, topic="queueing networks", filters=besides, form=Form.COUNT)
    assert reply.text == "2 authors of the papers about “queueing networks” besides Che."


def test_a_year_that_is_compared_and_has_no_paper_is_named(finding: Finding) -> None:
    assert ask_in_words(finding, "Compare 2018 and 2030").text.endswith("- 2018: 2 papers\n- 2030: no paper")


def test_the_abstract_that_is_asked_for_is_quoted_whole(finding: Finding) -> None:
    reply = ask_in_words(finding, "show the abstract of Fairness without Group Labels")
    assert reply.claims[1].text == (
        "Losses repeat and minority groups leave. We bound the risk of the worst group without labels of groups."
    )
    assert reply.claims[1].citations[0].quote == reply.claims[1].text
    assert reply.claims[1].text in reply.text


def test_the_entries_of_several_papers_are_shown_one_by_one(finding: Finding) -> None:
    reply = ask(finding, Intent.SHOW, form=Form.BIBTEX, filters=Filters(ids=("fair", "queue")))
    assert reply.text.count("```bibtex") == 2
    assert {reference.paper_id for reference in reply.references} == {"fair", "queue"}
