"""The chat in a real browser, served by the command."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.cli.running import environment, process
from tests.tui.chromium import browser

QUESTION = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
ONLY_IN_THE_EVIDENCE = ("Gabriel Ilharco", "single low error basin")


@pytest.fixture
def address(built: Path, tmp_path: Path) -> Iterator[str]:
    """Where the chat is served; when the test is done, Ctrl-C ends it without a word too many."""
    library = shutil.copytree(built, tmp_path / "library")
    homes = {name: str(tmp_path / name) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    with process("chat", "--web", "--library", str(library), env=environment(**homes)) as running:
        assert running.stdout
        assert running.stderr
        yield running.stdout.readline().decode().strip()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, b"")
    assert err.decode().startswith("Open it in a browser on this machine")
    assert err.count(b"\n") == 1


async def test_a_question_is_answered_beside_its_evidence(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser", address) as page:
        await page.shows("Ask 45 papers.")
        await page.clicks(300, 300)
        await page.types(QUESTION)
        await page.presses("Enter")
        await page.shows("90.94%")
        for text in ONLY_IN_THE_EVIDENCE:
            await page.shows(text)
        assert set(page.blocked.values()) <= {"csp"}
        elsewhere = [url for url in page.answers if not url.startswith(("http://127.0.0.1:", "data:"))]
        assert elsewhere == []


def test_a_chat_ends_when_its_server_is_gone(tmp_path: Path) -> None:
    driver = "textual.drivers.web_driver:WebDriver"
    env = environment(TEXTUAL_DRIVER=driver, HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    command = [sys.executable, "-m", "assistant", "chat", "--library", str(tmp_path / "library")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as running:
        assert running.stdout
        shown = b""
        while b"Ask your papers" not in shown:
            piece = os.read(running.stdout.fileno(), 65536)
            assert piece, shown
            shown += piece
        running.communicate(timeout=60)  # Hangs up, as a server does that is killed.
    assert running.returncode == 0


async def test_all_rows_are_in_the_window_also_after_it_was_made_smaller(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser", address) as page:
        await page.shows("Ask 45 papers.")
        rows = "document.querySelector('.xterm-screen').clientHeight"
        assert await page.evaluates(f"{rows} > 0 && {rows} <= innerHeight")
        await page.call("Emulation.setDeviceMetricsOverride", width=700, height=500, deviceScaleFactor=1, mobile=False)
        fits = f"new Promise(done => setInterval(() => {rows} < 600 && done({rows}), 50))"
        assert 400 < await page.evaluates(fits) <= 500


async def test_without_the_token_there_is_no_page(address: str, tmp_path: Path) -> None:
    bare = "/".join(address.split("/")[:3])
    async with browser(tmp_path / "browser", f"{bare}/") as page:
        assert "The token is missing" in await page.evaluates(
            "new Promise(done => document.readyState === 'complete' ? done(document.body.innerText)"
            " : window.onload = () => done(document.body.innerText))"
        )
        assert page.answers[f"{bare}/"] == 403
        assert page.written == ""
