"""Papers whose text was damaged on disk: listed and shown as such, and nothing rests on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli.formatting import list_remarks
from assistant.client import Assistant
from assistant.export.conversation import rebuild_paper
from assistant.report.scope import choose_papers
from assistant.types import Reference
from store.filters import Filters
from store.record import DAMAGE
from tests.assistant import small

HURT = small.paper(
    "hurt", "Vitamin Zeta Cures Scurvy", "We show that vitamin Zeta cures scurvy. The dose was 3 mg.", "Ann Poe", 2010
).model_copy(update={"damage": DAMAGE})
SOUND = small.paper("lemons", "Lemons Against Scurvy", "Lemons prevent scurvy in sailors.", "John Roe", 2012)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Assistant]:
    """A library with a damaged paper."""
    with small.assistant(tmp_path, [HURT, SOUND]) as made:
        yield made


def test_no_answer_rests_on_it(shelf: Assistant) -> None:
    assert "hurt" not in {one.paper_id for one in shelf.ask("Which dose of vitamin Zeta cures scurvy?").references}
    assert [hit.paper.id for hit in shelf.search("scurvy")] == ["lemons"]
    assert shelf.search("vitamin Zeta") == []


def test_a_report_says_why_it_leaves_it_out(shelf: Assistant) -> None:
    chosen = choose_papers(shelf.library, Filters())
    assert [paper.id for paper in chosen.papers] == ["lemons"]
    assert [(one.title, one.reason) for one in chosen.left] == [
        ("[damaged] Vitamin Zeta Cures Scurvy", f"damaged: {DAMAGE}")
    ]


def test_it_is_listed_with_the_mark(shelf: Assistant) -> None:
    assert next(shelf.papers.list(oldest_first=True)).marked_title == "[damaged] Vitamin Zeta Cures Scurvy"
    assert list_remarks(shelf.papers.get("hurt")).startswith("damaged: add its file again")


def test_a_reference_keeps_the_mark() -> None:
    titles = ("[damaged] [retracted] A", "[damaged] A", "[withdrawn] A", "A")
    found = [rebuild_paper(Reference(n=1, paper_id="a", title=title)) for title in titles]
    assert [(one.title, one.damage, one.retraction) for one in found] == [
        ("A", DAMAGE, "retracted"),
        ("A", DAMAGE, ""),
        ("A", "", "withdrawn"),
        ("A", "", ""),
    ]
