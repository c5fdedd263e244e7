import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answers.render import escape, plain

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
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
    said, kinds = shown(f"“{escape(text)}” [1]")
    assert said == f"“{' '.join(text.split())}” [1]"
    assert kinds <= ALLOWED


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_stays_in_its_bold(text: str) -> None:
    said, kinds = shown(f"- **{escape(text)}** (2018) [1]")
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
    said, kinds = shown(f"“{escape(text)}” [1]")
    assert said == f"“{' '.join(text.split())}” [1]"
    assert kinds <= ALLOWED


@given(st.text(max_size=60))
def test_plain_undoes_it(text: str) -> None:
    assert plain(f"**{escape(text)}**: “{escape(text)}”") == "{0}: “{0}”".format(" ".join(text.split()))
