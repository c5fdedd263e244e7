"""Citations and what they rest on: by mouse, digit and key, in the panel and in the drawer."""

from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets import OptionList, Static

from assistant.phrases import SCALE
from tests.assistant import small
from tests.assistant.answer.asking import QUESTION, RIGHT, WRONG, claims
from tests.tui.chatting import LARGE, SMALL, Talk, answer, chatting, contents, footer, plain
from tui.chat.exchange import LIT
from tui.clipboard import Copied
from tui.dialogs.choose import ChoiceDialog
from tui.preferences import load_preferences
from tui.text import COLOURS
from tui.widgets.evidence import NEAREST, Evidence

BY_CHE = "Which papers are by Ethan Che?"
TITLES = ["Queues with Differentiable Simulators", "Adaptive Experiments in Flexible Batches"]


async def shows(talk: Talk, title: str) -> None:
    """Wait until a paper is shown with what is near to it."""
    await talk.until(lambda: talk.paper.startswith(title) and "Most similar" in talk.paper, title)


def lit(talk: Talk) -> list[tuple[str, str]]:
    """The sentences that stand out in the paper, with the colours that they have."""
    visual = talk.app.chat.query_one("#paper Static", Static).visual
    assert isinstance(visual, Content)
    styles = [(talk.paper[span.start : span.end], str(span.style)) for span in visual.spans]
    return [(text, style.split()[-1]) for text, style in styles if style.startswith("bold underline")]


def said(talk: Talk, name: str) -> str:
    """What stands over the paper."""
    return plain(talk.app.chat.query_one(name, Static))


async def test_a_citation_leads_to_its_sentence_in_the_colour_of_its_sign(library: Path) -> None:
    rare, fast = "Crashes of vehicles are rare events.", WRONG
    draft = claims(rare, fast)
    async with chatting(library, draft, draft, size=(140, 50)) as talk:
        asked = await talk.ask(QUESTION)
        await shows(talk, "Rare Events")
        assert asked.answer
        by_text = {claim.text: claim for claim in asked.answer.claims}
        await talk.press("ctrl+up")
        await talk.until(lambda: asked.has_focus)
        for claim in asked.answer.shown:
            await talk.press("right")
            quote = next(iter(claim.citations)).quote
            colour = COLOURS[SCALE[claim.support].colour]
            await talk.until(lambda: lit(talk) == [(quote, colour)], f"{quote}: {lit(talk)}")  # noqa: B023
            assert claim.words in said(talk, "#evidence-claim")
            assert all(reason in said(talk, "#evidence-claim") for reason in claim.reasons)
            marked = [
                content.plain[span.start : span.end]
                for content in contents(asked)
                for span in content.spans
                if str(span.style) == LIT
            ]
            assert marked == [claim.text]
        assert by_text[fast].support.value == "contradicted"
        assert said(talk, "#evidence-of") == f"Evidence of “{QUESTION}”"


async def test_a_click_on_a_citation_leads_to_the_sentence_of_that_claim(library: Path) -> None:
    draft = claims(RIGHT, WRONG)
    async with chatting(library, draft, draft, size=(140, 50)) as talk:
        asked = await talk.ask(QUESTION)
        await shows(talk, "Rare Events")
        assert asked.answer
        row = next(y for y, line in enumerate(talk.screen.splitlines()) if "its source says otherwise" in line)
        column = talk.screen.splitlines()[row].rindex("[1]", 0, talk.screen.splitlines()[row].index("✗"))
        await talk.pilot.click(offset=(column, row))
        await talk.until(lambda: "its source says otherwise" in said(talk, "#evidence-claim"))
        assert [colour for _, colour in lit(talk)] == ["$text-error"]


