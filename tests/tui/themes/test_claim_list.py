from textual.app import App, ComposeResult

from assistant.report.schema import Paragraph, Section
from assistant.types import Claim, Support
from tests.tui.themes.test_claim_text import DOUBTED, PARTLY, WRITTEN, cite
from tests.tui.themes_host import place_of_citation
from tests.tui.waiting import wait_until
from tui.themes.claim_list import ClaimList

SECTION = Section(
    heading="H", paragraphs=(Paragraph(claims=(WRITTEN,)), Paragraph(claims=(DOUBTED, PARTLY), label="Data")), note="N"
)


class Listed(App[None]):
    """A list of claims, and what it told."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: list[tuple[str, int, bool]] = []

    def compose(self) -> ComposeResult:
        yield ClaimList()

    def on_ready(self) -> None:
        self.query_one(ClaimList).show_section(SECTION)
        self.query_one(ClaimList).focus()

    def on_claim_list_looked(self, event: ClaimList.Looked) -> None:
        self.looked.append((event.claim.text, event.citation.n, event.chosen))


async def test_citations_are_gone_through_across_claims() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        await pilot.pause()
        for key in (*["right_square_bracket"] * 3, *["left_square_bracket"] * 2, "enter"):
            await pilot.press(key)
            await pilot.pause()
        claims = [(WRITTEN, 3), (WRITTEN, 7), (DOUBTED, 3), (PARTLY, 3), (DOUBTED, 3), (WRITTEN, 3)]
        assert app.looked == [*((claim.text, n, False) for claim, n in claims), (WRITTEN.text, 3, True)]


async def test_a_click_on_a_citation_chooses_just_it() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        await pilot.press("down")
        await pilot.pause()
        app.looked.clear()
        await pilot.click(ClaimList, offset=place_of_citation(app.query_one(ClaimList), 7))
        await wait_until(pilot, lambda: app.looked and app.looked[-1] == (WRITTEN.text, 7, True), "the citation")


async def test_another_section_begins_at_its_top() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        await pilot.press("end")
        await pilot.pause()
        other = Claim(text="Other.", support=Support.WORDED, citations=(cite(9),))
        app.query_one(ClaimList).show_section(Section(heading="I", paragraphs=(Paragraph(claims=(other,)),)))
        await wait_until(pilot, lambda: app.looked[-1] == ("Other.", 9, False), "the other")
        app.query_one(ClaimList).show_section(Section(heading="J", note="Nothing."))
        await pilot.press("right_square_bracket", "left_square_bracket", "enter")
        assert app.query_one(ClaimList).looked_at is None
