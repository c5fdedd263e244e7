"""Tables as reports: rows, ledger, replay, what a model fills and what is kept of it, corrections by hand."""

import json
import re
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.batch.pipeline import BatchOptions, estimate_batch
from assistant.client import Assistant
from assistant.report.fact_writer import open_fact_writer
from assistant.report.report_writer import open_writer
from assistant.report.schema import Bucket, Report, ReportDone, ReportEvent, RowsDone
from assistant.table.cells import CellState
from assistant.table.columns import parse_column
from assistant.table.pipeline import build_table_request, stream_any_replay, stream_table
from assistant.table.schema import TableReport
from assistant.testing.reply import Message
from assistant.types import Support
from store.errors import InputError, LibraryError, ModelError
from store.ingest import add_items
from tests.assistant import small
from tests.assistant.batch.making import chains, spec
from tests.assistant.batch.making import made as batch_made
from tests.assistant.report.writing import chain_of, done

COLUMNS = ["number of data sets: count", "code available: yes/no", "population"]


def table(own: Assistant, columns: Sequence[str] = COLUMNS, **options: Any) -> TableReport:
    report = own.reports.create("table", columns=columns, **options)
    assert isinstance(report, TableReport)
    return report


def request(*columns: str, **options: Any) -> Any:
    return build_table_request("table", "", list(columns), **options)


async def made(events: AsyncGenerator[ReportEvent, None]) -> TableReport:
    report = (await done(events)).report
    assert isinstance(report, TableReport)
    return report


def filling(messages: Sequence[Message]) -> str:
    """A model that fills every column with the last words of the first sentence."""
    text = str(messages[-1]["content"])
    (sentence,) = re.findall(r"(?m)^\[1\] (.*)\.$", text)
    count = len(re.findall(r"(?m)^\d+\. ", text.split("The columns:")[1]))
    entry = {"sentence": 1, "value": " ".join(sentence.split()[-3:])}
    return json.dumps({str(n): entry for n in range(1, count + 1)})


def failing(messages: Sequence[Message]) -> str:
    """A model that gives no answer."""
    raise ModelError("It is on fire.")


def inventing(messages: Sequence[Message]) -> str:
    """A model that fills every cell, and of nothing."""
    entry = {"sentence": 1, "value": "900 walruses"}
    return json.dumps({str(n): entry for n in range(1, 9)})


def test_each_paper_has_a_row_and_each_column_a_cell(own: Assistant) -> None:
    report = table(own)
    assert [column.spec for column in report.columns] == [
        "number of data sets: count",
        "code available: yes-no",
        "population: text",
    ]
    assert len(report.rows) == 7
    assert report.find_cell("audit", "Number of data sets").value == "10"
    assert report.find_cell("audit", "number of data sets").quote.startswith("We compare 400 variants")
    assert report.find_cell("rare", "number of data sets").state is CellState.NOT_STATED
    assert report.find_cell("audit", "population").state is CellState.NOT_SURE
    assert report.sections[0].note == "no model is set to fill: population"
    for row in report.rows:
        abstract = own.papers.get(row.paper_id).abstract
        assert all(cell.quote == abstract[cell.start : cell.end] for cell in row.cells)


def test_the_ledger_accounts_for_every_paper(own: Assistant) -> None:
    buckets = {entry.paper_id: entry.bucket for entry in table(own).ledger}
    assert len(buckets) == 8
    assert buckets["audit"] is Bucket.CITED
    assert buckets["rare"] is Bucket.UNUSED
    assert buckets["silent"] is Bucket.NO_ABSTRACT


def test_the_manifest_makes_the_same_bytes_again(own: Assistant) -> None:
    report = table(own, sort="-number of data sets", where=["code available != yes"])
    again = own.reports.replay(report.manifest)
    assert again.model_dump_json() == report.model_dump_json()


def test_rows_are_sorted_and_chosen(own: Assistant) -> None:
    columns = ["speedup: number", "sample size: number"]
    report = table(own, columns, sort="-speedup")
    assert report.rows[0].paper_id == "rare"
    assert report.rows[0].cells[0].value == "20 times"
    assert len(report.rows) == 7
    assert [row.paper_id for row in table(own, columns, where=["speedup >= 20"]).rows] == ["rare"]
    assert table(own, columns, where=["speedup > 20"]).rows == ()
    assert [row.paper_id for row in table(own, columns, where=["speedup"]).rows] == ["rare"]
    assert [row.paper_id for row in table(own, columns, where=["speedup ~ TIMES"]).rows] == ["rare"]
    assert len(table(own, columns, where=["speedup = not stated"]).rows) == 6


