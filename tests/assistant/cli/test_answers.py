import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from rich.console import Console
from rich.text import Text

from assistant.cli.answers import show_answer, show_waiting
from assistant.cli.console import ConsolePage
from assistant.escaping import SIGNS
from assistant.events import EvidenceFound, Repairing, RequestRetried, Searching, TextDelta, Thinking
from assistant.types import Answer, Citation, Claim, Reference, Support, Trace, Usage

CITATION = Citation(n=1, paper_id="p1", title="Soups", quote="It is 90.", start=0, end=9)
REFERENCE = Reference(
    n=1,
    paper_id="p1",
    title="Soups",
    authors=("Ann Lee", "Bo Ma"),
    authors_truncated=True,
    year=2022,
    urls=("http://x.org",),
)


def shown(answer: Answer, more: bool = False) -> list[str]:
    stream = io.StringIO()
    show_answer(ConsolePage(stream), answer, more)
    return stream.getvalue().splitlines()


def claim(support: Support) -> Claim:
    return Claim(text=f"This is {support}", support=support, citations=(CITATION,))


def test_an_answer_shows_its_text_references_and_mode() -> None:
    answer = Answer(question="?", text="It is 90\\.5 [1]", claims=(claim(Support.WORDED),), references=(REFERENCE,))
    assert shown(answer) == [
        "It is 90\\.5 [1]",
        "",
        "References",
        "[1]  Soups",
        "     Ann Lee, Bo Ma and others · 2022 · p1 · http://x.org",
        "",
        "Quoted excerpts, no model: matches wording, not meaning.",
    ]


def test_quotes_have_a_line_each_and_the_sentences_of_a_model_have_not() -> None:
    text = f"“It is 90.” [1]{SIGNS['quoted']} “It was 80, or “less”.” [1]{SIGNS['quoted']}"
    answer = Answer(question="?", text=text, claims=(claim(Support.QUOTED),), references=(REFERENCE,))
    assert shown(answer)[:3] == ["“It is 90.” [1] =", "“It was 80, or “less”.” [1] =", ""]
    assert shown(answer.model_copy(update={"mode": "m"}))[:2] == ["“It is 90.” [1] = “It was 80, or “less”.” [1] =", ""]


