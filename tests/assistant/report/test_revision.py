"""A section written again: under the same check, with all others as they are."""

import pytest

from assistant.client import Assistant
from assistant.report.pipeline import build_report
from assistant.report.report_writer import open_writer
from assistant.report.revision import read_wish, revise_report
from assistant.report.schema import ReportKind, ReportSpec
from store.errors import InputError
from tests.assistant.report.writing import chain_of, copying, inventing

TIMELINE = ReportSpec(kind=ReportKind.TIMELINE)


async def test_one_section_is_the_models_and_the_others_stay(own: Assistant) -> None:
    report = build_report(own.library, TIMELINE)
    chain, chat = chain_of(own.library, default=copying)
    done = await revise_report(own.library, open_writer(own.library, chain), report, "section 3: shorter, more on data")
    revised = done.report
    assert "shorter, more on data" in str(chat.requests[0].messages[-1].content)
    assert [section.mode for section in revised.sections].count("scripted") == 1
    assert revised.sections[2].mode == "scripted"
    assert revised.sections[2].note == "revised: shorter, more on data"
    assert all(claim.holds for claim in revised.claims)
    assert [section.heading for section in revised.sections] == [section.heading for section in report.sections]
    assert [
        [claim.text for part in section.paragraphs for claim in part.claims] for section in revised.sections[3:]
    ] == [[claim.text for part in section.paragraphs for claim in part.claims] for section in report.sections[3:]]
    assert revised.manifest.settings["revisions"] == ["section 3: shorter, more on data"]
    assert revised.manifest.digest not in ("", report.manifest.digest)
    assert revised.usage == done.paid
    assert done.paid.output_tokens > 0
    with pytest.raises(InputError, match="is not made again from its manifest"):
        own.reports.replay(revised)


async def test_the_same_wish_is_free_the_second_time(own: Assistant) -> None:
    report = build_report(own.library, TIMELINE)
    chain, chat = chain_of(own.library, default=copying)
    for _ in range(2):
        done = await revise_report(own.library, open_writer(own.library, chain), report, "section 3: shorter")
    assert len(chat.requests) == 1
    assert (done.paid.output_tokens, done.cached) == (0, 1)


async def test_where_nothing_holds_the_section_stays(own: Assistant) -> None:
    report = build_report(own.library, TIMELINE)
    chain, _ = chain_of(own.library, default=inventing)
    with pytest.raises(InputError, match=r"Nothing of what the model wrote for .* holds; the section stays as it was"):
        await revise_report(own.library, open_writer(own.library, chain), report, "section 3: shorter")


def test_a_wish_names_its_section_by_number_or_heading(own: Assistant) -> None:
    report = build_report(own.library, TIMELINE)
    assert read_wish(report, "section 2: shorter") == (1, "shorter")
    assert read_wish(report, "Section 2 - shorter") == (1, "shorter")
    assert read_wish(report, f"{report.sections[2].heading}: more on data") == (2, "more on data")
    for wish in ("section 99: shorter", "section 0: shorter", "shorter", "section 2:", "Frogs: shorter", "x" * 2000):
        with pytest.raises(InputError):
            read_wish(report, wish)


def test_without_a_model_it_is_said(own: Assistant) -> None:
    report = build_report(own.library, TIMELINE)
    with pytest.raises(InputError, match="There is no model to write a section again"):
        own.reports.revise(report, "section 2: shorter")
