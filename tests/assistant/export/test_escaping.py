import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer.replies import format_sentences
from assistant.escaping import escape_markdown
from assistant.export.conversation import answer_line, escape_line
from assistant.types import Citation, Claim, Support

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
KEYS = {1: "poe2018rare", 2: "che2023adaptive"}
# What GitHub makes links of and pandoc citations, without any brackets.
_BARE = re.compile(r"(?:https?|ftp)://|(?<![a-z])www\.|\w@\w|(?<!\\)(?<!`)@", re.IGNORECASE)
_LOADS = {"link_open", "image", "html_inline", "html_block", "fence", "code_block"}
HOSTILE = st.text(st.sampled_from("ab1 [](){}<>*_`~!#|\\-+.=:/@$^&w\"'“”é字\u202e\x1b"), max_size=40)


def read(markdown: str) -> tuple[str, set[str]]:
    """The text that a reader sees, and the kinds of tokens that it is made of."""
    tokens = [token for block in MARKDOWN.parse(markdown) for token in [block, *(block.children or [])]]
    text = "".join(token.content for token in tokens if token.type in ("text", "text_special", "code_inline"))
    return text, {token.type for token in tokens}


@given(HOSTILE)
def test_any_text_shows_as_it_is(text: str) -> None:
    said, kinds = read(f"Title: {escape_line(text)}")
    assert said == f"Title: {' '.join(text.replace(chr(0x202E), '').split())}".rstrip() or "\x1b" in text
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "code_inline"}
    assert not _BARE.search(escape_line(text))


@given(HOSTILE)
def test_no_line_of_an_answer_makes_a_link_or_an_image(text: str) -> None:
    """Not even one that nobody escaped: a file that was written by hand."""
    for line in (text, f"[1]{text}", f"- **{text}", escape_markdown(text), f"{escape_markdown(text)} [1] {text}"):
        written = answer_line(line, KEYS)
        assert read(written)[1] & _LOADS == set()
        assert not _BARE.search(re.sub(r"\[@poe2018rare(?:; @\w+)*\]|\[@che2023adaptive(?:; @\w+)*\]", "", written))


@given(HOSTILE)
def test_a_sentence_of_a_model_shows_as_it_is(text: str) -> None:
    cited = tuple(Citation(n=n, paper_id=str(n), title="", quote="", start=0, end=0) for n in (1, 2))
    line = format_sentences([Claim(text=text, support=Support.DOUBTFUL, citations=cited)])
    said, kinds = read(answer_line(line, KEYS))
    plain = " ".join(text.replace("\u202e", "").split())
    assert said == f"{plain} [@poe2018rare; @che2023adaptive] (? in doubt)".strip() or "\x1b" in text
    assert not kinds & (_LOADS | {"bullet_list_open", "ordered_list_open", "heading_open", "hr"})


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("“A.” [1]", "“A.” [@poe2018rare]"),
        ("A [1] [2].", "A [@poe2018rare; @che2023adaptive]."),
        ("A [1][2]", "A [@poe2018rare; @che2023adaptive]"),
        ("A [3]", r"A \[3\]"),
        ("[1](x) [2]: y", r"[@poe2018rare]\(x) [@che2023adaptive]\: y"),
        (r"A \[1\]", r"A \[1\]"),
        ("- **On X** (2018) [1]", "- **On X** (2018) [@poe2018rare]"),
        ("A **(– not found in its source)**", "A **(– not found in its source)**"),
        ("A [1] *≈*", "A [@poe2018rare] *≈*"),
        ("A ≈ *b*", r"A ≈ \*b\*"),
        ("- item", r"\- item"),
        ("1. first", r"1\. first"),
        ("(iv) fourth", r"(iv\) fourth"),
        ("B. Doe", r"B\. Doe"),
        ("We won.", "We won."),
        ("as @che says", r"as \@che says"),
        ("to ann@example.org", "to ann`@`example.org"),
        ("R&D & &lt; $x^2$", r"R\&D & \&lt; \$x\^2\$"),
    ],
)
def test_only_what_answers_are_made_of_is_markdown(line: str, written: str) -> None:
    assert answer_line(line, KEYS) == written
