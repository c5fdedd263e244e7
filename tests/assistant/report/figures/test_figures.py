from functools import cache
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.report.figures import count_themes, draw_timeline, render_figures
from assistant.report.figures.figure import Picture, make_drawable, wrap_label
from assistant.report.figures.heatmap import draw_heatmap
from assistant.report.figures.map import PaperPoints, draw_map, place_points
from assistant.report.schema import Cell, Manifest, Report, ReportKind, Section, Table
from assistant.report.themes import Theme
from assistant.types import Reference
from store.errors import InputError
from tests.assistant import small
from tests.assistant.report.render.made_up import HOSTILE

PNG = b"\x89PNG"
MANIFEST = Manifest(version="1", generation="g", papers={}, settings={})
THEMES = {"adaptive · batches": ("batches", "thompson", "queue"), "fairness": ("fair", "audit"), "rare": ("rare",)}


def report(kind: ReportKind, *sections: Section) -> Report:
    """A report with these sections, which cites one paper."""
    cited = (Reference(n=1, paper_id="batches", title="Adaptive Experiments in Flexible Batches"),)
    return Report(kind=kind, title="T", sections=sections, references=cited, ledger=(), manifest=MANIFEST)


def of_themes() -> Report:
    """A report on the themes of ``small.FIELD``."""
    frame = Section(heading="Overview")
    return report(ReportKind.THEMES, frame, *(Section(heading=name, papers=ids) for name, ids in THEMES.items()))


def placed(field: Assistant, papers: dict[str, tuple[str, ...]] = THEMES) -> PaperPoints:
    """The papers of ``small.FIELD`` as points."""
    there = {paper.id: paper for paper in small.FIELD}
    return place_points(
        field.library, [Theme(name, tuple(there[one] for one in ids)) for name, ids in papers.items()], {"fair": 7}
    )


@cache
def _once(field: Assistant) -> tuple[Picture, ...]:
    return render_figures(field.library, of_themes())


def test_a_report_on_themes_has_three(field: Assistant) -> None:
    pictures = _once(field)
    assert [picture.name for picture in pictures] == ["timeline", "map", "heat"]
    assert all(picture.png.startswith(PNG) and picture.svg.startswith("<svg ") for picture in pictures)
    assert render_figures(field.library, of_themes()) == pictures


def test_without_matplotlib_it_says_what_to_install_and_reports_are_saved_without_pictures(
    field: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = field.reports.create("themes")
    assert {"png"} <= {file.suffix[1:] for file in field.reports.save(report, tmp_path / "drawn.md")}
    assert field.reports.explain_missing_figures("html") == ""
    monkeypatch.setattr("assistant.report.figures.figure.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"matplotlib.*pip install 'conspectus\[figures\]'"):
        field.reports.figures(report)
    files = field.reports.save(report, tmp_path / "plain.md", tmp_path / "plain.html")
    assert {file.suffix for file in files} == {".md", ".bib", ".html", ".json"}
    assert "<svg" not in (tmp_path / "plain.html").read_text(encoding="utf-8")
    assert "conspectus[figures]" in field.reports.explain_missing_figures("html")
    assert field.reports.explain_missing_figures("json") == ""


def test_what_is_to_be_seen_is_said_in_numbers(field: Assistant) -> None:
    over_time, landscape, heat = (picture.text for picture in _once(field))
    assert "adaptive · batches: 3 (2023: 1, 2024: 1, 2025: 1)." in over_time
    assert "6 papers in 3 themes: adaptive · batches (3), fairness (2), rare (1)." in landscape
    assert "6 of 6 papers are drawn" in heat
    assert "rare: mean of its own papers 1.00, of the others" in heat


def test_papers_lie_closest_to_their_own_theme(field: Assistant) -> None:
    plane, share = placed(field).project_flat()
    assert plane.shape == (6, 2)
    assert 0 < share <= 1
    close = placed(field).compute_closeness()
    assert close.shape == (6, 3)
    assert close.argmax(axis=1).tolist() == placed(field).theme_of.tolist()


def test_one_theme_is_drawn_too(field: Assistant) -> None:
    alone = placed(field, {"all": ("batches", "fair", "rare")})
    assert "3 papers in 1 theme: all (3)." in draw_map(alone).text
    assert "Nearest to a second theme" not in draw_heatmap(alone).text


def test_a_table_of_years_gives_the_timeline(field: Assistant) -> None:
    table = Table(head=("Year", "one"), rows=((Cell(text="2020"), Cell(text="2")),))
    (picture,) = render_figures(field.library, report(ReportKind.TIMELINE, Section(heading="", table=table)))
    assert picture.text == "Papers by theme and year. one: 2 (2020: 2)."
    assert (
        render_figures(
            field.library, report(ReportKind.COMPARE, Section(heading="", table=Table(head=("Paper",), rows=())))
        )
        == ()
    )


def test_papers_that_are_gone_are_left_out(field: Assistant) -> None:
    gone = report(
        ReportKind.THEMES, Section(heading="rare", papers=("rare", "gone")), Section(heading="no", papers=("lost",))
    )
    (picture,) = render_figures(field.library, gone)
    assert picture.text == "Papers by theme and year. rare: 1 (2018: 1)."


@pytest.mark.parametrize("text", [" ".join(HOSTILE), "漢字 $x^2$ العربية"])
def test_any_label_can_be_drawn(text: str) -> None:
    picture = draw_timeline(count_themes([Theme(text, (small.paper("a", text, year=2018),))]))
    assert picture
    assert "<script" not in picture.svg
    assert "onload=alert(1)>" not in picture.svg


def test_what_the_font_lacks_is_a_box() -> None:
    assert make_drawable("a\u202e漢b") == "a□b"
    assert make_drawable("abcdef", 4) == "abc…"
    assert wrap_label("rare events · simulation", 14) == "rare events\u00a0·\nsimulation"
