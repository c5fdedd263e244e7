"""The report in a real browser."""

import json
import os
from pathlib import Path

import pytest

from assistant.report.figures import Counts, draw_timeline
from assistant.report.render.output import render_files
from tests.assistant.report.render import made_up
from tests.tui.chromium import Page, browser

COUNTS: Counts = {"Rare events": {"2018": 1}, "Other": {"2020": 2}}
LOADED = "new Promise(done => document.readyState === 'complete' ? done(1) : window.onload = () => done(1))"
OPENED = "[...document.querySelectorAll(':popover-open')].map(one => one.querySelector('mark')?.innerText).join()"
# Where npm puts it; it is no part of the project.
AXE = Path(__file__).resolve().parents[4] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A report, as far as it is full of attacks, as a file."""
    drawn = draw_timeline(COUNTS)
    assert drawn
    report = made_up.report(" ".join(made_up.HOSTILE), mode="some-model")
    content = render_files(report, [made_up.rare()], tmp_path / "report.html", "html", pictures=[drawn])
    (tmp_path / "report.html").write_bytes(content[tmp_path / "report.html"])
    return (tmp_path / "report.html").as_uri()


async def test_it_opens_without_a_complaint_and_loads_nothing(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser", address) as page:
        await page.evaluates(LOADED)
        assert await page.evaluates("document.querySelectorAll('script, img, iframe').length") == 0
        assert (page.complaints, page.blocked, list(page.answers)) == ([], {}, [address])


async def test_a_number_opens_its_abstract_and_escape_closes_it(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser", address) as page:
        await page.evaluates(LOADED)
        assert await page.evaluates(OPENED) == ""
        await page.evaluates("document.querySelector('button.cite').focus()")
        await page.presses("Enter")
        assert await page.evaluates(OPENED) == made_up.QUOTE
        await page.presses("Escape")
        assert await page.evaluates(OPENED) == ""
        assert await page.evaluates("document.activeElement.className") == "cite"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_accessible(address: str, tmp_path: Path, scheme: str) -> None:
    rules = Path(os.environ.get("AXE", AXE))
    if not rules.is_file():
        pytest.skip("axe-core is not installed; get it with: npm install --no-save axe-core")
    async with browser(tmp_path / "browser", address) as page:
        await page.evaluates(LOADED)
        await page.evaluates(rules.read_text(encoding="utf-8"))
        await page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        assert await violations(page) == []
        await page.evaluates("document.querySelector('button.cite').click()")
        assert await page.evaluates(OPENED) == made_up.QUOTE
        assert await violations(page) == []


async def violations(page: Page) -> list[str]:
    """The rules that the page breaks, with the first element that does; it has to have passed some."""
    asked = json.dumps({"runOnly": RULES})
    told = json.loads(
        await page.evaluates(
            f"axe.run(document, {asked}).then(found => JSON.stringify([found.passes.length,"
            " found.violations.map(one => one.id + ': ' + one.nodes[0].html)]))"
        )
    )
    assert told[0] > 20
    return list(told[1])
