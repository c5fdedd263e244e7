from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.content import Content

from assistant.client import Assistant
from tests.assistant import small
from tests.tui.papers_host import HOSTILE
from tests.tui.themes_host import MIDDLE, OPEN, SMALL, TWO_FIELDS, WIDE, Host, place_of_citation
from tests.tui.waiting import wait_until
from tui.clipboard import Copied
from tui.dialogs.choose import ChoiceDialog
from tui.engine import EVERYTHING, Scope
from tui.papers.list import PaperList
from tui.text import ASCII, UNICODE
from tui.themes.claim_list import ClaimList
from tui.themes.screen import NOT_A_THEME
from tui.themes.sections import PAPERS, TEXT, YEARS
from tui.widgets.controls import Choices
from tui.widgets.evidence import Evidence, cited_style
from tui.widgets.first_run import FirstRun


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Two themes; nobody may change the papers."""
    with small.assistant(tmp_path_factory.mktemp("fields") / "library", TWO_FIELDS) as made:
        yield made


@pytest.mark.parametrize("size", [SMALL, MIDDLE, WIDE])
class TestAtEverySize:
    async def test_themes_then_text_then_evidence_and_back(self, fields: Assistant, size: tuple[int, int]) -> None:
        app = Host(fields)
        async with app.run_test(size=size) as pilot:
            await app.ready(pilot)
            assert "7 papers, 2015–2021" in app.text
            assert "6 papers, 2018–2023" in app.text
            assert "Themes of the whole library" in app.text
            await app.inside(pilot)
            assert "=" in app.text
            await pilot.press("enter")
            await wait_until(pilot, lambda: "Most similar" in app.paper and "Ann Lee" in app.text, "the evidence")
            await pilot.press("escape", "escape")
            await wait_until(pilot, lambda: app.themes.sections.theme_list.has_focus, "the list")
            await pilot.press("escape")
            await wait_until(pilot, lambda: app.result is None, "the way out")

    async def test_the_three_views(self, fields: Assistant, size: tuple[int, int]) -> None:
        app = Host(fields)
        async with app.run_test(size=size) as pilot:
            await app.inside(pilot)
            for key, view, shown in (("2", PAPERS, "Queues of Patients 6"), ("3", YEARS, "Papers of each theme")):
                await pilot.press(key)
                sections = app.themes.sections
                await wait_until(pilot, lambda: sections.view == view and sections.content_widget.has_focus)  # noqa: B023
                await wait_until(pilot, lambda: shown in app.text, shown)  # noqa: B023
            await pilot.press("1")
            await wait_until(pilot, lambda: app.themes.query_one(ClaimList).has_focus, "the text")


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_hostile_text(tmp_path: Path, size: tuple[int, int]) -> None:
    with small.assistant(tmp_path / "library", HOSTILE) as made:
        app = Host(made, glyphs=ASCII if size == SMALL else UNICODE)
        async with app.run_test(size=size) as pilot:
            await app.inside(pilot)
            for key in ("down", "enter", "enter", "escape", "2", "down", "enter", "end", "escape", "3", "down"):
                await pilot.press(key)
                await pilot.pause()
                assert not {"\x1b", "\u202e"} & set(app.text)


async def test_an_empty_library_offers_ways_on(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "library") as made:
        app = Host(made)
        async with app.run_test(size=SMALL) as pilot:
            await wait_until(pilot, lambda: app.themes.query_one(FirstRun).display, "the ways")
            for key in ("ctrl+r", "ctrl+g", "down", "up"):
                await pilot.press(key)
            await pilot.press("1")
            await wait_until(pilot, lambda: app.themes.sections.pages, "themes of the sample")
            await pilot.press("escape")
            await wait_until(pilot, lambda: app.themes.is_current, "the themes")
            assert "45 papers: 45 cited" in app.text


class TestText:
    async def test_keys_go_from_claim_to_claim_and_the_evidence_follows(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=WIDE) as pilot:
            await app.inside(pilot)
            seen = []
            for key in ("down", *["right_square_bracket"] * 2, *["left_square_bracket"] * 2, "up"):
                before = app.themes.query_one(ClaimList).highlighted
                await pilot.press(key)
                listed = app.themes.query_one(ClaimList)
                await wait_until(pilot, lambda: listed.highlighted != before, key)  # noqa: B023
                assert listed.looked_at
                title = listed.looked_at[1].title
                await wait_until(pilot, lambda: title in app.paper, title)  # noqa: B023
                seen.append(title)
            assert len(set(seen)) > 2

    async def test_the_cited_sentence_alone_is_highlighted(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=WIDE) as pilot:
            await app.inside(pilot)
            await pilot.press("down", "enter")
            await wait_until(pilot, lambda: "Most similar" in app.paper, "the paper")
            looked = app.themes.query_one(ClaimList).looked_at
            assert looked
            shown = app.themes.query_one("#paper").query("Static").first()
            content = shown.visual  # type: ignore[attr-defined]
            assert isinstance(content, Content)
            lit = cited_style(looked[0].support)
            marked = [content.plain[span.start : span.end] for span in content.spans if str(span.style) == lit]
            assert marked == [looked[1].quote]

    async def test_a_click_on_a_citation_opens_it(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.inside(pilot)
            listed = app.themes.query_one(ClaimList)
            number = app.themes.sections.pages[1].answer.references[2].n
            await pilot.click(ClaimList, offset=place_of_citation(listed, number))
            title = app.themes.sections.pages[1].answer.references[2].title
            await wait_until(pilot, lambda: title in app.paper, title)
            assert app.themes.query_one(Evidence).display

    async def test_arrows_between_list_and_section(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.ready(pilot)
            await pilot.press("end", "up", "home", "down", "right")
            await wait_until(pilot, lambda: app.themes.sections.content_widget.has_focus, "the section")
            assert app.themes.sections.theme_list.highlighted == 1
            await pilot.press("left")
            await wait_until(pilot, lambda: app.themes.sections.theme_list.has_focus, "the list")

    async def test_going_through_the_references_shows_each(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=WIDE) as pilot:
            await app.inside(pilot)
            await wait_until(pilot, lambda: "Most similar" in app.paper, "the first")
            app.themes.query_one("#references").focus()
            await pilot.press("down")
            title = app.themes.sections.pages[1].answer.references[1].title
            await wait_until(pilot, lambda: title in app.paper.split("\n")[0], title)
            await pilot.press("ctrl+r")
            await wait_until(pilot, lambda: app.result is not OPEN, "the result")
            assert app.result.filters == {"ids": (app.themes.sections.pages[1].answer.references[1].paper_id,)}

    async def test_f4_hides_the_evidence_and_shows_it(self, fields: Assistant) -> None:
        for size, at_first in ((WIDE, True), (MIDDLE, False)):
            app = Host(fields)
            async with app.run_test(size=size) as pilot:
                await app.inside(pilot)
                for shown in (not at_first, at_first):
                    await pilot.press("f4")
                    await wait_until(pilot, lambda: app.themes.query_one(Evidence).display is shown)  # noqa: B023

    async def test_the_citation_of_a_paper_is_copied(self, fields: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tui.clipboard.copy_text", lambda text: Copied(f"Copied {text[:6]}", proved=True))
        app = Host(fields)
        async with app.run_test(size=WIDE) as pilot:
            await app.inside(pilot)
            await wait_until(pilot, lambda: "Most similar" in app.paper, "the paper")
            await pilot.press("enter", "ctrl+y")
            await wait_until(pilot, lambda: isinstance(app.screen, ChoiceDialog), "the styles")
            await pilot.press("down", "enter")
            await app.says(pilot, "Copied @")

    async def test_a_paper_without_an_address_says_so(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=WIDE) as pilot:
            await app.inside(pilot)
            await wait_until(pilot, lambda: "Most similar" in app.paper, "the paper")
            await pilot.press("enter", "ctrl+o")
            await app.says(pilot, "without an address")
            assert not app.opened


class TestPapersAndYears:
    async def test_enter_shows_a_paper_and_its_head_sorts(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.inside(pilot)
            await pilot.press("2", "down", "enter")
            await wait_until(pilot, lambda: "Queues of Patients 5" in app.paper, "the paper")
            await pilot.press("escape")
            await pilot.click(PaperList, offset=(30, 0))
            await wait_until(pilot, lambda: "Title ↓" in app.text, "the order")

    async def test_marked_papers_are_asked(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.inside(pilot)
            await pilot.press("2", "space", "space", "ctrl+r")
            await wait_until(pilot, lambda: app.result is not OPEN, "the result")
            assert set(app.result.filters["ids"]) == {"q6", "q5"}
            assert app.result.label == "2 papers marked"

    async def test_a_theme_is_asked_as_a_whole(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await app.ready(pilot)
            await pilot.press("ctrl+r")
            await app.says(pilot, NOT_A_THEME)
            await pilot.press("down", "ctrl+r")
            await wait_until(pilot, lambda: app.result is not OPEN, "the result")
            assert sorted(app.result.filters["ids"]) == [f"q{n}" for n in range(7)]
            assert app.result.label.startswith("7 papers of “")

    async def test_the_timeline_leads_to_a_theme(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.inside(pilot)
            await pilot.press("3")
            years = app.themes.query_one("#years", Choices)
            await wait_until(pilot, lambda: years.has_focus and years.highlighted == 0, "the timeline")
            await pilot.press("down", "enter")
            await wait_until(
                pilot,
                lambda: app.themes.sections.view == TEXT and app.themes.sections.theme_list.highlighted == 2,
                "the theme",
            )

    async def test_views_are_clicked(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.inside(pilot)
            at = next(line.index("3 Timeline") for line in app.text.splitlines() if "3 Timeline" in line)
            await pilot.click("#theme-views", offset=(at - app.themes.query_one("#theme-views").region.x, 0))
            await wait_until(pilot, lambda: app.themes.sections.view == YEARS, "the timeline")


class TestScope:
    async def test_themes_are_those_of_the_restriction_until_all_are_taken(self, fields: Assistant) -> None:
        ids = tuple(f"r{n}" for n in range(6))
        app = Host(fields, Scope.of({"ids": ids}, "6 marked papers"))
        async with app.run_test(size=MIDDLE) as pilot:
            await app.ready(pilot)
            assert "Themes of 6 marked papers · 6 papers" in app.text
            assert "Queues" not in app.text
            await pilot.press("ctrl+e")
            await wait_until(pilot, lambda: "13 papers: 13 cited" in app.text, "all papers")
            assert app.scopes == [EVERYTHING]

    async def test_a_restriction_to_nothing_says_what_to_do(self, fields: Assistant) -> None:
        app = Host(fields, Scope.of({"author": "Nobody"}, "Nobody"))
        async with app.run_test(size=SMALL) as pilot:
            await app.says(pilot, "No paper is left to report on.")
            await pilot.press("ctrl+e")
            await app.ready(pilot)