class RecordedStatus:
    """A line of progress that remembers what it showed."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    @contextmanager
    def status(self, text: Text) -> Iterator["RecordedStatus"]:
        self.update(text)
        yield self

    def update(self, text: Text) -> None:
        self.shown.append(text.plain)


def test_what_is_done_is_shown_while_a_model_answers() -> None:
    line = RecordedStatus()
    page = ConsolePage(io.StringIO())
    page.is_terminal, page.console = True, cast(Console, line)
    with show_waiting(page, model=True) as listen:
        listen(Searching(query="q"))
        listen(RequestRetried(reason="The server is busy.", seconds=7.2))
        listen(EvidenceFound(paper_ids=("a", "b")))
        listen(Thinking(seconds=3.4, tokens=1))
        listen(TextDelta(text="It"))
        listen(Repairing(claims=2))
    assert line.shown == [
        "asking",
        "searching",
        "The server is busy. It is asked again in 7 s",
        "reading 2 papers",
        "thinking, 3 s, 1 token",
        "writing",
        "comparing: 2 sentences in doubt, to be written again",
    ]
    with show_waiting(page, model=False) as listen:
        listen(Searching(query="q"))
    assert len(line.shown) == 7


def test_doubtful_sentences_have_a_sign_and_words() -> None:
    answer = Answer(question="?", text="…", claims=tuple(map(claim, Support)), references=(REFERENCE,))
    lines = shown(answer)
    assert "Compared with the sources: 3 of 6 sentences not to be relied on" in lines
    assert "? in doubt: This is doubtful [1]" in lines
    assert "– not found in its source: This is absent [1]" in lines
    assert "✗ its source says otherwise: This is contradicted [1]" in lines
    assert not any(f"This is {support}" in line for support in ("quoted", "entailed", "worded") for line in lines)


def test_reasons_of_a_doubt_stand_below_it_and_a_paper_is_cited_once() -> None:
    doubtful = Claim(
        text="It is 91.",
        support=Support.ABSENT,
        citations=(CITATION, CITATION),
        reasons=("the number 91 is not in the source", "who says so?"),
    )
    lines = shown(Answer(question="?", text="…", claims=(doubtful,)))
    place = lines.index("– not found in its source: It is 91. [1]")
    assert lines[place + 1 : place + 3] == ["    The number 91 is not in the source.", "    Who says so?"]


def test_an_abstention_of_a_model_shows_what_it_wrote_as_doubtful_only() -> None:
    answer = Answer(
        question="?",
        text="Nothing holds. This is absent [1] **(– not found in its source)**",
        claims=(claim(Support.ABSENT),),
        references=(REFERENCE,),
        abstained=True,
        reason="Nothing holds.",
        mode="some-model",
        usage=Usage(input_tokens=10, output_tokens=2),
    )
    lines = shown(answer)
    assert [line for line in lines if "This is absent" in line] == ["– not found in its source: This is absent [1]"]
    assert "[1]  Soups" in lines
    assert lines[-1] == "some-model was asked: 12 tokens."


def test_notes_are_sentences() -> None:
    answer = Answer(question="?", text="…", trace=Trace(notes=("it was cut off", "The model is silent.")))
    assert shown(answer)[-3:-1] == ["Note: It was cut off.", "Note: The model is silent."]


def test_an_abstention_says_why_and_what_to_try() -> None:
    lines = shown(Answer(question="?", text="…", abstained=True, reason="The library is silent."))
    assert lines[0] == "No answer. The library is silent."
    assert "conspectus search" in lines[1]


def test_a_model_is_named_with_what_it_took() -> None:
    claims = (Claim(text="It is 90.", support=Support.WORDED), Claim(text="It is 91.", support=Support.DOUBTFUL))
    usage = Usage(input_tokens=1000, output_tokens=234)
    answer = Answer(question="?", text="…", claims=claims, mode="some-model", usage=usage)
    assert shown(answer)[-1] == "Written by some-model, 1,234 tokens; 2 sentences: 1 worded alike (≈), 1 in doubt (?)."


@pytest.mark.parametrize(
    ("usage", "trace", "who"),
    [
        (Usage(input_tokens=1000, output_tokens=234, dollars=0.00125), Trace(), "m, 1,234 tokens, $0.0013"),
        (Usage(), Trace(cached=True), "m, from the cache"),
        (Usage(input_tokens=9), Trace(cached=True), "m, from the cache, 9 tokens"),
        (Usage(), Trace(), "m"),
    ],
)
def test_what_an_answer_took(usage: Usage, trace: Trace, who: str) -> None:
    answer = Answer(question="?", text="…", mode="m", usage=usage, trace=trace)
    assert shown(answer)[-1] == f"Written by {who}."


def test_a_model_that_only_filled_a_question_in_is_counted_too() -> None:
    answer = Answer(question="?", text="…", usage=Usage(input_tokens=30, output_tokens=4))
    assert shown(answer)[-1].endswith("not meaning. A model was asked what is meant: 34 tokens.")


def test_further_sentences_are_shown_where_they_are_asked_for() -> None:
    other = Citation(n=2, paper_id="p2", title="Stews", quote="Stews are slow.", start=0, end=15)
    further = Claim(text="Stews are slow.", support=Support.QUOTED, citations=(other,), further=True)
    stews = Reference(n=2, paper_id="p2", title="Stews")
    answer = Answer(
        question="?",
        text="“It is 90.” [1]",
        claims=(claim(Support.QUOTED), further),
        references=(REFERENCE, stews),
    )
    assert shown(answer)[:3] == ["“It is 90.” [1]", "", "1 more sentence from these papers: add --more"]
    assert "[2]  Stews" not in shown(answer)
    unfolded = shown(answer, more=True)
    assert unfolded[2:4] == ["More from these papers", "- “Stews are slow.” [2]"]
    assert "[2]  Stews" in unfolded
