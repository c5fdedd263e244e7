import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.escaping import escape_markdown, escape_marks, strip_markup

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# What GitHub and most viewers make links of, without any sign of Markdown.
_BARE = re.compile(r"(?:https?|ftp)://|(?<![a-z])www\.", re.I)
HOSTILE = [
    "[click](https://example.org/x)",
    "![image](https://example.org/x.png)",
    "[1] looks like a reference",
    "<script>alert(1)</script> <img src=x onerror=y>",
    "<https://example.org>",
    "`code` and ``more``",
    "**bold** _italic_ ~~gone~~",
    "# heading",
    "- item",
    "> quote",
    "1. first",
    "1) first",
    "+ plus",
    "* star",
    "=====",
    "-----",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "    code",
    "line\n\n[1]: https://example.org",
    "\\[1\\]",
    "a \\",
    "*",
    "**",
]


def shown(markdown: str) -> tuple[str, set[str]]:
    """The text that a reader sees, and the kinds of tokens it is made of."""
    tokens = [token for block in MARKDOWN.parse(markdown) for token in [block, *(block.children or [])]]
    text = "".join(
        token.content for token in tokens if token.type in ("text", "text_special", "code_inline", "html_inline")
    )
    return text, {token.type for token in tokens}


ALLOWED = {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_paper_shows_as_text(text: str) -> None:
    said, kinds = shown(f"“{escape_markdown(text)}” [1]")
    assert said == f"“{' '.join(text.split())}” [1]"
    assert kinds <= ALLOWED


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_stays_in_its_bold(text: str) -> None:
    said, kinds = shown(f"- **{escape_markdown(text)}** (2018) [1]")
    assert said == f"{' '.join(text.split())} (2018) [1]"
    assert kinds <= ALLOWED | {
        "bullet_list_open",
        "bullet_list_close",
        "list_item_open",
        "list_item_close",
        "strong_open",
        "strong_close",
    }


@given(st.text(st.sampled_from("ab1 [](){}<>*_`~!#|\\-+.\n\"'&;:/“”é"), max_size=40))
def test_any_text_shows_as_it_is(text: str) -> None:
    said, kinds = shown(f"“{escape_markdown(text)}” [1]")
    assert said == f"“{' '.join(text.split())}” [1]"
    assert kinds <= ALLOWED


@pytest.mark.parametrize(
    "address", ["https://example.org/x", "see HTTP://example.org", "(www.example.org)", "a.www.b.c"]
)
def test_a_bare_address_becomes_no_link(address: str) -> None:
    assert _BARE.search(address)
    assert not _BARE.search(escape_markdown(address))
    assert shown(f"“{escape_markdown(address)}”")[0] == f"“{address}”"


@given(st.lists(st.sampled_from(["http:", "/", "/", "www", ".", "\\", ":", "x", " "])).map("".join))
def test_addresses_come_back_as_they_were(text: str) -> None:
    assert strip_markup(escape_markdown(text)) == " ".join(text.split())
    assert not _BARE.search(escape_markdown(text))


@given(st.text(st.sampled_from("wW.:/[x\\ ")), st.integers(0, 20))
def test_a_growing_text_is_escaped_as_the_whole_is(text: str, end: int) -> None:
    assert escape_marks(text).startswith(escape_marks(text[:end]))


@given(st.text(max_size=60))
def test_plain_undoes_it(text: str) -> None:
    assert strip_markup(
        f"**{escape_markdown(text)}**: “{escape_markdown(text)}” *(partly)*"
    ) == "{0}: “{0}” (partly)".format(" ".join(text.split()))
