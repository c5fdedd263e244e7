import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.check import open_draft
from assistant.drafts.draft_sentences import DraftSentence, split_sentences, strip_sentence

MARKDOWN = """---
title: Nothing of this.
---

# A heading. With a stop.

The first sentence goes
over two lines [@a]. The second <!-- is it? --> cites later. [@b; @c] And a *third* one.
Under a heading
---------------

> A quoted sentence,
> on two lines.

* An item. Another [sentence](https://example.org) of it.
1. A numbered item
   that goes on @d.

~~~python
x = 1  # No sentence. At all.
~~~

    indented = "No sentence."

| a cell. | Another. |
|---------|----------|
| a cell. | Another. |

Before a formula
$$ x = 1. Y $$
and behind it.[^1]

[^1]: A note says this.
[link]: https://example.org

## References

Poe, A. This is a reference. 2020.

## After

The end
"""

LATEX = r"""\documentclass{article} % No sentence.
\title{Not. This.}
\begin{document}
\maketitle
\section{A title. With a stop.}\label{sec:a}
The first sentence goes % not this. Nor this.
over two lines~\cite{a}. The second cites later.\citep[see][]{b,c} And a \emph{third} one\footnote{Not. This.}.
% a line of comment
It goes on with 5\% more.

\begin{itemize}
  \item An item of 1.5~GB.
  \item[Two:] Another item.
\end{itemize}
\begin{figure}
  \caption{Not. This.}
\end{figure}
Before a formula
\begin{equation} x = 1. Y \end{equation}
and behind it \[ y = 2. Z \] and $z = 3.5$ too.
\textcite{d} show ``quoted'' words.

\bibliography{refs}
\end{document}
Not this.
"""


def read(text: str, latex: bool = False) -> list[DraftSentence]:
    return [*split_sentences(text, latex)]


def test_markdown() -> None:
    assert [(one.line, one.plain, one.keys) for one in read(MARKDOWN)] == [
        (7, "The first sentence goes over two lines.", ("a",)),
        (8, "The second cites later.", ("b", "c")),
        (8, "And a third one.", ()),
        (12, "A quoted sentence, on two lines.", ()),
        (15, "An item.", ()),
        (15, "Another sentence of it.", ()),
        (16, "A numbered item that goes on.", ("d",)),
        (29, "Before a formula and behind it.", ()),
        (33, "A note says this.", ()),
        (42, "The end", ()),
    ]


def test_latex() -> None:
    assert [(one.line, one.plain, one.keys) for one in read(LATEX, latex=True)] == [
        (6, "The first sentence goes over two lines.", ("a",)),
        (7, "The second cites later.", ("b", "c")),
        (7, "And a third one.", ()),
        (9, "It goes on with 5% more.", ()),
        (12, "An item of 1.5 GB.", ()),
        (13, "Another item.", ()),
        (18, "Before a formula and behind it and z = 3.5 too.", ()),
        (21, "show “quoted” words.", ("d",)),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is so [@a. b]. Next.", [("It is so.", ("a",)), ("Next.", ())]),
        ("It is so. [@a] Next.", [("It is so.", ("a",)), ("Next.", ())]),
        ("It is so. [@a]", [("It is so.", ("a",))]),
        ("It is so.[@a] [@b] Next.", [("It is so.", ("a", "b")), ("Next.", ())]),
        ("It is so. @a shows more.", [("It is so.", ()), ("shows more.", ("a",))]),
        ("It is so. [@a] shows more.", [("It is so.", ()), ("shows more.", ("a",))]),
        ("Poe et al. [@a] show it ([@b]).", [("Poe et al. show it.", ("a", "b"))]),
        ("- [@a; @a]", [("", ("a",))]),
        ("- \n- !\n", []),
    ],
)
def test_to_which_sentence_a_citation_belongs(text: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(one.plain, one.keys) for one in read(text)] == found


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("**Bold**, _it_ and `code` ~~out~~ snake_case_word.", "Bold, it and code out snake_case_word."),
        ("A ![picture](x.png) and [link](y) [ref][z] <b>bold</b>.", "A and link ref bold."),
        (r"Escaped \* and \_ &amp; <https://example.org>.", "Escaped * and _ &."),
        ("It costs 90.94% [@a, p. 3] (see @b).", "It costs 90.94% (see)."),
    ],
)
def test_markup_is_read_past(text: str, clean: str) -> None:
    assert strip_sentence(text) == clean


