"""What the slash commands and keys of the chat do."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from assistant.testing import Gate
from tests.assistant.answer.asking import QUESTION, RIGHT, claims
from tests.tui.chatting import SMALL, answer, chatting, held
from tui.chat.news import NewsScreen
from tui.chat.places import PlacesScreen
from tui.chat.status import Welcome
from tui.chat.table import TableScreen
from tui.clipboard import Copied
from tui.commands import COMMANDS, suggest_command
from tui.dialogs.ask import TextDialog
from tui.dialogs.choose import ChoiceDialog
from tui.help import HelpScreen
from tui.papers.add_dialog import AddFilesDialog
from tui.papers.screen import PapersScreen
from tui.sessions.screen import SessionsScreen
from tui.settings.screen import SettingsScreen
from tui.themes.screen import ThemesScreen
from tui.widgets.evidence import Evidence

COUNT = "How many papers are from 2018?"
BARE = {
    "help": HelpScreen,
    "papers": PapersScreen,
    "sessions": SessionsScreen,
    "settings": SettingsScreen,
    "themes": ThemesScreen,
    "add": AddFilesDialog,
    "update": NewsScreen,
    "export": ChoiceDialog,
    "rename": TextDialog,
    "where": TextDialog,
    "table": TextDialog,
    "model": TextDialog,
    "theme": ChoiceDialog,
}
"""What the command alone opens."""


@pytest.mark.parametrize(("word", "line"), [("papers", "/papers"), ("Help", "/help"), ("exit", "/quit")])
async def test_a_command_without_its_slash_is_not_asked(library: Path, word: str, line: str) -> None:
    async with chatting(library) as talk:
        await talk.send(word)
        await talk.until(lambda: talk.told)
        assert f"Enter runs {line} (" in talk.told[0][0]
        assert (talk.draft, talk.exchanges) == (line, [])
        await talk.ask(f"{word}?")
        assert [turn.question for turn in talk.turns] == [f"{word}?"]


@pytest.fixture
def clipboard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was copied."""
    copied: list[str] = []

    def copy(text: str) -> Copied:
        copied.append(text)
        return Copied("Copied with a test.", proved=True)

    monkeypatch.setattr("tui.chat.screen.copy_text", copy)
    monkeypatch.setattr("tui.clipboard.copy_text", copy)
    return copied


def is_open(shown: object, kind: type) -> bool:
    """Whether a screen is shown and Esc leads back from it: while themes are made, it first stops that."""
    at_rest = not isinstance(shown, ThemesScreen) or (bool(shown.sections.pages) and not shown.reports.is_busy)
    return isinstance(shown, kind) and at_rest


async def test_a_bare_command_or_its_key_opens_a_screen_and_esc_leads_back(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(COUNT)
        for name, screen in BARE.items():
            (key,) = [command.key for command in COMMANDS if command.name == name]
            for by_key in (False, True)[: 1 + bool(key)]:
                await (talk.press(key) if by_key else talk.send(f"/{name}"))
                await talk.until(lambda: is_open(talk.app.screen, screen), name)  # noqa: B023
                await talk.press("escape")
                await talk.until(lambda: talk.app.screen is talk.app.chat, f"the chat after {name}")
        assert len(talk.turns) == 1


async def test_every_command_of_the_table_can_be_done(library: Path) -> None:
    async with chatting(library) as talk:
        for command in COMMANDS:
            place, _, action = command.action.partition(".")
            assert hasattr(talk.app if place == "app" else talk.app.chat, f"action_{action}"), command


async def test_a_command_that_does_not_exist_is_given_back(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.send("/nosuch [red]thing[/]")
        assert talk.draft == "/nosuch [red]thing[/]"
        assert talk.told == [("There is no command /nosuch. F1 lists them.", "warning")]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("report", "themes"),
        ("reports", "themes"),
        ("thems", "themes"),
        ("setings", "settings"),
        ("conversations", "sessions"),
        ("colour", "theme"),
        ("zzz", None),
    ],
)
def test_what_a_name_that_is_none_may_mean(name: str, meant: str | None) -> None:
    command = suggest_command(name)
    assert (command.name if command else None) == meant