@pytest.fixture
def treated(tmp_path: Path) -> Iterator[Assistant]:
    """A library of studies whose durations stand in several units."""
    spans = {"a": "8 weeks", "b": "10 months", "c": "30 minutes", "d": "12 weeks"}
    papers = [
        small.paper(key, f"Study {key}", f"Patients were treated with light for {span}.") for key, span in spans.items()
    ]
    papers.append(small.paper("e", "Study e", "Patients were seen."))
    with small.assistant(tmp_path / "treated", papers) as made:
        yield made


def _list_ids(report: TableReport) -> str:
    return "".join(row.paper_id for row in report.rows)


def test_times_are_sorted_by_how_long_they_are(treated: Assistant) -> None:
    columns = ["duration: number"]
    assert _list_ids(table(treated, columns, sort="duration")) == "cadbe"
    assert _list_ids(table(treated, columns, sort="-duration")) == "bdace"
    treated.reports.correct("e", "duration", "2 days")
    assert _list_ids(table(treated, columns, sort="duration")) == "ceadb"
    treated.reports.correct("e", "duration", "500")  # Of what, nobody knows.
    assert _list_ids(table(treated, columns, sort="duration")) == "cadbe"


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("duration >= 2 months", "bd"),
        ("duration <= two months", "ac"),
        ("duration > 8 weeks", "bd"),
        ("duration >= 8 weeks", "abd"),
        ("duration < 1 hour", "c"),
        ("duration > 5 mg", ""),
        ("duration", "abcd"),
    ],
)
def test_a_condition_with_a_unit_compares_in_it(condition: str, ids: str, treated: Assistant) -> None:
    assert "".join(sorted(_list_ids(table(treated, ["duration: number"], where=[condition])))) == ids


def test_a_condition_without_a_unit_is_refused_where_a_column_has_several(treated: Assistant) -> None:
    with pytest.raises(InputError, match=r"'duration' stand in .*weeks.*; the condition 'duration >= 8' says no unit"):
        table(treated, ["duration: number"], where=["duration >= 8"])
    own_unit = table(treated, ["duration: number"], where=["duration >= 8"], ids=["a", "d"])
    assert sorted(_list_ids(own_unit)) == ["a", "d"]


