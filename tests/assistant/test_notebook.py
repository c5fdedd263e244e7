"""What a notebook shows of answers, hits, tables and reports, and their data frames."""

import re
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from textual.color import Color

from assistant import Assistant, Hits, InputError
from assistant.notebook import write_sign, write_text
from assistant.phrases import SCALE
from tests.assistant import small
from tui.contrast import measure_contrast

HOSTILE = '<b onclick="x">fast</b> & <i>fair</i> \u202eslow'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """A library whose texts are markup."""
    papers = [
        small.paper(
            "bad",
            f"Delays {HOSTILE}",
            f"We study delays in {HOSTILE} queues. The accuracy is 91.5% in {HOSTILE} queues.",
        )
    ]
    with small.assistant(tmp_path_factory.mktemp("hostile") / "library", papers) as made:
        yield made


def show(value: Any) -> str:
    """What a notebook shows: sound markup without an element that is not ours."""
    shown: str = value._repr_html_()
    elements = {element.tag for element in ElementTree.fromstring(shown).iter()}
    assert elements <= {"div", "p", "span", "i", "b", "br", "small", "table", "thead", "tbody", "tr", "th", "td"}
    assert "\u202e" not in shown
    return shown


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of pandas: a frame is a dict of its columns."""
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))


def test_an_answer_shows_its_sentences_with_signs_and_sources(namkoong: Assistant) -> None:
    shown = show(namkoong.ask("What ImageNet top-1 accuracy does the ViT-G model soup reach?"))
    assert "“The resulting ViT-G model, which attains 90.94% top-1 accuracy on ImageNet" in shown
    assert 'title="word for word in its source">=</span>' in shown
    assert "Quoted excerpts, no model" in shown
    nothing = show(namkoong.ask("What is the boiling point of tungsten?"))
    assert "No answer: " in nothing


def test_a_claim_shows_what_is_wrong_with_it(namkoong: Assistant) -> None:
    shown = show(namkoong.verify("The ViT-G model attains 97% top-1 accuracy on ImageNet."))
    assert "✗</span>" in shown
    assert "its source says otherwise: the number 97% is not in the source, which has 90.94%" in shown


def test_hits_are_a_list_and_a_table(namkoong: Assistant) -> None:
    hits = namkoong.search("rare-event simulation", 2)
    assert isinstance(hits, Hits)
    assert isinstance(hits, list)
    assert show(hits).count("<tr>") == 3
    assert "Nothing fits." in show(Hits())
    assert isinstance(namkoong.papers.similar(hits[0].paper.id), Hits)


def test_reports_and_tables_show_signs(namkoong: Assistant) -> None:
    report = namkoong.reports.create("annotated", ids=["model soups"])
    table = namkoong.reports.create("table", columns=["accuracy: percentage"], ids=["model soups"])
    assert show(report).count("=</span>") == len(report.claims)
    assert re.search(r"90\.94% <span[^>]*>=</span><br ?/?><small>“The resulting", show(table))


def test_no_text_of_a_paper_is_markup(hostile: Assistant) -> None:
    for value in (
        hostile.search("delays"),
        hostile.ask("What do we study of delays?"),
        hostile.verify("We study delays in queues."),
        hostile.reports.create("annotated"),
        hostile.reports.create("table", columns=["accuracy: percentage"]),
    ):
        assert "&lt;" in show(value)
    assert write_text(HOSTILE) == "&lt;b onclick=&quot;x&quot;&gt;fast&lt;/b&gt; &amp; &lt;i&gt;fair&lt;/i&gt; slow"


def test_signs_can_be_read_on_every_ground() -> None:
    for support, sign in SCALE.items():
        ground, letters = re.findall(r"(?:background|;color):(#\w{6})", write_sign(support, sign.words))
        assert measure_contrast(Color.parse(ground), Color.parse(letters)) >= 7


@pytest.mark.usefixtures("frames")
def test_data_frames_have_a_row_a_citation(namkoong: Assistant) -> None:
    answer = namkoong.ask("What ImageNet top-1 accuracy does the ViT-G model soup reach?")
    frame = answer.to_pandas()
    assert list(frame) == ["claim", "support", "holds", "reasons", "paper_id", "title", "quote", "start", "end"]
    assert len(frame["claim"]) == sum(max(len(claim.citations), 1) for claim in answer.claims)
    assert (frame["support"][0], frame["holds"][0], frame["start"][0], frame["end"][0]) == ("quoted", True, 924, 1032)
    hits = namkoong.search("rare-event simulation", 2).to_pandas()
    assert list(hits) == ["paper_id", "title", "authors", "year", "venue", "relevance", "quote", "start", "end"]
    assert hits["year"] == [2018, 2018]
    report = namkoong.reports.create("annotated", ids=["model soups"]).to_pandas()
    assert set(report["paper_id"]) == {"5bb03a6205f3e08b"}
    assert report["section"][0]
    assert list(Hits().to_pandas().values()) == [[]] * 9


def test_without_pandas_it_is_said_what_to_install(namkoong: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    for value in (Hits(), namkoong.ask("papers in 2020")):
        with pytest.raises(InputError, match=r"pandas, which is not installed\. pip install pandas"):
            value.to_pandas()
