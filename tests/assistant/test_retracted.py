"""Papers that were taken back: marked wherever they are cited, and drawn on only where that is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.drafts.checked_sentence import SentenceOutcome
from assistant.report.schema import Bucket
from assistant.types import Support
from store.errors import InputError
from tests.assistant import small

GONE = "retracted 2021-03-04 (10.1000/n)"
PAPERS = (
    small.paper(
        "gone",
        "Vitamin Zeta Cures Scurvy",
        "We show that vitamin Zeta cures scurvy in 40 of 50 sailors. The dose of vitamin Zeta was 3 mg.",
        "Ann Poe",
        2010,
        retraction=GONE,
    ),
    small.paper(
        "lemons",
        "Lemons Against Scurvy",
        "Lemons prevent scurvy in sailors on long journeys. We treated 30 sailors with lemons.",
        "John Roe",
        2012,
    ),
    small.paper(
        "rain", "Forecasting Rain", "We forecast rain a day ahead with an error of 5 percent.", "Eve Low", 2020
    ),
)
QUESTION = "Which dose of vitamin Zeta cures scurvy?"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with small.assistant(tmp_path_factory.mktemp("shelf"), PAPERS) as assistant:
        yield assistant


def test_an_answer_leaves_them_out_and_says_so(shelf: Assistant) -> None:
    answer = shelf.ask(QUESTION)
    assert "gone" not in {reference.paper_id for reference in answer.references}
    (note,) = answer.trace.notes
    assert "Vitamin Zeta Cures Scurvy" in note
    assert GONE in note


def test_an_answer_draws_on_them_where_that_is_asked_for(shelf: Assistant) -> None:
    answer = shelf.ask(QUESTION, retracted=None)
    assert [reference.title for reference in answer.references][:1] == ["[retracted] Vitamin Zeta Cures Scurvy"]
    assert answer.claims[0].citations[0].title == "[retracted] Vitamin Zeta Cures Scurvy"
    assert answer.trace.notes == ()


def test_nothing_is_said_of_them_where_they_say_nothing(shelf: Assistant) -> None:
    assert shelf.ask("How large is the error of the forecast of rain?").trace.notes == ()


def test_a_list_counts_them_apart(shelf: Assistant) -> None:
    answer = shelf.ask("How many papers are there since 2000?")
    assert "2 papers" in answer.text
    assert answer.trace.notes == ("Left out: 1 retracted paper. The setting retracted lets them in.",)


def test_lists_and_searches_hold_them(shelf: Assistant) -> None:
    assert {paper.id for paper in shelf.papers.list()} == {"gone", "lemons", "rain"}
    assert {hit.paper.id for hit in shelf.search("vitamin Zeta")} >= {"gone"}
    assert [paper.id for paper in shelf.papers.list(retracted=True)] == ["gone"]
    assert shelf.papers.count(retracted=False) == 2


def test_a_report_accounts_for_them(shelf: Assistant) -> None:
    report = shelf.reports.create()
    where = {entry.paper_id: entry for entry in report.ledger}
    assert where["gone"].bucket is Bucket.RETRACTED
    assert GONE in where["gone"].reason
    assert len(report.ledger) == 3
    assert "gone" not in {reference.paper_id for reference in report.references}
    assert shelf.reports.replay(report) == report


def test_a_report_draws_on_them_where_that_is_asked_for(shelf: Assistant) -> None:
    report = shelf.reports.create("annotated", retracted=None)
    titles = {reference.paper_id: reference.title for reference in report.references}
    assert titles["gone"] == "[retracted] Vitamin Zeta Cures Scurvy"


def test_a_report_on_nothing_else_says_why_it_is_empty(shelf: Assistant) -> None:
    with pytest.raises(InputError, match="1 were retracted"):
        shelf.reports.create(author="Poe")


def test_a_sentence_that_rests_on_one_is_told(shelf: Assistant) -> None:
    claim = shelf.verify("Vitamin Zeta cures scurvy in 40 of 50 sailors.", ["gone"])
    assert claim.support is Support.WORDED
    assert claim.reasons == (f"“Vitamin Zeta Cures Scurvy” was {GONE}",)
    assert shelf.verify("Vitamin Zeta cures scurvy in 40 of 50 sailors.").support is Support.ABSENT


def test_a_draft_that_cites_one_is_told(shelf: Assistant) -> None:
    (found,) = shelf.drafts.check("Vitamin Zeta cures scurvy in 40 of 50 sailors [@gone].")
    assert found.outcome is SentenceOutcome.WORDED
    assert [paper.retraction for paper in found.papers] == [GONE]
    (silent,) = shelf.drafts.check("Vitamin Zeta cures scurvy in 40 of 50 sailors.")
    assert silent.outcome is SentenceOutcome.NOTHING


@pytest.mark.parametrize("style", ["apa", "bibtex"])
def test_each_citation_of_one_says_it(shelf: Assistant, style: str) -> None:
    assert "retracted" in shelf.papers.cite("gone", style)
    assert "retracted" not in shelf.papers.cite("lemons", style)


def test_a_conversation_goes_on_saying_it_when_the_paper_is_removed(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "own", PAPERS) as own:
        session = own.sessions.new().id
        own.ask(QUESTION, session, retracted=None)
        own.papers.remove("gone")
        assert r"\[retracted\] Vitamin Zeta" in own.sessions.export(session)
        assert "note = {retracted}" in own.sessions.export(session, "bib")
