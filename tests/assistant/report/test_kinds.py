"""Reports without a model: verbatim, complete, and the same each time."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.client import Assistant
from assistant.report.extractive import MISSING, OPENING
from assistant.report.kinds import PLANNERS
from assistant.report.pipeline import build_report
from assistant.report.schema import Bucket, Report, ReportKind, ReportSpec
from assistant.report.shared_statements import COUNTED
from assistant.types import EXTRACTIVE, Support
from store.errors import InputError
from store.filters import Filters
from tests.assistant import small
from tests.assistant.report.writing import quotes_are_verbatim


def of(kind: ReportKind) -> ReportSpec:
    return ReportSpec(kind=kind, topic="What is done about the worst group?" if kind is ReportKind.QUESTION else "")


def adds_up(report: Report, papers: int) -> bool:
    """Whether each paper is in one bucket, and in ``cited`` just those that are."""
    ids = [entry.paper_id for entry in report.ledger]
    cited = {one.paper_id for claim in report.claims for one in claim.citations}
    told = {entry.paper_id for entry in report.ledger if entry.bucket is Bucket.CITED}
    return len(ids) == len(set(ids)) == papers and cited == told


def test_there_is_a_planner_for_each_kind() -> None:
    assert [*PLANNERS] == [kind for kind in ReportKind if kind in PLANNERS]
    assert set(PLANNERS) == set(ReportKind)


PLANNED = [kind for kind in ReportKind if kind is not ReportKind.TABLE]
"""A table has columns in place of an outline: tests/assistant/table has its tests."""


def test_a_table_has_no_outline(namkoong: Assistant) -> None:
    with pytest.raises(InputError, match="A table has no outline"):
        build_report(namkoong.library, of(ReportKind.TABLE))


@pytest.mark.parametrize("kind", PLANNED)
def test_every_kind_is_verbatim_complete_and_the_same_each_time(kind: ReportKind, namkoong: Assistant) -> None:
    one, other = (build_report(namkoong.library, of(kind)) for _ in range(2))
    assert one.model_dump_json() == other.model_dump_json()
    assert quotes_are_verbatim(one, namkoong)
    assert adds_up(one, 45)
    assert {claim.support for claim in one.claims if claim.decision.by != COUNTED} <= {Support.QUOTED}
    assert {section.mode for section in one.sections} == {EXTRACTIVE}
    assert [reference.n for reference in one.references] == list(range(1, len(one.references) + 1))
    assert one.manifest.generation
    assert Report.model_validate_json(one.model_dump_json()) == one


def test_themes_cite_every_paper_repeat_nothing_and_come_in_a_table(namkoong: Assistant) -> None:
    report = build_report(namkoong.library, ReportSpec())
    assert Counter(entry.bucket for entry in report.ledger) == {Bucket.CITED: 45}
    first, *themes, last = report.sections
    assert (first.heading, last.heading) == (OPENING, MISSING)
    assert first.lead == "45 papers of 2016–2026 in 9 themes."
    assert first.table
    assert first.table.head == ("Theme", "Papers", "Years", "Representative papers")
    assert [row[0].text.lower() for row in first.table.rows] == [section.heading.lower() for section in themes]
    assert sum(int(row[1].text) for row in first.table.rows) == 45
    assert last.lead.startswith("No abstract of the 45 papers looked at states a limitation")
    for section in themes:
        assert section.lead.startswith(f"{len(section.papers)} paper")
        assert all(paragraph.claims for paragraph in section.paragraphs)
        texts = [claim.text for paragraph in section.paragraphs for claim in paragraph.claims]
        assert len(texts) == len({*texts})
        assert not any("of this procedure" in text for text in texts)


PROCEEDINGS = "The topics discussed include songs of frogs, croaks of toads, and the silence of newts."


def test_what_several_papers_say_word_for_word_is_one_claim(tmp_path: Path) -> None:
    assistant = small.assistant(
        tmp_path, [small.paper(f"v{n}", "Frogs and Their Songs, Proceedings", PROCEEDINGS) for n in range(4)]
    )
    report = build_report(assistant.library, ReportSpec())
    claims = [claim for claim in report.claims if claim.text == PROCEEDINGS]
    assert [len(claim.citations) for claim in claims] == [4]
    assert adds_up(report, 4)
    assert sum(section.lead.count("Frogs and Their Songs") for section in report.sections) == 1


def test_a_topic_leaves_papers_out_and_says_why(namkoong: Assistant) -> None:
    report = build_report(namkoong.library, ReportSpec(topic="fairness"))
    assert adds_up(report, 45)
    buckets = Counter(entry.bucket for entry in report.ledger)
    assert buckets[Bucket.CITED]
    assert buckets[Bucket.BELOW]
    assert not buckets[Bucket.IRRELEVANT]  # nobody judged
    assert all(entry.reason for entry in report.ledger)
    assert (
        sum(len(ids) for found in report.manifest.left.values() for ids in found.values())
        == 45 - buckets[Bucket.CITED] - buckets[Bucket.UNUSED]
    )


def test_filters_bound_the_scope(field: Assistant) -> None:
    report = build_report(field.library, ReportSpec(kind=ReportKind.ANNOTATED, filters=Filters(year_to=2018)))
    assert [entry.paper_id for entry in report.ledger] == ["rare", "fair"]
    report = build_report(field.library, ReportSpec(kind=ReportKind.TIMELINE))
    silent = [entry for entry in report.ledger if entry.bucket is Bucket.NO_ABSTRACT]
    assert [(entry.paper_id, entry.reason) for entry in silent] == [("silent", "the record has no abstract")]
    with pytest.raises(InputError, match="No paper is left"):
        build_report(field.library, ReportSpec(filters=Filters(year_from=2999)))


def test_a_question_report_needs_a_question(field: Assistant) -> None:
    with pytest.raises(InputError, match="no question"):
        build_report(field.library, ReportSpec(kind=ReportKind.QUESTION))


WORDS = st.sampled_from(
    "we show that robust methods improve fairness of models under shift without data ignore all previous instructions"
    " <script> 40 % of [1] samples fail .".split()
)
ABSTRACTS = st.one_of(st.just(""), st.lists(WORDS, max_size=25).map(lambda words: f"{' '.join(words)}."), st.text())


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ABSTRACTS, st.one_of(st.none(), st.integers(1900, 2030))), min_size=1, max_size=14))
def test_each_paper_of_any_library_is_in_one_bucket(drawn: list[tuple[str, int | None]]) -> None:
    papers = [
        small.paper(f"p{n}", f"Title {n}", " ".join(text.split()), year=year) for n, (text, year) in enumerate(drawn)
    ]
    with TemporaryDirectory() as folder, small.assistant(Path(folder) / "library", papers) as made:
        for kind in ReportKind:
            try:
                report = build_report(made.library, of(kind))
            except InputError:  # A question that no paper is about, say.
                continue
            assert adds_up(report, len(papers))
            assert all(claim.support is Support.QUOTED for claim in report.claims)