async def test_the_nearest_sentence_of_no_answer_has_a_colour_of_its_own(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(BY_CHE)
        await shows(talk, TITLES[0])
        asked = await talk.ask("How long does the estimate of crash probabilities take?")
        assert asked.answer
        assert asked.answer.abstained
        await talk.until(lambda: talk.paper.startswith("Rare Events"))
        assert [colour for _, colour in lit(talk)] == [NEAREST.split()[-1]]
        assert said(talk, "#evidence-of").startswith("The nearest papers to “How long")
        await talk.ask("Which zebras swim across the Danube?")
        await talk.until(lambda: "Rare Events" not in talk.paper)
        assert said(talk, "#evidence-of") == ""
        assert said(talk, "#evidence-claim") == ""


async def test_quotes_have_no_sign_and_a_line_each(library: Path) -> None:
    async with chatting(library) as talk:
        asked = await talk.ask(QUESTION)
        assert asked.answer
        assert not set("✓≈=") & set(answer(asked))
        quotes = len(asked.answer.shown)
        assert f"{quotes} quote" in footer(asked)
        assert len([content for content in contents(asked) if content.plain.startswith("“")]) == quotes


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_click_on_a_citation_shows_its_paper(library: Path, size: tuple[int, int]) -> None:
    async with chatting(library, size=size) as talk:
        await talk.ask(BY_CHE)
        await talk.click("[2]")
        await shows(talk, TITLES[1])
        assert talk.one(Evidence).display
        assert TITLES[1] in talk.screen


async def test_arrows_and_digits_with_alt_move_through_the_citations(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(BY_CHE)
        await talk.press("ctrl+up")
        await talk.press("alt+2")
        await shows(talk, TITLES[1])
        await talk.press("alt+1")
        await shows(talk, TITLES[0])
        await talk.press("right")
        await shows(talk, TITLES[1])
        await talk.press("right")
        await shows(talk, TITLES[0])
        await talk.press("left")
        await shows(talk, TITLES[1])
        await talk.press("left", "right")
        await shows(talk, TITLES[1])
        await talk.press("alt+9")
        await talk.pilot.pause()
        assert talk.paper.startswith(TITLES[1])


async def test_the_drawer_opens_over_the_chat_and_closes(library: Path) -> None:
    async with chatting(library, claims(RIGHT), size=SMALL) as talk:
        await talk.ask(QUESTION)
        assert not talk.one(Evidence).display
        await talk.press("f4")
        await shows(talk, "Rare Events")
        assert talk.one(Evidence).display
        await talk.until(lambda: "The estimate takes 20 times less time" in talk.screen, "the sentence that is cited")
        await talk.press("escape")
        assert not talk.one(Evidence).display
        await talk.press("f4", "f4")
        assert not talk.one(Evidence).display
        await talk.press("x")
        assert talk.draft == "x"


async def test_the_panel_stands_beside_the_chat_where_there_is_room(library: Path) -> None:
    async with chatting(library, claims(RIGHT), size=SMALL) as talk:
        await talk.ask(QUESTION)
        await talk.pilot.resize_terminal(*LARGE)
        await talk.until(lambda: talk.one(Evidence).display)
        await talk.pilot.resize_terminal(*SMALL)
        await talk.until(lambda: not talk.one(Evidence).display)


async def test_that_the_panel_is_hidden_is_remembered(library: Path) -> None:
    async with chatting(library, claims(RIGHT), size=LARGE) as talk:
        await talk.press("f4")
        await talk.until(lambda: not load_preferences()[0].show_evidence)
        assert not talk.one(Evidence).display
        await talk.press("f4")
        await talk.until(lambda: load_preferences()[0].show_evidence)
        assert talk.one(Evidence).display


async def test_a_new_answer_leaves_alone_what_is_being_read(library: Path) -> None:
    async with chatting(library, size=LARGE) as talk:
        await talk.ask(BY_CHE)
        await shows(talk, TITLES[0])
        talk.one(Evidence).query_one(OptionList).focus()
        await talk.app.chat.conversation.ask("How many papers are there?")
        await talk.until(lambda: len(talk.turns) == 2)
        assert talk.paper.startswith(TITLES[0])


async def test_arrows_move_through_the_references(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(BY_CHE)
        await shows(talk, TITLES[0])
        talk.one(Evidence).query_one(OptionList).focus()
        await talk.press("down")
        await shows(talk, TITLES[1])
        await talk.press("up")
        await shows(talk, TITLES[0])
        await talk.press("enter")
        assert talk.app.focused is talk.one(Evidence).query_one("#paper")


async def test_a_paper_is_opened_in_the_browser(library: Path) -> None:
    linked = small.paper("linked", "Rare Links", "We link rare words.", "Ann Lee", 2022)
    linked = linked.model_copy(update={"urls": ("ftp://example.org/x", "https://example.org/paper")})
    with small.assistant(library.parent / "linked", [linked]):
        pass
    async with chatting(library.parent / "linked") as talk:
        await talk.ask("Which papers are by Ann Lee?")
        await shows_paper(talk, "Rare Links")
        await talk.press("ctrl+o")
        assert talk.opened == ["https://example.org/paper"]


async def test_a_paper_without_an_address_says_so(library: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        await talk.ask(QUESTION)
        await shows_paper(talk, "Rare Events")
        await talk.press("ctrl+o")
        assert talk.told == [("This paper comes without an address.", "warning")]


async def shows_paper(talk: Talk, title: str) -> None:
    """Wait for a paper, and go to the panel."""
    await talk.until(lambda: talk.paper.startswith(title), title)
    talk.one(Evidence).query_one(OptionList).focus()
    await talk.pilot.pause()


async def test_a_citation_is_copied(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def copy(text: str) -> Copied:
        copied.append(text)
        return Copied("Sent to the terminal, which may or may not have taken it.")

    monkeypatch.setattr("tui.clipboard.copy_text", copy)
    async with chatting(library, claims(RIGHT)) as talk:
        await talk.ask(QUESTION)
        await shows_paper(talk, "Rare Events")
        await talk.press("ctrl+y")
        await talk.until(lambda: isinstance(talk.app.screen, ChoiceDialog))
        await talk.press("down", "enter")
        await talk.until(lambda: talk.told)
        assert copied[0].startswith("@")
        assert talk.told == [("Sent to the terminal, which may or may not have taken it.", "warning")]
        await talk.press("ctrl+y")
        await talk.until(lambda: isinstance(talk.app.screen, ChoiceDialog))
        await talk.press("escape")
        assert len(copied) == 1


async def test_the_chat_is_restricted_to_one_paper_until_everything_counts_again(library: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        await talk.ask(QUESTION)
        await shows_paper(talk, "Rare Events")
        await talk.press("ctrl+r")
        await talk.until(lambda: "“Rare Events in Simulat… ✕" in talk.screen)
        await talk.send("/new")
        asked = await talk.ask("Which papers are there?")
        assert asked.answer
        assert {reference.paper_id for reference in asked.answer.references} <= {"rare"}
        await talk.send("/everything")
        await talk.until(lambda: "✕" not in talk.screen)
        await talk.send("/new")
        asked = await talk.ask("How many papers are there?")
        assert asked.answer
        assert "8 papers" in asked.answer.text


async def test_an_answer_without_references_leaves_no_paper_behind(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(BY_CHE)
        await shows(talk, TITLES[0])
        await talk.ask("Which zebras swim across the Danube?")
        await talk.press("ctrl+up")
        await talk.until(lambda: TITLES[0] not in talk.paper)


async def test_a_paper_that_was_removed_since_says_so(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(BY_CHE)
        await shows(talk, TITLES[0])
        with talk.assistant as other:
            other.papers.remove("batches")
        await talk.press("ctrl+up", "alt+2")
        await talk.until(lambda: "no paper" in talk.paper.casefold(), talk.paper)


async def test_a_sentence_in_doubt_cites_what_it_was_checked_against(library: Path) -> None:
    draft = claims(RIGHT, WRONG)
    async with chatting(library, draft, draft) as talk:
        asked = await talk.ask(QUESTION)
        assert answer(asked).count("[1]") == 2


async def test_a_conversation_that_is_gone_on_with_shows_the_evidence_of_its_last_answer(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask("How much less time than naive Monte Carlo?")
        session = talk.app.chat.conversation.questions.session
    async with chatting(library, session=session) as talk:
        await talk.until(lambda: "Most similar" in talk.paper, "the paper")
        assert "Evidence of “How much less time" in talk.screen
        await talk.send("/new")
        await talk.until(lambda: "The evidence of an answer is shown here." in talk.screen)
