"""What is done to the sections of a report whoever wrote them: strictness, overview and conclusion, references."""

from pathlib import Path

import pytest

from assistant.report.outline import Outline
from assistant.report.pipeline import ReportPlan, add_overview, assemble_report, number_sections
from assistant.report.schema import Cell, Manifest, Paragraph, ReportSpec, Section, Table, list_claims
from assistant.report.scope import ReportScope
from assistant.types import Citation, Claim, Support, Usage
from store.errors import ConspectusError
from tests.assistant import small

WORDED, DOUBTFUL, ABSENT = Support.WORDED, Support.DOUBTFUL, Support.ABSENT
A, B, C = (small.paper(name, f"Title {name}", "Some text.") for name in "abc")
MANIFEST = Manifest(version="1", generation="g", papers={"a": "1"}, settings={})


def claim(text: str, *ids: str, support: Support = WORDED) -> Claim:
    cited = tuple(Citation(n=9, paper_id=id, title="", quote="", start=0, end=0) for id in ids)
    return Claim(text=text, support=support, citations=cited)


def paragraph(label: str, *claims: Claim) -> Paragraph:
    return Paragraph(label=label, claims=claims)


def plan(strict: bool = False, framed: bool = False) -> ReportPlan:
    return ReportPlan(ReportSpec(strict=strict), ReportScope((A, B, C), ()), Outline("Title", [], framed))


def texts(section: Section) -> list[tuple[str, list[str]]]:
    return [(part.label, [claim.text for claim in part.claims]) for part in section.paragraphs]


MIXED = Section(
    heading="H",
    paragraphs=(
        paragraph("", claim("holds", "a"), claim("partly", "b", support=DOUBTFUL)),
        paragraph("Methods", claim("not", "b", support=ABSENT)),
        paragraph("Data", claim("wrong", "c", support=ABSENT), claim("right", "c")),
    ),
)


class TestStrict:
    def test_leaves_out_what_holds_partly_or_not_and_paragraphs_that_lose_all(self) -> None:
        report = assemble_report(plan(strict=True), [MIXED], MANIFEST)
        assert texts(report.sections[0]) == [("", ["holds"]), ("Data", ["right"])]

    def test_counts_a_paper_whose_claims_were_left_out_as_unused(self) -> None:
        report = assemble_report(plan(strict=True), [MIXED], MANIFEST)
        assert [(entry.paper_id, entry.bucket.value) for entry in report.ledger] == [
            ("a", "cited"),
            ("c", "cited"),
            ("b", "evidence unused"),
        ]
        assert [(one.n, one.paper_id) for one in report.references] == [(1, "a"), (2, "c")]

    def test_otherwise_all_of_it_stays_and_is_cited(self) -> None:
        report = assemble_report(plan(), [MIXED], MANIFEST)
        assert texts(report.sections[0]) == [
            ("", ["holds", "partly"]),
            ("Methods", ["not"]),
            ("Data", ["wrong", "right"]),
        ]
        assert [entry.bucket.value for entry in report.ledger] == ["cited", "cited", "cited"]


class TestOverview:
    ONE = Section(
        heading="One",
        paragraphs=(
            paragraph("", claim("doubtful", support=DOUBTFUL), claim("gist 1"), claim("gist 2")),
            paragraph("Methods", claim("a method")),
            paragraph("Numbers", claim("3 percent"), claim("4 percent")),
        ),
    )
    TWO = Section(
        heading="Two",
        paragraphs=(
            paragraph("", claim("gist 3")),
            paragraph("Numbers", claim("5 percent", support=ABSENT)),
            paragraph("Open questions", claim("it remains open")),
        ),
    )

    def test_has_the_first_supported_claim_of_each_section(self) -> None:
        opening, *between, _ = add_overview([self.ONE, self.TWO])
        assert (opening.heading, texts(opening)) == ("Overview", [("", ["gist 1", "gist 3"])])
        assert between == [self.ONE, self.TWO]

    def test_the_conclusion_has_numbers_and_open_questions_that_are_supported(self) -> None:
        *_, closing = add_overview([self.ONE, self.TWO])
        assert closing.heading == "Conclusion"
        assert texts(closing) == [("Numbers", ["3 percent"]), ("Open questions", ["it remains open"])]

    def test_there_is_none_where_nothing_would_stand_in_it(self) -> None:
        doubtful = Section(heading="H", paragraphs=(paragraph("", claim("doubtful", support=DOUBTFUL)),))
        plain = Section(heading="H", paragraphs=(paragraph("", claim("gist")),))
        numbers = Section(heading="H", paragraphs=(paragraph("Numbers", claim("3 percent")),))
        assert add_overview([doubtful]) == (doubtful,)
        assert [section.heading for section in add_overview([plain])] == ["Overview", "H"]
        assert [section.heading for section in add_overview([numbers])] == ["H", "Conclusion"]

    def test_only_kinds_that_are_framed_get_them(self) -> None:
        section = Section(heading="H", paragraphs=(paragraph("", claim("gist", "a")),))
        assert [one.heading for one in assemble_report(plan(framed=True), [section], MANIFEST).sections] == [
            "Overview",
            "H",
        ]
        assert [one.heading for one in assemble_report(plan(), [section], MANIFEST).sections] == ["H"]

    def test_what_is_cited_in_the_overview_alone_stands_in_the_ledger_under_its_own_section(self) -> None:
        section = Section(heading="H", paragraphs=(paragraph("", claim("gist", "a")),))
        entry = assemble_report(plan(framed=True), [section], MANIFEST).ledger[0]
        assert (entry.paper_id, entry.reason) == ("a", "cited under “H”")


def test_references_are_numbered_over_all_sections_by_first_use_tables_too() -> None:
    first = Section(heading="1", paragraphs=(paragraph("", claim("x", "c", "a")),))
    table = Table(head=("Paper",), rows=((Cell(claims=(claim("y", "b"),)),), (Cell(claims=(claim("z", "c"),)),)))
    sections, references = number_sections([first, Section(heading="2", table=table)], [A, B, C])
    assert [(one.n, one.paper_id) for one in references] == [(1, "c"), (2, "a"), (3, "b")]
    assert [[one.n for said in list_claims(section) for one in said.citations] for section in sections] == [
        [1, 2],
        [3, 1],
    ]


def test_a_report_whose_ledger_does_not_add_up_fails() -> None:
    outside = Section(heading="H", paragraphs=(paragraph("", claim("x", "a", "elsewhere")),))
    with pytest.raises(ConspectusError, match="The ledger of the report does not add up: 3 entries for 3 papers"):
        assemble_report(plan(), [outside], MANIFEST)


def test_the_manifest_says_what_the_report_cost_and_came_to(tmp_path: Path) -> None:
    report = assemble_report(plan(), [MIXED], MANIFEST, Usage(input_tokens=7, output_tokens=2))
    assert (report.usage, report.manifest.cost) == (Usage(input_tokens=7, output_tokens=2),) * 2
    assert len(report.manifest.digest) == 64
