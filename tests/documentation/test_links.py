"""Every link between pages leads to a file and a heading that are there, and the code that they name is there, too."""

import re
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import unquote

import pytest

from benchmarks.reference import fill_page
from tests.documentation.pages import DOCS, PAGES, ROOT, name_page
from tests.test_project import MODULES

LINKED = (*PAGES, ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "README.md")
# Pages that tell where things are; others name files of users, too.
ABOUT_CODE = (ROOT / "CONTRIBUTING.md", DOCS / "design.md", DOCS / "glossary.md")
_BLOCK = re.compile(r"^```.*?^```$", re.M | re.S)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.M)
_PAGE_IN_CODE = re.compile(r"\bdocs/[\w/-]+\.md\b")


@cache
def list_anchors(page: Path) -> frozenset[str]:
    """List the anchors of a page's headings, as GitHub and the site make them."""
    text = _BLOCK.sub("", fill_page(page.read_text(encoding="utf-8")))
    counts: dict[str, int] = {}
    anchors = set()
    for heading in _HEADING.findall(text):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        times = counts.get(slug, 0)
        counts[slug] = times + 1
        anchors.add(f"{slug}-{times}" if times else slug)
    return frozenset(anchors)


def find_dead_links(page: Path) -> list[str]:
    """Find the links of a page that lead nowhere in the checkout; those to other machines are not followed."""
    dead = []
    for target in _LINK.findall(_BLOCK.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = unquote(target).partition("#")
        path = (page.parent / file).resolve() if file else page
        if not path.is_file() or (anchor and path.suffix == ".md" and anchor not in list_anchors(path)):
            dead.append(target)
    return dead


@pytest.mark.parametrize("page", LINKED, ids=name_page)
def test_no_link_is_dead(page: Path) -> None:
    assert find_dead_links(page) == []


def test_dead_ones_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One `thing`\n[a](#one-thing) [b](#two) [c](other.md) [d](page.md#one-thing) [e](https://x.example)\n"
        "```text\n# Two\n[f](gone.md)\n```\n"
    )
    assert find_dead_links(page) == ["#two", "other.md"]


def test_pages_that_the_program_names_are_there() -> None:
    named = {name for module in MODULES for name in _PAGE_IN_CODE.findall(module.read_text(encoding="utf-8"))}
    assert named
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_every_page_has_its_place_in_the_site() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    entries = re.findall(
        r"^(?:.*<)?([\w./-]+)>?$", "\n".join(re.findall(r"^```\{toctree\}\n(.*?)^```$", index, re.M | re.S)), re.M
    )
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")} - {"index"}
    assert pages - set(entries) == set(), "name them in a toctree of docs/index.md"
    assert len(entries) == len(set(entries))


_CODE = re.compile(r"`([^`\n]+)`")
_FOLDERS = ("assistant", "benchmarks", "docs", "examples", "prompts", "requirements", "store", "tests", "tui")
_PATH = re.compile(rf"(?:{'|'.join(_FOLDERS)})(?:/[\w.<>-]*)+")
_MODULE = re.compile(r"[\w-]+\.py")
_DOTTED = re.compile(r"(?:assistant|prompts|store|tui)(?:\.\w+)+")


def find_missing_code(text: str) -> list[str]:
    """Find the files, modules and names of the code that a page names between backticks and that are not there."""
    names = [name for name in _CODE.findall(_BLOCK.sub("", text)) if not name.startswith("http")]
    return [name for name in names if not is_there(name)]


def is_there(name: str) -> bool:
    """Tell whether a piece of code is there; what names no code of ours is."""
    if _PATH.fullmatch(name):  # A part in angle brackets stands for any.
        return any(ROOT.glob(re.sub(r"<\w+>", "*", name)))
    if _MODULE.fullmatch(name):
        return any(path.name == name for path in MODULES) or any((ROOT / "tests").rglob(name))
    if dotted := _DOTTED.match(name):
        try:
            resolve_name(dotted[0])
        except (ImportError, AttributeError):
            return False
    return True


@pytest.mark.parametrize("page", ABOUT_CODE, ids=name_page)
def test_the_code_that_a_page_names_is_there(page: Path) -> None:
    assert find_missing_code(page.read_text(encoding="utf-8")) == []


def test_code_that_is_gone_is_found() -> None:
    page = (
        "`assistant/cli/table/`, `assistant/cli/tables.py`, `tui/<screen>/screen.py`, `pipeline.py`, `pipelines.py`, "
        "`store.record.VERSION`, `store.record.EDITION`, `assistant.cli.tables`, `ask`, `a/b.py`"
    )
    assert find_missing_code(page) == [
        "assistant/cli/tables.py",
        "pipelines.py",
        "store.record.EDITION",
        "assistant.cli.tables",
    ]