def test_a_data_frame_tells_units_that_differ(treated: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))
    frame = table(treated, ["duration: number"], sort="duration").to_pandas()
    assert frame["duration"] == [30.0, 8.0, 12.0, 10.0, None]
    assert frame["duration (unit)"] == ["minutes", "weeks", "weeks", "months", None]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": []}, "no column"),
        ({"columns": ["length: number"], "sort": "size"}, "no column 'size'"),
        ({"columns": ["size: number"], "where": ["age > 3"]}, "no column 'age'"),
        ({"columns": ["size: number"], "where": ["size > many"]}, "compares with no number"),
        ({"columns": ["size: number"], "where": ["size > many weeks"]}, "compares with no number"),
        ({"columns": ["size: number"], "where": ["size > 5 and < 9"]}, "compares with no number"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_made(
    options: dict[str, Any], words: str, own: Assistant
) -> None:
    with pytest.raises(InputError, match=words):
        own.reports.create("table", **options)


def test_columns_belong_to_tables_only(own: Assistant) -> None:
    with pytest.raises(InputError, match="A report of kind themes has no columns"):
        own.reports.create("themes", columns=["size: number"])
    with pytest.raises(InputError, match="A comparison has columns of its own"):
        own.reports.create("compare", columns=["size: number"])


def test_compare_is_a_table_of_four_columns(own: Assistant) -> None:
    report = own.reports.create("compare")
    assert isinstance(report, TableReport)
    assert report.sections[0].table
    assert report.sections[0].table.head == ("Paper", "Year", "Problem", "Method", "Data", "Result")
    assert report.title == "Comparison"
    assert all(claim.support is Support.QUOTED for claim in report.claims)
    assert own.reports.replay(report).model_dump_json() == report.model_dump_json()


async def test_a_model_fills_what_no_rule_does_and_is_checked(own: Assistant) -> None:
    chain, chat = chain_of(own.library, default=filling)
    report = await made(stream_table(own.library, chain, request(*COLUMNS)))
    assert len(chat.requests) == 7
    assert report.manifest.model == "scripted"
    cell = report.find_cell("rare", "population")
    assert (cell.value, cell.quote, cell.by) == ("are rare events", "Crashes are rare events.", "scripted")
    assert report.find_cell("audit", "number of data sets").by == "rules"
    assert report.usage.output_tokens > 0


async def test_a_model_that_fills_every_cell_of_nothing_fills_none(own: Assistant) -> None:
    chain, _ = chain_of(own.library, default=inventing)
    report = await made(stream_table(own.library, chain, request("population", "outcome: up | down")))
    states = {cell.state for row in report.rows for cell in row.cells}
    assert states == {CellState.NOT_SURE}
    assert not report.claims


async def test_only_new_papers_and_new_columns_are_asked_for(own: Assistant) -> None:
    chain, chat = chain_of(own.library, default=filling)
    first = await made(stream_table(own.library, chain, request("population")))
    again = await done(stream_table(own.library, chain, request("population")))
    assert len(chat.requests) == 7
    assert (again.cached, again.paid.input_tokens) == (7, 0)
    assert again.report.model_dump_json() == first.model_dump_json()
    list(add_items(own.library, [small.paper("new", "New", "Pilots fly at night. They are tired.")], lambda: 1.0))
    await made(stream_table(own.library, chain, request("population")))
    assert len(chat.requests) == 8
    await made(stream_table(own.library, chain, request("population", "setting")))
    assert len(chat.requests) == 16
    assert "population" not in chat.requests[-1].text


async def test_a_table_that_was_stopped_goes_on_where_it_was(own: Assistant) -> None:
    chain, chat = chain_of(own.library, default=filling)
    events = stream_table(own.library, chain, request("population"), at_once=1)
    async for event in events:
        if event == RowsDone(done=3, total=7):
            break
    await events.aclose()
    asked = len(chat.requests)
    await made(stream_table(own.library, chain, request("population"), at_once=1))
    assert asked < 7
    assert len(chat.requests) <= 8  # One more at the most: that which was under way.


async def test_a_table_by_a_model_is_replayed_without_it(own: Assistant) -> None:
    chain, chat = chain_of(own.library, default=filling)
    report = await made(stream_table(own.library, chain, request(*COLUMNS)))
    again = await made(stream_any_replay(own.library, report.manifest))
    assert again.model_dump_json() == report.model_dump_json()
    assert len(chat.requests) == 7
    for file in (own.library.folder / "cells").iterdir():
        file.unlink()
    with pytest.raises(InputError, match="not kept any more") as refused:
        await made(stream_any_replay(own.library, report.manifest))
    assert refused.value.hint == "Make the table again, without --replay."


async def test_a_model_that_fails_stops_the_table_or_leaves_cells_open(own: Assistant) -> None:
    chain, _ = chain_of(own.library, default=failing)
    with pytest.raises(ModelError, match="on fire"):
        await made(stream_table(own.library, chain, request("population")))
    report = await made(stream_table(own.library, chain, request(*COLUMNS), fallback=True))
    cell = report.find_cell("audit", "population")
    assert (cell.state, cell.note) == (CellState.NOT_SURE, "It is on fire.")
    assert report.find_cell("audit", "number of data sets").value == "10"
    assert (await made(stream_any_replay(own.library, report.manifest))).model_dump_json() == report.model_dump_json()


async def test_how_far_a_model_is_is_told(own: Assistant) -> None:
    chain, _ = chain_of(own.library, default=filling)
    events = [event async for event in stream_table(own.library, chain, request("population"))]
    assert RowsDone(done=7, total=7) in events
    assert isinstance(events[-1], ReportDone)


def test_a_correction_stays_and_is_marked_as_yours(own: Assistant) -> None:
    own.reports.correct("audit", "Population", "fairness interventions")
    report = table(own)
    cell = report.find_cell("audit", "population")
    assert (cell.value, cell.by) == ("fairness interventions", "you")
    assert cell.quote.startswith("We compare 400 variants")
    own.reports.correct("audit", "number of data sets", "not stated")
    own.reports.correct("rare", "number of data sets", "3")
    corrected = table(own)
    assert corrected.find_cell("audit", "number of data sets").state is CellState.NOT_STATED
    assert corrected.find_cell("rare", "number of data sets").number == 3
    assert "3 cells were corrected by you" in corrected.sections[0].note
    own.reports.correct("audit", "number of data sets", "")
    assert table(own).find_cell("audit", "number of data sets").value == "10"
    assert own.reports.list_corrections() == {
        "audit": {"population": "fairness interventions"},
        "rare": {"number of data sets": "3"},
    }
    # What was made before is made again as it was.
    assert own.reports.replay(corrected).model_dump_json() == corrected.model_dump_json()


def test_a_correction_takes_a_column_as_it_was_asked(own: Assistant) -> None:
    own.reports.correct("rare", "number of data sets: count", "3")
    own.reports.correct("rare", "population: mice | men", "Men")
    own.reports.correct("rare", "PICO: who", "nurses")
    assert own.reports.list_corrections() == {
        "rare": {"number of data sets": "3", "population": "Men", "pico who": "nurses"}
    }
    assert table(own).find_cell("rare", "number of data sets").value == "3"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("sample size", "unclear", "'sample size' holds numbers, and 'unclear' has none"),
        ("age: number", "old", "'age' holds numbers"),
        ("population: mice | men", "rats", "'population' has no option 'rats'"),
    ],
)
def test_a_correction_that_its_column_cannot_hold_is_refused(
    column: str, value: str, words: str, own: Assistant
) -> None:
    with pytest.raises(InputError, match=words):
        own.reports.correct("rare", column, value)
    assert own.reports.list_corrections() == {}


