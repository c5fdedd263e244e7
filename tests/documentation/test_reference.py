"""The reference: every command with its options, every method and every value; nothing is written by hand."""

import re
from pathlib import Path

import pytest

import assistant
from assistant.cli.main import build_parser
from assistant.cli.table import COMMANDS
from benchmarks.reference import RESOURCES, fill_page, write_api, write_commands, write_values
from tests.assistant.client.facade import RESOURCES as RESOURCE_CLASSES
from tests.documentation.pages import DOCS, ROOT

SITE = ROOT / "build" / "site"


def test_every_command_has_its_options() -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", write_commands(), re.M | re.S))
    parser = build_parser([command.name for command in COMMANDS])
    common = {"--library", "--store", "--json", "--config", "--no-color", "--help", "-h"}
    for command in COMMANDS:
        options = set(parser.commands.choices[command.name].options) - common
        told = set(re.findall(r"`(-[\w-]+)`", sections[command.name]))
        assert {option for option in options if not option.startswith("--server-")} <= told, command.name


def test_actions_of_commands_stand_there_too() -> None:
    assert {"### sessions export", "### watch add", "### zotero push"} <= set(write_commands().splitlines())


def test_every_resource_is_documented() -> None:
    assert RESOURCES.keys() == RESOURCE_CLASSES.keys()
    text = write_api()
    assert all(f".. autoclass:: {path}" in text for path in RESOURCES.values())
    for attribute, path in RESOURCES.items():
        assert path.rpartition(".")[2] in {kind.__name__ for kind in RESOURCE_CLASSES[attribute]}


def test_everything_that_is_exported_is_documented() -> None:
    told = set(re.findall(r"autoclass:: assistant\.(?:events\.)?(\w+)", write_api() + write_values()))
    classes = {name for name in assistant.__all__ if isinstance(getattr(assistant, name), type)}
    assert classes - {"Reports"} - told == set()
    assert {"ClaimChecked", "AnswerDone", "TextDelta"} <= told


def test_a_page_without_a_place_stays_as_it_is() -> None:
    assert fill_page("# Commands\n") == "# Commands\n"


@pytest.mark.parametrize("page", ["commands", "api", "values"])
def test_each_page_of_the_reference_is_filled(page: str) -> None:
    text = (DOCS / "reference" / f"{page}.md").read_text(encoding="utf-8")
    assert len(fill_page(text)) > 3 * len(text)


# The site itself is built by ``make docs``, as .ci/run does; a warning is an error there.


@pytest.fixture(scope="module")
def built_pages() -> list[Path]:
    """The pages of the site, as far as it was built here."""
    if not (SITE / "index.html").is_file():
        pytest.skip("the site is not built here: make docs")
    return sorted(SITE.rglob("*.html"))


def test_no_page_loads_anything_from_another_machine(built_pages: list[Path]) -> None:
    loads = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=[\"'](?:https?:)?//[^\"']+")
    found = {load for page in built_pages for load in loads.findall(page.read_text(encoding="utf-8"))}
    assert found == set()
    styles = [*SITE.rglob("*.css"), *SITE.rglob("*.svg")]
    fetched = re.compile(r"@import|url\(\s*[\"']?(?:https?:)?//[^)]+")
    assert {load for style in styles for load in fetched.findall(style.read_text(encoding="utf-8"))} == set()


def test_every_page_is_in_the_site(built_pages: list[Path]) -> None:
    names = {page.relative_to(SITE).with_suffix(".md").as_posix() for page in built_pages}
    assert {page.relative_to(ROOT).as_posix() for page in DOCS.rglob("*.md")} - names == set()