PIECES = st.sampled_from(
    [
        *(
            "# Title",
            "Words go on.",
            "It is so [@key].",
            "\n",
            "\n\n",
            " ",
            "```",
            "~~~",
            "---",
            "- ",
            "    ",
            "$$",
            "|",
            ">",
        ),
        *("<!--", "-->", "\\begin{equation}", "\\end{equation}", "\\item", "\\cite{a,b}", "%", "{", "}", "\\[", "\\]"),
        *(
            "\\section{",
            "\\footnote{",
            "\\begin{document}",
            "\\end{document}",
            "@k",
            "[^1]:",
            "[",
            "]",
            "1. ",
            "===",
            "é",
        ),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)), st.booleans())
def test_any_text_gives_sentences_that_stand_in_it(text: str, latex: bool) -> None:
    if not text.strip():
        return
    draft = open_draft(text).text
    lines, last = draft.split("\n"), 1
    for one in split_sentences(draft, latex):
        assert last <= one.line <= len(lines)
        last = one.line
        rest = "\n".join(lines[one.line - 1 :])
        assert re.search(r"[\s\S]*?".join(map(re.escape, one.text.split()[:50])), rest)
        assert one.text == " ".join(one.text.split())
        assert any(map(str.isalnum, one.text))


@pytest.mark.parametrize("latex", [False, True])
@pytest.mark.parametrize(
    "piece",
    ["<!-- ", "$$ x ", "\\[ ", "\\begin{figure} ", "\\footnote{", "[", "`", "*a ", "_a ", "|\n", "> ", "- a\n", "a b "],
)
def test_long_drafts_take_linear_time(piece: str, latex: bool) -> None:
    assert all(one.line <= 20_001 for one in split_sentences(piece * 20_000, latex))


def whole(text: str) -> DraftSentence:
    """A sentence without citations or markup."""
    return DraftSentence(1, text, text, ())


@pytest.mark.parametrize(
    "sentence",
    [
        "Weight averaging improves the accuracy of models.",
        "Poe et al. improve the accuracy of models by 3%.",
        "Sections of the brain differ in size.",
        "Letters are written less often than before.",
    ],
)
def test_a_statement_about_the_world_is_a_claim(sentence: str) -> None:
    assert whole(sentence).is_claim


@pytest.mark.parametrize(
    "sentence",
    [
        "Does weight averaging improve the accuracy of models?",
        "“Does it improve the accuracy of models?”",
        "In this section the accuracy of models is discussed.",
        "This paper is organized in the following way.",
        "The remainder of the text goes on with results.",
        "Section 3 presents the accuracy of all models.",
        "Figure 2 shows the accuracy of all models.",
        "We improve the accuracy of models by averaging.",
        "Our method improves the accuracy of models.",
        "Consider a model of high accuracy and speed.",
        "It works well.",
        "1 2 3 4 5 6 7",
        "",
    ],
)
def test_questions_signposts_and_own_doings_are_none(sentence: str) -> None:
    assert not whole(sentence).is_claim


def test_how_much_a_cited_sentence_has_to_say() -> None:
    assert whole("Bees like apples.").says_something
    assert not whole("See.").says_something


def test_a_claim_has_five_words_or_more_and_a_cited_sentence_three() -> None:
    assert whole("Bees like apples and pears.").is_claim
    assert not whole("Bees like apples best.").is_claim
    assert whole("Bees like apples.").says_something
    assert not whole("Bees sleep.").says_something


def test_figures_and_single_letters_are_no_words() -> None:
    assert not whole("12 bees ate 3 pears, x of 40.").is_claim
    assert not whole("Bees sleep 12 h.").says_something
