"""Writing: several lines, history, long and hostile text, commands completed while they are typed."""

from pathlib import Path

from textual import on
from textual.app import App, ComposeResult
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Button, OptionList, Static

from tui.chat.composer import Composer
from tui.chat.draft import Draft
from tui.chat.history import MOST, QuestionHistory, history_path
from tui.commands import COMMANDS
from tui.styles import SHEETS


class Host(App[None]):
    """Remembers what was sent."""

    CSS_PATH = SHEETS

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def compose(self) -> ComposeResult:
        yield Composer()
        yield Button("after")

    def on_mount(self) -> None:
        self.query_one(Draft).focus()

    @on(Composer.Submitted)
    def _sent(self, event: Composer.Submitted) -> None:
        self.sent.append(event.text)

    @property
    def text(self) -> str:
        return self.query_one(Composer).text

    @property
    def offered(self) -> list[str]:
        """Names of the commands that are offered, none where the list is hidden."""
        options = self.query_one(OptionList)
        return [str(options.get_option_at_index(n).id) for n in range(options.option_count)] if options.display else []


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste, as the terminal does."""
    pilot.app.query_one(Draft).post_message(Paste(text))
    await pilot.pause()


async def test_enter_sends_without_the_spaces_around() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press(*" hello ", "enter")
        assert app.sent == ["hello"]
        assert app.text == ""


async def test_nothing_and_only_spaces_are_not_sent() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("enter", *"   ", "ctrl+j", "enter")
        assert app.sent == []


async def test_what_is_sent_is_what_stood_there_when_enter_was_pressed() -> None:
    """A quick typist is ahead of the completions, and begins the next question before the first one is on its way."""
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("/")
        draft = app.query_one(Draft)
        assert app.offered  # for "/", of which nothing that is typed now is a part
        draft.insert("add papers.bib")
        draft.action_send()
        draft.insert("/pap")
        draft.action_send()
        draft.insert("next")
        await pilot.pause()
        assert app.sent == ["/add papers.bib", "/papers"]
        assert app.text == "next"


async def test_enter_comes_after_what_was_typed_before_it() -> None:
    """Keys that come in one go, as of a paste without brackets, are taken in their order."""
    app = Host()
    async with app.run_test() as pilot:
        for key in ("/", "a", "d", "d", "space", "x", "enter", "n"):
            app.post_message(Key(key, " " if key == "space" else key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert app.sent == ["/add x"]
        assert app.text == "n"


async def test_several_lines() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("a", "ctrl+j", "b", "shift+enter", "c", "alt+enter", "d")
        assert app.text == "a\nb\nc\nd"
        height = app.query_one(Draft).size.height
        await pilot.press(*["ctrl+j"] * 40)
        assert height < app.query_one(Draft).outer_size.height <= 12
        await pilot.press("enter")
        assert app.sent == ["a\nb\nc\nd"]


async def test_up_and_down_go_through_what_was_sent() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter", "b", "enter", "b", "enter")
        await pilot.press("up")
        assert app.text == "b"
        await pilot.press("up")
        assert app.text == "a"
        await pilot.press("up")
        assert app.text == "a"
        await pilot.press("down", "down")
        assert app.text == ""


async def test_what_is_being_written_is_there_again_after_a_look_into_the_history() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter", *"half", "up")
        assert app.text == "a"
        await pilot.press("down")
        assert app.text == "half"


async def test_up_and_down_move_within_several_lines_first() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("z", "enter", "a", "ctrl+j", "b", "up")
        assert app.text == "a\nb"
        await pilot.press("up")
        assert app.text == "z"


async def test_a_long_text_is_pasted_and_sent_whole() -> None:
    app, text = Host(), "A sentence with words. " * 900
    async with app.run_test() as pilot:
        await paste(pilot, text)
        assert len(app.text) > 20_000
        await pilot.press("enter")
        assert app.sent == [text.strip()]


async def test_pasted_lines_are_not_sent_by_themselves() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await paste(pilot, "/quit\n/quit\n")
        assert app.sent == []
        assert app.offered == []


async def test_no_escape_sequence_gets_into_the_text() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await paste(pilot, "a\x1b[31mb\x00c\u202ed\x07\r\ne\tf")
        assert app.text == "a[31mbcd\ne f"
        app.query_one(Composer).write("\x1b]0;owned\x07")
        assert app.text == "]0;owned"


async def test_every_command_is_offered_after_a_slash() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("/")
        assert app.offered == [command.name for command in COMMANDS]
        await pilot.press("e")
        assert app.offered == [command.name for command in COMMANDS if command.name.startswith("e")]
        await pilot.press("backspace", "backspace")
        assert app.offered == []


async def test_arrows_choose_and_enter_sends_the_chosen_command() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("/", "e", "down", "down", "up", "enter")
        assert app.sent == [f"/{[one.name for one in COMMANDS if one.name.startswith('e')][1]}"]
        assert app.offered == []


async def test_tab_completes_and_an_operand_can_follow() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press(*"/ren", "tab")
        assert app.text == "/rename "
        assert app.offered == []
        await pilot.press(*"My title", "enter")
        assert app.sent == ["/rename My title"]


async def test_tab_goes_on_to_the_next_widget_where_there_is_nothing_to_complete() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("x", "tab")
        assert app.query_one(Button).has_focus


async def test_esc_closes_the_list_and_what_is_written_is_sent_as_it_stands() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("/", "q")
        assert app.offered == ["quit"]
        await pilot.press("escape")
        assert app.offered == []
        await pilot.press("u")
        assert app.offered == ["quit"]
        await pilot.press("escape", "enter")
        assert app.sent == ["/qu"]


async def test_a_click_on_an_offered_command_sends_it() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press(*"/quit")
        await pilot.click(OptionList, offset=(3, 0))
        assert app.sent == ["/quit"]
        assert app.query_one(Draft).has_focus


async def test_what_is_no_command_is_sent_as_it_is() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press(*"/nosuch", "enter")
        assert app.sent == ["/nosuch"]


async def test_text_is_no_markup() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.mount(Static())
        await paste(pilot, "[/] [red]x[/red]")
        assert app.text == "[/] [red]x[/red]"
        await pilot.press("enter")
        assert app.sent == ["[/] [red]x[/red]"]


async def test_a_bare_return_in_a_paste_is_a_line_break() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await paste(pilot, "one\rtwo\r\nthree\nfour")
        assert app.text == "one\ntwo\nthree\nfour"


async def test_a_long_paste_is_folded_and_sent_in_full() -> None:
    app = Host()
    long = "\n".join(f"line {n}" for n in range(9))
    async with app.run_test() as pilot:
        await pilot.press(*"See: ")
        await paste(pilot, long)
        await paste(pilot, "eight\n" * 7)
        assert app.query_one(Draft).text == f"See: [paste 1: 9 lines, {len(long)} characters]" + "eight\n" * 7
        assert app.text == f"See: {long}" + "eight\n" * 7
        await pilot.press("enter")
        assert app.sent == [f"See: {long}" + ("eight\n" * 7).strip()]
        assert app.text == ""


async def test_history_is_kept_between_sessions_for_its_owner_alone() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press(*"first", "enter", *"sk-abcdefghijk", "enter")
    assert history_path().stat().st_mode & 0o777 == 0o600
    again = Host()
    async with again.run_test() as pilot:
        await pilot.press("up")
        assert again.text == "first"
    assert "sk-" not in history_path().read_text()


async def test_a_broken_history_is_done_without(tmp_path: Path) -> None:
    history_path().parent.mkdir(parents=True)
    history_path().write_bytes(b'{"no": "text"}\n\xff\n"whole"\n"to')
    assert QuestionHistory().load() == ["whole"]
    assert QuestionHistory(tmp_path).load() == []
    QuestionHistory(tmp_path / "history.jsonl" / "x").append("text")


def test_the_history_is_cut_when_it_grows(tmp_path: Path) -> None:
    history = QuestionHistory(tmp_path / "history.jsonl")
    for n in range(2 * MOST + 1):
        history.append(f"{n}")
    assert history.load() == [f"{n}" for n in range(MOST + 1, 2 * MOST + 1)]
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == MOST
