"""What new papers change in saved reports and tables."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.client import Assistant
from assistant.report.saved import list_reports
from assistant.watch.digest import NewsKind, ReportChange
from assistant.watch.nearness import GroupFinder, measure_nearness
from assistant.watch.report_news import compare_saved
from store.errors import InputError
from store.ingest import add_items
from store.paper import Paper
from tests.assistant import small

CLAIM = "Vitamin D reduces the risk of infections."
SOUPS = "The soup attains 90.94% top-1 accuracy on ImageNet."
BASE = (
    small.paper("d", "On D", CLAIM, "Ann Poe", 2019),
    small.paper("soups", "On Soups", SOUPS, "Bea Roe", 2020),
)
AGAINST = small.paper(
    "against", "Against D", "We find that vitamin D does not reduce the risk of infections.", "", 2026
)
BETTER = small.paper("better", "Ensembles", "The ensemble reaches 92.1% top-1 accuracy on ImageNet.", "", 2026)
OTHER = small.paper("other", "Queues", "Queues are long in summer.", "", 2026)


def add(a: Assistant, *papers: Paper) -> None:
    for _ in add_items(a.library, papers, lambda: 1.0):
        pass


def changes(a: Assistant) -> list[ReportChange]:
    return [change for saved in list_reports(a.library) for change in compare_saved(a.library, saved).changes]


@pytest.fixture
def base(tmp_path: Path) -> Assistant:
    return small.assistant(tmp_path / "library", BASE)


def test_a_claim_that_is_contradicted_and_one_with_a_better_figure(base: Assistant, tmp_path: Path) -> None:
    base.reports.save(base.reports.create("annotated"), tmp_path / "a.json")
    add(base, AGAINST, BETTER, OTHER)
    told_of = {(change.kind, change.paper_id): change for change in changes(base)}
    assert list(told_of) == [
        (NewsKind.CONTRADICTED, "against"),
        (NewsKind.FIGURE, "better"),
        (NewsKind.PAPER, "against"),
        (NewsKind.PAPER, "better"),
        (NewsKind.PAPER, "other"),
    ]
    opposed = told_of[NewsKind.CONTRADICTED, "against"]
    assert (opposed.claim, opposed.claim_paper_id, opposed.claim_title) == (CLAIM, "d", "On D")
    assert opposed.quote == AGAINST.abstract
    better = told_of[NewsKind.FIGURE, "better"]
    assert (better.claim, better.quote) == (SOUPS, BETTER.abstract)
    assert better.note == "92.1% is higher than 90.94%; beside both stand: accuracy, imagenet"


def test_a_report_is_compared_as_it_was_saved_and_made_again_knows_all(base: Assistant, tmp_path: Path) -> None:
    base.reports.save(base.reports.create("annotated"), tmp_path / "a.json")
    assert changes(base) == []
    add(base, OTHER)
    first = changes(base)
    assert [change.id for change in changes(base)] == [change.id for change in first]
    base.reports.save(base.reports.create("annotated"), tmp_path / "a.json")
    assert changes(base) == []


def test_a_scope_without_the_paper_is_not_concerned(base: Assistant, tmp_path: Path) -> None:
    base.reports.save(base.reports.create("annotated", year_to=2020), tmp_path / "a.json")
    add(base, AGAINST, BETTER)
    assert changes(base) == []


def test_a_report_on_contradictions_tells_of_no_paper_that_contradicts_none(base: Assistant, tmp_path: Path) -> None:
    against = small.paper("against0", "Against D", AGAINST.abstract, "", 2018)
    add(base, against)
    base.reports.save(base.reports.create("contradictions"), tmp_path / "c.json")
    add(base, OTHER, small.paper("third", "Again D", "Vitamin D does not reduce the risk of infections.", "", 2026))
    assert [(change.kind, change.paper_id) for change in changes(base)] == [(NewsKind.CONTRADICTED, "third")]


def test_a_retracted_paper_is_told_with_the_sentences_that_cite_it(base: Assistant, tmp_path: Path) -> None:
    base.reports.save(base.reports.create("annotated"), tmp_path / "a.json")
    add(base, BASE[0].model_copy(update={"retraction": "retracted 2026-01-01"}))
    [change] = changes(base)
    assert (change.kind, change.paper_id, change.title) == (NewsKind.RETRACTED, "d", "[retracted] On D")
    assert change.note.startswith("retracted 2026-01-01; ")


def test_a_report_that_lets_retracted_papers_in_has_said_so(base: Assistant, tmp_path: Path) -> None:
    add(base, BASE[0].model_copy(update={"retraction": "retracted 2026-01-01"}))
    base.reports.save(base.reports.create("annotated", retracted=None), tmp_path / "a.json")
    add(base, OTHER)
    assert [change.kind for change in changes(base)] == [NewsKind.PAPER]


# Tables


def test_a_new_paper_is_a_row_with_the_cells_that_rules_fill(base: Assistant, tmp_path: Path) -> None:
    table = base.reports.create("table", columns=["accuracy: percentage", "mood: calm | tense"])
    base.reports.save(table, tmp_path / "t.json")
    add(base, BETTER)
    [change] = [change for change in changes(base) if change.kind is NewsKind.CELL]
    assert change.note == "its row is new; a model fills: mood"
    assert [(cell.column, cell.value, cell.quote) for cell in change.cells] == [("accuracy", "92.1%", BETTER.abstract)]


def test_a_row_whose_paper_says_more_now_and_one_that_was_corrected(base: Assistant, tmp_path: Path) -> None:
    columns = ["accuracy: percentage"]
    base.reports.save(base.reports.create("table", columns=columns), tmp_path / "t.json")
    more = "We like trials. The classifier attains 81.5% accuracy on MNIST."
    add(base, BASE[0].model_copy(update={"abstract": more, "abstract_raw": more}))
    [change] = changes(base)
    assert (change.kind, change.paper_id, change.note) == (NewsKind.CELL, "d", "its record says more than it did")
    assert [(cell.column, cell.before, cell.value) for cell in change.cells] == [("accuracy", "not stated", "81.5%")]
    base.reports.correct("d", "Accuracy", "80%")
    assert changes(base) == []


# Themes


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


VECTORS = {
    "a1": unit(1, 0.1, 0),
    "a2": unit(1, -0.1, 0),
    "a3": unit(1, 0, 0.1),
    "b1": unit(0, 1, 0.1),
    "b2": unit(0.1, 1, 0),
    "b3": unit(-0.1, 1, 0),
    "near a": unit(1, 0.05, 0.05),
    "near b": unit(0, 1, 0.02),
    "far": unit(0.1, 0.1, 1),
}
GROUPS = {"A": ["a1", "a2", "a3", "gone"], "B": ["b1", "b2", "b3"]}


@pytest.mark.parametrize(("name", "group"), [("near a", "A"), ("near b", "B"), ("far", ""), ("unknown", "")])
def test_a_paper_belongs_to_the_nearest_theme_unless_it_is_far(name: str, group: str) -> None:
    assert GroupFinder(VECTORS, GROUPS).find_group(name) == group


@pytest.mark.parametrize("groups", [{}, {"A": ["gone"]}])
def test_without_themes_it_belongs_to_none(groups: dict[str, Sequence[str]]) -> None:
    assert GroupFinder(VECTORS, groups).find_group("near a") == ""


def test_a_new_paper_is_told_with_its_theme(tmp_path: Path) -> None:
    wind = "Wind turbines turn wind into power; gusts of wind load the blades of turbines."
    cats = "Cats sleep by day; a cat that sleeps by day hunts mice by night."
    papers = [
        *(small.paper(f"w{n}", f"Wind {n}", f"{wind} Site {n} is windy.", "", 2020) for n in range(6)),
        *(small.paper(f"c{n}", f"Cats {n}", f"{cats} Cat {n} is grey.", "", 2020) for n in range(6)),
    ]
    a = small.assistant(tmp_path / "library", papers)
    report = a.reports.create("themes")
    a.reports.save(report, tmp_path / "t.json")
    add(
        a,
        small.paper("w9", "More wind", f"{wind} Site 9 is windy.", "", 2026),
        small.paper("z", "Sourdough", "Leaven, flour, water, salt; knead, rest, bake.", "", 2026),
    )
    headings = {section.heading for section in report.sections if "w1" in section.papers}
    [change] = changes(a)
    assert (change.kind, change.paper_id) == (NewsKind.THEME, "w9")
    assert change.heading in headings


def test_nearness_is_to_the_papers_that_were_there(base: Assistant) -> None:
    add(base, AGAINST, OTHER)
    view = base.library.view()
    assert view is not None
    near = measure_nearness(view, ["against", "other", "gone"], {"d", "soups"})
    assert near.keys() == {"against", "other"}
    assert near["against"].value > near["other"].value
    assert measure_nearness(view, ["against"], ())["against"] == (0.0, False)


def test_what_is_kept_and_cannot_be_read_is_said(base: Assistant, tmp_path: Path) -> None:
    base.reports.save(base.reports.create("annotated"), tmp_path / "a.json")
    [saved] = list_reports(base.library)
    with pytest.raises(InputError, match="cannot be read"):
        compare_saved(base.library, saved._replace(content=b"{}"))
