import io

from assistant.cli.answers import show_answer
from assistant.cli.page import Page
from assistant.types import Answer, Citation, Claim, Reference, Support, Usage

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


def shown(answer: Answer) -> list[str]:
    stream = io.StringIO()
    show_answer(Page(stream), answer)
    return stream.getvalue().splitlines()


def claim(support: Support) -> Claim:
    return Claim(text=f"This is {support}", support=support, citations=(CITATION,))


def test_an_answer_shows_its_text_references_and_mode() -> None:
    answer = Answer(question="?", text="It is 90\\.5 [1]", claims=(claim(Support.SUPPORTED),), references=(REFERENCE,))
    assert shown(answer) == [
        "It is 90\\.5 [1]",
        "",
        "References",
        "[1]  Soups",
        "     Ann Lee, Bo Ma and others · 2022 · p1 · http://x.org",
        "",
        "Quoted excerpts, no model: matches wording, not meaning.",
    ]


def test_doubtful_sentences_have_a_sign_and_words() -> None:
    answer = Answer(question="?", text="…", claims=tuple(map(claim, Support)), references=(REFERENCE,))
    lines = shown(answer)
    assert "Checked against the sources: 2 of 3 sentences in doubt" in lines
    assert "~ only partly supported: This is partial [1]" in lines
    assert "✗ not supported: This is unsupported [1]" in lines
    assert not any("This is supported" in line for line in lines)


def test_an_abstention_says_why_and_what_to_try() -> None:
    lines = shown(Answer(question="?", text="…", abstained=True, reason="The library is silent."))
    assert lines[0] == "No answer. The library is silent."
    assert "conspectus search" in lines[1]


def test_a_model_is_named_with_what_it_took() -> None:
    answer = Answer(question="?", text="…", mode="some-model", usage=Usage(input_tokens=1000, output_tokens=234))
    assert shown(answer)[-1] == "Written by some-model, 1,234 tokens; every sentence checked against its sources."