async def test_a_command_that_is_none_is_mended_where_it_stands(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.send("/report on frogs")
        told = (
            "There is no command /report. Did you mean /themes (Themes, their papers and years; make and open reports)?"
        )
        assert talk.told == [(f"{told} F1 lists them.", "warning")]
        await talk.press("s")
        assert talk.draft == "/report on frogss"


@pytest.mark.parametrize("operand", ['It\'s "quoted" \\n', "[/] [red]", "漢字", "')+app.exit(('", "a, b) or ("])
async def test_what_follows_a_command_is_taken_to_the_letter(library: Path, operand: str) -> None:
    async with chatting(library) as talk:
        await talk.ask(COUNT)
        await talk.send(f"/rename {operand}")
        await talk.until(lambda: talk.told)
        assert talk.assistant.sessions.list()[0].title == " ".join(operand.split())


async def test_commands_for_which_there_must_be_a_conversation_say_so(library: Path) -> None:
    async with chatting(library) as talk:
        for name in ("retry", "edit", "export", "copy", "fork", "rename"):
            await talk.send(f"/{name}")
            await talk.until(lambda: talk.told, name)
            assert talk.told.pop() == ("Nothing was asked yet.", "warning")


async def test_new_begins_another_session_and_keeps_the_first(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(COUNT)
        first = talk.app.chat.conversation.questions.session
        await talk.press("ctrl+n")
        assert not talk.exchanges
        assert talk.one(Welcome).display
        await talk.ask("How many papers are from 2020?")
        assert talk.app.chat.conversation.questions.session != first
        assert sorted(info.turns for info in talk.assistant.sessions.list()) == [1, 1]


async def test_fork_goes_on_from_the_chosen_answer(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(COUNT, "How many papers are from 2020?", "How many papers are from 2023?")
        first = talk.app.chat.conversation.questions.session
        await talk.press("ctrl+up", "ctrl+up")
        await talk.until(lambda: talk.exchanges[1].has_focus)
        await talk.app.chat.run_action("fork")
        await talk.until(lambda: talk.app.chat.conversation.questions.session != first)
        await talk.until(lambda: talk.told)
        assert len(talk.exchanges) == 2
        assert [turn.question for turn in talk.saved] == [COUNT, "How many papers are from 2020?"]
        assert first
        assert len(talk.assistant.sessions.get(first).turns) == 3


async def test_rename_asks_for_the_title(library: Path) -> None:
    async with chatting(library, size=SMALL) as talk:
        await talk.ask(COUNT)
        await talk.send("/rename")
        await talk.until(lambda: isinstance(talk.app.screen, TextDialog))
        assert talk.app.screen.query_one(Input).value == COUNT
        await talk.press("end", *"!", "enter")
        await talk.until(lambda: talk.told)
        assert talk.assistant.sessions.list()[0].title == f"{COUNT}!"


async def test_export_writes_where_it_is_told_to(library: Path, tmp_path: Path) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        await talk.ask(QUESTION)
        for ending in ("md", "json", "bib"):
            file = tmp_path / f"out.{ending}"
            await talk.send(f"/export {file}")
            await talk.until(file.exists)
            await talk.until(lambda: talk.told)
            assert talk.told.pop() == (f"Written to {file}", "information")
        assert "Rare Events" in (tmp_path / "out.bib").read_text()
        assert json.loads((tmp_path / "out.json").read_text())["turns"][0]["question"] == QUESTION


async def test_export_that_cannot_be_written_is_told(library: Path, tmp_path: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(COUNT)
        await talk.send(f"/export {tmp_path}/no/such/folder/out.md")
        await talk.until(lambda: talk.told)
        assert talk.told[0][1] == "error"
        assert "cannot be written" in talk.told[0][0]


async def test_copy_takes_the_answer_with_its_references(library: Path, clipboard: list[str]) -> None:
    async with chatting(library, claims(RIGHT)) as talk:
        await talk.ask(QUESTION)
        await talk.press("ctrl+t")
        await talk.until(lambda: talk.told)
        assert talk.told == [("Copied with a test.", "information")]
        text, _, references = clipboard[0].partition("\n\n")
        assert text.startswith(RIGHT[:-1])
        assert references == "[1] Rare Events in Simulated Traffic (2018)"


async def test_what_is_copied_is_plain_text(library: Path, clipboard: list[str]) -> None:
    async with chatting(library, claims(RIGHT.replace("crash", "crash_probabilities_of *the*"))) as talk:
        await talk.ask(QUESTION)
        await talk.press("ctrl+t")
        await talk.until(lambda: talk.told)
        assert "\\" not in clipboard[0]
        assert "crash_probabilities_of *the*" in clipboard[0]


async def test_the_editor_writes_the_question(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.chat.screen.edit_text", lambda text: f"{text} edited\x1b[31m")
    async with chatting(library) as talk:
        await talk.write("mine")
        monkeypatch.setattr(talk.app, "suspend", nullcontext)
        await talk.press("ctrl+g")
        assert talk.draft == "mine edited[31m"


async def test_a_busy_chat_stays_in_its_session(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        for command in ("/new", "/fork"):
            await talk.send(command)
            await talk.until(lambda: talk.told, command)
            assert talk.told.pop() == ("Wait for the answer, or stop it with Esc.", "warning")
        gate.open()
        await talk.settled()
        assert len(talk.assistant.sessions.list()) == 1
        assert answer(talk.exchanges[0]).startswith(RIGHT[:-1])


async def test_quit_leaves(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.send("/quit")
        await talk.until(lambda: not talk.app.is_running)


async def test_where_shows_the_places_that_say_a_sentence(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.send("/where Crashes are rare events.")
        await talk.until(lambda: isinstance(talk.app.screen, PlacesScreen), "the places")
        await talk.until(lambda: "1 paper says this, word for word" in talk.screen, "the summary")
        assert "= word for word in its source" in talk.screen
        assert "“Crashes are rare events.”" in talk.screen
        await talk.press("down", "up", "escape")
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
        await talk.send("/where Crashes are not rare events.")
        await talk.until(lambda: "Say otherwise" in talk.screen, "those that say otherwise")
        await talk.press("escape")
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
        await talk.send("/where ≥≥≥")
        await talk.until(lambda: any("empty" in text for text, _ in talk.told), "a word")


async def test_table_shows_a_row_a_paper_and_the_quote_of_the_chosen_cell(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.send("/table code available: yes/no; limitation")
        await talk.until(lambda: isinstance(talk.app.screen, TableScreen), "the table")
        await talk.until(lambda: "code available" in talk.screen and "limitation" in talk.screen, "its columns")
        await talk.until(lambda: "code available: " in talk.screen, "the chosen cell")
        await talk.press("escape")
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
        await talk.send("/table size: furlongs")
        await talk.until(lambda: any("furlongs" in text for text, _ in talk.told), "a clear word")


async def test_a_cell_of_a_table_is_corrected_and_the_table_saved(library: Path, tmp_path: Path) -> None:
    async with chatting(library) as talk:
        await talk.send("/table population")
        await talk.until(lambda: isinstance(talk.app.screen, TableScreen), "the table")
        await talk.until(lambda: "─ Table of 7 papers ─" in talk.screen, "of how many papers it is")
        await talk.press("left", "enter")
        await talk.until(lambda: any("Choose a cell" in text for text, _ in talk.told), "which cells can be corrected")
        await talk.press("right", "enter")
        await talk.until(lambda: isinstance(talk.app.screen, TextDialog), "the value")
        talk.app.screen.query_one(Input).value = "nurses"
        await talk.press("enter")
        await talk.until(lambda: "nurses (you)" in talk.screen, "the correction")
        await talk.press("ctrl+s")
        await talk.until(lambda: isinstance(talk.app.screen, TextDialog), "the name of the file")
        talk.app.screen.query_one(Input).value = str(tmp_path / "table.csv")
        await talk.press("enter")
        await talk.until(lambda: any("Written: " in text for text, _ in talk.told), "the files")
        assert "nurses" in (tmp_path / "table.csv").read_text(encoding="utf-8")
        await talk.press("ctrl+s")
        await talk.until(lambda: isinstance(talk.app.screen, TextDialog), "the name of the file")
        talk.app.screen.query_one(Input).value = str(tmp_path / "table.nonsense")
        await talk.press("enter")
        await talk.until(lambda: any("nonsense" in text for text, _ in talk.told), "what is wrong with it")


async def test_the_evidence_is_hidden_and_shown(library: Path) -> None:
    async with chatting(library) as talk:
        assert talk.one(Evidence).display
        await talk.press("f4")
        assert not talk.one(Evidence).display
        await talk.press("f4")
        assert talk.one(Evidence).display


async def test_update_shows_what_is_new_once(library: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.bib").write_text("@misc{poe, title={On [red]Owls[/]}, author={Poe, Ann}, year={2026}}")
    async with chatting(library) as talk:
        talk.assistant.watches.add(tmp_path / "in")
        for is_new in (True, False):
            await talk.send("/update")
            await talk.until(lambda: isinstance(talk.app.screen, NewsScreen))
            screen = talk.app.screen
            assert isinstance(screen, NewsScreen)
            assert [paper.title for paper in screen.report.digest.papers] == ["On [red]Owls[/]"] * is_new
            await talk.press("escape")
            await talk.until(lambda: talk.app.screen is talk.app.chat)


async def test_what_was_removed_is_brought_back(library: Path) -> None:
    async with chatting(library) as talk:
        with talk.assistant as other:
            other.papers.remove("rare")
        await talk.send("/undo")
        await talk.until(lambda: talk.told)
        assert talk.told[0][0].startswith("Back: “Rare Events in Simulated Traffic”.")
        with talk.assistant as other:
            assert other.papers.get("rare").title == "Rare Events in Simulated Traffic"
        await talk.send("/undo")
        await talk.until(lambda: len(talk.told) == 2)
        assert talk.told[1] == (
            "Nothing was removed in the last thirty days. What is older is gone for good.",
            "warning",
        )


async def test_a_path_that_is_dropped_on_the_chat_is_added(library: Path, tmp_path: Path) -> None:
    (tmp_path / "my papers").mkdir()
    file = tmp_path / "my papers" / "more.jsonl"
    file.write_text('{"title": "Zebras", "abstract": "Zebras swim.", "year": 2020}\n')
    async with chatting(library) as talk:
        talk.app.post_message(Paste(f"'{file}'"))
        await talk.until(lambda: "more.jsonl" in talk.draft)
        await talk.press("enter")
        await talk.until(lambda: "more.jsonl: 1 added" in talk.screen, "the outcome")
        await talk.press("escape")
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
        assert not talk.turns
        await talk.send(f"{tmp_path}/nowhere.bib")
        await talk.until(lambda: talk.told)
        assert (f"There is no file {tmp_path}/nowhere.bib. /add completes its name.", "warning") in talk.told
        assert talk.draft == f"{tmp_path}/nowhere.bib"
