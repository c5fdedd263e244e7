import pytest

from assistant.answer import replies
from assistant.answer.extractive import answer_with_record, select_line
from assistant.answer.replies import Quote
from assistant.question.parse import Query, QuestionType
from assistant.types import Support
from store.filters import Filters
from store.results import Hit
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
        (Filters(ids=("a", "b")), "among those asked about"),
        (Filters(author=("Che",), year_from=2018, has_code=True), "by Che since 2018 with code"),
    ],
)
def test_filters_in_words(filters: Filters, words: str) -> None:
    assert replies.describe_filters(filters) == words


def test_an_abstention_gives_its_reason_as_its_text() -> None:
    reply = replies.abstain("No author of this library is called J. *Doe*.")
    assert (reply.abstained, reply.claims, reply.references) == (True, (), ())
    assert reply.reason == "No author of this library is called J. *Doe*."
    assert reply.text == r"No author of this library is called J. \*Doe\*."


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (Filters(author=("Che",)), "This library holds no paper by Che."),
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


@pytest.mark.parametrize(
    ("query", "total", "head"),
    [
        (Query(question="?", kind=QuestionType.COUNT), 1, "This library holds 1 paper:"),
        (
            Query(question="?", kind=QuestionType.COUNT, filters=Filters(year_to=2018)),
            3,
            "This library holds 3 papers until 2018; the first 1:",
        ),
        (Query(question="?", kind=QuestionType.COUNT, topic="x"), 1, "1 paper fits this question:"),
        (
            Query(question="?", topic="x", filters=Filters(text="[x](y)")),
            2,
            r"2 papers with the words “\[x\](y)” fit this question; the first 1:",
        ),
        (Query(question="?"), 1, "- **T** (undated) (no abstract) [1]"),
    ],
)
def test_a_count_is_said_where_it_is_asked_for_or_not_all_are_shown(query: Query, total: int, head: str) -> None:
    reply = replies.answer_with_papers(
        query, [Quote(small.paper("t", "T"), None)], total, counted=query.kind is QuestionType.COUNT
    )
    assert reply.text.splitlines()[0] == head
    assert reply.text.splitlines()[-1] == "- **T** (undated) (no abstract) [1]"


def test_a_record_is_a_supported_claim(finding: Finding) -> None:
    for paper in small.FIELD:
        reply = answer_with_record(paper, select_line(finding.view, "", paper))
        (claim,) = reply.claims
        assert claim.support is Support.SUPPORTED
        assert reply.text.endswith("[1]")
        assert paper.title in claim.text