def test_a_correction_of_nothing_is_refused(own: Assistant) -> None:
    with pytest.raises(InputError, match="no paper 'nobody'"):
        own.reports.correct("nobody", "population", "x")
    with pytest.raises(InputError, match="No column is named"):
        own.reports.correct("audit", " ", "x")
    (own.library.folder / "table_corrections.json").write_text("{broken")
    with pytest.raises(LibraryError, match="cannot be read"):
        table(own)


def test_a_data_frame_has_numbers_truths_and_lists(own: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    report = table(own, ["number of data sets: count", "speedup: number", "year of data: years"])
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))
    frame = report.to_pandas(quotes=True)
    place = frame["paper_id"].index("audit")
    assert frame["number of data sets"][place] == 10.0
    assert frame["number of data sets"][frame["paper_id"].index("rare")] is None
    assert frame["number of data sets (quote)"][place].startswith("We compare 400 variants")
    assert frame["year"][place] == 2020


def test_without_pandas_a_data_frame_says_what_to_install(own: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"pandas, which is not installed\. pip install pandas"):
        table(own).to_pandas()


def test_a_table_is_estimated_before_it_is_made(own: Assistant) -> None:
    assert own.reports.estimate("table", columns=["sample size: number"]).calls == 0


def test_a_column_may_be_given_as_a_value(own: Assistant) -> None:
    report = own.reports.create("table", columns=[parse_column("speedup: number")])
    assert isinstance(report, Report)
    assert report.manifest.settings["columns"] == ["speedup: number"]


async def test_a_batch_makes_tables_within_its_limits(own: Assistant, tmp_path: Path) -> None:
    columns = 'columns = ["speedup: number", "population"]\nformats = ["json", "xlsx"]\n'
    item = f'at_once = 1\n[[item]]\nreport = "table"\n{columns}'
    chain, chat = chain_of(own.library, default=filling)
    estimate = [one async for one in estimate_batch(chains(own.library, chain), spec(tmp_path, item), BatchOptions())]
    assert estimate[0].jobs[0].calls == 7
    assert estimate[0].usage.output_tokens > 0
    capped = await batch_made(own.library, chain, spec(tmp_path, item), max_tokens=2000)
    assert [outcome.status.value for outcome in capped.outcomes] != ["finished"]
    few = len(chat.requests)
    assert few < 7
    done = await batch_made(own.library, chain, spec(tmp_path, item), resume=True)
    assert [outcome.status.value for outcome in done.outcomes] == ["finished"]
    assert len(chat.requests) == 7
    report = own.reports.read(tmp_path / "b-reports" / "table.json")
    assert isinstance(report, TableReport)
    assert report.find_cell("rare", "population").value == "are rare events"
    assert (tmp_path / "b-reports" / "table.xlsx").exists()


async def test_what_a_report_had_listed_of_a_paper_is_not_asked_again(own: Assistant) -> None:
    def listing(messages: list[Message]) -> str:
        return json.dumps({"facts": [{"sentence": 1, "kind": "method", "fact": ""}]})

    chain, chat = chain_of(own.library, default=listing)
    writer = open_fact_writer(own.library, chain, open_writer(own.library, chain).identity, {})
    papers = [paper for paper in own.papers.list() if paper.abstract]
    for paper in papers:
        await writer.read(paper)
    asked = len(chat.requests)
    made = await done(stream_table(own.library, chain, request("method: text")))
    assert len(chat.requests) == asked
    assert isinstance(made.report, TableReport)
    abstracts = {paper.id: paper.abstract for paper in papers}
    for row in made.report.rows:
        cell = row.cells[0]
        assert cell.quote == abstracts[row.paper_id][cell.start : cell.end] != ""
    again = await done(stream_any_replay(own.library, made.report.manifest))
    assert again.report.model_dump_json() == made.report.model_dump_json()
