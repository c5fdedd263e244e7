import pytest

from assistant.answer import replies
from assistant.answer.extractive import answer_with_records
from assistant.answer.replies import Quote
from assistant.question.description import describe_filters
from assistant.question.query import Intent, Query
from assistant.types import Support
from store.filters import Filters
from store.results import Hit, ScoredSentence
from tests.assistant import small
from tests.assistant.answer.finding import Finding


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(), ""),
        (Filters(author=("Che", "Dong")), "by Che and Dong"),
        (Filters(year_from=2018, year_to=2018), "from 2018"),
        (Filters(year_from=2018, year_to=2020), "from 2018 to 2020"),
        (Filters(year_from=2018), "since 2018"),
        (Filters(year_to=2018), "until 2018"),
        (Filters(category=("LG", "ML")), "in category LG or ML"),
        (Filters(source=("a.jsonl",)), "from the source a.jsonl"),
        (Filters(text="worst case"), "with the words “worst case”"),
        (Filters(has_code=True), "with code"),
        (Filters(has_code=False), "without code"),
        (Filters(category=("LG",), source=("a.jsonl", "b.bib")), "in category LG from the source a.jsonl or b.bib"),
        (Filters(retracted=True), "that were retracted"),
        (Filters(retracted=False), ""),
        (Filters(ids=()), "among those asked about"),
        (Filters(ids=("a", "b")), "among those asked about"),
        (Filters(author=("Che",), year_from=2018, has_code=True), "by Che since 2018 with code"),
    ],
)
def test_filters_in_words(filters: Filters, words: str) -> None:
    assert describe_filters(filters) == words


def test_an_abstention_gives_its_reason_as_its_text() -> None:
    reply = replies.abstain("No author of this library is called J. *Doe*.")
    assert (reply.abstained, reply.claims, reply.references) == (True, (), ())
    assert reply.reason == "No author of this library is called J. *Doe*."
    assert reply.text == r"No author of this library is called J. \*Doe\*."


def test_an_empty_library_says_how_papers_come_in() -> None:
    reply = replies.abstain_empty_library()
    assert reply.reason == "The library is empty. Add papers with: conspectus add FILE"
    assert (reply.text, reply.abstained) == (reply.reason, True)


def test_without_a_paper_near_by_none_is_named() -> None:
    reply = replies.abstain_too_little(Query(question="?"), [])
    assert reply.reason == "No abstract in this library answers this question."


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (Filters(author=("Che",)), "This library holds no paper by Che."),
        (
            Filters(year_from=2030),
            "This library holds no paper since 2030. Its papers are from 2018 to 2025.",
        ),
        (
            Filters(year_from=1999, year_to=1999),
            "This library holds no paper from 1999. Its papers are from 2018 to 2025.",
        ),
        (
            Filters(category=("QQ",), year_to=1999),
            "This library holds no paper until 1999 in category QQ. Its papers are from 2018 to 2025.",
        ),
    ],
)
def test_no_paper_fulfils_the_conditions(finding: Finding, filters: Filters, reason: str) -> None:
    assert replies.abstain_no_match(Query(question="?", filters=filters), finding.view).reason == reason


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (Filters(), "No abstract in this library answers this question. The nearest paper is “T”."),
        (Filters(author=("Glynn",)), "No paper by Glynn answers this question. The nearest paper is “T”."),
    ],
)
def test_what_was_found_does_not_answer(filters: Filters, reason: str) -> None:
    near = [Hit(paper=small.paper("t", "T"), score=1.0)]
    assert replies.abstain_too_little(Query(question="?", filters=filters), near).reason == reason


LINE = "- **T** (undated) (no abstract) [1] *=*"


@pytest.mark.parametrize(
    ("query", "total", "text"),
    [
        (Query(question="?", intent=Intent.COUNT), 1, "This library holds 1 paper. [1] *=*"),
        (
            Query(question="?", intent=Intent.COUNT, filters=Filters(year_to=2018)),
            3,
            "This library holds 3 papers until 2018. [1] *=* … 2 more",
        ),
        (Query(question="?", intent=Intent.COUNT, topic="x"), 1, "1 paper is about “x”. [1] *=*"),
        (
            Query(question="?", intent=Intent.COUNT, exact=("x", "y z")),
            2,
            "2 papers mention “x” and “y z”. [1] *=* … 1 more",
        ),
        (Query(question="?"), 2, f"This library holds 2 papers; the first 1:\n\n{LINE}\n\n… 1 more."),
        (
            Query(question="?", topic="x", filters=Filters(text="[x](y)")),
            2,
            rf"2 papers with the words “\[x\](y)” are about “x”; the first 1:{chr(10) * 2}{LINE}{chr(10) * 2}… 1 more.",
        ),
        (Query(question="?"), 1, LINE),
    ],
)
def test_a_count_is_said_where_it_is_asked_for_or_not_all_are_shown(query: Query, total: int, text: str) -> None:
    reply = replies.answer_with_list(query, [small.paper("t", "T")], total)
    assert reply.text == text
    assert [(claim.text, claim.support) for claim in reply.claims] == [("T", Support.QUOTED)]


def test_a_list_quotes_where_it_is_asked_to() -> None:
    paper = small.paper("t", "T", "We plan. We measure.", "Ann Ode, Bo Li", 2018)
    sentence = ScoredSentence(text="We plan.", start=0, end=8)
    plain = replies.answer_with_list(Query(question="?"), [paper], 1)
    assert plain.text == "- **T** (2018), Ann Ode et al. [1] *=*"
    quoted = replies.answer_with_list(Query(question="?"), [paper], 1, [Quote(paper, sentence)])
    assert quoted.text == "- **T** (2018): “We plan.” [1] *=*"


def test_a_record_is_a_supported_claim() -> None:
    for paper in small.FIELD:
        reply = answer_with_records([paper])
        (claim,) = reply.claims
        assert claim.support is Support.QUOTED
        assert reply.text.endswith("[1] *=*")
        assert paper.title in claim.text


def test_a_record_cites_its_paper_and_no_sentence_of_it_and_escapes_its_title() -> None:
    paper = small.paper("t", "On *Frogs*", "We show frogs.", "Ann Ode", 2018)
    reply = answer_with_records([paper])
    assert reply.text == r"“On \*Frogs\*” is by Ann Ode; it is dated 2018. [1] *=*"
    assert [(reference.n, reference.paper_id) for reference in reply.references] == [(1, "t")]
    assert [(cited.n, cited.quote) for cited in reply.claims[0].citations] == [(1, "")]
    assert not reply.abstained


def test_a_list_has_a_claim_and_a_reference_a_paper() -> None:
    papers = [small.paper("t", "T", "We sing.", year=2020), small.paper("u", "U")]
    quotes = [Quote(papers[0], ScoredSentence(text="We sing.", start=0, end=8)), Quote(papers[1], None)]
    reply = replies.answer_with_list(Query(question="?"), papers, 2, quotes)
    assert reply.text == "- **T** (2020): “We sing.” [1] *=*\n- **U** (undated) (no abstract) [2] *=*"
    assert [(claim.text, claim.citations[0].n) for claim in reply.claims] == [("We sing.", 1), ("U", 2)]
    assert [(reference.n, reference.paper_id) for reference in reply.references] == [(1, "t"), (2, "u")]
    counted = replies.answer_with_list(Query(question="?", intent=Intent.COUNT), papers, 2)
    assert counted.text == "This library holds 2 papers. [1] *=* [2] *=*"
