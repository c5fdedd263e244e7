"""Every text of every built-in theme can be read on every ground that it may stand on."""

import re
from pathlib import Path

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.geometry import Region
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget

from tests.tui.chatting import chatting
from tests.tui.test_snapshots import answered, ended_badly, saved
from tui.app import ConspectusApp
from tui.contrast import ENOUGH, GROUNDS, TEXTS, adjust, make_readable, measure_contrast, parse_colour
from tui.styles import SHEETS
from tui.widgets.row_filter import FilteredChoices

OWN = [name for name in BUILTIN_THEMES if not name.startswith("ansi")]
"""The themes whose colours are known: those of the terminal are its user's."""


def variables(theme: str) -> dict[str, str]:
    """The variables of a theme, as the chat has them."""
    app = ConspectusApp(lambda settings: None)  # type: ignore[arg-type, return-value]
    app.theme = theme
    return app.get_css_variables()


@pytest.mark.parametrize("theme", OWN)
def test_every_text_can_be_read_on_every_ground(theme: str) -> None:
    colours = variables(theme)
    low = {
        (text, ground): round(contrast, 2)
        for text in TEXTS
        for ground in GROUNDS
        if (contrast := measure_contrast(Color.parse(colours[text]), Color.parse(colours[ground]))) < ENOUGH
    }
    assert not low


@pytest.mark.parametrize("theme", OWN)
def test_what_is_chosen_can_be_read_on_its_own_ground(theme: str) -> None:
    colours = variables(theme)
    low = {}
    for name in colours:
        part = name.removesuffix("-foreground")
        part = "footer" if part.startswith("footer-") else part  # Its keys and words have transparent grounds.
        ground = parse_colour(colours.get(f"{part}-background"))
        if name.endswith("-foreground") and ground:
            under = Color.parse(colours["background"]) + ground
            low[name] = measure_contrast(Color.parse(colours[name]), under)
    assert min(low.values()) >= ENOUGH, low


class Listed(App[None]):
    """A list with texts of all colours, as the chat shows it."""

    CSS_PATH = SHEETS

    def get_css_variables(self) -> dict[str, str]:
        return make_readable(super().get_css_variables())

    def compose(self) -> ComposeResult:
        yield FilteredChoices()

    def on_mount(self) -> None:
        content = Content(" ").join(Content.styled(name, f"${name}") for name in TEXTS)
        self.query_one(FilteredChoices).show_rows([content, content])


@pytest.mark.parametrize("focused", [True, False])
async def test_every_text_can_be_read_under_the_cursor_of_a_list(focused: bool) -> None:
    app = Listed()
    async with app.run_test(size=(140, 20)) as pilot:
        app.set_focus(app.query_one(FilteredChoices) if focused else None)
        for theme in OWN:
            app.theme = theme
            await pilot.pause()
            lines = [app.query_one(FilteredChoices).render_line(y) for y in range(2)]
            drawn = [(part.text, contrast_of(part.style)) for line in lines for part in line if part.text in TEXTS]
            assert len(drawn) == 2 * len(TEXTS)
            assert min(contrast for _, contrast in drawn) >= ENOUGH, (theme, drawn)


def contrast_of(style: Style | None) -> float:
    """The contrast of a text as it is drawn."""
    assert style
    assert style.color
    assert style.bgcolor
    return measure_contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


async def test_every_text_that_is_drawn_can_be_read(library: Path) -> None:
    session = saved(library, answered(), *ended_badly())
    async with chatting(library, session=session) as talk:
        for text, *keys in (
            ["Which zebras swim?"],
            ["Type to filter", "f2"],
            ["Remove this paper", "down", "delete", "right"],
            ["Use and save", "escape", "escape", "f7"],
        ):
            await talk.press(*keys)
            await talk.until(lambda: text in talk.screen, text)  # noqa: B023
            for theme in OWN:
                talk.app.theme = theme
                await talk.pilot.pause()
                low = [
                    part for widget in talk.app.screen.query("*") for part in list_low(widget) if not widget.children
                ]
                assert not low, (text, theme, low)


def list_low(widget: Widget) -> list[tuple[str, str, float]]:
    """The texts of a widget that have too little contrast as they are drawn; lines and blocks are none."""
    strips = widget.render_lines(Region(0, 0, *widget.size)) if widget.display and widget.size.area else []
    texts = [part for strip in strips for part in strip if re.search(r"[^\s\u2500-\u259f]", part.text)]
    return [(str(widget), part.text, low) for part in texts if (low := contrast_of(part.style)) < ENOUGH]


def test_the_style_sheet_colours_texts_with_these_alone() -> None:
    sheet = "\n".join(Path(file).read_text() for file in SHEETS)
    used = set(re.findall(r"(?<![-\w])(?:color|border-title-color): \$([\w-]+)", sheet))
    known = {*TEXTS, "text", "input-cursor-foreground"}  # The last one has a ground of its own.
    assert used <= known, used - known


def test_no_text_is_dimmed_on_whatever_stands_beneath() -> None:
    for file in Path("tui").rglob("*.py"):
        assert not re.findall(r"[\"' ]dim[\"']", file.read_text()), file


def test_what_can_be_read_stays_and_what_cannot_goes_no_further_than_it_has_to() -> None:
    black, grey = Color(0, 0, 0), Color(60, 60, 60)
    assert adjust(Color(255, 255, 255), [black]) == Color(255, 255, 255)
    better = adjust(grey, [black])
    assert ENOUGH <= measure_contrast(better, black) < ENOUGH + 1.5
    assert measure_contrast(Color(255, 255, 255), black) == pytest.approx(21)


def test_the_colours_of_the_terminal_are_left_to_its_user() -> None:
    given = {"background": "ansi_default", "surface": "ansi_default", "foreground": "ansi_default"}
    assert make_readable(given) == given
