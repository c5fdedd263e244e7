"""Columns of the list of papers."""

import pytest
from rich.cells import cell_len

from tests.tui.papers_host import HOSTILE, Host, fake
from tui.text import ASCII, UNICODE, Glyphs


@pytest.mark.parametrize(("width", "heads"), [(200, 5), (80, 5), (60, 4), (36, 3), (12, 3)])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
async def test_columns_fit_whatever_the_width(width: int, heads: int, glyphs: Glyphs) -> None:
    host = Host(fake(*HOSTILE), glyphs=glyphs)
    async with host.run_test(size=(width, 24)) as pilot:
        await host.ready(pilot)
        room = host.listed.scrollable_content_region.width
        assert len(host.listed.columns) == heads
        assert sum(column.width for column in host.listed.columns) == max(room, 9)
        assert {cell_len(line) for line in host.lines()} == {room}


async def test_wide_characters_are_cut_between_cells() -> None:
    host = Host(fake(*(one for one in HOSTILE if one.id == "cjk")))
    async with host.run_test(size=(80, 24)) as pilot:
        await host.ready(pilot)
        line = host.lines()[1]
        assert "强化学习" in line
        assert "…" in line
        assert "王小明" in line
        await pilot.resize_terminal(81, 24)
        await pilot.pause()
        assert cell_len(host.lines()[1]) == host.listed.scrollable_content_region.width


async def test_the_signs_of_a_plain_terminal() -> None:
    host = Host(fake(*HOSTILE), glyphs=ASCII)
    async with host.run_test(size=(80, 24)) as pilot:
        await host.ready(pilot)
        await pilot.press("space")
        assert [line[0] for line in host.lines()[:3]] == [" ", "*", "-"]
        assert "Year v" in host.lines()[0]
        assert host.lines()[1].isascii()
